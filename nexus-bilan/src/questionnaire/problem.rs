//! What the loader has to say about a questionnaire file.

use serde::{Deserialize, Serialize};
use std::fmt;

/// How grave a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// To be read by the author; the file may be used.
    Warning,
    /// Must be repaired before any pupil sees the item.
    Error,
}

macro_rules! rules {
    ($($(#[$doc:meta])* $name:ident = $code:literal,)+) => {
        /// The rule that a problem is about; the variants `V1` to `V14` are the numbered rules of a bank.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[non_exhaustive]
        pub enum Rule { $($(#[$doc])* $name,)+ }

        impl Rule {
            /// Every rule, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The stable code of the rule: `V1` … `V14`, or a word.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }
        }
    };
}

rules! {
    /// Ids are well formed and unique, in the whole repository for the banks of Nexus.
    UniqueIds = "V1",
    /// Each item names an existing node of its own domain.
    KnownNode = "V2",
    /// Difficulty is 1 to 3.
    Difficulty = "V3",
    /// A node has 2 to 6 items.
    ItemsPerNode = "V4",
    /// A single choice has 4 options and exactly one key.
    SingleChoice = "V5",
    /// A multiple choice has 4 or 5 options and 2 or 3 keys.
    MultiChoice = "V6",
    /// A number has a readable target and a tolerance that is not negative.
    Tolerance = "V7",
    /// The accepted forms of a short text are distinct and not empty once normalised.
    AcceptedForms = "V8",
    /// A correction has at most 320 characters.
    CorrectionLength = "V9",
    /// No promise, no anxiety, no judgement of the person.
    ForbiddenLexicon = "V10",
    /// The items fit in the announced duration.
    Duration = "V11",
    /// No teacher's name, no brand of somebody else.
    ProperNames = "V12",
    /// Each wrong option names the error that it captures.
    Rationale = "V13",
    /// No position holds more than 40 % of the keys.
    KeyPosition = "V14",
    /// The file is not JSON, too large or of no known shape.
    Unreadable = "unreadable",
    /// A field is missing.
    MissingField = "missing_field",
    /// A field is of another type than expected.
    WrongType = "wrong_type",
    /// A field that no format knows.
    UnknownField = "unknown_field",
    /// A weight is not a number from 0 (excluded) to 1000 with at most 3 decimals.
    Weight = "weight",
    /// Two options say the same thing.
    EqualOptions = "equal_options",
    /// Computation disagrees with the key.
    WrongKey = "wrong_key",
    /// The announced totals differ from the content.
    Totals = "totals",
    /// Announced and used domains differ.
    Domains = "domains",
    /// Vocabulary of another year's programme.
    OffProgramme = "off_programme",
    /// A model answer that no machine can compare with what a pupil types.
    ModelAnswer = "model_answer",
    /// A reviewed error of content that no machine finds.
    Erratum = "erratum",
    /// A survey refers to a scale, an option, an item or a trait that it does not have.
    SurveyReference = "survey_reference",
    /// A trait of a survey cannot be computed from its items.
    TraitDefinition = "trait_definition",
}

/// One thing that is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// Name of the file.
    pub file: String,
    /// The item, when the problem has one.
    pub item: Option<String>,
    /// The rule.
    pub rule: Rule,
    /// How grave it is.
    pub severity: Severity,
    /// A French sentence for the author.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Warning => "avertissement",
            Severity::Error => "erreur",
        };
        write!(formatter, "{}", self.file)?;
        if let Some(item) = &self.item {
            write!(formatter, ", {item}")?;
        }
        write!(formatter, " — {severity} [{}] : {}", self.rule.code(), self.message)
    }
}

/// A problem before the loader adds the name of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The item, when it has one.
    pub item: Option<String>,
    /// The rule.
    pub rule: Rule,
    /// How grave it is in a bank written for Nexus.
    pub severity: Severity,
    /// Whether an imported file cannot satisfy it, so that there it is a warning only.
    pub lenient: bool,
    /// A French sentence.
    pub message: String,
}

impl Finding {
    /// An error about the whole file.
    pub fn error(rule: Rule, message: impl Into<String>) -> Self {
        Self { item: None, rule, severity: Severity::Error, lenient: false, message: message.into() }
    }

    /// A warning about the whole file.
    pub fn warning(rule: Rule, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(rule, message) }
    }

    /// The same about one item.
    #[must_use]
    pub fn on(self, item: impl Into<String>) -> Self {
        Self { item: Some(item.into()), ..self }
    }

    /// The same, as a warning in an imported file.
    #[must_use]
    pub fn lenient(self) -> Self {
        Self { lenient: true, ..self }
    }

    /// The problem that this finding is in a file.
    pub fn in_file(self, file: &str, imported: bool) -> Problem {
        let severity = if imported && self.lenient { Severity::Warning } else { self.severity };
        Problem { file: file.to_owned(), item: self.item, rule: self.rule, severity, message: self.message }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_the_first_fourteen_are_numbered() {
        let mut codes: Vec<_> = Rule::ALL.iter().map(|rule| rule.code()).collect();
        for (index, code) in codes.iter().take(14).enumerate() {
            assert_eq!(*code, format!("V{}", index + 1));
        }
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), Rule::ALL.len());
    }

    #[test]
    fn leniency_is_for_imported_files_only() {
        let finding = Finding::error(Rule::Rationale, "x").on("Q1").lenient();
        assert_eq!(finding.clone().in_file("f", true).severity, Severity::Warning);
        assert_eq!(finding.in_file("f", false).severity, Severity::Error);
    }
}
