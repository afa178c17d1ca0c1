//! The answer sheets of the examples, and small ones.

use nexus_bilan::answers::Answer;
use nexus_bilan::bilan::AttemptAnswers;
use nexus_bilan::survey::SurveyAnswers;
use serde_json::{Value, json};
use std::path::PathBuf;

/// The bank of the examples.
pub const BANK: &str = "maths-terminale";

/// Root of the repository.
pub fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// File of an example sheet.
pub fn example_path(name: &str) -> PathBuf {
    repository().join(format!("examples/answers/{name}.json"))
}

/// An example sheet.
pub fn example(name: &str) -> Value {
    serde_json::from_slice(&std::fs::read(example_path(name)).unwrap()).unwrap()
}

/// The answers of an example sheet, as a domain value.
pub fn example_answers(name: &str) -> AttemptAnswers {
    let sheet = example(name);
    let answers: Vec<Answer> = serde_json::from_value(sheet["answers"].clone()).unwrap();
    let survey: SurveyAnswers = serde_json::from_value(sheet["survey"].clone()).unwrap();
    AttemptAnswers { answers, survey }
}

/// One right answer to a question with options.
pub fn one_answer() -> Value {
    json!([{ "itemId": "MT-SD-01", "kind": "choice", "value": "C", "confidence": 4 }])
}
