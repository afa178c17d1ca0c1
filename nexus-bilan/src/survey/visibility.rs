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

#[cfg(test)]
mod tests {
    use super::super::example::survey;
    use super::*;

    fn ids(answers: &[(&str, SurveyAnswer)]) -> Vec<String> {
        let answers = answers.iter().map(|(id, answer)| ((*id).to_owned(), answer.clone())).collect();
        visible_items(&survey(), &answers).into_iter().map(|item| item.id.clone()).collect()
    }

    fn ticked(options: &[&str]) -> SurveyAnswer {
        SurveyAnswer::Options(options.iter().map(|id| (*id).to_owned()).collect())
    }

    #[test]
    fn several_options_satisfy_a_condition_when_one_of_them_does() {
        let always = ["l1", "l2", "l3", "s1", "m1"];
        assert_eq!(ids(&[]), always);
        assert_eq!(ids(&[("m1", ticked(&["0", "1"]))]), always);
        assert!(ids(&[("m1", ticked(&["0", "2"]))]).contains(&"t1".to_owned()));
    }

    #[test]
    fn conditions_add_up_and_a_hidden_item_satisfies_none() {
        let yes = SurveyAnswer::Option("0".into());
        let nothing = SurveyAnswer::Text(" rien ".into());
        let shown = ids(&[("m1", ticked(&["2"])), ("t1", nothing.clone()), ("s1", yes.clone())]);
        assert!(shown.contains(&"t2".to_owned()));
        assert!(!ids(&[("m1", ticked(&["2"])), ("t1", nothing.clone())]).contains(&"t2".to_owned()));
        // `t1` was answered, then hidden by another answer to `m1`.
        assert!(!ids(&[("m1", ticked(&["0"])), ("t1", nothing), ("s1", yes)]).contains(&"t2".to_owned()));
    }
}
