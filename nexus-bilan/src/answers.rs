//! What a pupil answered, item by item.

use serde::{Deserialize, Serialize};

/// Longest free answer, in characters.
pub const MAX_TEXT_LENGTH: usize = 2_000;

/// Whether every database can keep a text: PostgreSQL has no place for the character U+0000.
pub(crate) fn can_be_kept(text: &str) -> bool {
    !text.contains('\0')
}

/// How sure a pupil says he is: 1 (not at all) to 4 (certain); there is no middle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Confidence(u8);

impl Confidence {
    /// Reads a declared confidence.
    pub const fn new(level: u8) -> Option<Self> {
        if matches!(level, 1..=4) { Some(Self(level)) } else { None }
    }

    /// The level, 1 to 4.
    pub const fn level(self) -> u8 {
        self.0
    }

    /// Whether the pupil counts as sure (3 or 4).
    pub const fn is_sure(self) -> bool {
        self.0 >= 3
    }
}

impl TryFrom<u8> for Confidence {
    type Error = &'static str;
    fn try_from(level: u8) -> Result<Self, Self::Error> {
        Self::new(level).ok_or("confidence is 1 to 4")
    }
}

impl From<Confidence> for u8 {
    fn from(confidence: Confidence) -> Self {
        confidence.0
    }
}

/// The answer itself. "No answer" is a value of its own through every layer, never an empty string or a zero.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum AnswerValue {
    /// One option, by its id.
    Choice(String),
    /// Several options, by their ids; the order does not matter, a repeated id is not a valid answer.
    Choices(Vec<String>),
    /// A number, an expression, a set, an interval or a sentence, as typed.
    Text(String),
    /// "We have not studied this."
    NotStudied,
    /// "I don't know."
    DontKnow,
    /// Seen and left empty.
    Blank,
}

/// One answer to one item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    /// The item.
    pub item_id: String,
    /// The answer.
    #[serde(flatten)]
    pub value: AnswerValue,
    /// How sure the pupil was, when asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<Confidence>,
    /// Time spent on the item, in milliseconds, when measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub elapsed_ms: Option<u64>,
}
