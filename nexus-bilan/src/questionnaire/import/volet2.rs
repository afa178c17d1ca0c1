//! The enriched survey: presets, scales, visibility, and the traits that its indices become.
//!
//! The file says its formulas in prose; what they mean (which items, what each option is worth, how values are read) is
//! data beside this file.

use super::super::fields::Fields;
use super::super::problem::{Finding, Rule};
use super::super::survey_model::{
    Loading, Scale, Survey, SurveyItem, SurveyItemKind, SurveySection, Trait, VisibleIf, VisibleValue,
};
use super::Imported;
use super::surveys::options_of;
use crate::scoring::Rational;
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, HashSet};

const TRAITS: &str = include_str!("volet2_traits.json");

/// A trait, the index of the file that it stands for, and what feeds it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct TraitSource {
    index: String,
    definition: Trait,
    items: Vec<ItemSource>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ItemSource {
    id: String,
    sign: i8,
    /// What each option is worth, by label.
    #[serde(default)]
    scores: BTreeMap<String, Rational>,
}

pub(super) fn read(slug: String, root: &Value) -> Imported<Survey> {
    let mut findings = Vec::new();
    let (mut title, mut version, mut order) = (String::new(), "0".to_owned(), Vec::new());
    if let Some(mut header) = root.get("meta").and_then(|meta| Fields::of(meta, "meta", &mut findings)) {
        title = header.optional_text("title").unwrap_or_default();
        version = header.optional_text("version").unwrap_or(version);
        order = header.texts("sectionsOrder");
        findings.extend(header.finish());
    }
    let presets = |name: &str, findings: &mut Vec<Finding>| -> BTreeMap<String, Vec<String>> {
        let Some(mut fields) = root.get(name).and_then(|presets| Fields::of(presets, name, findings)) else {
            return BTreeMap::new();
        };
        let names = root.get(name).and_then(Value::as_object).into_iter().flat_map(|presets| presets.keys());
        let read = names.map(|preset| (preset.clone(), fields.texts(preset))).collect();
        findings.extend(fields.finish());
        read
    };
    let (scales, options) =
        (presets("likertPresets", &mut findings), presets("optionsPresets", &mut findings));
    let mut survey = Survey {
        slug,
        version,
        title,
        sections: Vec::new(),
        scales: scales.iter().map(|(id, labels)| scale(id, labels)).collect(),
        items: Vec::new(),
        traits: Vec::new(),
    };
    let sections = root.get("sections").and_then(Value::as_object);
    let unlisted =
        sections.into_iter().flat_map(|sections| sections.keys()).filter(|key| !order.contains(*key));
    let keys: Vec<String> = order.iter().chain(unlisted).cloned().collect();
    let mut seen = HashSet::new();
    for key in keys {
        let Some(value) = sections.and_then(|sections| sections.get(&key)) else {
            findings.push(Finding::warning(
                Rule::Domains,
                format!("La section « {key} » est annoncée mais absente."),
            ));
            continue;
        };
        let Some(mut section) = Fields::of(value, &key, &mut findings) else { continue };
        section.only(&["label", "items"]);
        let label = section.text("label").unwrap_or_else(|| key.clone());
        for question in section.list("items") {
            let Some(mut fields) = Fields::of(question, &key, &mut findings) else { continue };
            if let Some(id) = fields.text("id") {
                fields.about(&id);
                if seen.insert(id.clone()) {
                    survey.items.extend(read_item(id, &key, &mut fields, &options));
                } else {
                    fields.note(Finding::error(
                        Rule::UniqueIds,
                        "Cet identifiant existe déjà dans le fichier.",
                    ));
                }
            }
            findings.extend(fields.finish());
        }
        findings.extend(section.finish());
        survey.sections.push(SurveySection { id: key, label });
    }
    if survey.items.is_empty() {
        findings.push(Finding::error(Rule::MissingField, "Le fichier ne contient aucune question lisible."));
    }
    add_traits(root, &mut survey, &mut findings);
    Imported { content: survey, findings }
}

fn scale(id: &str, labels: &[String]) -> Scale {
    Scale {
        id: id.to_owned(),
        min: 1,
        labels: labels.to_vec(),
        max: i32::try_from(labels.len()).unwrap_or(1),
    }
}

fn read_item(
    id: String,
    section: &str,
    fields: &mut Fields<'_>,
    presets: &BTreeMap<String, Vec<String>>,
) -> Option<SurveyItem> {
    fields.only(&[
        "id",
        "type",
        "label",
        "options",
        "optionsRef",
        "scaleRef",
        "placeholder",
        "maxlength",
        "min",
        "max",
        "required",
        "visibleIf",
    ]);
    let labels = match fields.optional_text("optionsRef") {
        Some(preset) => presets.get(&preset).cloned().unwrap_or_else(|| {
            let message = format!("La liste d'options « {preset} » n'existe pas.");
            fields.note(Finding::error(Rule::SurveyReference, message));
            Vec::new()
        }),
        None => fields.texts("options"),
    };
    let kind = match fields.text("type")?.as_str() {
        "likert" => SurveyItemKind::Likert { scale: fields.text("scaleRef").unwrap_or_default() },
        "single" => SurveyItemKind::Single { options: options_of(&labels) },
        "multi" => SurveyItemKind::Multi {
            options: options_of(&labels),
            min: fields.count("min"),
            max: fields.count("max"),
        },
        "text" => SurveyItemKind::Text {
            max_length: fields.count("maxlength"),
            placeholder: fields.optional_text("placeholder"),
        },
        other => {
            let message = format!("Le type « {other} » est inconnu ; la question est écartée.");
            fields.note(Finding::error(Rule::WrongType, message));
            return None;
        }
    };
    Some(SurveyItem {
        id,
        section: section.to_owned(),
        statement: fields.text("label").unwrap_or_default(),
        kind,
        required: fields.flag("required"),
        visible_if: read_visibility(fields),
        weight: None,
        reverse: false,
        loadings: Vec::new(),
    })
}

fn read_visibility(fields: &mut Fields<'_>) -> VisibleIf {
    let mut conditions = VisibleIf::new();
    let Some(value) = fields.raw("visibleIf") else { return conditions };
    let Some(object) = value.as_object() else {
        fields.wrong_type("visibleIf", "un objet", value);
        return conditions;
    };
    for (other, wanted) in object {
        match serde_json::from_value::<VisibleValue>(wanted.clone()) {
            Ok(wanted) => {
                conditions.insert(other.clone(), wanted);
            }
            Err(_) => fields.wrong_type("visibleIf", "un texte ou une liste de textes", wanted),
        }
    }
    conditions
}

/// Adds the traits whose indices the file announces, with their loadings and the worth of each option.
fn add_traits(root: &Value, survey: &mut Survey, findings: &mut Vec<Finding>) {
    let sources: Vec<TraitSource> = serde_json::from_str(TRAITS).unwrap_or_default();
    let indices = root.get("indices").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    for index in indices.iter().filter_map(|index| index.get("id").and_then(Value::as_str)) {
        let Some(source) = sources.iter().find(|source| source.index == index) else {
            let message = format!("L'indice « {index} » n'est pas calculable : sa formule est inconnue.");
            findings.push(Finding::warning(Rule::TraitDefinition, message));
            continue;
        };
        for fed in &source.items {
            let Some(item) = survey.items.iter_mut().find(|item| item.id == fed.id) else {
                let message =
                    format!("L'indice « {index} » a besoin de la question « {} », absente.", fed.id);
                findings.push(Finding::error(Rule::TraitDefinition, message));
                continue;
            };
            item.loadings.push(Loading { trait_id: source.definition.id.clone(), sign: fed.sign });
            if let SurveyItemKind::Single { options } = &mut item.kind {
                for option in options {
                    option.score = fed.scores.get(&option.label).copied();
                }
            }
        }
        survey.traits.push(source.definition.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_traits_is_readable() {
        let sources: Vec<TraitSource> = serde_json::from_str(TRAITS).unwrap();
        assert_eq!(sources.len(), 5);
        for source in sources {
            assert!(!source.items.is_empty() && source.definition.bands.len() == 3);
        }
    }
}
