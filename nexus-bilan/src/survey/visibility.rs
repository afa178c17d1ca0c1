//! Which items of a survey a pupil sees, given what he answered.

use super::answers::scale_of;
use super::{SurveyAnswer, SurveyAnswers};
use crate::questionnaire::{Survey, SurveyItem, SurveyItemKind, VisibleValue};
use std::collections::HashSet;

/// The visible items, in the order of the survey. An item whose conditions rest on a hidden item is hidden, whatever that
/// item was answered before it was hidden. Conditions may only look backwards, so one pass is enough.
pub fn visible_items<'a>(survey: &'a Survey, answers: &SurveyAnswers) -> Vec<&'a SurveyItem> {
    let mut visible: Vec<&SurveyItem> = Vec::new();
    let mut ids: HashSet<&str> = HashSet::new();
    for item in &survey.items {
        let shown = item.visible_if.iter().all(|(other, wanted)| {
            let other =
                visible.iter().find(|candidate| ids.contains(other.as_str()) && candidate.id == *other);
            other.is_some_and(|other| {
                answers.get(&other.id).is_some_and(|answer| holds(survey, other, answer, wanted))
            })
        });
        if shown {
            ids.insert(&item.id);
            visible.push(item);
        }
    }
    visible
}

/// Whether an answer is (or, for several options, contains) a wanted value, given as label or id.
fn holds(survey: &Survey, item: &SurveyItem, answer: &SurveyAnswer, wanted: &VisibleValue) -> bool {
    let wanted = match wanted {
        VisibleValue::One(value) => std::slice::from_ref(value),
        VisibleValue::AnyOf(values) => values,
    };
    let matches = |given: &str| wanted.iter().any(|value| value == given);
    let option_matches = |id: &str| {
        let label = match &item.kind {
            SurveyItemKind::Single { options } | SurveyItemKind::Multi { options, .. } => {
                options.iter().find(|option| option.id == id).map(|option| option.label.as_str())
            }
            _ => None,
        };
        // The label goes first: the ids of imported surveys are positions, which labels like "2" could imitate.
        label.is_some_and(matches) || matches(id)
    };
    match answer {
        SurveyAnswer::Option(id) => option_matches(id),
        SurveyAnswer::Options(ids) => ids.iter().any(|id| option_matches(id)),
        SurveyAnswer::Text(text) => matches(text.trim()),
        SurveyAnswer::Position(value) => {
            let SurveyItemKind::Likert { scale } = &item.kind else { return false };
            let label = scale_of(survey, scale).and_then(|scale| {
                let position = usize::try_from(value.checked_sub(scale.min)?).ok()?;
                scale.labels.get(position)
            });
            label.is_some_and(|label| matches(label)) || matches(&value.to_string())
        }
        SurveyAnswer::PreferNotToSay => false,
    }
}
