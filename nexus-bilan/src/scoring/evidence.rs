//! What a few answers allow one to say about a proportion.

use super::{CredibleInterval, Evidence, MasteryClass, Rational};
use puruspe::{betai, invbetai};

/// Posterior probability from which a class is stated.
const CLASS_PROBABILITY: f64 = 0.8;
/// Probability left out on each side of the interval.
const TAIL: f64 = 0.05;
/// Limits of the classes.
const MEDIUM_FROM: f64 = 0.5;
const STRONG_FROM: f64 = 0.75;
/// No bank is that long; beyond it the quadrature of the incomplete beta function changes and loses accuracy.
const MAX_EFFECTIVE_N: f64 = 2_000.0;

/// Computes the evidence of items given as (weight, success 0 to 1); `None` without any weight.
///
/// The posterior is Beta(1 + n·p, 1 + n·(1 − p)), with p the weighted success and n = (Σw)²/Σw² the effective number of
/// items. Figures are rounded to 6 decimals, so that the last bits of a platform's `ln` never reach a checksum; the class
/// is decided on the rounded figures.
pub fn evidence(items: impl IntoIterator<Item = (Rational, Rational)>) -> Option<Evidence> {
    let (mut weight, mut squares, mut obtained) = (0.0_f64, 0.0_f64, 0.0_f64);
    for (item_weight, success) in items {
        let item_weight = item_weight.to_f64().max(0.0);
        weight += item_weight;
        squares += item_weight * item_weight;
        obtained += item_weight * success.to_f64().clamp(0.0, 1.0);
    }
    if !(weight > 0.0 && weight.is_finite() && squares.is_finite()) {
        return None;
    }
    let effective_n = (weight * weight / squares).min(MAX_EFFECTIVE_N);
    let proportion = (obtained / weight).clamp(0.0, 1.0);
    let (alpha, beta) = (1.0 + effective_n * proportion, 1.0 + effective_n * (1.0 - proportion));

    let weak = rounded(betai(alpha, beta, MEDIUM_FROM).clamp(0.0, 1.0));
    let strong = rounded((1.0 - betai(alpha, beta, STRONG_FROM)).clamp(0.0, 1.0));
    let class_probabilities = [weak, rounded((1.0 - weak - strong).max(0.0)), strong];
    Some(Evidence {
        effective_n: rounded(effective_n),
        alpha: rounded(alpha),
        beta: rounded(beta),
        interval: CredibleInterval {
            low: rounded(100.0 * quantile(TAIL, alpha, beta)),
            high: rounded(100.0 * quantile(1.0 - TAIL, alpha, beta)),
        },
        class_probabilities,
        class: class(class_probabilities),
    })
}

/// The class whose probability reaches 0.8, when there is one.
fn class([weak, medium, strong]: [f64; 3]) -> MasteryClass {
    [(weak, MasteryClass::Weak), (medium, MasteryClass::Medium), (strong, MasteryClass::Strong)]
        .into_iter()
        .find(|(probability, _)| *probability >= CLASS_PROBABILITY)
        .map_or(MasteryClass::Insufficient, |(_, class)| class)
}

fn quantile(probability: f64, alpha: f64, beta: f64) -> f64 {
    invbetai(probability, alpha, beta).clamp(0.0, 1.0)
}

fn rounded(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}

/// Success corrected for guessing among `options`, for staff: max(0, (p − 1/k)/(1 − 1/k)); unchanged below two options.
/// `None` when the exact figure does not fit.
pub fn corrected_for_guessing(success: Rational, options: u32) -> Option<Rational> {
    if options < 2 {
        return Some(success);
    }
    // (p − 1/k)/(1 − 1/k) = (k·p − 1)/(k − 1)
    let options = i64::from(options);
    let corrected = success
        .checked_mul(Rational::whole(options))?
        .checked_sub(Rational::ONE)?
        .checked_div(Rational::whole(options - 1))?;
    Some(corrected.max(Rational::ZERO))
}
