//! The pedagogical surveys: one per subject and level (`meta.scale`, weights, reversed items) and the common one (a
//! number of steps on the item itself).

use super::super::fields::Fields;
use super::super::problem::{Finding, Rule};
use super::super::survey_model::{
    Scale, Survey, SurveyItem, SurveyItemKind, SurveyOption, SurveySection, VisibleIf,
};
use super::Imported;
use crate::scoring::Rational;
use serde_json::Value;
use std::collections::{BTreeMap, HashSet};

/// Sections of the existing surveys, by key.
const SECTION_NAMES: [(&str, &str); 9] = [
    ("Motivation", "Motivation"),
    ("Methodes", "Méthodes de travail"),
    ("Organisation", "Organisation"),
    ("ProfilCognitif", "Façons d’apprendre"),
    ("Collaboration", "Travail avec les autres"),
    ("StressExam", "Stress et évaluations"),
    ("Outils", "Outils"),
    ("Difficultes", "Difficultés"),
    ("Orientation", "Orientation et objectifs"),
];

pub(super) fn read(slug: String, root: &Value) -> Imported<Survey> {
    let mut findings = Vec::new();
    let mut survey = Survey {
        slug,
        version: "0".to_owned(),
        title: String::new(),
        sections: Vec::new(),
        scales: Vec::new(),
        items: Vec::new(),
        traits: Vec::new(),
    };
    let mut announced = Vec::new();
    if let Some(mut document) = Fields::of(root, "Document", &mut findings) {
        document.only(&["meta", "title", "version", "extendsCommon", "questions"]);
        survey.title = document.optional_text("title").unwrap_or_default();
        survey.version = document.optional_text("version").unwrap_or_else(|| "0".to_owned());
        findings.extend(document.finish());
    }
    if let Some(mut header) = root.get("meta").and_then(|meta| Fields::of(meta, "meta", &mut findings)) {
        header.only(&["title", "matiere", "niveau", "scale", "domainsOrder", "version"]);
        survey.title = header.optional_text("title").unwrap_or_default();
        announced = header.texts("domainsOrder");
        if let Some(scale) = header.raw("scale") {
            survey.scales.extend(read_scale(scale, &mut header));
        }
        findings.extend(header.finish());
    }
    let has_default_scale = !survey.scales.is_empty();
    let mut seen = HashSet::new();
    let questions = root.get("questions").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    for (index, question) in questions.iter().enumerate() {
        let place = format!("Question n° {}", index + 1);
        let Some(mut fields) = Fields::of(question, &place, &mut findings) else { continue };
        if let Some(id) = fields.text("id") {
            fields.about(&id);
            if seen.insert(id.clone()) {
                survey.items.extend(read_item(id, &mut fields, &mut survey.scales, has_default_scale));
            } else {
                fields.note(Finding::error(
                    Rule::UniqueIds,
                    "Cet identifiant existe déjà dans le fichier ; la seconde question est écartée.",
                ));
            }
        }
        findings.extend(fields.finish());
    }
    if survey.items.is_empty() {
        findings.push(Finding::error(Rule::MissingField, "Le fichier ne contient aucune question lisible."));
    }
    survey.sections = sections_of(&survey.items, &announced, &mut findings);
    Imported { content: survey, findings }
}

fn read_scale(value: &Value, header: &mut Fields<'_>) -> Option<Scale> {
    let mut findings = Vec::new();
    let mut fields = Fields::of(value, "meta.scale", &mut findings)?;
    fields.only(&["type", "min", "max", "labels"]);
    let bound = |fields: &Fields<'_>, name: &str| {
        fields.raw(name).and_then(Value::as_i64).and_then(|bound| i32::try_from(bound).ok())
    };
    let (min, max) = (bound(&fields, "min").unwrap_or(1), bound(&fields, "max").unwrap_or(5));
    let scale = Scale { id: "likert".to_owned(), min, labels: fields.texts("labels"), max };
    fields.finish().into_iter().for_each(|finding| header.note(finding));
    Some(scale)
}

fn read_item(
    id: String,
    fields: &mut Fields<'_>,
    scales: &mut Vec<Scale>,
    has_default_scale: bool,
) -> Option<SurveyItem> {
    fields.only(&[
        "id",
        "domain",
        "type",
        "weight",
        "reverse",
        "statement",
        "options",
        "scale",
        "min",
        "max",
        "required",
    ]);
    let kind = match fields.text("type")?.as_str() {
        "likert" => SurveyItemKind::Likert { scale: item_scale(fields, scales, has_default_scale) },
        "single" => SurveyItemKind::Single { options: options_of(&fields.texts("options")) },
        "multi" => SurveyItemKind::Multi {
            options: options_of(&fields.texts("options")),
            min: fields.count("min"),
            max: fields.count("max"),
        },
        "text" => SurveyItemKind::Text { max_length: None, placeholder: None },
        other => {
            let message = format!("Le type « {other} » est inconnu ; la question est écartée.");
            fields.note(Finding::error(Rule::WrongType, message));
            return None;
        }
    };
    let weight = fields.raw("weight").is_some().then(|| fields.weight());
    Some(SurveyItem {
        id,
        section: fields.optional_text("domain").unwrap_or_else(|| "General".to_owned()),
        statement: fields.text("statement").unwrap_or_default(),
        kind,
        required: fields.flag("required"),
        visible_if: VisibleIf::new(),
        weight,
        reverse: fields.flag("reverse"),
        loadings: Vec::new(),
    })
}

/// The scale of a likert item: a number of steps on the item (`scale: 5`), or the one of the file.
fn item_scale(fields: &mut Fields<'_>, scales: &mut Vec<Scale>, has_default_scale: bool) -> String {
    let steps = fields.count("scale").filter(|steps| (2..=20).contains(steps));
    if steps.is_none() && has_default_scale {
        return "likert".to_owned();
    }
    if steps.is_none() {
        fields.note(Finding::warning(
            Rule::SurveyReference,
            "Aucune échelle n'est donnée ; 1 à 5 est supposé.",
        ));
    }
    let max = steps.and_then(|steps| i32::try_from(steps).ok()).unwrap_or(5);
    let id = format!("likert-{max}");
    if !scales.iter().any(|scale| scale.id == id) {
        scales.push(Scale { id: id.clone(), min: 1, labels: Vec::new(), max });
    }
    id
}

/// Options whose ids are their positions.
pub(super) fn options_of(labels: &[String]) -> Vec<SurveyOption> {
    let option = |(position, label): (usize, &String)| SurveyOption {
        id: position.to_string(),
        label: label.clone(),
        score: None::<Rational>,
    };
    labels.iter().enumerate().map(option).collect()
}

fn sections_of(
    items: &[SurveyItem],
    announced: &[String],
    findings: &mut Vec<Finding>,
) -> Vec<SurveySection> {
    let names: BTreeMap<&str, &str> = SECTION_NAMES.into_iter().collect();
    let mut order: Vec<String> = Vec::new();
    for section in announced {
        if !items.iter().any(|item| item.section == *section) {
            let message = format!("La section « {section} » est annoncée mais vide.");
            findings.push(Finding::warning(Rule::Domains, message));
        } else if !order.contains(section) {
            order.push(section.clone());
        }
    }
    for item in items {
        if !order.contains(&item.section) {
            if !announced.is_empty() {
                let message = format!("La section « {} » n'est pas annoncée.", item.section);
                findings.push(Finding::warning(Rule::Domains, message).on(&item.id));
            }
            order.push(item.section.clone());
        }
    }
    let section = |id: String| SurveySection {
        label: names.get(id.as_str()).map_or_else(|| id.replace('_', " "), |name| (*name).to_owned()),
        id,
    };
    order.into_iter().map(section).collect()
}
