//! Importers of the existing application's physical formats. An imported bank is always a draft: nobody has signed it.

mod domains;
mod format;
mod indexed;
mod item_array;
mod letters;
mod surveys;
mod volet2;

pub use format::Format;

use super::bank::{Bank, BankStatus, Choice, Item, ItemKind, SourceFormat};
use super::fields::Fields;
use super::file_names::{base_name, read_level, read_subject, subject_and_level};
use super::problem::{Finding, Rule};
use super::survey_model::Survey;
use serde_json::Value;
use std::collections::HashSet;

/// How the model answers of format I are compared with what a pupil types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AnswerKeys {
    /// As the existing application did: the same characters, white space apart.
    Literal,
    /// As mathematics when the characters differ: `3/5` is `\tfrac{3}{5}`.
    #[default]
    Equivalent,
}

/// A content and what is wrong with it.
pub(super) struct Imported<T> {
    pub(super) content: T,
    pub(super) findings: Vec<Finding>,
}

/// Imports a bank of a known format; `None` for the formats that are no imported bank.
pub(super) fn bank(format: Format, file: &str, root: &Value, keys: AnswerKeys) -> Option<Imported<Bank>> {
    let mut imported = match format {
        Format::ItemArray => item_array::read(root, keys),
        Format::Indexed => indexed::read(root, SourceFormat::Indexed),
        Format::IndexSets => indexed::read(root, SourceFormat::IndexSets),
        Format::Letters => letters::read(root),
        _ => return None,
    };
    name_after(file, &mut imported.content);
    Some(imported)
}

/// Imports a survey of a known format; `None` for the formats that are no imported survey.
pub(super) fn survey(format: Format, file: &str, root: &Value) -> Option<Imported<Survey>> {
    let slug = slug_of(file);
    match format {
        Format::Survey => Some(surveys::read(slug, root)),
        Format::EnrichedSurvey => Some(volet2::read(slug, root)),
        _ => None,
    }
}

/// An empty draft to fill.
fn draft(source: SourceFormat) -> Bank {
    Bank {
        slug: String::new(),
        version: "0".to_owned(),
        title: String::new(),
        subject: None,
        level: None,
        programme: None,
        status: BankStatus::Draft,
        source,
        duration_min: None,
        survey: None,
        domains: Vec::new(),
        nodes: Vec::new(),
        items: Vec::new(),
    }
}

/// What the name of the file says and the content does not.
fn name_after(file: &str, bank: &mut Bank) {
    bank.slug = slug_of(file);
    if let Some((subject, level)) = subject_and_level(file) {
        bank.subject.get_or_insert(subject);
        bank.level.get_or_insert(level);
    }
    if bank.title.trim().is_empty() {
        bank.title = base_name(file).trim_end_matches(".json").replace(['_', '-'], " ");
    }
}

fn slug_of(file: &str) -> String {
    let name = super::words::fold(base_name(file).trim_end_matches(".json"));
    let slug: String =
        name.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' }).collect();
    let slug = slug.trim_matches('-').to_owned();
    if slug.is_empty() { "sans-nom".to_owned() } else { slug }
}

/// Title, subject, level and programme from the header of a document.
fn read_header(header: &mut Fields<'_>, bank: &mut Bank) {
    bank.title = header.optional_text("title").unwrap_or_default();
    bank.subject = header
        .optional_text("subject")
        .or_else(|| header.optional_text("matiere"))
        .and_then(|text| read_subject(&text));
    bank.level = header
        .optional_text("level")
        .or_else(|| header.optional_text("niveau"))
        .and_then(|text| read_level(&text));
    bank.programme = header.optional_text("base");
}

/// Reads the questions of a document one by one: a broken one is reported and never hides the others.
fn read_items(
    questions: &[Value],
    findings: &mut Vec<Finding>,
    mut read: impl FnMut(&mut Fields<'_>, &str) -> Option<Item>,
) -> Vec<Item> {
    let mut seen = HashSet::new();
    let mut items = Vec::new();
    for (index, question) in questions.iter().enumerate() {
        let place = format!("Question n° {}", index + 1);
        let Some(mut fields) = Fields::of(question, &place, findings) else { continue };
        let Some(id) = fields.text("id").map(|id| id.trim().to_owned()) else {
            fields.note(Finding::error(
                Rule::UniqueIds,
                format!("{place} : sans identifiant, elle est écartée."),
            ));
            findings.extend(fields.finish());
            continue;
        };
        fields.about(&id);
        if seen.insert(id.clone()) {
            items.extend(read(&mut fields, &id));
        } else {
            fields.note(Finding::error(
                Rule::UniqueIds,
                "Cet identifiant existe déjà dans le fichier ; la seconde question est écartée.",
            ));
        }
        findings.extend(fields.finish());
    }
    if items.is_empty() {
        findings.push(Finding::error(Rule::MissingField, "Le fichier ne contient aucune question lisible."));
    }
    items
}

/// The domain of an item; `General` when it has none, as in the existing application.
fn read_domain(fields: &mut Fields<'_>) -> String {
    match fields.optional_text("domain").map(|domain| domain.trim().to_owned()) {
        Some(domain) if !domain.is_empty() => domain,
        _ => {
            fields.note(Finding::warning(
                Rule::Domains,
                "Question sans domaine ; elle est rangée dans « General ».",
            ));
            "General".to_owned()
        }
    }
}

/// The text of the question; without it the item stays, empty, and is reported.
fn read_prompt(fields: &mut Fields<'_>, name: &str) -> String {
    fields.text(name).unwrap_or_default()
}

/// An item of an imported bank.
fn item(id: &str, domain: String, fields: &mut Fields<'_>, prompt: String, kind: ItemKind) -> Item {
    Item {
        id: id.to_owned(),
        domain,
        node: None,
        difficulty: None,
        weight: fields.weight(),
        target_time_s: None,
        prompt,
        kind,
        correction: None,
        critical: false,
    }
}

/// A single choice.
fn single(options: Vec<Choice>) -> ItemKind {
    ItemKind::SingleChoice { options }
}

/// An option without rationale.
fn choice(id: String, markup: String, correct: bool) -> Choice {
    Choice { id, markup, correct, rationale: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_plain() {
        for (file, slug) in [
            ("data/qcm_snt_for_nsi_premiere.json", "qcm-snt-for-nsi-premiere"),
            ("Éval n°1.json", "eval-n-1"),
            (".json", "sans-nom"),
        ] {
            assert_eq!(slug_of(file), slug);
        }
    }
}
