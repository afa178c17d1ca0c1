//! Whether an answer and a key mean the same: pure functions that no input makes panic.

mod notation;
mod number;
mod text;

pub use number::{number_matches, parse_number};
pub use text::{normalise, text_matches};

/// Longest answer that is read as mathematics, in characters; a longer one matches nothing.
pub const MAX_MATH_LENGTH: usize = 500;

/// Whether an answer is the set of the key.
pub fn set_matches(_answer: &str, _values: &[crate::scoring::Rational]) -> bool {
    false
}
/// Whether an answer is the interval of the key.
pub fn interval_matches(answer: &str, canonical: &str) -> bool {
    text_matches(answer, &[canonical.to_owned()], crate::questionnaire::TextNormaliser::Spaces)
}
/// Whether an answer is the expression of the key.
pub fn expression_matches(answer: &str, canonical: &str, _variables: &[String]) -> bool {
    text_matches(answer, &[canonical.to_owned()], crate::questionnaire::TextNormaliser::Spaces)
}
