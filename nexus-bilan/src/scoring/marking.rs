//! What one answer to one item is worth.

use super::{AnswerStatus, Rational};
use crate::answers::AnswerValue;
use crate::matching;
use crate::questionnaire::{Choice, Item, ItemKind, MultiScoring};

/// What an answer is worth before weights.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark<'a> {
    /// What became of the item.
    pub status: AnswerStatus,
    /// Success, 0 to 1.
    pub success: Rational,
    /// For a wrong single choice: the option that was chosen.
    pub chosen: Option<&'a str>,
}

impl<'a> Mark<'a> {
    const fn without_success(status: AnswerStatus) -> Self {
        Self { status, success: Rational::ZERO, chosen: None }
    }

    fn of(success: Rational) -> Self {
        let status = if success.is_zero() {
            AnswerStatus::Wrong
        } else if success == Rational::ONE {
            AnswerStatus::Right
        } else {
            AnswerStatus::Partial
        };
        Self { status, success, chosen: None }
    }

    fn right_if(right: bool) -> Self {
        Self::of(if right { Rational::ONE } else { Rational::ZERO })
    }

    fn single(options: &'a [Choice], id: &str) -> Self {
        match options.iter().find(|option| option.id == id) {
            Some(option) if option.correct => Self::right_if(true),
            option => Self { chosen: option.map(|option| option.id.as_str()), ..Self::right_if(false) },
        }
    }
}

/// Marks an answer. An option that the item does not offer and an answer of another type than the item asks for are
/// wrong here (refusing them is the business of [`super::check_answer`]); an empty text or selection is a blank.
pub fn mark<'a>(item: &'a Item, value: &AnswerValue) -> Mark<'a> {
    match value {
        AnswerValue::NotStudied => return Mark::without_success(AnswerStatus::NotStudied),
        AnswerValue::DontKnow => return Mark::without_success(AnswerStatus::DontKnow),
        AnswerValue::Blank => return Mark::without_success(AnswerStatus::Blank),
        AnswerValue::Choice(text) | AnswerValue::Text(text) if text.trim().is_empty() => {
            return Mark::without_success(AnswerStatus::Blank);
        }
        AnswerValue::Choices(ids) if ids.is_empty() => return Mark::without_success(AnswerStatus::Blank),
        AnswerValue::Choice(_) | AnswerValue::Choices(_) | AnswerValue::Text(_) => {}
    }
    match (&item.kind, value) {
        (ItemKind::Open { .. }, _) => Mark::without_success(AnswerStatus::ToBeMarked),
        (ItemKind::SingleChoice { options }, AnswerValue::Choice(id)) => Mark::single(options, id),
        (ItemKind::MultiChoice { options, scoring }, AnswerValue::Choices(ids)) => {
            Mark::of(selection_success(options, *scoring, ids))
        }
        (ItemKind::Numeric { value, tolerance, unit }, AnswerValue::Text(text)) => {
            Mark::right_if(matching::number_matches(text, *value, *tolerance, unit.as_deref()))
        }
        (ItemKind::Expression { canonical, variables }, AnswerValue::Text(text)) => {
            Mark::right_if(matching::expression_matches(text, canonical, variables))
        }
        (ItemKind::SolutionSet { values }, AnswerValue::Text(text)) => {
            Mark::right_if(matching::set_matches(text, values))
        }
        (ItemKind::Interval { canonical }, AnswerValue::Text(text)) => {
            Mark::right_if(matching::interval_matches(text, canonical))
        }
        (ItemKind::ShortText { accepted, normaliser }, AnswerValue::Text(text)) => {
            Mark::right_if(matching::text_matches(text, accepted, *normaliser))
        }
        _ => Mark::right_if(false),
    }
}

/// Success of a selection: 0 when an option is repeated or unknown.
fn selection_success(options: &[Choice], scoring: MultiScoring, ids: &[String]) -> Rational {
    let (mut good, mut bad) = (0_i64, 0_i64);
    for (place, id) in ids.iter().enumerate() {
        let repeated = ids.iter().take(place).any(|earlier| earlier == id);
        match options.iter().find(|option| option.id == *id) {
            Some(option) if !repeated => {
                if option.correct {
                    good += 1;
                } else {
                    bad += 1;
                }
            }
            _ => return Rational::ZERO,
        }
    }
    let right = options.iter().fold(0_i64, |count, option| count + i64::from(option.correct));
    match scoring {
        MultiScoring::Exact if good == right && bad == 0 => Rational::ONE,
        MultiScoring::Exact => Rational::ZERO,
        MultiScoring::Quarters => Rational::new((good - bad).max(0), right)
            .and_then(|share| share.checked_mul(Rational::whole(4)))
            .and_then(|quarters| Rational::new(quarters.round_half_up(), 4))
            .unwrap_or(Rational::ZERO),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(right: &str, all: &str) -> Vec<Choice> {
        all.chars()
            .map(|id| Choice {
                id: id.into(),
                markup: String::new(),
                correct: right.contains(id),
                rationale: None,
            })
            .collect()
    }

    fn selection(right: &str, scoring: MultiScoring, chosen: &str) -> String {
        let ids: Vec<_> = chosen.chars().map(String::from).collect();
        selection_success(&options(right, "ABCDE"), scoring, &ids).to_string()
    }

    #[test]
    fn selections() {
        let cases = [
            ("AB", "AB", "1", "1"),
            ("AB", "BA", "1", "1"),
            ("AB", "A", "0", "0.5"),
            ("AB", "AC", "0", "0"),
            ("AB", "ABC", "0", "0.5"),
            ("AB", "CDE", "0", "0"),
            ("ABC", "A", "0", "0.25"),
            ("ABC", "AB", "0", "0.75"),
            ("ABC", "ABD", "0", "0.25"),
            ("AB", "AAB", "0", "0"),
            ("AB", "ABZ", "0", "0"),
            ("", "A", "0", "0"),
        ];
        for (right, chosen, exact, quarters) in cases {
            assert_eq!(selection(right, MultiScoring::Exact, chosen), exact, "{right} {chosen} exact");
            assert_eq!(
                selection(right, MultiScoring::Quarters, chosen),
                quarters,
                "{right} {chosen} quarters"
            );
        }
    }

    #[test]
    fn a_wrong_choice_is_named_and_an_unknown_one_is_not() {
        let options = options("B", "ABCD");
        assert_eq!(Mark::single(&options, "A").chosen, Some("A"));
        assert_eq!(Mark::single(&options, "Z").chosen, None);
        assert_eq!(Mark::single(&options, "b").status, AnswerStatus::Wrong);
        assert_eq!(
            Mark::single(&options, "B"),
            Mark { status: AnswerStatus::Right, success: Rational::ONE, chosen: None }
        );
    }
}
