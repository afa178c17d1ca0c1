//! Format I: the root is an array of items.

use super::super::bank::{Bank, Choice, ItemKind, SourceFormat, TextNormaliser};
use super::super::fields::Fields;
use super::super::problem::{Finding, Rule};
use super::{
    AnswerKeys, Imported, choice, domains, draft, item, read_domain, read_items, read_prompt, single,
};
use serde_json::Value;

const KNOWN: [&str; 9] = [
    "id",
    "domain",
    "type",
    "difficulty",
    "weight",
    "prompt_latex",
    "choices",
    "answer_latex",
    "explanation_latex",
];

pub(super) fn read(root: &Value, keys: AnswerKeys) -> Imported<Bank> {
    let mut findings = Vec::new();
    let mut bank = draft(SourceFormat::ItemArray);
    let questions = root.as_array().map_or(&[][..], Vec::as_slice);
    bank.items = read_items(questions, &mut findings, |fields, id| {
        fields.only(&KNOWN);
        let domain = read_domain(fields);
        let prompt = read_prompt(fields, "prompt_latex");
        let kind = match fields.optional_text("type").as_deref() {
            Some("mcq") => single(read_choices(fields)),
            Some("numeric" | "short") => read_model_answer(fields, keys),
            other => {
                let name = other.unwrap_or("absent").to_owned();
                fields.note(Finding::error(
                    Rule::WrongType,
                    format!(
                        "Le type de question « {name} » est inconnu ; elle est lue comme une réponse courte."
                    ),
                ));
                read_model_answer(fields, keys)
            }
        };
        let difficulty = read_difficulty(fields);
        let correction = fields.optional_text("explanation_latex");
        let mut item = item(id, domain, fields, prompt, kind);
        item.difficulty = difficulty;
        item.correction = correction;
        Some(item)
    });
    bank.domains = domains::of_items(&bank.items, &[], &mut findings);
    Imported { content: bank, findings }
}

fn read_choices(fields: &mut Fields<'_>) -> Vec<Choice> {
    let mut options = Vec::new();
    for value in fields.list("choices") {
        let mut findings = Vec::new();
        let Some(mut choice_fields) = Fields::of(value, "Choix", &mut findings) else {
            for finding in findings {
                fields.note(finding);
            }
            continue;
        };
        choice_fields.only(&["k", "latex", "correct"]);
        let id = choice_fields.text("k").unwrap_or_default().trim().to_owned();
        let markup = choice_fields.text("latex").unwrap_or_default();
        let correct = choice_fields.flag("correct");
        choice_fields.finish().into_iter().for_each(|finding| fields.note(finding));
        options.push(choice(id, markup, correct));
    }
    options
}

fn read_model_answer(fields: &mut Fields<'_>, keys: AnswerKeys) -> ItemKind {
    let normaliser = match keys {
        AnswerKeys::Literal => TextNormaliser::Spaces,
        AnswerKeys::Equivalent => TextNormaliser::MathOrSpaces,
    };
    ItemKind::ShortText { accepted: fields.text("answer_latex").into_iter().collect(), normaliser }
}

fn read_difficulty(fields: &mut Fields<'_>) -> Option<u8> {
    let letter = fields.optional_text("difficulty")?;
    match letter.trim() {
        "A" => Some(1),
        "B" => Some(2),
        "C" => Some(3),
        other => {
            let message = format!("La difficulté « {other} » est inconnue (A, B ou C attendus).");
            fields.note(Finding::error(Rule::Difficulty, message));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn reads_what_it_can_and_reports_the_rest() {
        let root = json!([
            {"id": "A1", "domain": "algebre", "type": "mcq", "difficulty": "C", "weight": 2, "prompt_latex": "$1+1$",
             "choices": [{"k": "A", "latex": "2", "correct": true}, {"k": "B", "latex": "3"}, 4]},
            {"id": "A2", "type": "numeric", "weight": 1, "prompt_latex": "x", "answer_latex": "5", "hint": "no"},
            {"id": "A1", "domain": "algebre", "type": "mcq"},
            "not an object",
            {"domain": "algebre"},
            {"id": "A3", "domain": "d", "type": "essay", "difficulty": "Z", "prompt_latex": 7}
        ]);
        let imported = read(&root, AnswerKeys::Literal);
        let ids: Vec<_> = imported.content.items.iter().map(|item| item.id.as_str()).collect();
        assert_eq!(ids, ["A1", "A2", "A3"]);
        assert_eq!(imported.content.items[0].difficulty, Some(3));
        assert_eq!(imported.content.items[1].domain, "General");
        let rules: Vec<_> = imported.findings.iter().map(|finding| finding.rule).collect();
        for rule in [
            Rule::UniqueIds,
            Rule::WrongType,
            Rule::UnknownField,
            Rule::Domains,
            Rule::Difficulty,
            Rule::Weight,
            Rule::MissingField,
        ] {
            assert!(rules.contains(&rule), "{rule:?} in {rules:?}");
        }
    }
}
