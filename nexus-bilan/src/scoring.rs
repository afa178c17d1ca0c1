//! From answers to a score: exact points, evidence, confidence profiles, ability.

mod ability;
mod answer_check;
mod confidence;
mod evidence;
mod flags;
mod marking;
mod outcome;
mod rational;
mod score;

pub use ability::{IrtResponse, ability};
pub use answer_check::{AnswerError, answer_errors, check_answer, check_answers};
pub use confidence::{item_profile, node_profile};
pub(crate) use evidence::Posterior;
pub use evidence::{corrected_for_guessing, evidence};
pub use flags::{AttemptContext, Flag, GroupBand, RaisedFlag, flags, group_band};
pub use marking::{Mark, mark};
pub use outcome::{
    Ability, AnswerStatus, ConfidenceProfile, CredibleInterval, DomainScore, Evidence, ItemOutcome,
    MasteryClass, NodeScore, Score,
};
pub use rational::{InvalidRational, Rational};
pub use score::{ScoreError, score};
