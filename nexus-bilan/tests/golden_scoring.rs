//! Golden vectors of the specification: the fact engine (W), the statistics (Z), equivalent answers (A-equivalence).
//! Own copies of the values are in `fixtures/`; the shared file is read too where it is present.

#![allow(clippy::unwrap_used, clippy::panic, reason = "the functions around the tests are tests too")]

use nexus_bilan::answers::{Answer, AnswerValue, Confidence};
use nexus_bilan::questionnaire::{
    Bank, BankStatus, Choice, Domain, Item, ItemKind, MultiScoring, Node, SourceFormat, TextNormaliser,
};
use nexus_bilan::scoring::{
    AttemptContext, IrtResponse, MasteryClass, Rational, ability, evidence, flags, group_band, score,
};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

fn fixture(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name);
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The shared golden vectors, when the folder is beside the repository or named by `NEXUS_SHARED`.
#[allow(clippy::disallowed_methods, reason = "a test finds its data by itself")]
fn shared_cases() -> Vec<Value> {
    let named = std::env::var_os("NEXUS_SHARED").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(|folder| folder.join("shared"));
    let found = named.into_iter().chain(beside).map(|folder| folder.join("golden/bilan.json"));
    let Some(path) = found.into_iter().find(|path| path.is_file()) else {
        eprintln!("the shared golden vectors are absent: own copies only");
        return Vec::new();
    };
    let mut golden: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    serde_json::from_value(golden["cases"].take()).unwrap()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn rational(value: &Value) -> Rational {
    serde_json::from_value(value.clone()).unwrap()
}

fn options(right: &[&str]) -> Vec<Choice> {
    ["A", "B", "C", "D"]
        .map(|id| Choice {
            id: id.into(),
            markup: String::new(),
            correct: right.contains(&id),
            rationale: None,
        })
        .into()
}

fn item(id: &str, weight: Rational, kind: ItemKind) -> Item {
    Item {
        id: id.into(),
        domain: "d".into(),
        node: None,
        difficulty: None,
        weight,
        target_time_s: None,
        prompt: String::new(),
        kind,
        correction: None,
        critical: false,
    }
}

fn bank(items: Vec<Item>, nodes: Vec<Node>) -> Bank {
    Bank {
        slug: "golden".into(),
        version: "1.0.0".into(),
        title: "Golden".into(),
        subject: None,
        level: None,
        programme: None,
        status: BankStatus::Draft,
        source: SourceFormat::Canonical,
        duration_min: None,
        survey: None,
        domains: vec![Domain {
            id: "d".into(),
            label: "d".into(),
            label_short: "d".into(),
            label_article: "d".into(),
        }],
        nodes,
        items,
    }
}

/// An item of the fact engine: its weight is its difficulty.
fn fact_item(source: &Value) -> Item {
    let key = &source["answerKey"];
    let kind = match key["kind"].as_str().unwrap() {
        "QCM_SIMPLE" => ItemKind::SingleChoice { options: options(&[key["correct"].as_str().unwrap()]) },
        "QCM_MULTIPLE" => {
            let right: Vec<&str> =
                key["correct"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
            ItemKind::MultiChoice { options: options(&right), scoring: MultiScoring::Quarters }
        }
        "NUMERIC" => ItemKind::Numeric {
            value: rational(&key["target"]),
            tolerance: rational(&key["tolerance"]),
            unit: None,
        },
        "SHORT_TEXT" => ItemKind::ShortText {
            accepted: serde_json::from_value(key["accepted"].clone()).unwrap(),
            normaliser: TextNormaliser::Folded,
        },
        other => panic!("unknown kind {other}"),
    };
    Item {
        node: Some(text(&source["nodeCpsId"])),
        difficulty: source["difficulty"].as_u64().map(|difficulty| u8::try_from(difficulty).unwrap()),
        ..item(source["id"].as_str().unwrap(), rational(&source["difficulty"]), kind)
    }
}

fn fact_bank(items: &Value) -> Bank {
    let sources = items.as_array().unwrap();
    let mut nodes: Vec<Node> = Vec::new();
    for source in sources {
        let id = text(&source["nodeCpsId"]);
        if nodes.iter().all(|node| node.id != id) {
            nodes.push(Node {
                id,
                domain: "d".into(),
                label: String::new(),
                criticality: u8::try_from(source["nodeCriticality"].as_u64().unwrap()).unwrap(),
                needed_by: vec![],
                requires: vec![],
                remediation: vec![],
            });
        }
    }
    bank(sources.iter().map(fact_item).collect(), nodes)
}

fn fact_answer(source: &Value, bank: &Bank) -> Answer {
    let id = text(&source["itemId"]);
    let kind = &bank.items.iter().find(|item| item.id == id).unwrap().kind;
    let value = match (&source["rawAnswer"], kind) {
        (Value::Null, _) => AnswerValue::Blank,
        (Value::String(option), ItemKind::SingleChoice { .. }) => AnswerValue::Choice(option.clone()),
        (Value::String(typed), _) => AnswerValue::Text(typed.clone()),
        (Value::Number(number), _) => AnswerValue::Text(number.to_string()),
        (ids, _) => AnswerValue::Choices(serde_json::from_value(ids.clone()).unwrap()),
    };
    Answer {
        item_id: id,
        value,
        confidence: source["confidence"]
            .as_u64()
            .and_then(|level| Confidence::new(u8::try_from(level).unwrap())),
        elapsed_ms: source["elapsedMs"].as_u64(),
    }
}

/// A rational as a JSON number with at most one decimal, as the vectors have it.
fn one_decimal(value: Rational) -> f64 {
    value.round_to(1).to_f64()
}

fn check_facts(id: &str, items: &Value, answers: &Value, target_min: &Value, expected: &Value) {
    let bank = fact_bank(items);
    let answers: Vec<Answer> =
        answers.as_array().unwrap().iter().map(|answer| fact_answer(answer, &bank)).collect();
    let score = score(&bank, &answers).unwrap();
    let attempt = AttemptContext {
        duration_ms: answers.iter().map(|answer| answer.elapsed_ms).sum(),
        target_s: target_min.as_u64().map(|minutes| minutes * 60),
        left_blank: 0, // these attempts were handed in on purpose
    };
    let percent = score.exact_percent().unwrap();
    let got = json!({
        "globalScore": one_decimal(percent),
        "coverage": score.coverage.to_f64(),
        "calibrationIndex": score.calibration.unwrap().to_f64(),
        "items": score.outcomes.iter().map(|outcome| json!({
            "id": outcome.item_id, "rawSuccess": outcome.success.to_f64(), "profile": outcome.profile,
        })).collect::<Vec<_>>(),
        "nodes": score.nodes.iter().map(|node| json!({
            "id": node.node, "score": node.percent.unwrap().to_f64(), "profile": node.profile, "rank": node.rank,
        })).collect::<Vec<_>>(),
        "flags": flags(&score, attempt).iter().map(|raised| raised.flag).collect::<Vec<_>>(),
        "groupBand": group_band(percent),
    });
    assert_eq!(floats(&got), floats(expected), "{id}");
    assert_eq!(score.domains[0].percent.unwrap(), u8::try_from(percent.round_half_up()).unwrap());
}

/// Every number as a float, so that 100 and 100.0 are the same.
fn floats(value: &Value) -> Value {
    match value {
        Value::Number(number) => json!(number.as_f64()),
        Value::Array(values) => values.iter().map(floats).collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| (name.clone(), floats(value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        other => other.clone(),
    }
}

#[test]
fn fact_engine() {
    let facts = fixture("facts.json");
    let cases = facts["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 5);
    for case in cases {
        check_facts(
            case["id"].as_str().unwrap(),
            &facts["items"],
            &case["answers"],
            &facts["targetDurationMin"],
            &case["expected"],
        );
    }
    for case in shared_cases().iter().filter(|case| case["function"] == "facts_score") {
        let input = &case["input"];
        check_facts(
            case["id"].as_str().unwrap(),
            &input["items"],
            &input["answers"],
            &input["targetDurationMin"],
            &case["expected"],
        );
    }
}

fn close(got: f64, expected: &Value, tolerance: f64) {
    let expected = expected.as_f64().unwrap();
    assert!((got - expected).abs() <= tolerance, "{got} is not {expected} within {tolerance}");
}

fn check_beta(input: &Value, expected: &Value) {
    let items: Vec<(Rational, Rational)> = input["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|pair| (rational(&pair[0]), rational(&pair[1])))
        .collect();
    let evidence = evidence(items).unwrap();
    close(evidence.effective_n, &expected["effective_n"], 1e-9);
    close(evidence.alpha, &expected["posterior"][0], 1e-9);
    close(evidence.beta, &expected["posterior"][1], 1e-9);
    // The vectors have two and three decimals.
    close(evidence.interval.low / 100.0, &expected["interval"][0], 0.005);
    close(evidence.interval.high / 100.0, &expected["interval"][1], 0.005);
    let [weak, _, strong] = evidence.class_probabilities;
    close(1.0 - weak, &expected["p_ge_50"], 5e-4);
    close(strong, &expected["p_ge_75"], 5e-4);
    assert_eq!(expected["verdict"], "INSUFFICIENT_EVIDENCE");
    assert_eq!(evidence.class, MasteryClass::Insufficient);
}

fn check_ability(input: &Value, expected: &Value) {
    let responses = input["items"].as_array().unwrap().iter().map(|item| IrtResponse {
        difficulty: match item["b"].as_i64().unwrap() {
            -1 => 1,
            0 => 2,
            1 => 3,
            other => panic!("no label for b = {other}"),
        },
        options: match item["c"].as_f64().unwrap() {
            0.25 => 4,
            0.0 => 0,
            other => panic!("no number of options for c = {other}"),
        },
        success: item["u"].as_f64().unwrap(),
    });
    let estimate = ability(responses);
    close(estimate.theta, &expected["theta"], 1e-4);
    close(estimate.standard_error, &expected["se"], 1e-4);
}

#[test]
fn statistics() {
    let own = fixture("psychometrics.json");
    let shared = shared_cases();
    let all = own
        .as_object()
        .unwrap()
        .iter()
        .map(|(id, case)| (id.as_str(), case))
        .chain(shared.iter().filter_map(|case| case["id"].as_str().map(|id| (id, case))))
        .filter(|(id, _)| id.starts_with("Z-"));
    let mut checked = 0;
    for (id, case) in all {
        match id {
            "Z-beta-domain" => check_beta(&case["input"], &case["expected"]),
            "Z-eap-3pl" | "Z-eap-empty" => check_ability(&case["input"], &case["expected"]),
            other => panic!("no rule for {other}"),
        }
        checked += 1;
    }
    assert!(checked >= 3);
}

/// `A-equivalence-maths1`: four right answers that a literal comparison refuses; the target is 6 points.
#[test]
fn equivalent_answers_are_right() {
    let rows = [
        ("M2-ALG-Q7", 1, "x^2 + 2x + 1", "x^2+2x+1"),
        ("M2-PS-Q29", 2, "5", "5,0"),
        ("M2-PS-Q31", 2, r"\tfrac{3}{5}", "3/5"),
        ("M2-ALG-Q3", 1, "x = 3", "3"),
    ];
    let scored = |normaliser| {
        let items = rows.map(|(id, weight, key, _)| {
            item(id, Rational::whole(weight), ItemKind::ShortText { accepted: vec![key.into()], normaliser })
        });
        let answers = rows.map(|(id, _, _, typed)| Answer {
            item_id: id.into(),
            value: AnswerValue::Text(typed.into()),
            confidence: None,
            elapsed_ms: None,
        });
        score(&bank(items.into(), vec![]), &answers).unwrap().points
    };
    assert_eq!(scored(TextNormaliser::Spaces), Rational::ZERO);
    assert_eq!(scored(TextNormaliser::MathOrSpaces), Rational::whole(6));
}
