//! Trait indices: driven by the loadings, signs and scores in the data, by nothing else.

use super::answers::scale_of;
use super::{SurveyAnswer, SurveyAnswers, TraitIndex, visible_items};
use crate::questionnaire::{
    Survey, SurveyItem, SurveyItemKind, SurveyOption, Trait, TraitBand, TraitFormula,
};
use crate::scoring::Rational;

/// Measures every trait of a survey. Hidden items and unanswered items are left out; below the trait's least number of
/// answered items its value is unknown.
pub fn measure(survey: &Survey, answers: &SurveyAnswers) -> Vec<TraitIndex> {
    let visible = visible_items(survey, answers);
    survey.traits.iter().map(|definition| measure_one(survey, &visible, answers, definition)).collect()
}

fn measure_one(
    survey: &Survey,
    visible: &[&SurveyItem],
    answers: &SurveyAnswers,
    definition: &Trait,
) -> TraitIndex {
    let mut items = 0;
    let mut values = Vec::new();
    for item in visible {
        for loading in item.loadings.iter().filter(|loading| loading.trait_id == definition.id) {
            items += 1;
            let value = answers
                .get(&item.id)
                .and_then(|answer| item_value(survey, item, answer, loading.sign < 0, definition));
            values.extend(value);
        }
    }
    let answered = u32::try_from(values.len()).unwrap_or(u32::MAX);
    let known = answered >= definition.min_answered.max(1);
    let exact = if known { combine(&values, definition) } else { None };
    TraitIndex {
        trait_id: definition.id.clone(),
        label: definition.label.clone(),
        value: exact.map(|exact| exact.round_to(2)),
        min: definition.min,
        max: definition.max,
        band: exact.and_then(|exact| band_of(exact, &definition.bands)).cloned(),
        answered,
        items,
        audience: definition.audience,
        high_is_good: definition.high_is_good,
    }
}

fn combine(values: &[Rational], definition: &Trait) -> Option<Rational> {
    let sum = values.iter().try_fold(Rational::ZERO, |sum, value| sum.checked_add(*value))?;
    match definition.formula {
        TraitFormula::Mean => sum.checked_div(Rational::whole(i64::try_from(values.len()).ok()?)),
        TraitFormula::ClampedSum => Some(sum.max(definition.min).min(definition.max)),
    }
}

/// The band of an exact value: the first one whose upper bound it does not exceed.
fn band_of(exact: Rational, bands: &[TraitBand]) -> Option<&TraitBand> {
    bands.iter().find(|band| band.up_to.is_none_or(|up_to| exact <= up_to))
}

/// What an answer is worth to a trait; `None` when it is worth nothing at all (unanswered, declined, without a score).
fn item_value(
    survey: &Survey,
    item: &SurveyItem,
    answer: &SurveyAnswer,
    mirrored: bool,
    definition: &Trait,
) -> Option<Rational> {
    match (&item.kind, answer) {
        (SurveyItemKind::Likert { scale }, SurveyAnswer::Position(value)) => {
            let scale = scale_of(survey, scale)?;
            let (min, max) = (i64::from(scale.min), i64::from(scale.max));
            let value = i64::from(*value).clamp(min, max.max(min));
            let value = if mirrored { min + max - value } else { value };
            match definition.formula {
                TraitFormula::Mean => onto(value, (min, max), (definition.min, definition.max)),
                TraitFormula::ClampedSum => Some(Rational::whole(value)),
            }
        }
        (SurveyItemKind::Single { options }, SurveyAnswer::Option(id)) => {
            mirror(score_of(options, id)?, options, mirrored)
        }
        (SurveyItemKind::Multi { options, .. }, SurveyAnswer::Options(ids)) if !ids.is_empty() => {
            ids.iter().try_fold(Rational::ZERO, |sum, id| {
                sum.checked_add(mirror(score_of(options, id)?, options, mirrored)?)
            })
        }
        _ => None,
    }
}

/// Carries a value from its scale to the trait's: means of scales of different lengths would not mean anything.
fn onto(value: i64, (min, max): (i64, i64), (low, high): (Rational, Rational)) -> Option<Rational> {
    if Rational::whole(min) == low && Rational::whole(max) == high {
        return Some(Rational::whole(value));
    }
    let share = Rational::new(value - min, max - min)?;
    low.checked_add(share.checked_mul(high.checked_sub(low)?)?)
}

fn score_of(options: &[SurveyOption], id: &str) -> Option<Rational> {
    options.iter().find(|option| option.id == id).and_then(|option| option.score)
}

fn mirror(score: Rational, options: &[SurveyOption], mirrored: bool) -> Option<Rational> {
    if !mirrored {
        return Some(score);
    }
    let scores = || options.iter().filter_map(|option| option.score);
    scores().min()?.checked_add(scores().max()?)?.checked_sub(score)
}

#[cfg(test)]
mod tests {
    use super::super::example::survey;
    use super::*;
    use proptest::prelude::*;

    fn values(answers: &[(&str, SurveyAnswer)]) -> Vec<(Option<String>, Option<String>, u32, u32)> {
        let answers = answers.iter().map(|(id, answer)| ((*id).to_owned(), answer.clone())).collect();
        let reading = |index: TraitIndex| {
            let band = index.band.map(|band| band.id);
            (index.value.map(|value| value.to_string()), band, index.answered, index.items)
        };
        measure(&survey(), &answers).into_iter().map(reading).collect()
    }

    #[test]
    fn the_unanswered_is_unknown() {
        assert_eq!(values(&[]), [(None, None, 0, 3), (None, None, 0, 1)]);
        assert_eq!(values(&[("l1", SurveyAnswer::Position(5))])[0], (None, None, 1, 3));
        let declined = [("l1", SurveyAnswer::Position(5)), ("l2", SurveyAnswer::PreferNotToSay)];
        assert_eq!(values(&declined)[0], (None, None, 1, 3));
    }

    #[test]
    fn signs_mirror_and_scales_of_other_lengths_are_carried_over() {
        // 4, 6 − 2 = 4, and 4 of 1..4 carried to 5 of 1..5.
        let answers = [
            ("l1", SurveyAnswer::Position(4)),
            ("l2", SurveyAnswer::Position(2)),
            ("l3", SurveyAnswer::Position(4)),
            ("s1", SurveyAnswer::Option("1".into())),
        ];
        assert_eq!(
            values(&answers),
            [
                (Some("4.33".into()), Some("high".into()), 3, 3),
                (Some("1.5".into()), Some("any".into()), 1, 1),
            ]
        );
    }

    /// (1 + 3 + 3)/3 shows as 2.33: a bound between the rounded and the exact value tells which one is read.
    #[test]
    fn bands_are_read_before_rounding() {
        let answers = [
            ("l1", SurveyAnswer::Position(1)),
            ("l2", SurveyAnswer::Position(3)),
            ("l3", SurveyAnswer::Position(3)),
        ];
        let mut survey = survey();
        survey.scales[1].max = 5;
        let answers = answers.iter().map(|(id, answer)| ((*id).to_owned(), answer.clone())).collect();
        let index = measure(&survey, &answers).remove(0);
        assert_eq!(index.value.unwrap().to_string(), "2.33");
        survey.traits[0].bands[0].up_to = Rational::new(7, 3);
        assert_eq!(measure(&survey, &answers)[0].band.as_ref().unwrap().id, "low");
        survey.traits[0].bands[0].up_to = Rational::new(233, 100);
        assert_eq!(measure(&survey, &answers)[0].band.as_ref().unwrap().id, "high");
    }

    proptest! {
        #[test]
        fn values_stay_in_bounds(
            one in 1..=5_i32, two in 1..=5_i32, three in 1..=4_i32, option in 0..3_u8,
        ) {
            let answers = [
                ("l1", SurveyAnswer::Position(one)), ("l2", SurveyAnswer::Position(two)),
                ("l3", SurveyAnswer::Position(three)), ("s1", SurveyAnswer::Option(option.to_string())),
            ];
            let answers = answers.iter().map(|(id, answer)| ((*id).to_owned(), answer.clone())).collect();
            for index in measure(&survey(), &answers) {
                let value = index.value.unwrap();
                prop_assert!(index.min <= value && value <= index.max);
                prop_assert!(index.band.is_some());
            }
        }
    }
}
