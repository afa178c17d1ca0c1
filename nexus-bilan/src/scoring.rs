//! From answers to a score: exact points, evidence, confidence profiles, ability.

mod outcome;
mod rational;

pub use outcome::{
    Ability, AnswerStatus, ConfidenceProfile, CredibleInterval, DomainScore, Evidence, ItemOutcome,
    MasteryClass, NodeScore, Score,
};
pub use rational::{InvalidRational, Rational};
