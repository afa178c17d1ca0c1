//! The canonical bank of a knowledge questionnaire.

use crate::scoring::Rational;
use serde::{Deserialize, Serialize};

/// Text with `$…$` mathematics, as the author wrote it. It is escaped where it is shown, never before.
pub type Markup = String;

/// A school subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Subject {
    /// Mathematics.
    Mathematiques,
    /// Computer science.
    Nsi,
    /// Physics and chemistry.
    PhysiqueChimie,
}

/// The level that a pupil enters; the questionnaire is about the level before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Première, tested on the programme of Seconde.
    Premiere,
    /// Terminale, tested on the programme of Première.
    Terminale,
}

impl Level {
    /// The name that is stored and sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Premiere => "premiere",
            Self::Terminale => "terminale",
        }
    }
}

/// Whether a human has signed the content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BankStatus {
    /// Not for pupils yet, imported banks included.
    Draft,
    /// Read and signed for use.
    Signed,
}

/// Where the bank came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceFormat {
    /// Written in this model.
    Canonical,
    /// Format I of the existing application: a root array of items.
    ItemArray,
    /// Format II: `{meta, questions}` with one index as key.
    Indexed,
    /// Format III: `{meta, questions}` with a list of indices as key.
    IndexSets,
    /// The banks that were compiled into the existing application, with letters as keys.
    Letters,
}

/// A knowledge questionnaire.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Bank {
    /// Stable name, `[a-z0-9-]+`, such as `maths-terminale`.
    pub slug: String,
    /// Version of the content, such as `1.0.0`.
    pub version: String,
    /// Title for people, in French.
    pub title: String,
    /// Subject, when the source says it.
    pub subject: Option<Subject>,
    /// Level that the pupil enters, when the source says it.
    pub level: Option<Level>,
    /// What the items are about, in French: "programme de Première".
    pub programme: Option<String>,
    /// Whether it may be given to pupils.
    pub status: BankStatus,
    /// Physical format that it was read from.
    #[serde(default = "canonical")]
    pub source: SourceFormat,
    /// Announced duration, in minutes.
    pub duration_min: Option<u32>,
    /// Slug of the pedagogical survey that goes with it.
    #[serde(default)]
    pub survey: Option<String>,
    /// Domains in the order in which they are reported.
    pub domains: Vec<Domain>,
    /// Prerequisite nodes; empty for imported banks.
    #[serde(default)]
    pub nodes: Vec<Node>,
    /// The items in their order.
    pub items: Vec<Item>,
}

const fn canonical() -> SourceFormat {
    SourceFormat::Canonical
}

/// A domain of a bank.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Domain {
    /// Key used by the items.
    pub id: String,
    /// Name for people: "Dérivation et variations".
    pub label: String,
    /// Short name for the axis of a chart: "Dérivation".
    pub label_short: String,
    /// Name inside a sentence, with its article: "la dérivation".
    pub label_article: String,
}

/// A notion of the previous year that the coming year stands on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Node {
    /// Key used by the items.
    pub id: String,
    /// The domain that it belongs to.
    pub domain: String,
    /// Name for people: "Équation du second degré".
    pub label: String,
    /// How much hangs on it, 1 to 3; 3 = needed in the first weeks of the coming year.
    pub criticality: u8,
    /// What needs it in the coming year, in French, for the report.
    #[serde(default)]
    pub needed_by: Vec<String>,
    /// Nodes that it stands on itself.
    #[serde(default)]
    pub requires: Vec<String>,
    /// What to do about a gap: one concrete exercise or habit per line, in French, in the second person ("Reprends…").
    #[serde(default)]
    pub remediation: Vec<String>,
}

/// One question. Unknown fields are reported by the loader (serde cannot refuse them beside a flattened field).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Item {
    /// Unique in the whole repository for the banks of Nexus, in its file for imported ones.
    pub id: String,
    /// Its domain.
    pub domain: String,
    /// Its prerequisite node.
    #[serde(default)]
    pub node: Option<String>,
    /// 1 automatism, 2 direct application, 3 short problem.
    #[serde(default)]
    pub difficulty: Option<u8>,
    /// Points of a right answer; positive, at most 1000, at most 3 decimals.
    pub weight: Rational,
    /// Time that a prepared pupil needs, in seconds.
    #[serde(default)]
    pub target_time_s: Option<u32>,
    /// The question.
    pub prompt: Markup,
    /// How it is answered, with its key.
    #[serde(flatten)]
    pub kind: ItemKind,
    /// Worked correction, at most 320 characters, never shown during the test.
    #[serde(default)]
    pub correction: Option<Markup>,
    /// Flag of formats II and III: a gap here is critical.
    #[serde(default)]
    pub critical: bool,
}

/// How an item is answered, and its key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum ItemKind {
    /// Exactly one option is right.
    SingleChoice {
        /// The options in the order of the file.
        options: Vec<Choice>,
    },
    /// Several options may be right.
    MultiChoice {
        /// The options in the order of the file.
        options: Vec<Choice>,
        /// What a partly right selection is worth.
        scoring: MultiScoring,
    },
    /// A number.
    Numeric {
        /// Exact value: `0.2`, `1/5`, `-3`.
        value: Rational,
        /// Largest accepted distance, 0 for exact.
        #[serde(default)]
        tolerance: Rational,
        /// Unit that may follow the number; never required.
        #[serde(default)]
        unit: Option<String>,
    },
    /// A formula in named variables.
    Expression {
        /// One right form, in plain notation: `x^2 + 2*x + 1`.
        canonical: String,
        /// Names of the variables.
        variables: Vec<String>,
    },
    /// A finite set of numbers, in any order.
    SolutionSet {
        /// Its elements.
        values: Vec<Rational>,
    },
    /// An interval of numbers, or a union of them, in French notation: `]-oo ; 2]`.
    Interval {
        /// The right one.
        canonical: String,
    },
    /// A word or a short sentence.
    ShortText {
        /// The accepted forms.
        accepted: Vec<String>,
        /// How a form and an answer are made comparable.
        normaliser: TextNormaliser,
    },
    /// Marked by a human; not part of the score.
    Open {
        /// What the marker looks for.
        rubric: String,
    },
}

/// One option.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Choice {
    /// Its id, `A`…`E`, or the position as text for indexed formats.
    pub id: String,
    /// What is shown.
    pub markup: Markup,
    /// Whether it is (part of) the key.
    #[serde(default)]
    pub correct: bool,
    /// For a wrong one: the error that it captures.
    #[serde(default)]
    pub rationale: Option<String>,
}

/// What a partly right selection is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MultiScoring {
    /// Everything or nothing on the exact set.
    Exact,
    /// `max(0, (good − bad) / number of right options)`, rounded to the quarter.
    Quarters,
}

/// How short texts are made comparable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextNormaliser {
    /// Trim, collapse runs of white space; nothing else (the literal comparison of format I).
    Spaces,
    /// As `Spaces`, in lower case (the letter banks' free answers).
    LowerCase,
    /// No accents, lower case, collapsed spaces, no final punctuation.
    Folded,
    /// As `Spaces`; when that fails, the key is read as a number, an expression, a set or an interval and compared as
    /// mathematics. For model answers that were written in LaTeX for people.
    MathOrSpaces,
}
