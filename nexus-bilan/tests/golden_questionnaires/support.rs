//! Where the golden vectors and the data of the existing application are, when they are.

use nexus_bilan::answers::Answer;
use nexus_bilan::questionnaire::{Bank, ItemKind, decode_legacy_answer};
use nexus_bilan::scoring::{Rational, Score, score};
use serde_json::{Map, Value};
use std::path::{Path, PathBuf};

/// The folder of shared material; says so on stderr when it is absent.
pub(crate) fn shared() -> Option<PathBuf> {
    // Tests locate fixtures; the rule against reading the environment is about the library.
    #[allow(clippy::disallowed_methods)]
    let named = std::env::var_os("NEXUS_SHARED").map(PathBuf::from);
    let beside = || {
        let start = Path::new(env!("CARGO_MANIFEST_DIR"));
        start.ancestors().map(|folder| folder.join("shared")).find(|folder| folder.join("golden").is_dir())
    };
    let found = named.or_else(beside);
    if found.is_none() {
        eprintln!("skipped: no `shared` folder and no NEXUS_SHARED");
    }
    found
}

/// The bytes of a file of the existing application.
pub(crate) fn legacy(shared: &Path, file: &str) -> Vec<u8> {
    std::fs::read(shared.join("legacy-data").join(file)).unwrap()
}

/// The golden cases whose id starts with one of these.
pub(crate) fn cases(shared: &Path, prefixes: &[&str]) -> Vec<Value> {
    let text = std::fs::read(shared.join("golden/bilan.json")).unwrap();
    let mut document: Value = serde_json::from_slice(&text).unwrap();
    let Value::Array(cases) = document["cases"].take() else { panic!("no cases") };
    let wanted =
        |case: &Value| prefixes.iter().any(|prefix| case["id"].as_str().unwrap().starts_with(prefix));
    cases.into_iter().filter(wanted).collect()
}

/// Scores answers in an old encoding.
pub(crate) fn score_legacy(bank: &Bank, answers: &Map<String, Value>) -> Score {
    let decoded: Vec<Answer> = bank
        .items
        .iter()
        .filter_map(|item| {
            let value = decode_legacy_answer(item, answers.get(&item.id)?);
            Some(Answer { item_id: item.id.clone(), value, confidence: None, elapsed_ms: None })
        })
        .collect();
    score(bank, &decoded).unwrap()
}

/// Answers made by one of the strategies that the golden file describes.
pub(crate) fn by_strategy(bank: &Bank, strategy: &str) -> Map<String, Value> {
    let mut answers = Map::new();
    for item in &bank.items {
        let answer = match (&item.kind, strategy) {
            (ItemKind::SingleChoice { .. } | ItemKind::MultiChoice { .. }, _) if strategy.contains(':') => {
                Value::from(strategy.split_once(':').unwrap().1)
            }
            (ItemKind::SingleChoice { options } | ItemKind::MultiChoice { options, .. }, "letter_of_key") => {
                let position = options.iter().position(|option| option.correct).unwrap();
                Value::from(char::from(b'A' + u8::try_from(position).unwrap()).to_string())
            }
            (ItemKind::SingleChoice { options } | ItemKind::MultiChoice { options, .. }, _) => {
                let keys = options.iter().filter(|option| option.correct);
                Value::from(keys.map(|option| option.id.clone()).collect::<Vec<_>>())
            }
            (ItemKind::ShortText { accepted, .. }, "exact_key") => Value::from(accepted[0].clone()),
            _ => continue,
        };
        answers.insert(item.id.clone(), answer);
    }
    answers
}

/// Compares a score with `{total, totalMax, byDomain}`, leaving out what the expectation does not say.
pub(crate) fn assert_score(id: &str, score: &Score, expected: &Value) {
    let exact = |value: &Value| value.to_string().parse::<Rational>().unwrap();
    assert_eq!(score.points, exact(&expected["total"]), "{id}: total");
    if let Some(max) = expected.get("totalMax") {
        assert_eq!(score.max, exact(max), "{id}: maximum");
    }
    let Some(domains) = expected.get("byDomain").and_then(Value::as_object) else { return };
    assert_eq!(score.domains.len(), domains.len(), "{id}: domains");
    for domain in &score.domains {
        let wanted = &domains[&domain.domain];
        assert_eq!(domain.points, exact(&wanted["points"]), "{id}: points of {}", domain.domain);
        assert_eq!(domain.max, exact(&wanted["max"]), "{id}: maximum of {}", domain.domain);
        assert_eq!(
            domain.percent.map(u64::from),
            wanted["percent"].as_u64(),
            "{id}: percent of {}",
            domain.domain
        );
    }
}
