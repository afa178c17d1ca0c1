//! Letter banks: the questionnaires that were compiled into the existing application, as a JSON form.
//!
//! ```json
//! { "title": "Bilan d'entrée", "subject": "MATHEMATIQUES", "level": "premiere",
//!   "questions": [
//!     { "id": "Q1", "domain": "Fonctions", "weight": 2, "type": "single", "statement": "…",
//!       "options": { "A": "…", "B": "…" }, "answer": "B" },
//!     { "id": "Q2", "domain": "Fonctions", "weight": 1, "type": "free", "statement": "…", "answer": "3" }
//!   ] }
//! ```
//! `answer` of a free question may be a list of accepted texts; `options` may be a list, lettered from A.

use super::super::bank::{Bank, Choice, ItemKind, SourceFormat, TextNormaliser};
use super::super::fields::Fields;
use super::super::problem::{Finding, Rule};
use super::{
    Imported, choice, domains, draft, item, read_domain, read_header, read_items, read_prompt, single,
};
use serde_json::Value;

pub(super) fn read(root: &Value) -> Imported<Bank> {
    let mut findings = Vec::new();
    let mut bank = draft(SourceFormat::Letters);
    if let Some(mut header) = Fields::of(root, "Document", &mut findings) {
        header.only(&["title", "subject", "level", "matiere", "niveau", "base", "questions"]);
        read_header(&mut header, &mut bank);
        findings.extend(header.finish());
    }
    let questions = root.get("questions").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    bank.items = read_items(questions, &mut findings, |fields, id| {
        fields.only(&["id", "domain", "weight", "type", "statement", "options", "answer", "explanation"]);
        let domain = read_domain(fields);
        let prompt = read_prompt(fields, "statement");
        let kind = match fields.optional_text("type").as_deref() {
            Some("free") => read_free(fields),
            Some("single") | None => single(read_options(fields)),
            Some(other) => {
                let message =
                    format!("Le type de question « {other} » est inconnu ; « single » est supposé.");
                fields.note(Finding::error(Rule::WrongType, message));
                single(read_options(fields))
            }
        };
        let correction = fields.optional_text("explanation");
        let mut item = item(id, domain, fields, prompt, kind);
        item.correction = correction;
        Some(item)
    });
    bank.domains = domains::of_items(&bank.items, &[], &mut findings);
    Imported { content: bank, findings }
}

fn read_free(fields: &mut Fields<'_>) -> ItemKind {
    let accepted = match fields.raw("answer") {
        Some(Value::Array(_)) => fields.texts("answer"),
        Some(Value::Number(number)) => vec![number.to_string()],
        _ => fields.text("answer").into_iter().collect(),
    };
    ItemKind::ShortText { accepted, normaliser: TextNormaliser::LowerCase }
}

fn read_options(fields: &mut Fields<'_>) -> Vec<Choice> {
    let key = fields.text("answer").unwrap_or_default();
    let lettered: Vec<(String, String)> = if let Some(Value::Object(options)) = fields.raw("options") {
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        options.iter().map(|(letter, value)| (letter.trim().to_owned(), text(value))).collect()
    } else {
        ('A'..='Z').map(String::from).zip(fields.texts("options")).collect()
    };
    if lettered.is_empty() {
        fields.missing("options");
    }
    lettered
        .into_iter()
        .map(|(letter, markup)| {
            let correct = letter == key.trim();
            choice(letter, markup, correct)
        })
        .collect()
}
