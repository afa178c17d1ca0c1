//! Whether an answer and a key mean the same: pure functions that no input makes panic.

mod expression;
mod interval;
mod model_answer;
mod notation;
mod number;
mod set;
mod text;
mod unit;

pub use expression::expression_matches;
pub use interval::interval_matches;
pub use number::{number_matches, parse_number};
pub use set::set_matches;
pub use text::{normalise, text_matches};

/// Longest answer that is read as mathematics, in characters; a longer one matches nothing.
pub const MAX_MATH_LENGTH: usize = 500;
