//! From the answers of a pedagogical survey to trait indices; the unanswered is unknown, never neutral and never zero.

mod answers;
#[cfg(feature = "compat")]
pub mod compat;
#[cfg(test)]
mod example;
mod index;
mod sections;
mod visibility;

pub use answers::{
    SurveyAnswer, SurveyAnswerError, SurveyAnswers, check_answer, decode_legacy_survey_answer,
};
pub use index::measure;
pub use sections::{SectionScore, section_scores};
pub use visibility::visible_items;

use crate::questionnaire::{TraitAudience, TraitBand};
use crate::scoring::Rational;
use serde::{Deserialize, Serialize};

/// One trait, measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TraitIndex {
    /// Key of the trait.
    pub trait_id: String,
    /// Name for people.
    pub label: String,
    /// The value, two decimals, half up; `None` when too few items were answered.
    pub value: Option<Rational>,
    /// Lowest possible value.
    pub min: Rational,
    /// Highest possible value.
    pub max: Rational,
    /// The band of the exact value (before rounding).
    pub band: Option<TraitBand>,
    /// Items answered.
    pub answered: u32,
    /// Visible items that feed the trait.
    pub items: u32,
    /// Who may read it.
    pub audience: TraitAudience,
    /// Whether a high value is good news.
    pub high_is_good: bool,
}
