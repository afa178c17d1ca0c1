//! Whether an answer may be stored at all; what it is worth is another question.

use crate::answers::{Answer, AnswerValue, MAX_TEXT_LENGTH, can_be_kept};
use crate::questionnaire::{Bank, Choice, Item, ItemKind};
use nexus_core::{Coded, ErrorCode};
use std::collections::{HashMap, HashSet};

/// Longest part of an id that a message repeats, in characters: an unknown id is whatever the caller sent.
const SHOWN_ID_LENGTH: usize = 64;

/// Why an answer is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AnswerError {
    /// The bank has no such item.
    #[error("unknown item {item_id}")]
    UnknownItem {
        /// The id that was given, shortened.
        item_id: String,
    },
    /// The item has no such option.
    #[error("unknown option for item {item_id}")]
    UnknownOption {
        /// The item.
        item_id: String,
    },
    /// The same option is ticked twice.
    #[error("repeated option for item {item_id}")]
    RepeatedOption {
        /// The item.
        item_id: String,
    },
    /// An option for a text item, a text for an item with options…
    #[error("wrong type of answer for item {item_id}")]
    WrongType {
        /// The item.
        item_id: String,
    },
    /// More than [`MAX_TEXT_LENGTH`] characters.
    #[error("answer too long for item {item_id}")]
    TooLong {
        /// The item.
        item_id: String,
    },
    /// A text with a character that cannot be kept.
    #[error("an answer that cannot be kept for item {item_id}")]
    CannotBeKept {
        /// The item.
        item_id: String,
    },
    /// Two answers to one item.
    #[error("two answers for item {item_id}")]
    Duplicate {
        /// The item.
        item_id: String,
    },
}

impl AnswerError {
    /// The item that the error is about.
    pub fn item_id(&self) -> &str {
        match self {
            Self::UnknownItem { item_id }
            | Self::UnknownOption { item_id }
            | Self::RepeatedOption { item_id }
            | Self::WrongType { item_id }
            | Self::TooLong { item_id }
            | Self::CannotBeKept { item_id }
            | Self::Duplicate { item_id } => item_id,
        }
    }
}

impl Coded for AnswerError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::UnknownItem { .. } => ErrorCode::UnknownItem,
            Self::UnknownOption { .. } => ErrorCode::UnknownOption,
            Self::RepeatedOption { .. } | Self::CannotBeKept { .. } => ErrorCode::InvalidField,
            Self::WrongType { .. } => ErrorCode::WrongAnswerType,
            Self::TooLong { .. } => ErrorCode::AnswerTooLong,
            Self::Duplicate { .. } => ErrorCode::DuplicateAnswer,
        }
    }

    fn sentence(&self) -> String {
        let item = self.item_id();
        match self {
            Self::UnknownItem { .. } => {
                format!("La question «\u{a0}{item}\u{a0}» n'appartient pas au questionnaire.")
            }
            Self::UnknownOption { .. } => {
                format!("La question «\u{a0}{item}\u{a0}» ne propose pas cette réponse.")
            }
            Self::RepeatedOption { .. } => {
                format!("La même réponse est cochée deux fois à la question «\u{a0}{item}\u{a0}».")
            }
            Self::WrongType { .. } => {
                format!("La question «\u{a0}{item}\u{a0}» attend un autre type de réponse.")
            }
            Self::TooLong { .. } => format!(
                "La réponse à la question «\u{a0}{item}\u{a0}» dépasse la longueur acceptée (2\u{202f}000 caractères)."
            ),
            Self::CannotBeKept { .. } => format!(
                "La réponse à la question «\u{a0}{item}\u{a0}» contient un caractère qui ne peut pas être enregistré."
            ),
            Self::Duplicate { .. } => {
                format!("La question «\u{a0}{item}\u{a0}» a reçu deux réponses dans un seul envoi.")
            }
        }
    }
}

/// Checks that an answer is of the type that the item asks for and of acceptable size.
///
/// # Errors
///
/// Says what is wrong; a wrong answer in the sense of the subject is no error.
pub fn check_answer(item: &Item, value: &AnswerValue) -> Result<(), AnswerError> {
    let item_id = || item.id.clone();
    match (&item.kind, value) {
        (_, AnswerValue::NotStudied | AnswerValue::DontKnow | AnswerValue::Blank) => Ok(()),
        (ItemKind::SingleChoice { options }, AnswerValue::Choice(id)) => {
            if offers(options, id) {
                Ok(())
            } else {
                Err(AnswerError::UnknownOption { item_id: item_id() })
            }
        }
        (ItemKind::MultiChoice { options, .. }, AnswerValue::Choices(ids)) => {
            let mut seen = HashSet::new();
            for id in ids {
                if !offers(options, id) {
                    return Err(AnswerError::UnknownOption { item_id: item_id() });
                }
                if !seen.insert(id) {
                    return Err(AnswerError::RepeatedOption { item_id: item_id() });
                }
            }
            Ok(())
        }
        (ItemKind::SingleChoice { .. } | ItemKind::MultiChoice { .. }, _)
        | (_, AnswerValue::Choice(_) | AnswerValue::Choices(_)) => {
            Err(AnswerError::WrongType { item_id: item_id() })
        }
        (_, AnswerValue::Text(text)) => {
            if text.chars().nth(MAX_TEXT_LENGTH).is_some() {
                Err(AnswerError::TooLong { item_id: item_id() })
            } else if !can_be_kept(text) {
                Err(AnswerError::CannotBeKept { item_id: item_id() })
            } else {
                Ok(())
            }
        }
    }
}

fn offers(options: &[Choice], id: &str) -> bool {
    options.iter().any(|option| option.id == id)
}

/// Checks answers together: every item exists, none has two answers, each answer passes [`check_answer`].
///
/// # Errors
///
/// Returns the first error in the order of the answers; [`answer_errors`] lists all of them.
pub fn check_answers(bank: &Bank, answers: &[Answer]) -> Result<(), AnswerError> {
    errors(bank, answers).next().map_or(Ok(()), Err)
}

/// Lists what is wrong with each answer, in their order, at most one error per answer.
pub fn answer_errors(bank: &Bank, answers: &[Answer]) -> Vec<AnswerError> {
    errors(bank, answers).collect()
}

fn errors<'a>(bank: &'a Bank, answers: &'a [Answer]) -> impl Iterator<Item = AnswerError> + 'a {
    let items: HashMap<&str, &Item> = bank.items.iter().map(|item| (item.id.as_str(), item)).collect();
    let mut seen = HashSet::new();
    answers.iter().filter_map(move |answer| {
        let id = answer.item_id.as_str();
        let Some(item) = items.get(id) else {
            return Some(AnswerError::UnknownItem { item_id: id.chars().take(SHOWN_ID_LENGTH).collect() });
        };
        if !seen.insert(id) {
            return Some(AnswerError::Duplicate { item_id: item.id.clone() });
        }
        check_answer(item, &answer.value).err()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::questionnaire::MultiScoring;
    use crate::scoring::Rational;

    fn item(kind: ItemKind) -> Item {
        Item {
            id: "Q1".into(),
            domain: "algebre".into(),
            node: None,
            difficulty: None,
            weight: Rational::ONE,
            target_time_s: None,
            prompt: String::new(),
            kind,
            correction: None,
            critical: false,
        }
    }

    fn options() -> Vec<Choice> {
        ["A", "B", "C"]
            .map(|id| Choice { id: id.into(), markup: String::new(), correct: id == "B", rationale: None })
            .into()
    }

    #[test]
    fn answers_are_of_the_type_of_their_item() {
        let choice = |id: &str| AnswerValue::Choice(id.into());
        let choices = |ids: &[&str]| AnswerValue::Choices(ids.iter().map(|id| (*id).to_owned()).collect());
        let text = |length| AnswerValue::Text("é".repeat(length));
        let single = item(ItemKind::SingleChoice { options: options() });
        let multi = item(ItemKind::MultiChoice { options: options(), scoring: MultiScoring::Exact });
        let open = item(ItemKind::Open { rubric: String::new() });
        let number = item(ItemKind::Numeric { value: Rational::ONE, tolerance: Rational::ZERO, unit: None });
        let cases = [
            (&single, choice("A"), None),
            (&single, choice("a"), Some(ErrorCode::UnknownOption)),
            (&single, choices(&["A"]), Some(ErrorCode::WrongAnswerType)),
            (&single, text(1), Some(ErrorCode::WrongAnswerType)),
            (&single, AnswerValue::DontKnow, None),
            (&multi, choices(&["A", "C"]), None),
            (&multi, choices(&[]), None),
            (&multi, choices(&["A", "Z"]), Some(ErrorCode::UnknownOption)),
            (&multi, choices(&["A", "A"]), Some(ErrorCode::InvalidField)),
            (&multi, choice("A"), Some(ErrorCode::WrongAnswerType)),
            (&open, text(MAX_TEXT_LENGTH), None),
            (&open, text(MAX_TEXT_LENGTH + 1), Some(ErrorCode::AnswerTooLong)),
            (&open, AnswerValue::Text("a\0b".into()), Some(ErrorCode::InvalidField)),
            (&open, AnswerValue::NotStudied, None),
            (&number, text(3), None),
            (&number, choice("1"), Some(ErrorCode::WrongAnswerType)),
            (&number, AnswerValue::Blank, None),
        ];
        for (item, value, expected) in cases {
            let checked = check_answer(item, &value).err();
            assert_eq!(checked.as_ref().map(Coded::code), expected, "{value:?}");
            if let Some(error) = checked {
                assert!(error.sentence().contains("«\u{a0}Q1\u{a0}»") && error.sentence().ends_with('.'));
            }
        }
    }
}
