//! The rules of a survey: it refers to what it has, and its traits can be computed.

use super::super::problem::{Finding, Rule};
use super::super::survey_model::{
    Survey, SurveyItem, SurveyItemKind, SurveyOption, TraitFormula, VisibleValue,
};
use super::vocabulary::{forbidden_in, names_in};
use std::collections::HashSet;

/// Applies every rule of a survey.
pub fn check_survey(survey: &Survey) -> Vec<Finding> {
    let mut findings = ids(survey);
    for (position, item) in survey.items.iter().enumerate() {
        let earlier = survey.items.get(..position).unwrap_or_default();
        let about_item = references(survey, item)
            .into_iter()
            .chain(visibility(earlier, survey, item))
            .chain(loadings(survey, item))
            .chain(words(item));
        findings.extend(about_item.map(|finding| finding.on(&item.id)));
    }
    findings.extend(traits(survey));
    findings
}

fn ids(survey: &Survey) -> Vec<Finding> {
    let mut findings = Vec::new();
    let lists: [(&str, Vec<&str>); 4] = [
        ("question", survey.items.iter().map(|item| item.id.as_str()).collect()),
        ("section", survey.sections.iter().map(|section| section.id.as_str()).collect()),
        ("échelle", survey.scales.iter().map(|scale| scale.id.as_str()).collect()),
        ("trait", survey.traits.iter().map(|definition| definition.id.as_str()).collect()),
    ];
    for (kind, ids) in lists {
        let mut seen = HashSet::new();
        for id in ids.into_iter().filter(|id| !seen.insert(*id)) {
            findings.push(Finding::error(
                Rule::UniqueIds,
                format!("L'identifiant « {id} » ({kind}) figure deux fois."),
            ));
        }
    }
    for scale in &survey.scales {
        let steps = i64::from(scale.max) - i64::from(scale.min) + 1;
        if steps < 2 {
            findings.push(Finding::error(
                Rule::SurveyReference,
                format!("L'échelle « {} » n'a pas deux degrés.", scale.id),
            ));
        } else if !scale.labels.is_empty() && i64::try_from(scale.labels.len()) != Ok(steps) {
            let message =
                format!("L'échelle « {} » a {steps} degrés et {} libellés.", scale.id, scale.labels.len());
            findings.push(Finding::error(Rule::SurveyReference, message));
        }
    }
    findings
}

fn references(survey: &Survey, item: &SurveyItem) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !survey.sections.iter().any(|section| section.id == item.section) {
        findings.push(Finding::error(
            Rule::SurveyReference,
            format!("La section « {} » n'existe pas.", item.section),
        ));
    }
    match &item.kind {
        SurveyItemKind::Likert { scale } => {
            if !survey.scales.iter().any(|known| known.id == *scale) {
                findings.push(Finding::error(
                    Rule::SurveyReference,
                    format!("L'échelle « {scale} » n'existe pas."),
                ));
            }
        }
        SurveyItemKind::Single { options } => findings.extend(check_options(options)),
        SurveyItemKind::Multi { options, min, max } => {
            findings.extend(check_options(options));
            let most = u32::try_from(options.len()).unwrap_or(u32::MAX);
            if max.is_some_and(|max| max == 0 || max > most || min.is_some_and(|min| min > max)) {
                findings
                    .push(Finding::error(Rule::SurveyReference, "Le nombre de cases permis est impossible."));
            }
        }
        SurveyItemKind::Text { .. } => {}
    }
    findings
}

fn check_options(options: &[SurveyOption]) -> Vec<Finding> {
    let mut findings = Vec::new();
    if options.len() < 2 {
        findings.push(Finding::error(Rule::SurveyReference, "Il faut au moins deux options."));
    }
    let (mut ids, mut labels) = (HashSet::new(), HashSet::new());
    for option in options {
        if !ids.insert(&option.id) || !labels.insert(option.label.trim()) {
            let message = format!("L'option « {} » figure deux fois.", option.label);
            findings.push(Finding::error(Rule::EqualOptions, message));
        }
    }
    findings
}

fn visibility(earlier: &[SurveyItem], survey: &Survey, item: &SurveyItem) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (other, wanted) in &item.visible_if {
        let Some(other_item) = earlier.iter().find(|candidate| candidate.id == *other) else {
            let message =
                format!("La condition porte sur « {other} », qui n'est pas une question précédente.");
            findings.push(Finding::error(Rule::SurveyReference, message));
            continue;
        };
        let wanted = match wanted {
            VisibleValue::One(value) => std::slice::from_ref(value),
            VisibleValue::AnyOf(values) => values,
        };
        for value in wanted.iter().filter(|value| !can_be(survey, other_item, value)) {
            let message =
                format!("La condition attend « {value} », que la question « {other} » ne propose pas.");
            findings.push(Finding::error(Rule::SurveyReference, message));
        }
    }
    findings
}

fn can_be(survey: &Survey, item: &SurveyItem, value: &str) -> bool {
    match &item.kind {
        SurveyItemKind::Single { options } | SurveyItemKind::Multi { options, .. } => {
            options.iter().any(|option| option.label == value || option.id == value)
        }
        SurveyItemKind::Likert { scale } => {
            survey.scales.iter().filter(|known| known.id == *scale).any(|scale| {
                scale.labels.iter().any(|label| label == value)
                    || value.parse().is_ok_and(|value: i32| (scale.min..=scale.max).contains(&value))
            })
        }
        SurveyItemKind::Text { .. } => true,
    }
}

fn loadings(survey: &Survey, item: &SurveyItem) -> Vec<Finding> {
    let mut findings = Vec::new();
    for loading in &item.loadings {
        if !survey.traits.iter().any(|definition| definition.id == loading.trait_id) {
            let message = format!("Le trait « {} » n'existe pas.", loading.trait_id);
            findings.push(Finding::error(Rule::SurveyReference, message));
        }
        if !matches!(loading.sign, 1 | -1) {
            findings.push(Finding::error(Rule::TraitDefinition, "Le sens d'une contribution est 1 ou −1."));
        }
    }
    let unscored = match &item.kind {
        SurveyItemKind::Single { options } | SurveyItemKind::Multi { options, .. } => {
            options.iter().filter(|option| option.score.is_none()).count()
        }
        SurveyItemKind::Likert { .. } => 0,
        SurveyItemKind::Text { .. } => 1,
    };
    if !item.loadings.is_empty() && unscored > 0 {
        let message = "La question nourrit un trait, mais une de ses réponses n'a pas de valeur.";
        findings.push(Finding::error(Rule::TraitDefinition, message));
    }
    findings
}

fn words(item: &SurveyItem) -> Vec<Finding> {
    let options: &[SurveyOption] = match &item.kind {
        SurveyItemKind::Single { options } | SurveyItemKind::Multi { options, .. } => options,
        _ => &[],
    };
    let texts: Vec<&str> = std::iter::once(item.statement.as_str())
        .chain(options.iter().map(|option| option.label.as_str()))
        .collect();
    forbidden_in(&texts).into_iter().chain(names_in(&texts)).collect()
}

fn traits(survey: &Survey) -> Vec<Finding> {
    let mut findings = Vec::new();
    for definition in &survey.traits {
        let mut refuse = |why: &str| {
            findings
                .push(Finding::error(Rule::TraitDefinition, format!("Trait « {} » : {why}.", definition.id)));
        };
        if definition.min >= definition.max {
            refuse("ses bornes sont inversées");
        }
        let fed = survey.items.iter().flat_map(|item| &item.loadings);
        let count = fed.filter(|loading| loading.trait_id == definition.id).count();
        if count == 0 {
            refuse("aucune question ne le nourrit");
        } else if u32::try_from(count).is_ok_and(|count| definition.min_answered > count) {
            refuse("il demande plus de réponses qu'il n'a de questions");
        }
        if definition.min_answered == 0 && definition.formula == TraitFormula::Mean {
            refuse("une moyenne demande au moins une réponse");
        }
        let bounds: Vec<_> = definition.bands.iter().map(|band| band.up_to).collect();
        let Some((last, rising)) = bounds.split_last() else {
            refuse("il n'a aucune lecture");
            continue;
        };
        let in_order = rising.windows(2).all(|pair| matches!(pair, [Some(low), Some(high)] if low < high));
        if last.is_some() || rising.iter().any(Option::is_none) || !in_order {
            refuse("ses lectures doivent être croissantes et la dernière sans borne");
        }
    }
    findings
}
