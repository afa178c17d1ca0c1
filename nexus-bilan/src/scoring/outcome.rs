//! The values that scoring produces.

use super::Rational;
use serde::{Deserialize, Serialize};

/// What became of an item; never a sentinel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerStatus {
    /// Full points.
    Right,
    /// Some points.
    Partial,
    /// No points.
    Wrong,
    /// The pupil says that he has not studied it: lowers coverage, not mastery.
    NotStudied,
    /// The pupil says that he does not know.
    DontKnow,
    /// No answer.
    Blank,
    /// Answered, to be marked by a human: outside the score.
    ToBeMarked,
}

impl AnswerStatus {
    /// Whether the pupil gave an answer that was marked.
    pub const fn is_answered(self) -> bool {
        matches!(self, Self::Right | Self::Partial | Self::Wrong)
    }

    /// Whether the item says something about mastery: a marked answer, or "I don't know", which counts as no success.
    /// Blank and not studied say nothing.
    pub const fn is_evidence(self) -> bool {
        self.is_answered() || matches!(self, Self::DontKnow)
    }
}

/// Confidence crossed with success (§18.3 of the specification).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ConfidenceProfile {
    /// Right and sure.
    Maitrise,
    /// Right and unsure.
    MaitriseFragile,
    /// Wrong and unsure.
    LacuneConsciente,
    /// Wrong and sure.
    ErreurConfiante,
    /// Not answered.
    NonTraite,
}

/// One item, scored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ItemOutcome {
    /// The item.
    pub item_id: String,
    /// Its domain.
    pub domain: String,
    /// Its node.
    pub node: Option<String>,
    /// What became of it.
    pub status: AnswerStatus,
    /// Success, 0 to 1.
    pub success: Rational,
    /// Points obtained.
    pub points: Rational,
    /// Points of a right answer.
    pub max: Rational,
    /// Confidence crossed with success; `None` when no confidence was asked for an answered item.
    pub profile: Option<ConfidenceProfile>,
    /// Time spent, in milliseconds, when measured.
    pub elapsed_ms: Option<u64>,
    /// For a wrong choice: the id of the chosen option, whose rationale names the error.
    pub chosen: Option<String>,
}

/// An equal-tailed credible interval, in percent (0 to 100).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CredibleInterval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// A class of mastery that the evidence supports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MasteryClass {
    /// Below 50 %.
    Weak,
    /// From 50 % to below 75 %.
    Medium,
    /// From 75 %.
    Strong,
    /// No class reaches a posterior probability of 0.8: to be confirmed in session.
    Insufficient,
}

/// What the data say about a proportion: Beta(1 + n·p, 1 + n·(1 − p)) with n = (Σw)²/Σw² over the answered items.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Evidence {
    /// Effective number of items.
    pub effective_n: f64,
    /// First parameter of the posterior.
    pub alpha: f64,
    /// Second parameter.
    pub beta: f64,
    /// 90 % credible interval.
    pub interval: CredibleInterval,
    /// Posterior probabilities of weak, medium, strong; they sum to 1.
    pub class_probabilities: [f64; 3],
    /// The class whose probability is at least 0.8.
    pub class: MasteryClass,
}

/// One domain, scored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DomainScore {
    /// The domain.
    pub domain: String,
    /// Points obtained, over all scored items.
    pub points: Rational,
    /// Points of all scored items.
    pub max: Rational,
    /// The official score: 100·points/max, half up; `None` when `max` is 0.
    pub percent: Option<u8>,
    /// Scored items that say something about mastery: answered and marked, or "I don't know".
    pub answered: u32,
    /// Scored items of the domain.
    pub items: u32,
    /// What the answered items say; unknown without any.
    pub evidence: Option<Evidence>,
    /// Worst profile of its nodes (or items), when confidence was asked.
    pub profile: Option<ConfidenceProfile>,
}

/// One prerequisite node, scored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeScore {
    /// The node.
    pub node: String,
    /// Its domain.
    pub domain: String,
    /// 100·Σs·w/Σw over all its items, one decimal.
    pub percent: Option<Rational>,
    /// Items answered.
    pub answered: u32,
    /// Items of the node.
    pub items: u32,
    /// Profile, when confidence was asked.
    pub profile: Option<ConfidenceProfile>,
    /// Place in the order of priorities, 0 first.
    pub rank: u32,
}

/// Ability on the logit scale of the item response model.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ability {
    /// Expected a posteriori.
    pub theta: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// Items that entered.
    pub items: u32,
}

/// A whole attempt, scored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Score {
    /// Points obtained.
    pub points: Rational,
    /// Points of all scored items.
    pub max: Rational,
    /// 100·points/max, half up; `None` when `max` is 0.
    pub percent: Option<u8>,
    /// Scored items that say something about mastery: answered and marked, or "I don't know".
    pub answered: u32,
    /// Scored items.
    pub items: u32,
    /// Share of the scored items that say something about mastery (`answered` of `items`), by count, in percent with one decimal.
    pub coverage: Rational,
    /// Weight share of the answered items where success equals confidence, in percent with one decimal; unknown when no
    /// confidence was asked.
    pub calibration: Option<Rational>,
    /// Evidence over all answered items.
    pub evidence: Option<Evidence>,
    /// Ability, for staff.
    pub ability: Ability,
    /// Domains in the bank's order.
    pub domains: Vec<DomainScore>,
    /// Nodes in the order of priorities.
    pub nodes: Vec<NodeScore>,
    /// Items in the bank's order.
    pub outcomes: Vec<ItemOutcome>,
}
