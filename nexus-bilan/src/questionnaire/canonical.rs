//! Reads banks and surveys that are written in the canonical model, item by item: a broken item is reported and does not
//! hide the others.

use super::bank::{Bank, Item};
use super::fields::{clip, kind_of};
use super::import::Imported;
use super::problem::{Finding, Rule};
use super::survey_model::{Survey, SurveyItem};
use crate::scoring::Rational;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

const BANK_FIELDS: [&str; 13] = [
    "slug",
    "version",
    "title",
    "subject",
    "level",
    "programme",
    "status",
    "source",
    "durationMin",
    "survey",
    "domains",
    "nodes",
    "items",
];
const ITEM_FIELDS: [&str; 11] = [
    "id",
    "domain",
    "node",
    "difficulty",
    "weight",
    "targetTimeS",
    "prompt",
    "type",
    "correction",
    "critical",
    "options",
];
const SURVEY_FIELDS: [&str; 7] = ["slug", "version", "title", "sections", "scales", "items", "traits"];
const SURVEY_ITEM_FIELDS: [&str; 9] =
    ["id", "section", "statement", "type", "required", "visibleIf", "weight", "reverse", "loadings"];

/// Reads a bank; `None` when its header is unreadable.
pub(super) fn bank(root: &Value, findings: &mut Vec<Finding>) -> Option<Imported<Bank>> {
    let (mut bank, items): (Bank, _) = header(root, &BANK_FIELDS, findings)?;
    for (index, value) in items.iter().enumerate() {
        let extra: &[&str] = match value.get("type").and_then(Value::as_str) {
            Some("multi_choice") => &["scoring"],
            Some("numeric") => &["value", "tolerance", "unit"],
            Some("expression") => &["canonical", "variables"],
            Some("solution_set") => &["values"],
            Some("interval") => &["canonical"],
            Some("short_text") => &["accepted", "normaliser"],
            Some("open") => &["rubric"],
            _ => &[],
        };
        let Some(mut item) = element::<Item>(value, index, &[&ITEM_FIELDS[..], extra], findings) else {
            continue;
        };
        if item.weight <= Rational::ZERO
            || item.weight > Rational::whole(1000)
            || item.weight.round_to(3) != item.weight
        {
            let message = "Le poids doit être compris entre 0 (exclu) et 1000, avec trois décimales au plus ; il est remplacé par 1.";
            findings.push(Finding::error(Rule::Weight, message).on(&item.id));
            item.weight = Rational::ONE;
        }
        bank.items.push(item);
    }
    Some(Imported { content: bank, findings: std::mem::take(findings) })
}

/// Reads a survey; `None` when its header is unreadable.
pub(super) fn survey(root: &Value, findings: &mut Vec<Finding>) -> Option<Imported<Survey>> {
    let (mut survey, items): (Survey, _) = header(root, &SURVEY_FIELDS, findings)?;
    for (index, value) in items.iter().enumerate() {
        let extra: &[&str] = match value.get("type").and_then(Value::as_str) {
            Some("likert") => &["scale"],
            Some("single") => &["options"],
            Some("multi") => &["options", "min", "max"],
            Some("text") => &["maxLength", "placeholder"],
            _ => &[],
        };
        survey.items.extend(element::<SurveyItem>(value, index, &[&SURVEY_ITEM_FIELDS[..], extra], findings));
    }
    Some(Imported { content: survey, findings: std::mem::take(findings) })
}

/// The document without its items, and the items.
fn header<'a, T: DeserializeOwned>(
    root: &'a Value,
    known: &[&str],
    findings: &mut Vec<Finding>,
) -> Option<(T, &'a [Value])> {
    let object = root.as_object()?;
    let items = object.get("items").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    if items.is_empty() {
        findings.push(Finding::error(Rule::MissingField, "Le questionnaire ne contient aucune question."));
    }
    findings.extend(unknown_fields(object, &[known]));
    let mut bare: Map<String, Value> = object
        .iter()
        .filter(|(key, _)| known.contains(&key.as_str()))
        .map(|(k, v)| (k.clone(), v.clone()))
        .collect();
    bare.insert("items".to_owned(), Value::Array(Vec::new()));
    match serde_json::from_value(Value::Object(bare)) {
        Ok(document) => Some((document, items)),
        Err(error) => {
            let message = format!("L'en-tête du questionnaire est illisible : {}.", in_french(&error));
            findings.push(Finding::error(Rule::WrongType, message));
            None
        }
    }
}

fn element<T: DeserializeOwned>(
    value: &Value,
    index: usize,
    known: &[&[&str]],
    findings: &mut Vec<Finding>,
) -> Option<T> {
    let place = || format!("Question n° {}", index + 1);
    let Some(object) = value.as_object() else {
        let message = format!("{} : un objet est attendu, pas {}.", place(), kind_of(value));
        findings.push(Finding::error(Rule::WrongType, message));
        return None;
    };
    let id = object.get("id").and_then(Value::as_str).map_or_else(place, str::to_owned);
    findings.extend(unknown_fields(object, known).map(|finding| finding.on(&id)));
    match serde_json::from_value(value.clone()) {
        Ok(element) => Some(element),
        Err(error) => {
            let message = format!("La question est illisible et mise de côté : {}.", in_french(&error));
            findings.push(Finding::error(Rule::WrongType, message).on(id));
            None
        }
    }
}

fn unknown_fields(object: &Map<String, Value>, known: &[&[&str]]) -> Option<Finding> {
    let is_known = |key: &str| known.iter().any(|list| list.contains(&key));
    let unknown: Vec<_> = object.keys().filter(|key| !is_known(key)).map(|key| clip(key)).collect();
    (!unknown.is_empty()).then(|| {
        Finding::warning(Rule::UnknownField, format!("Champ inconnu, ignoré : {}.", unknown.join(", ")))
    })
}

/// What the deserialiser complains about, in French; its own sentences are English.
fn in_french(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let name = text.split('`').nth(1).map(clip).unwrap_or_default();
    if text.starts_with("missing field") {
        format!("le champ « {name} » manque")
    } else if text.starts_with("unknown field") {
        format!("le champ « {name} » est inconnu")
    } else if text.starts_with("unknown variant") {
        format!("la valeur « {name} » n'est pas acceptée")
    } else if text.contains("not a rational number") {
        "un nombre est illisible ou trop grand".to_owned()
    } else {
        "un champ n'a pas le type attendu".to_owned()
    }
}
