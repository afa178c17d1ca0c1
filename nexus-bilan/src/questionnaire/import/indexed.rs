//! Formats II and III: `{meta, questions}` with positions as keys (`answer` one index, `correct` a list of them).

use super::super::bank::{Bank, Choice, ItemKind, MultiScoring, SourceFormat};
use super::super::fields::Fields;
use super::super::legacy_answers::indices_of;
use super::super::problem::{Finding, Rule};
use super::{Imported, choice, domains, draft, item, read_domain, read_header, read_items, single};
use crate::scoring::Rational;
use serde_json::Value;

const KNOWN: [&str; 10] =
    ["id", "domain", "type", "weight", "statement", "label", "options", "answer", "correct", "critical"];

/// Most options of one item; a key beyond is a mistake, not a reason to allocate.
const MOST_OPTIONS: usize = 26;

pub(super) fn read(root: &Value, source: SourceFormat) -> Imported<Bank> {
    let mut findings = Vec::new();
    let mut bank = draft(source);
    let mut announced = Vec::new();
    let (mut count, mut points) = (None, None);
    if let Some(mut header) = root.get("meta").and_then(|meta| Fields::of(meta, "meta", &mut findings)) {
        header.only(&["title", "niveau", "matiere", "base", "totalQuestions", "maxScore", "domainsOrder"]);
        read_header(&mut header, &mut bank);
        announced = header.texts("domainsOrder");
        count = header.count("totalQuestions");
        points = header.raw("maxScore").and_then(|value| value.to_string().parse::<Rational>().ok());
        findings.extend(header.finish());
    }
    let questions = root.get("questions").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    bank.items = read_items(questions, &mut findings, |fields, id| {
        let mut known = KNOWN.to_vec();
        known.push("important");
        fields.only(&known);
        let domain = read_domain(fields);
        let prompt_field = if fields.raw("statement").is_some() { "statement" } else { "label" };
        let prompt = fields.text(prompt_field).unwrap_or_default();
        let kind = read_kind(fields);
        let critical = fields.flag("critical") || fields.flag("important");
        let mut item = item(id, domain, fields, prompt, kind);
        item.critical = critical;
        Some(item)
    });
    bank.domains = domains::of_items(&bank.items, &announced, &mut findings);
    check_totals(&bank, questions.len(), count, points, &mut findings);
    Imported { content: bank, findings }
}

fn read_kind(fields: &mut Fields<'_>) -> ItemKind {
    let mut labels = fields.texts("options");
    labels.truncate(MOST_OPTIONS);
    let set = fields.raw("correct").map(indices_of).filter(|indices| !indices.is_empty());
    let several = set.as_ref().is_some_and(|indices| indices.len() > 1);
    let keys = set.or_else(|| fields.raw("answer").map(indices_of)).unwrap_or_default();
    let mut positions: Vec<usize> = Vec::new();
    for key in &keys {
        match key.and_then(|key| usize::try_from(key).ok()).filter(|key| *key < MOST_OPTIONS) {
            Some(position) if positions.contains(&position) => fields.note(Finding::warning(
                Rule::SingleChoice,
                format!("La position {position} est donnée deux fois dans la clé."),
            )),
            Some(position) => positions.push(position),
            None => fields.note(Finding::error(Rule::WrongType, "La clé n'est pas une position d'option.")),
        }
    }
    if labels.is_empty() {
        fields.missing("options");
    }
    if let Some(beyond) = positions.iter().copied().max().filter(|position| *position >= labels.len()) {
        if !labels.is_empty() {
            fields.note(Finding::error(
                Rule::SingleChoice,
                format!("La clé désigne la position {beyond}, mais il n'y a que {} options.", labels.len()),
            ));
        }
        labels.resize(beyond + 1, String::new());
    }
    let options: Vec<Choice> = labels
        .into_iter()
        .enumerate()
        .map(|(position, markup)| choice(position.to_string(), markup, positions.contains(&position)))
        .collect();
    if several { ItemKind::MultiChoice { options, scoring: MultiScoring::Exact } } else { single(options) }
}

fn check_totals(
    bank: &Bank,
    questions: usize,
    count: Option<u32>,
    points: Option<Rational>,
    findings: &mut Vec<Finding>,
) {
    if let Some(announced) = count.filter(|count| usize::try_from(*count) != Ok(questions)) {
        findings.push(Finding::warning(
            Rule::Totals,
            format!("Le fichier annonce {announced} questions et en contient {questions}."),
        ));
    }
    let total = bank.items.iter().try_fold(Rational::ZERO, |total, item| total.checked_add(item.weight));
    if let (Some(announced), Some(total)) = (points, total)
        && announced != total
    {
        findings.push(Finding::warning(
            Rule::Totals,
            format!("Le fichier annonce {announced} points au maximum ; la somme des poids est {total}."),
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn reads_one_index_lists_and_text() {
        let root = json!({"meta": {"title": "T", "totalQuestions": 9, "maxScore": 86, "domainsOrder": ["d", "ghost"]},
        "questions": [
            {"id": "Q1", "domain": "d", "weight": 2, "statement": "s", "options": ["a", "b"], "answer": 1},
            {"id": "Q2", "domain": "e", "weight": 1, "label": "l", "options": ["a", "b", "c"], "correct": "1,2"},
            {"id": "Q3", "domain": "d", "weight": 1, "answer": 5},
            {"id": "Q4", "domain": "d", "weight": 1, "statement": "s", "options": ["a"], "answer": 99_999_999_999_u64}
        ]});
        let imported = read(&root, SourceFormat::IndexSets);
        let keys = |index: usize| -> Vec<String> {
            match &imported.content.items[index].kind {
                ItemKind::SingleChoice { options } | ItemKind::MultiChoice { options, .. } => {
                    options.iter().filter(|option| option.correct).map(|option| option.id.clone()).collect()
                }
                _ => Vec::new(),
            }
        };
        assert_eq!(
            (keys(0), keys(1), keys(2), keys(3)),
            (vec!["1".to_owned()], vec!["1".to_owned(), "2".to_owned()], vec!["5".to_owned()], vec![])
        );
        assert!(matches!(imported.content.items[1].kind, ItemKind::MultiChoice { .. }));
        let totals = imported.findings.iter().filter(|finding| finding.rule == Rule::Totals).count();
        let domains = imported.findings.iter().filter(|finding| finding.rule == Rule::Domains).count();
        assert_eq!((totals, domains), (2, 2));
    }
}
