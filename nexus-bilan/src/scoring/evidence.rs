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

/// The posterior of a proportion: Beta(1 + n·p, 1 + n·(1 − p)), with p the weighted success and n = (Σw)²/Σw² the
/// effective number of items.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Posterior {
    effective_n: f64,
    alpha: f64,
    beta: f64,
}

impl Posterior {
    /// That of items given as (weight, success 0 to 1); `None` without any weight.
    pub(crate) fn of(items: impl IntoIterator<Item = (Rational, Rational)>) -> Option<Self> {
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
        Some(Self { effective_n, alpha, beta })
    }

    /// Probability of a proportion below one half: the first of the class probabilities, without the cost of the others.
    pub(crate) fn below_half(self) -> f64 {
        rounded(betai(self.alpha, self.beta, MEDIUM_FROM).clamp(0.0, 1.0))
    }
}

/// Computes the evidence of items given as (weight, success 0 to 1); `None` without any weight.
///
/// Figures are rounded to 6 decimals, so that the last bits of a platform's `ln` never reach a checksum; the class is
/// decided on the rounded figures.
pub fn evidence(items: impl IntoIterator<Item = (Rational, Rational)>) -> Option<Evidence> {
    let posterior = Posterior::of(items)?;
    let Posterior { effective_n, alpha, beta } = posterior;
    let weak = posterior.below_half();
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rational(text: &str) -> Rational {
        text.parse().unwrap()
    }

    fn of(items: &[(&str, &str)]) -> Option<Evidence> {
        evidence(items.iter().map(|(weight, success)| (rational(weight), rational(success))))
    }

    /// Integral of t^(a−1)·(1−t)^(b−1) by adaptive Simpson steps.
    fn integral(a: f64, b: f64, from: f64, to: f64) -> f64 {
        // The mode scales the density to at most 1, so that an absolute tolerance is meaningful.
        let log = |t: f64| {
            let part = |exponent: f64, base: f64| if exponent == 0.0 { 0.0 } else { exponent * base.ln() };
            part(a - 1.0, t) + part(b - 1.0, 1.0 - t)
        };
        let mode = if a + b > 2.0 { (a - 1.0) / (a + b - 2.0) } else { 0.5 };
        let top = log(mode);
        let density = |t: f64| (log(t) - top).exp();
        simpson(&density, from, to, density(from), density(f64::midpoint(from, to)), density(to), 40)
    }

    fn simpson(
        f: &dyn Fn(f64) -> f64,
        from: f64,
        to: f64,
        low: f64,
        middle: f64,
        high: f64,
        depth: u32,
    ) -> f64 {
        let center = f64::midpoint(from, to);
        let (left, right) = (f(f64::midpoint(from, center)), f(f64::midpoint(center, to)));
        let width = to - from;
        let coarse = width / 6.0 * (low + 4.0 * middle + high);
        let fine = width / 12.0 * (low + 4.0 * left + 2.0 * middle + 4.0 * right + high);
        // The first levels always split, lest a narrow peak hide between the first points.
        if depth == 0 || (depth < 34 && (fine - coarse).abs() < 1e-13) {
            return fine + (fine - coarse) / 15.0;
        }
        simpson(f, from, center, low, left, middle, depth - 1)
            + simpson(f, center, to, middle, right, high, depth - 1)
    }

    fn cumulative(a: f64, b: f64, x: f64) -> f64 {
        integral(a, b, 0.0, x) / integral(a, b, 0.0, 1.0)
    }

    #[test]
    fn worked_example_of_the_specification() {
        let evidence = of(&[("2", "1"), ("1", "1"), ("2", "0"), ("1", "0")]).unwrap();
        assert!((evidence.effective_n - 3.6).abs() < 1e-9);
        assert!((evidence.alpha - 2.8).abs() < 1e-9 && (evidence.beta - 2.8).abs() < 1e-9);
        assert_eq!((evidence.interval.low.round(), evidence.interval.high.round()), (18.0, 82.0));
        assert!((evidence.class_probabilities[0] - 0.5).abs() < 1e-6);
        assert!((evidence.class_probabilities[2] - 0.112).abs() < 5e-4);
        assert_eq!(evidence.class, MasteryClass::Insufficient);
    }

    #[test]
    fn a_class_needs_evidence() {
        let same = |count: usize, success: &str| of(&vec![("1", success); count]).unwrap().class;
        assert_eq!(same(2, "1"), MasteryClass::Insufficient);
        assert_eq!(same(5, "1"), MasteryClass::Strong);
        assert_eq!(same(1, "0"), MasteryClass::Insufficient);
        assert_eq!(same(2, "0"), MasteryClass::Weak);
        let medium: Vec<_> = (0..60).map(|place| ("1", if place % 8 < 5 { "1" } else { "0" })).collect();
        assert_eq!(of(&medium).unwrap().class, MasteryClass::Medium);
    }

    #[test]
    fn nothing_without_weight() {
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[("0", "1")]), None);
    }

    #[test]
    fn guessing() {
        let corrected =
            |success: &str, options| corrected_for_guessing(rational(success), options).unwrap().to_string();
        assert_eq!(corrected("1/4", 4), "0");
        assert_eq!(corrected("1/8", 4), "0");
        assert_eq!(corrected("0.625", 4), "0.5");
        assert_eq!(corrected("1", 5), "1");
        assert_eq!(corrected("0.3", 1), "0.3");
        assert_eq!(corrected("0.3", 0), "0.3");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn agrees_with_numeric_integration(weights in proptest::collection::vec(1_i64..4, 1..60), right in 0_usize..60) {
            let items = weights.iter().enumerate().map(|(place, weight)| {
                (Rational::whole(*weight), if place < right { Rational::ONE } else { Rational::ZERO })
            });
            let evidence = evidence(items).unwrap();
            let Evidence { alpha, beta, interval, class_probabilities: [weak, _, strong], .. } = evidence;
            prop_assert!((cumulative(alpha, beta, 0.5) - weak).abs() < 2e-6);
            prop_assert!((1.0 - cumulative(alpha, beta, 0.75) - strong).abs() < 2e-6);
            prop_assert!((cumulative(alpha, beta, interval.low / 100.0) - 0.05).abs() < 2e-6);
            prop_assert!((cumulative(alpha, beta, interval.high / 100.0) - 0.95).abs() < 2e-6);
        }

        #[test]
        fn is_coherent(items in proptest::collection::vec((1_i64..1000, 0_i64..=4), 1..80)) {
            let items = items.iter()
                .map(|(weight, quarters)| (Rational::whole(*weight), Rational::new(*quarters, 4).unwrap()));
            let evidence = evidence(items).unwrap();
            let mean = 100.0 * evidence.alpha / (evidence.alpha + evidence.beta);
            prop_assert!(evidence.interval.low <= mean && mean <= evidence.interval.high);
            prop_assert!(0.0 <= evidence.interval.low && evidence.interval.high <= 100.0);
            prop_assert!((evidence.class_probabilities.iter().sum::<f64>() - 1.0).abs() < 1e-5);
            prop_assert!(evidence.class_probabilities.iter().all(|p| (0.0..=1.0).contains(p)));
        }
    }

    /// The whole range that a bank can reach, every success rate.
    #[test]
    fn the_inverse_inverts() {
        for n in [1, 2, 3, 5, 10, 30, 100, 500, 2_000] {
            for tenth in 0..=20 {
                let (n, p) = (f64::from(n), f64::from(tenth) / 20.0);
                let (alpha, beta) = (1.0 + n * p, 1.0 + n * (1.0 - p));
                for tail in [TAIL, 1.0 - TAIL] {
                    let back = betai(alpha, beta, quantile(tail, alpha, beta));
                    assert!((back - tail).abs() < 1e-9, "{alpha} {beta} {tail}: {back}");
                }
            }
        }
    }
}
