//! The profile rules of the existing application, kept to compare a migration with the past. New code reads
//! [`super::measure`] instead: these rules know ids, not meanings.
//!
//! They differ from the past in one way: where nothing at all was answered there is no profile, whereas the existing
//! application described a pupil who had said nothing.

mod indices;
mod maths;
mod nsi;
mod volet2;

pub use indices::simple_indices;
pub use maths::{MathsIds, MathsProfile, maths_profile};
pub use nsi::{Modality, NsiPreferences, NsiProfile, modality, nsi_profile};
pub use volet2::{badges, vigilance_points};

use serde_json::{Map, Value};

/// Raw answers as the existing application stored them, by item id.
pub type RawAnswers = Map<String, Value>;

/// A number or a numeric text.
fn number(answers: &RawAnswers, id: &str) -> Option<f64> {
    let number = match answers.get(id)? {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    number.filter(|number: &f64| number.is_finite())
}

/// A likert value clamped to 1–5; 3 when there is none (the neutral value of these rules, 0 included).
fn likert(answers: &RawAnswers, id: &str) -> f64 {
    number(answers, id).filter(|value| *value != 0.0).unwrap_or(3.0).clamp(1.0, 5.0)
}

/// Whether an answered likert value is at least 4.
fn agrees(answers: &RawAnswers, id: &str) -> bool {
    number(answers, id).is_some_and(|value| value >= 4.0)
}
