//! The files that people write by hand are read by the canonical types without losing a field.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // the helpers of a test are tests too

use nexus_bilan::answers::{Answer, AnswerValue};
use nexus_bilan::questionnaire::{Bank, BankStatus, ItemKind, Survey};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn read<T: DeserializeOwned>(path: &Path) -> T {
    serde_json::from_slice(&std::fs::read(path).unwrap())
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Whether each field of the file is still there after reading and writing. Numbers may change their notation.
fn assert_kept(written: &Value, read: &Value, place: &str) {
    match (written, read) {
        (Value::Object(written), Value::Object(read)) => {
            for (name, value) in written {
                let kept = read.get(name).unwrap_or_else(|| panic!("{place}.{name} is lost"));
                assert_kept(value, kept, &format!("{place}.{name}"));
            }
        }
        (Value::Array(written), Value::Array(read)) => {
            assert_eq!(written.len(), read.len(), "{place}");
            for (index, (value, kept)) in written.iter().zip(read).enumerate() {
                assert_kept(value, kept, &format!("{place}[{index}]"));
            }
        }
        (Value::Array(_) | Value::Object(_), _) => panic!("{place} has another shape"),
        _ => assert_eq!(written.is_null(), read.is_null(), "{place}"),
    }
}

#[test]
fn no_field_of_the_banks_is_lost() {
    let path = here("banks/maths-terminale.json");
    let bank: Bank = read(&path);
    assert_eq!((bank.items.len(), bank.nodes.len(), bank.status), (36, 13, BankStatus::Signed));
    assert_kept(&read::<Value>(&path), &serde_json::to_value(&bank).unwrap(), "bank");

    let path = here("banks/pedagogique-commun.json");
    let survey: Survey = read(&path);
    assert_eq!(bank.survey.as_deref(), Some(survey.slug.as_str()));
    assert_kept(&read::<Value>(&path), &serde_json::to_value(&survey).unwrap(), "survey");
}

#[test]
fn the_demonstration_sheets_answer_the_bank() {
    let bank: Bank = read(&here("banks/maths-terminale.json"));
    let kinds: BTreeMap<_, _> = bank.items.iter().map(|item| (item.id.as_str(), &item.kind)).collect();
    for name in ["yasmine", "elias", "nour"] {
        let sheet: Value = read(&here(&format!("../examples/answers/{name}.json")));
        assert_eq!(sheet.get("bank").and_then(Value::as_str), Some(bank.slug.as_str()));
        let answers: Vec<Answer> = serde_json::from_value(sheet.get("answers").unwrap().clone()).unwrap();
        assert_eq!(answers.len(), bank.items.len(), "{name}");
        for answer in answers {
            let fits = match (&answer.value, kinds[answer.item_id.as_str()]) {
                (AnswerValue::Choice(ticked), ItemKind::SingleChoice { options }) => {
                    options.iter().any(|option| option.id == *ticked)
                }
                (AnswerValue::Choices(ticked), ItemKind::MultiChoice { options, .. }) => {
                    ticked.iter().all(|one| options.iter().any(|option| option.id == *one))
                }
                (AnswerValue::Text(_), ItemKind::SingleChoice { .. } | ItemKind::MultiChoice { .. })
                | (AnswerValue::Choice(_) | AnswerValue::Choices(_), _) => false,
                (AnswerValue::Text(text), _) => !text.is_empty(),
                (AnswerValue::NotStudied | AnswerValue::DontKnow | AnswerValue::Blank, _) => true,
            };
            assert!(fits, "{name}: {answer:?}");
        }
    }
}
