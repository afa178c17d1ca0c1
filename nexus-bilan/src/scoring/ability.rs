//! Ability on the logit scale, with the three-parameter logistic model.
//!
//! Parameters are fixed by the difficulty label until a bank has been calibrated: b = −1, 0, +1 for difficulties 1, 2, 3,
//! a = 1, D = 1.7, and the lower asymptote c = 1/k for a single choice among k options, 0 otherwise. A multiple choice
//! takes 0: ticking at random succeeds once in 2^k − 1, and wrong ticks cost.

use super::Ability;
use std::sync::LazyLock;

/// The grid: −4 to 4 by 0.05.
const POINTS: usize = 161;
/// D·a.
const SLOPE: f64 = 1.7;
/// Difficulties b = −1, 0, +1.
const DIFFICULTIES: usize = 3;
/// Largest number of options with its own table; more options share the last one.
const MAX_OPTIONS: usize = 10;

type Grid = [f64; POINTS];

/// One response that enters the estimate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IrtResponse {
    /// Difficulty label 1 to 3; anything else counts as 2.
    pub difficulty: u8,
    /// Number of options of a single choice, 0 for any other kind.
    pub options: usize,
    /// Success, 0 to 1.
    pub success: f64,
}

struct Tables {
    theta: Grid,
    /// Logarithm of the prior density, but for a constant.
    prior: Grid,
    /// ln P by difficulty and number of options (index 0 and 1: no guessing).
    log_right: Vec<[Grid; DIFFICULTIES]>,
    /// ln(1 − L) by difficulty: ln(1 − P) but for the constant ln(1 − c).
    log_wrong: [Grid; DIFFICULTIES],
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let theta: Grid = std::array::from_fn(|index| -4.0 + 0.05 * index as f64);
    // ln of the logistic function and of its complement, without cancellation.
    let log_logistic = |argument: f64| -(-argument).exp().ln_1p();
    let argument = |theta: f64, difficulty: usize| SLOPE * (theta - (difficulty as f64 - 1.0));
    let log_right = (0..=MAX_OPTIONS)
        .map(|options| {
            let floor = if options < 2 { 0.0 } else { 1.0 / options as f64 };
            std::array::from_fn(|difficulty| {
                theta.map(|theta| {
                    let log = log_logistic(argument(theta, difficulty));
                    if floor > 0.0 { (floor + (1.0 - floor) * log.exp()).ln() } else { log }
                })
            })
        })
        .collect();
    Tables {
        theta,
        prior: theta.map(|theta| -theta * theta / 2.0),
        log_right,
        log_wrong: std::array::from_fn(|difficulty| {
            theta.map(|theta| log_logistic(-argument(theta, difficulty)))
        }),
    }
});

/// Estimates ability as the mean of the posterior under a N(0, 1) prior, and its standard deviation.
///
/// A partial success s enters as s·ln P + (1 − s)·ln(1 − P), the expected log-likelihood of a response that succeeds
/// with frequency s; it gives back the plain likelihood at 0 and 1 and moves the estimate monotonically between.
/// Without responses the prior comes back (0, and 0.9995 because of the ends of the grid): no level may be claimed.
/// Figures are rounded to 6 decimals.
pub fn ability(responses: impl IntoIterator<Item = IrtResponse>) -> Ability {
    let tables = &*TABLES;
    // Successes by (difficulty, options), failures by difficulty: responses of a kind share their curve.
    let mut right = [[0.0_f64; DIFFICULTIES]; MAX_OPTIONS + 1];
    let mut wrong = [0.0_f64; DIFFICULTIES];
    let mut items = 0_u32;
    for response in responses {
        let difficulty = match response.difficulty {
            1 => 0,
            3 => 2,
            _ => 1,
        };
        let success = if response.success.is_nan() { 0.0 } else { response.success.clamp(0.0, 1.0) };
        if let Some(sum) = right
            .get_mut(response.options.min(MAX_OPTIONS))
            .and_then(|by_difficulty| by_difficulty.get_mut(difficulty))
        {
            *sum += success;
        }
        if let Some(sum) = wrong.get_mut(difficulty) {
            *sum += 1.0 - success;
        }
        items = items.saturating_add(1);
    }

    let mut log_posterior = tables.prior;
    let mut add = |curve: &Grid, times: f64| {
        if times > 0.0 {
            for (log, value) in log_posterior.iter_mut().zip(curve) {
                *log += times * value;
            }
        }
    };
    for (curves, sums) in tables.log_right.iter().zip(&right) {
        for (curve, sum) in curves.iter().zip(sums) {
            add(curve, *sum);
        }
    }
    for (curve, sum) in tables.log_wrong.iter().zip(&wrong) {
        add(curve, *sum);
    }

    let highest = log_posterior.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let (mut mass, mut first, mut second) = (0.0_f64, 0.0_f64, 0.0_f64);
    for (log, theta) in log_posterior.iter().zip(&tables.theta) {
        let density = (log - highest).exp();
        mass += density;
        first += density * theta;
        second += density * theta * theta;
    }
    let mean = first / mass;
    let variance = (second / mass - mean * mean).max(0.0);
    Ability { theta: rounded(mean), standard_error: rounded(variance.sqrt()), items }
}

/// Rounded to 6 decimals; the sum with 0 turns −0 into 0.
fn rounded(value: f64) -> f64 {
    (value * 1e6).round() / 1e6 + 0.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(responses: &[(u8, usize, f64)]) -> Ability {
        ability(responses.iter().map(|&(difficulty, options, success)| IrtResponse {
            difficulty,
            options,
            success,
        }))
    }

    /// The same estimate, straight from the formulas.
    fn by_hand(responses: &[(u8, usize, f64)]) -> (f64, f64) {
        let (mut mass, mut first, mut second) = (0.0, 0.0, 0.0);
        for step in 0..=160 {
            let theta = -4.0 + 0.05 * f64::from(step);
            let mut density = (-theta * theta / 2.0).exp();
            for &(difficulty, options, success) in responses {
                let floor = if options < 2 { 0.0 } else { 1.0 / options as f64 };
                let right =
                    floor + (1.0 - floor) / (1.0 + (-1.7 * (theta - (f64::from(difficulty) - 2.0))).exp());
                density *= right.powf(success) * (1.0 - right).powf(1.0 - success);
            }
            mass += density;
            first += density * theta;
            second += density * theta * theta;
        }
        (first / mass, (second / mass - (first / mass).powi(2)).sqrt())
    }

    #[test]
    fn worked_examples_of_the_specification() {
        let estimate = of(&[(1, 4, 1.0), (1, 4, 1.0), (2, 4, 1.0), (2, 4, 0.0), (3, 4, 0.0)]);
        assert!((estimate.theta + 0.1267).abs() < 1e-4, "{estimate:?}");
        assert!((estimate.standard_error - 0.6415).abs() < 1e-4, "{estimate:?}");
        assert_eq!(estimate.items, 5);
        let prior = of(&[]);
        assert_eq!((prior.theta, prior.items), (0.0, 0));
        assert!((prior.standard_error - 0.9995).abs() < 1e-4);
    }

    #[test]
    fn strange_responses_are_bounded() {
        let estimate = of(&[(0, 1000, f64::NAN), (9, 1, -3.0), (2, 0, 7.0)]);
        assert!(estimate.theta.is_finite() && estimate.standard_error > 0.0);
    }

    proptest! {
        #[test]
        fn agrees_with_the_formulas(
            responses in proptest::collection::vec((1_u8..=3, 0_usize..=6, 0_u8..=4), 0..40),
        ) {
            let responses: Vec<_> =
                responses.into_iter().map(|(b, k, quarters)| (b, k, f64::from(quarters) / 4.0)).collect();
            let (theta, error) = by_hand(&responses);
            let estimate = of(&responses);
            prop_assert!((estimate.theta - theta).abs() < 2e-6);
            prop_assert!((estimate.standard_error - error).abs() < 2e-6);
        }

        #[test]
        fn more_success_never_lowers_ability(
            responses in proptest::collection::vec((1_u8..=3, 0_usize..=6, 0_u8..=3), 1..30), place in 0_usize..30,
        ) {
            let mut responses: Vec<_> =
                responses.into_iter().map(|(b, k, quarters)| (b, k, f64::from(quarters) / 4.0)).collect();
            let before = of(&responses).theta;
            let place = place % responses.len();
            responses[place].2 += 0.25;
            prop_assert!(of(&responses).theta >= before);
        }
    }
}
