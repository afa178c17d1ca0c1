//! Badges and points of vigilance of the enriched survey.

use super::super::{SurveyAnswer, SurveyAnswers, TraitIndex};
use crate::questionnaire::{Survey, SurveyItemKind};
use crate::scoring::Rational;

/// The badges earned, in the order of the file. An unknown trait earns nothing.
pub fn badges(survey: &Survey, traits: &[TraitIndex], answers: &SurveyAnswers) -> Vec<&'static str> {
    let at_least =
        |id: &str, least: Option<Rational>| value_of(traits, id).zip(least).is_some_and(|(v, l)| v >= l);
    let analyses_errors = survey.items.iter().find(|item| item.id == "E1").is_some_and(|item| {
        let (SurveyItemKind::Single { options }, Some(SurveyAnswer::Option(id))) =
            (&item.kind, answers.get("E1"))
        else {
            return false;
        };
        options.iter().any(|option| option.id == *id && option.label == "Analyser les erreurs")
    });
    [
        (at_least("autonomie", Rational::new(38, 10)), "BADGE_AUTONOME"),
        (at_least("organisation", Some(Rational::whole(7))), "BADGE_ORGA"),
        (analyses_errors, "BADGE_PERSO"),
    ]
    .into_iter()
    .filter(|(earned, _)| *earned)
    .map(|(_, badge)| badge)
    .collect()
}

/// The traits that call for vigilance: organisation below 4, motivation up to 2, stress from 4, `dys` from 2.6. An
/// unknown trait calls for nothing.
pub fn vigilance_points(traits: &[TraitIndex]) -> Vec<&'static str> {
    let holds = |id: &str, test: &dyn Fn(Rational) -> bool| value_of(traits, id).is_some_and(test);
    let dys = Rational::new(26, 10).unwrap_or(Rational::ZERO);
    [
        (holds("organisation", &|value| value < Rational::whole(4)), "organisation"),
        (holds("motivation", &|value| value <= Rational::whole(2)), "motivation"),
        (holds("stress", &|value| value >= Rational::whole(4)), "stress"),
        (holds("dys", &|value| value >= dys), "dys"),
    ]
    .into_iter()
    .filter(|(called, _)| *called)
    .map(|(_, id)| id)
    .collect()
}

fn value_of(traits: &[TraitIndex], id: &str) -> Option<Rational> {
    traits.iter().find(|index| index.trait_id == id).and_then(|index| index.value)
}
