//! The canonical model of a pedagogical survey.

use crate::scoring::Rational;
use serde::{Deserialize, Serialize};

/// A pedagogical survey.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Survey {
    /// Stable name, such as `pedagogique-commun`.
    pub slug: String,
    /// Version of the content.
    pub version: String,
    /// Title for people, in French.
    pub title: String,
    /// Sections in the order in which they are shown.
    pub sections: Vec<SurveySection>,
    /// Scales of the likert items.
    pub scales: Vec<Scale>,
    /// The items in their order.
    pub items: Vec<SurveyItem>,
    /// What the answers are summed into; the mapping lives on the items.
    #[serde(default)]
    pub traits: Vec<Trait>,
}

/// A section (a "domain" of the existing surveys).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SurveySection {
    /// Key used by the items.
    pub id: String,
    /// Name for people.
    pub label: String,
}

/// A likert scale: position 0 is worth `min`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Scale {
    /// Key used by the items.
    pub id: String,
    /// Value of the first label.
    pub min: i32,
    /// Labels, in rising order; empty when the source gives none.
    pub labels: Vec<String>,
    /// Value of the last label.
    pub max: i32,
}

/// One question of a survey.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SurveyItem {
    /// Unique in the survey.
    pub id: String,
    /// Its section.
    pub section: String,
    /// The question.
    pub statement: String,
    /// How it is answered.
    #[serde(flatten)]
    pub kind: SurveyItemKind,
    /// Whether it must be answered when visible.
    #[serde(default)]
    pub required: bool,
    /// Shown only when all these conditions hold.
    #[serde(default)]
    pub visible_if: VisibleIf,
    /// Weight in the section's completion score of the existing application.
    #[serde(default)]
    pub weight: Option<Rational>,
    /// `true` when agreeing is bad for the section's score: v counts as min + max − v.
    #[serde(default)]
    pub reverse: bool,
    /// The traits that the answer feeds.
    #[serde(default)]
    pub loadings: Vec<Loading>,
}

/// How a survey item is answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum SurveyItemKind {
    /// A position on a scale.
    Likert {
        /// The scale.
        scale: String,
    },
    /// One option.
    Single {
        /// The options.
        options: Vec<SurveyOption>,
    },
    /// Some options.
    Multi {
        /// The options.
        options: Vec<SurveyOption>,
        /// Least ticks.
        #[serde(default)]
        min: Option<u32>,
        /// Most ticks.
        #[serde(default)]
        max: Option<u32>,
    },
    /// Free text.
    Text {
        /// Most characters.
        #[serde(default)]
        max_length: Option<u32>,
        /// Hint inside the field.
        #[serde(default)]
        placeholder: Option<String>,
    },
}

/// One option of a survey item.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SurveyOption {
    /// Its id: the label's position as text for imported surveys.
    pub id: String,
    /// What is shown.
    pub label: String,
    /// What ticking it is worth to the traits of the item, when the item is summed.
    #[serde(default)]
    pub score: Option<Rational>,
}

/// A link from an item to a trait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Loading {
    /// The trait.
    #[serde(rename = "trait")]
    pub trait_id: String,
    /// `1` when a high answer means more of the trait, `-1` when it means less (the value is mirrored on its scale).
    pub sign: i8,
}

/// What answers are summed into.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Trait {
    /// Key, such as `autonomie`.
    pub id: String,
    /// Name for people.
    pub label: String,
    /// Lowest possible value.
    pub min: Rational,
    /// Highest possible value.
    pub max: Rational,
    /// How the values of the answered items are put together.
    pub formula: TraitFormula,
    /// Who may read it.
    pub audience: TraitAudience,
    /// Least answered items for the trait to be known at all.
    pub min_answered: u32,
    /// Whether a high value is good news (`false` for stress).
    pub high_is_good: bool,
    /// Reading of the values, rising; the last one has no upper bound.
    pub bands: Vec<TraitBand>,
}

/// How the values of the answered items are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TraitFormula {
    /// Mean of the answered items.
    Mean,
    /// Sum of the answered items, clamped to the trait's bounds.
    ClampedSum,
}

/// Who may read a trait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TraitAudience {
    /// The pupil, his family and staff.
    Everyone,
    /// Staff only: health-like data of a minor. Never sent to a model, never used by an offer rule.
    Staff,
}

/// A band of a trait's values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TraitBand {
    /// Values up to this one, included; `None` for the last band.
    pub up_to: Option<Rational>,
    /// Key: `low`, `medium`, `high`.
    pub id: String,
    /// Short French reading: "à structurer".
    pub label: String,
}

/// Conditions that must all hold.
pub type VisibleIf = std::collections::BTreeMap<String, VisibleValue>;

/// What another answer must be. An answer of several options satisfies a condition when any of its options does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum VisibleValue {
    /// This label (or id).
    One(String),
    /// One of these.
    AnyOf(Vec<String>),
}
