//! The simple indices of the existing submit route.

use super::{RawAnswers, number};
use std::collections::BTreeMap;

/// Index, highest value, item. The route also read `motivation` and `organisation`, which are questions of the common
/// survey with option positions for answers: those positions are no intensities and are not read here.
const INDICES: [(&str, f64, &str); 8] = [
    ("IDX_AUTONOMIE", 5.0, "B_AUTONOMIE"),
    ("IDX_ORGANISATION", 10.0, "B_ORGA"),
    ("IDX_MOTIVATION", 5.0, "B_MOTIV"),
    ("IDX_STRESS", 5.0, "B_STRESS"),
    ("IDX_CONCENTRATION", 4.0, "B_CONC"),
    ("IDX_MEMORISATION", 4.0, "B_MEMO"),
    ("IDX_ANALYSE_SYNTHESE", 4.0, "B_ANALYSE"),
    ("IDX_SUSPECT_DYS", 4.0, "B_DYS"),
];

/// The eight indices, each clamped to its scale, two decimals, 0 where the answer is no number; `None` when none of the
/// eight questions was answered.
pub fn simple_indices(answers: &RawAnswers) -> Option<BTreeMap<&'static str, f64>> {
    if !INDICES.iter().any(|(_, _, item)| answers.get(*item).is_some_and(|value| !value.is_null())) {
        return None;
    }
    let read = |(index, scale, item): &(&'static str, f64, &str)| {
        let value = number(answers, item).unwrap_or(0.0).clamp(0.0, *scale);
        (*index, (value * 100.0).round() / 100.0)
    };
    Some(INDICES.iter().map(read).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Golden family L.
    #[test]
    fn golden() {
        let answers = json!({"B_AUTONOMIE": 4, "B_ORGA": 8, "B_MOTIV": 3, "B_STRESS": 2, "B_CONC": 3, "B_MEMO": 2,
            "B_ANALYSE": 3, "B_DYS": 1});
        let indices = simple_indices(answers.as_object().unwrap()).unwrap();
        for ((index, expected), (_, _, item)) in [4.0, 8.0, 3.0, 2.0, 3.0, 2.0, 3.0, 1.0]
            .iter()
            .zip(&INDICES)
            .map(|(value, index)| ((index.0, value), index))
        {
            assert!((indices[index] - expected).abs() < 1e-9, "{item}");
        }
        let answers = json!({"B_AUTONOMIE": 9, "B_STRESS": -2, "B_ORGA": "7.256", "B_CONC": "x"});
        let indices = simple_indices(answers.as_object().unwrap()).unwrap();
        assert!((indices["IDX_AUTONOMIE"] - 5.0).abs() < 1e-9);
        assert!((indices["IDX_ORGANISATION"] - 7.26).abs() < 1e-9);
        assert!(indices.iter().filter(|(_, value)| **value == 0.0).count() == 6);
    }

    /// Defects `L-indices-1`, `-3`, `-4`: nothing answered, or positions of options, is no measure.
    #[test]
    fn what_was_not_measured_is_unknown() {
        for answers in [
            json!({}),
            json!({"motivation": 2, "style": 0, "rythme": 1, "confiance": 4, "organisation": [3], "objectif": 3}),
            json!({"organisation": [0, 3], "motivation": 0}),
        ] {
            assert_eq!(simple_indices(answers.as_object().unwrap()), None, "{answers}");
        }
    }
}
