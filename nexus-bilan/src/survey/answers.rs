//! What a pupil answered to a survey, checked against its items.

use crate::answers::{MAX_TEXT_LENGTH, can_be_kept};
use crate::questionnaire::{Scale, Survey, SurveyItem, SurveyItemKind, SurveyOption};
use nexus_core::{Coded, ErrorCode};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, HashSet};

/// One answer. An item without an entry in [`SurveyAnswers`] is unanswered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum SurveyAnswer {
    /// A value of the item's scale, from its `min` to its `max` (so 1 to 5 for the usual one).
    Position(i32),
    /// One option, by its id.
    Option(String),
    /// Some options, by their ids.
    Options(Vec<String>),
    /// Free text.
    Text(String),
    /// The pupil would rather not say: as unanswered, but a required item is satisfied.
    PreferNotToSay,
}

/// Answers by item id.
pub type SurveyAnswers = BTreeMap<String, SurveyAnswer>;

/// Why an answer does not fit its item.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SurveyAnswerError {
    /// Another type of answer than the item asks for.
    #[error("the answer to {item} is of the wrong type")]
    WrongType {
        /// The item.
        item: String,
    },
    /// An option that the item does not offer.
    #[error("the answer to {item} names an unknown option")]
    UnknownOption {
        /// The item.
        item: String,
    },
    /// The same option twice.
    #[error("the answer to {item} names an option twice")]
    RepeatedOption {
        /// The item.
        item: String,
    },
    /// Fewer options than asked for.
    #[error("the answer to {item} needs at least {min} options")]
    TooFew {
        /// The item.
        item: String,
        /// Least options.
        min: u32,
    },
    /// More options than allowed.
    #[error("the answer to {item} allows at most {max} options")]
    TooMany {
        /// The item.
        item: String,
        /// Most options.
        max: u32,
    },
    /// A text beyond its limit.
    #[error("the answer to {item} is longer than {max} characters")]
    TooLong {
        /// The item.
        item: String,
        /// Most characters.
        max: usize,
    },
    /// A text with a character that cannot be kept.
    #[error("the answer to {item} cannot be kept")]
    CannotBeKept {
        /// The item.
        item: String,
    },
    /// A value outside the scale.
    #[error("the answer to {item} is not on its scale, {min} to {max}")]
    OutOfScale {
        /// The item.
        item: String,
        /// Lowest value.
        min: i32,
        /// Highest value.
        max: i32,
    },
}

impl Coded for SurveyAnswerError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::UnknownOption { .. } => ErrorCode::UnknownOption,
            Self::TooLong { .. } => ErrorCode::AnswerTooLong,
            Self::WrongType { .. } => ErrorCode::WrongAnswerType,
            _ => ErrorCode::InvalidField,
        }
    }

    fn sentence(&self) -> String {
        match self {
            Self::WrongType { item } => format!("Question {item} : le type de la réponse ne convient pas."),
            Self::UnknownOption { item } => format!("Question {item} : cette option n'est pas proposée."),
            Self::RepeatedOption { item } => format!("Question {item} : une option est cochée deux fois."),
            Self::TooFew { item, min } => {
                format!("Question {item} : cochez au moins {}.", options_in_words(*min))
            }
            Self::TooMany { item, max } => {
                format!("Question {item} : cochez au plus {}.", options_in_words(*max))
            }
            Self::TooLong { item, max } => format!("Question {item} : la réponse dépasse {max} caractères."),
            Self::CannotBeKept { item } => {
                format!("Question {item} : la réponse contient un caractère qui ne peut pas être enregistré.")
            }
            Self::OutOfScale { item, min, max } => {
                format!("Question {item} : la réponse doit être comprise entre {min} et {max}.")
            }
        }
    }
}

fn options_in_words(count: u32) -> String {
    if count < 2 { format!("{count} option") } else { format!("{count} options") }
}

/// Checks one answer against its item.
///
/// # Errors
/// Fails when the type, an option, the number of ticks, the length or the value does not fit.
pub fn check_answer(
    survey: &Survey,
    item: &SurveyItem,
    answer: &SurveyAnswer,
) -> Result<(), SurveyAnswerError> {
    let id = || item.id.clone();
    match (&item.kind, answer) {
        (_, SurveyAnswer::PreferNotToSay) => Ok(()),
        (SurveyItemKind::Likert { scale }, SurveyAnswer::Position(value)) => match scale_of(survey, scale) {
            Some(scale) if !(scale.min..=scale.max).contains(value) => {
                Err(SurveyAnswerError::OutOfScale { item: id(), min: scale.min, max: scale.max })
            }
            Some(_) => Ok(()),
            None => Err(SurveyAnswerError::WrongType { item: id() }),
        },
        (SurveyItemKind::Single { options }, SurveyAnswer::Option(option)) => {
            if options.iter().any(|offered| offered.id == *option) {
                Ok(())
            } else {
                Err(SurveyAnswerError::UnknownOption { item: id() })
            }
        }
        (SurveyItemKind::Multi { options, min, max }, SurveyAnswer::Options(ticked)) => {
            if ticked.iter().any(|tick| !options.iter().any(|offered| offered.id == *tick)) {
                return Err(SurveyAnswerError::UnknownOption { item: id() });
            }
            if ticked.iter().collect::<HashSet<_>>().len() != ticked.len() {
                return Err(SurveyAnswerError::RepeatedOption { item: id() });
            }
            let count = u32::try_from(ticked.len()).unwrap_or(u32::MAX);
            match (min, max) {
                (Some(min), _) if count < *min => Err(SurveyAnswerError::TooFew { item: id(), min: *min }),
                (_, Some(max)) if count > *max => Err(SurveyAnswerError::TooMany { item: id(), max: *max }),
                _ => Ok(()),
            }
        }
        (SurveyItemKind::Text { max_length, .. }, SurveyAnswer::Text(text)) => {
            let own = max_length.and_then(|length| usize::try_from(length).ok());
            let max = own.unwrap_or(MAX_TEXT_LENGTH).min(MAX_TEXT_LENGTH);
            if text.chars().count() > max {
                return Err(SurveyAnswerError::TooLong { item: id(), max });
            }
            if !can_be_kept(text) {
                return Err(SurveyAnswerError::CannotBeKept { item: id() });
            }
            Ok(())
        }
        _ => Err(SurveyAnswerError::WrongType { item: id() }),
    }
}

/// Reads an answer as the existing application's pages sent it: labels, positions, lists of them, likert values as
/// numbers or texts. `None` when nothing was answered.
///
/// # Errors
/// Fails as [`check_answer`] does.
pub fn decode_legacy_survey_answer(
    survey: &Survey,
    item: &SurveyItem,
    value: &Value,
) -> Result<Option<SurveyAnswer>, SurveyAnswerError> {
    let wrong = || SurveyAnswerError::WrongType { item: item.id.clone() };
    let blank = match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(list) => list.is_empty(),
        _ => false,
    };
    if blank {
        return Ok(None);
    }
    let answer = match &item.kind {
        SurveyItemKind::Likert { scale } => {
            let scale = scale_of(survey, scale).ok_or_else(wrong)?;
            SurveyAnswer::Position(legacy_position(scale, value).ok_or_else(wrong)?)
        }
        SurveyItemKind::Single { options } => {
            let value = match value {
                Value::Array(list) if list.len() == 1 => list.first().unwrap_or(value),
                other => other,
            };
            SurveyAnswer::Option(legacy_option(options, value).ok_or_else(wrong)?)
        }
        SurveyItemKind::Multi { options, .. } => {
            let list = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
            let ticked: Option<Vec<_>> = list.iter().map(|tick| legacy_option(options, tick)).collect();
            SurveyAnswer::Options(ticked.ok_or_else(wrong)?)
        }
        SurveyItemKind::Text { .. } => SurveyAnswer::Text(match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => return Err(wrong()),
        }),
    };
    check_answer(survey, item, &answer)?;
    Ok(Some(answer))
}

/// The scale with this id.
pub(super) fn scale_of<'a>(survey: &'a Survey, id: &str) -> Option<&'a Scale> {
    survey.scales.iter().find(|scale| scale.id == id)
}

fn legacy_position(scale: &Scale, value: &Value) -> Option<i32> {
    match value {
        Value::Number(number) => number.as_i64().and_then(|value| i32::try_from(value).ok()),
        Value::String(text) => {
            let label = scale.labels.iter().position(|label| label == text.trim());
            let labelled = label.and_then(|position| i32::try_from(position).ok());
            labelled.and_then(|position| scale.min.checked_add(position)).or_else(|| text.trim().parse().ok())
        }
        _ => None,
    }
}

/// The id of an option given as label or as position; text that is neither stays, to be refused as unknown.
fn legacy_option(options: &[SurveyOption], value: &Value) -> Option<String> {
    match value {
        Value::String(text) => {
            let labelled = options.iter().find(|option| option.label == text.trim());
            Some(labelled.map_or_else(|| text.trim().to_owned(), |option| option.id.clone()))
        }
        Value::Number(number) => {
            let position = number.as_u64().and_then(|position| usize::try_from(position).ok());
            let option = position.and_then(|position| options.get(position));
            Some(option.map_or_else(|| number.to_string(), |option| option.id.clone()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::example::survey;
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn item<'a>(survey: &'a Survey, id: &str) -> &'a SurveyItem {
        survey.items.iter().find(|item| item.id == id).unwrap()
    }

    fn options(ids: &[&str]) -> SurveyAnswer {
        SurveyAnswer::Options(ids.iter().map(|id| (*id).to_owned()).collect())
    }

    #[test]
    fn answers_are_checked_with_french_sentences() {
        let survey = survey();
        let cases = [
            ("l1", SurveyAnswer::Position(5), None),
            ("l1", SurveyAnswer::Position(6), Some("entre 1 et 5")),
            ("l1", SurveyAnswer::Position(0), Some("entre 1 et 5")),
            ("l1", SurveyAnswer::Text("5".into()), Some("type")),
            ("l1", SurveyAnswer::PreferNotToSay, None),
            ("s1", SurveyAnswer::Option("1".into()), None),
            ("s1", SurveyAnswer::Option("7".into()), Some("pas proposée")),
            ("m1", options(&["0", "2"]), None),
            ("m1", options(&[]), Some("au moins 1 option.")),
            ("m1", options(&["0", "1", "2"]), Some("au plus 2 options.")),
            ("m1", options(&["0", "0"]), Some("deux fois")),
            ("m1", options(&["9"]), Some("pas proposée")),
            ("t1", SurveyAnswer::Text("éèà".into()), None),
            ("t1", SurveyAnswer::Text("x".repeat(11)), Some("10 caractères")),
            ("t2", SurveyAnswer::Text("x".repeat(2001)), Some("2000 caractères")),
            ("t2", SurveyAnswer::Text("a\0b".into()), Some("ne peut pas être enregistré")),
        ];
        for (id, answer, part) in cases {
            let sentence =
                check_answer(&survey, item(&survey, id), &answer).err().map(|error| error.sentence());
            match (part, sentence) {
                (None, None) => {}
                (Some(part), Some(sentence)) => assert!(sentence.contains(part), "{sentence}"),
                (part, sentence) => panic!("{id} {answer:?}: {part:?} {sentence:?}"),
            }
        }
    }

    #[test]
    fn old_encodings_are_read() {
        let survey = survey();
        let option = |id: &str| Ok(Some(SurveyAnswer::Option(id.into())));
        let cases = [
            ("l1", json!(4), Ok(Some(SurveyAnswer::Position(4)))),
            ("l1", json!("4"), Ok(Some(SurveyAnswer::Position(4)))),
            ("l1", json!("Plutôt oui"), Ok(Some(SurveyAnswer::Position(4)))),
            ("s1", json!(0), option("0")),
            ("s1", json!("Parfois"), option("1")),
            ("s1", json!(["Non"]), option("2")),
            ("m1", json!([0, "Autre"]), Ok(Some(options(&["0", "2"])))),
            ("m1", json!("Plaisir"), Ok(Some(options(&["1"])))),
            ("t1", json!("mot"), Ok(Some(SurveyAnswer::Text("mot".into())))),
            ("l1", json!(null), Ok(None)),
            ("s1", json!(" "), Ok(None)),
            ("m1", json!([]), Ok(None)),
            ("s1", json!(3), Err(())),
            ("s1", json!("Jamais"), Err(())),
            ("l1", json!(0), Err(())),
            ("l1", json!([1]), Err(())),
            ("t1", json!({"a": 1}), Err(())),
        ];
        for (id, value, expected) in cases {
            let found = decode_legacy_survey_answer(&survey, item(&survey, id), &value).map_err(|_| ());
            assert_eq!(found, expected, "{id} {value}");
        }
    }

    proptest! {
        #[test]
        fn what_is_read_is_valid(number in any::<i64>(), text in ".{0,12}") {
            let survey = survey();
            for item in &survey.items {
                for value in [json!(number), json!(text), json!([number, text])] {
                    if let Ok(Some(answer)) = decode_legacy_survey_answer(&survey, item, &value) {
                        prop_assert!(check_answer(&survey, item, &answer).is_ok());
                    }
                }
            }
        }
    }
}
