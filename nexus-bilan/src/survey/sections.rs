//! Scores by section, as the existing application drew them, except that what was not answered is left out.

use super::answers::scale_of;
use super::{SurveyAnswer, SurveyAnswers, visible_items};
use crate::questionnaire::{Survey, SurveyItem, SurveyItemKind};
use crate::scoring::Rational;
use serde::{Deserialize, Serialize};

/// One section, scored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SectionScore {
    /// Key of the section.
    pub section: String,
    /// Name for people.
    pub label: String,
    /// Points of the answered items; `None` when nothing was answered.
    pub points: Option<Rational>,
    /// Points of all visible items that count.
    pub max: Rational,
    /// 100·points over the weight of the *answered* items, half up; `None` when nothing was answered.
    pub percent: Option<u8>,
    /// Items that count and were answered.
    pub answered: u32,
    /// Visible items that count.
    pub items: u32,
}

/// Scores the sections of a survey, in its order. A likert item gives its weight times (v − min)/(max − min), reversed
/// items mirrored; an answered single choice half its weight; several options half their weight times min(1, n/2). Texts
/// and items without weight do not count.
pub fn section_scores(survey: &Survey, answers: &SurveyAnswers) -> Vec<SectionScore> {
    let visible = visible_items(survey, answers);
    let score = |section: &crate::questionnaire::SurveySection| {
        let (mut max, mut answered_max, mut points) = (Rational::ZERO, Rational::ZERO, Rational::ZERO);
        let (mut items, mut answered) = (0, 0);
        for item in visible.iter().filter(|item| item.section == section.id) {
            let Some(weight) = item.weight.filter(|_| !matches!(item.kind, SurveyItemKind::Text { .. }))
            else {
                continue;
            };
            items += 1;
            max = max.checked_add(weight).unwrap_or(max);
            let share = answers.get(&item.id).and_then(|answer| share_of(survey, item, answer));
            if let Some(earned) = share.and_then(|share| share.checked_mul(weight)) {
                answered += 1;
                answered_max = answered_max.checked_add(weight).unwrap_or(answered_max);
                points = points.checked_add(earned).unwrap_or(points);
            }
        }
        let percent = Rational::whole(100)
            .checked_mul(points)
            .and_then(|hundredfold| hundredfold.checked_div(answered_max))
            .and_then(|percent| u8::try_from(percent.round_half_up()).ok());
        SectionScore {
            section: section.id.clone(),
            label: section.label.clone(),
            points: (answered > 0).then_some(points),
            max,
            percent,
            answered,
            items,
        }
    };
    survey.sections.iter().map(score).collect()
}

/// The share of its weight that an answer earns.
fn share_of(survey: &Survey, item: &SurveyItem, answer: &SurveyAnswer) -> Option<Rational> {
    let half = Rational::new(1, 2)?;
    match (&item.kind, answer) {
        (SurveyItemKind::Likert { scale }, SurveyAnswer::Position(value)) => {
            let scale = scale_of(survey, scale)?;
            let (min, max) = (i64::from(scale.min), i64::from(scale.max));
            let value = i64::from(*value).clamp(min, max.max(min));
            let value = if item.reverse { min + max - value } else { value };
            Rational::new(value - min, max - min)
        }
        (SurveyItemKind::Single { .. }, SurveyAnswer::Option(_)) => Some(half),
        (SurveyItemKind::Multi { .. }, SurveyAnswer::Options(ids)) if !ids.is_empty() => {
            Some(if ids.len() >= 2 { half } else { Rational::new(1, 4)? })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::example::survey;
    use super::*;

    #[test]
    fn only_what_was_answered_counts() {
        let none = section_scores(&survey(), &SurveyAnswers::new());
        assert!(none.iter().all(|score| score.percent.is_none() && score.points.is_none()));
        let answers = SurveyAnswers::from([
            ("l2".to_owned(), SurveyAnswer::Position(2)),
            ("s1".to_owned(), SurveyAnswer::Option("2".into())),
            ("m1".to_owned(), SurveyAnswer::Options(vec!["0".into()])),
        ]);
        let scores = section_scores(&survey(), &answers);
        // Reversed 2 is 4: three quarters of 2 points; the unanswered `l1` is left out of the percentage.
        assert_eq!(
            (scores[0].points.unwrap().to_string().as_str(), scores[0].percent, scores[0].answered),
            ("1.5", Some(75), 1)
        );
        assert_eq!(scores[0].max, Rational::whole(4));
        // Half of 2 for the single choice, a quarter of 2 for one tick.
        assert_eq!((scores[1].points.unwrap().to_string().as_str(), scores[1].percent), ("1.5", Some(38)));
    }
}
