//! Whatever the bytes, the loader answers with problems.

use nexus_bilan::questionnaire::{Rule, Severity, load_bank, load_file, load_survey};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Values that no field expects.
fn odd_values() -> Vec<Value> {
    vec![
        json!(null),
        json!(true),
        json!(-1),
        json!(1e300),
        json!(0),
        json!(u64::MAX),
        json!(0.1),
        json!(""),
        json!("NaN"),
        json!("é"),
        json!([]),
        json!([null]),
        json!([[]]),
        json!({}),
        json!({"a": 1}),
        json!("-9223372036854775808/1"),
        json!("x".repeat(5000)),
    ]
}

fn documents() -> Vec<Value> {
    let canonical = json!({"slug": "s", "version": "1", "title": "T", "subject": "NSI", "level": "premiere",
        "programme": null, "status": "draft", "durationMin": 1,
        "domains": [{"id": "d", "label": "D", "labelShort": "D", "labelArticle": "le D"}],
        "nodes": [{"id": "n", "domain": "d", "label": "N", "criticality": 1}],
        "items": [{"id": "i", "domain": "d", "node": "n", "difficulty": 1, "weight": 1, "targetTimeS": 1, "prompt": "p",
            "type": "numeric", "value": 1, "tolerance": 0, "correction": "c"}]});
    let survey = json!({"slug": "s", "version": "1", "title": "T", "sections": [{"id": "a", "label": "A"}],
        "scales": [{"id": "l", "min": 1, "labels": [], "max": 5}],
        "traits": [{"id": "t", "label": "T", "min": 1, "max": 5, "formula": "mean", "audience": "everyone", "minAnswered": 1,
            "highIsGood": true, "bands": [{"upTo": null, "id": "x", "label": "x"}]}],
        "items": [{"id": "i", "section": "a", "statement": "s", "type": "likert", "scale": "l",
            "loadings": [{"trait": "t", "sign": 1}]}]});
    vec![
        json!([{"id": "Q", "domain": "d", "type": "mcq", "difficulty": "A", "weight": 1, "prompt_latex": "p",
            "choices": [{"k": "A", "latex": "a", "correct": true}, {"k": "B", "latex": "b"}], "explanation_latex": "e"},
            {"id": "R", "domain": "d", "type": "short", "weight": 1, "prompt_latex": "p", "answer_latex": "a"}]),
        json!({"meta": {"title": "t", "totalQuestions": 1, "maxScore": 1, "domainsOrder": ["d"]},
            "questions": [{"id": "Q", "domain": "d", "weight": 1, "statement": "s", "options": ["a", "b"], "answer": 0}]}),
        json!({"questions": [{"id": "Q", "domain": "d", "weight": 1, "label": "s", "options": ["a", "b"], "correct": [0]}]}),
        json!({"title": "t", "questions": [{"id": "Q", "domain": "d", "weight": 1, "type": "single", "statement": "s",
            "options": {"A": "a", "B": "b"}, "answer": "A"}]}),
        json!({"meta": {"scale": {"type": "likert", "min": 1, "max": 5, "labels": ["a"]}, "domainsOrder": ["d"]},
            "questions": [{"id": "Q", "domain": "d", "type": "likert", "weight": 1, "reverse": false, "statement": "s"}]}),
        json!({"meta": {"sectionsOrder": ["A"]}, "likertPresets": {"L": ["a", "b"]}, "optionsPresets": {"O": ["a", "b"]},
            "sections": {"A": {"label": "A", "items": [{"id": "Q", "type": "single", "label": "l", "optionsRef": "O",
                "visibleIf": {"Z": "a"}}]}}, "indices": [{"id": "IDX_STRESS"}]}),
        canonical,
        survey,
    ]
}

/// Every place of a document, as JSON pointers.
fn places(value: &Value, here: &str, found: &mut Vec<String>) {
    found.push(here.to_owned());
    match value {
        Value::Object(object) => {
            object.iter().for_each(|(key, value)| places(value, &format!("{here}/{key}"), found));
        }
        Value::Array(list) => {
            list.iter()
                .enumerate()
                .for_each(|(index, value)| places(value, &format!("{here}/{index}"), found));
        }
        _ => {}
    }
}

/// Each place of each format, replaced by each odd value: never a panic, and always a message in French.
#[test]
fn odd_values_in_every_place_are_problems() {
    for document in documents() {
        let mut pointers = Vec::new();
        places(&document, "", &mut pointers);
        for pointer in pointers {
            for odd in odd_values() {
                let mut broken = document.clone();
                *broken.pointer_mut(&pointer).unwrap() = odd;
                let loaded = load_file("f.json", broken.to_string().as_bytes());
                assert!(loaded.problems().iter().all(|problem| problem.message.ends_with('.')), "{broken}");
                if let Some(bank) = loaded.bank() {
                    let score = nexus_bilan::scoring::score(bank, &[]).unwrap();
                    assert!(score.points.is_zero());
                    let _ = (bank.checksum(), nexus_bilan::questionnaire::expose(bank, "seed"));
                }
                if let Some(survey) = loaded.survey() {
                    let _ = nexus_bilan::survey::measure(survey, &std::collections::BTreeMap::new());
                }
            }
        }
    }
}

#[test]
fn keys_are_counted() {
    let item = |choices: Value| json!([{"id": "Q", "domain": "d", "type": "mcq", "weight": 1, "prompt_latex": "p", "choices": choices}]);
    for (choices, text) in [
        (
            json!([{"k": "A", "latex": "a", "correct": true}, {"k": "B", "latex": "b", "correct": true}]),
            "2 options",
        ),
        (json!([{"k": "A", "latex": "a"}, {"k": "B", "latex": "b"}]), "Aucune option"),
    ] {
        let loaded = load_bank("f.json", item(choices).to_string().as_bytes());
        let found = loaded.problems.iter().any(|problem| {
            problem.rule == Rule::SingleChoice
                && problem.severity == Severity::Error
                && problem.message.contains(text)
        });
        assert!(found && loaded.bank.is_some(), "{text}");
    }
}

#[test]
fn the_kind_that_was_asked_for_is_checked() {
    let survey = br#"{"questions": [{"id": "a", "type": "text", "statement": "S"}]}"#;
    let bank = br#"[{"id": "a", "type": "short", "prompt_latex": "S", "answer_latex": "1"}]"#;
    assert!(load_bank("f.json", survey).bank.is_none() && load_survey("f.json", survey).survey.is_some());
    assert!(load_survey("f.json", bank).survey.is_none() && load_bank("f.json", bank).bank.is_some());
}

proptest! {
    #[test]
    fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(!load_file("f.json", &bytes).is_sound());
    }
}
