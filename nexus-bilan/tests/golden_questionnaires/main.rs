//! The golden vectors of the questionnaires: scores of every old format, surveys, indices, file names.

// The helpers of a test panic like the test itself; clippy knows that only inside `#[test]`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod bad_input;
mod legacy_files;
mod support;

use nexus_bilan::questionnaire::{
    AnswerKeys, Bank, LoadOptions, Survey, load_bank, load_bank_with, load_survey, permute, resolve_bank_file,
};
use nexus_bilan::survey::{SurveyAnswers, decode_legacy_survey_answer, measure, section_scores};
use serde_json::{Map, Value, json};
use support::{assert_score, by_strategy, cases, legacy, score_legacy, shared};

fn bank_of(file: &str, bytes: &[u8], answer_keys: AnswerKeys) -> Bank {
    load_bank_with(file, bytes, LoadOptions { answer_keys }).bank.unwrap()
}

fn object(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap()
}

/// Families A, B, C and PY from the shared file: the normative ones exactly, the defects as they should have been.
#[test]
fn knowledge_vectors() {
    let Some(shared) = shared() else { return };
    let mut seen = 0;
    for case in cases(&shared, &["A-", "B-", "C-", "PY-"]) {
        let id = case["id"].as_str().unwrap();
        let input = &case["input"];
        let defect = case["class"] == "legacy-defect";
        let Some(expected) = (if defect { case.get("target_expected") } else { case.get("expected") }) else {
            // `PY-nsi-terminale-crash` has no target: the file that made a script crash loads.
            let file = input["data_file"].as_str().unwrap();
            assert!(load_bank(file, &legacy(&shared, file)).bank.is_some(), "{id}");
            continue;
        };
        // The literal comparison of the past; the equivalence that it lacked is a target.
        let keys = if id == "A-equivalence-maths1" { AnswerKeys::Equivalent } else { AnswerKeys::Literal };
        let bank = match input.get("data_file").and_then(Value::as_str) {
            Some(file) => {
                let file = file.split('#').next().unwrap();
                bank_of(file, &legacy(&shared, file), keys)
            }
            None => bank_of("doc.json", input["doc"].to_string().as_bytes(), keys),
        };
        let answers = match input.get("strategy").and_then(Value::as_str) {
            Some(strategy) => by_strategy(&bank, strategy),
            None => object(&input["answers"]),
        };
        assert_score(id, &score_legacy(&bank, &answers), expected);
        seen += 1;
    }
    assert!(seen >= 35, "{seen}");
}

/// Whatever is right literally is right by equivalence too.
#[test]
fn equivalent_keys_accept_the_literal_ones() {
    let Some(shared) = shared() else { return };
    for file in [
        "qcm_seconde_for_premiere_maths.json",
        "qcm_premiere_for_terminale_maths.json",
        "qcm_seconde_for_premiere_pc.json",
        "qcm_premiere_for_terminale_pc.json",
        "qcm_premiere_for_terminale_nsi.json",
        "qcm_seconde_for_premiere_nsi.json",
    ] {
        let bank = bank_of(file, &legacy(&shared, file), AnswerKeys::Equivalent);
        let score = score_legacy(&bank, &by_strategy(&bank, "exact_key"));
        assert_eq!(score.points, score.max, "{file}");
    }
}

fn small() -> Value {
    serde_json::from_str(include_str!("../fixtures/golden_small.json")).unwrap()
}

fn expected(case: &Value) -> Value {
    json!({"total": case["total"], "totalMax": case["max"]})
}

fn assert_domains(case: &Value, bank: &Bank, answers: &Map<String, Value>) {
    let id = case["id"].as_str().unwrap();
    let score = score_legacy(bank, answers);
    assert_score(id, &score, &expected(case));
    for (name, values) in case["domains"].as_object().unwrap() {
        let domain = score.domains.iter().find(|domain| domain.domain == *name).expect(name);
        let found = json!([domain.points, domain.max, domain.percent]);
        assert_eq!(found, *values, "{id}: {name}");
    }
}

/// The small vectors of families B, C and PY, copied so that they are tested everywhere.
#[test]
fn index_vectors() {
    let small = small();
    for case in small["index"].as_array().unwrap() {
        let document = &small["docs"][case["doc"].as_str().unwrap()];
        let bank = bank_of("doc.json", document.to_string().as_bytes(), AnswerKeys::Literal);
        assert_domains(case, &bank, &object(&case["answers"]));
    }
}

/// A letter bank with this many points by domain, of which so many on the letter A.
fn letter_bank(domains: &[(&str, u32, u32)]) -> Bank {
    let mut questions = Vec::new();
    for (domain, on_a, elsewhere) in domains {
        for (points, key) in [(*on_a, "A"), (*elsewhere, "C")] {
            let mut left = points;
            while left > 0 {
                let weight = left.min(3);
                left -= weight;
                let id = format!("Q{}", questions.len() + 1);
                questions.push(json!({"id": id, "domain": domain, "weight": weight, "type": "single",
                    "statement": "Énoncé", "options": {"A": "a", "B": "b", "C": "c", "D": "d"}, "answer": key}));
            }
        }
    }
    bank_of(
        "letters.json",
        json!({"title": "T", "questions": questions}).to_string().as_bytes(),
        AnswerKeys::Literal,
    )
}

/// Family D. The built-in banks are not part of the data: banks of the same structure stand for them.
#[test]
fn letter_vectors() {
    let mvp = include_bytes!("../fixtures/letters_mvp.json");
    let mvp = bank_of("letters_mvp.json", mvp, AnswerKeys::Literal);
    assert_eq!(mvp.items.len(), 11);
    let premiere = letter_bank(&[
        ("Nombres & Calculs", 16, 0),
        ("Équations / Inéquations", 15, 2),
        ("Fonctions", 21, 0),
        ("Géométrie & Trigonométrie", 15, 0),
        ("Probabilités & Statistiques", 12, 0),
        ("Algorithmique & Logique", 4, 0),
    ]);
    let terminale = letter_bank(&[
        ("Algèbre & Fonctions", 16, 4),
        ("Analyse", 17, 11),
        ("Suites", 6, 6),
        ("Géométrie (plan)", 6, 6),
        ("Probabilités & Statistiques", 4, 4),
        ("Algorithmique & Logique", 2, 2),
    ]);
    for case in small()["letters"].as_array().unwrap() {
        let bank = match case["bank"].as_str().unwrap() {
            "mvp" => &mvp,
            "premiere" => &premiere,
            _ => &terminale,
        };
        let answers = match case.get("constant").and_then(Value::as_str) {
            Some(letter) => by_strategy(bank, &format!("constant:{letter}")),
            None => object(&case["answers"]),
        };
        assert_domains(case, bank, &answers);
    }
}

/// The built-in banks' free answers: lower case, trimmed, white space collapsed; letters as they are.
#[test]
fn letter_answers_are_compared_as_before() {
    let bank =
        bank_of("letters_mvp.json", include_bytes!("../fixtures/letters_mvp.json"), AnswerKeys::Literal);
    for (answers, points) in [
        (json!({"Q1": "a"}), 0),
        (json!({"Q1": " A "}), 1),
        (json!({"Q1": 0}), 0),
        (json!({"Q3": "x"}), 0),
        (json!({"Q3": 3}), 1),
    ] {
        assert_eq!(json!(score_legacy(&bank, &object(&answers)).points), json!(points), "{answers}");
    }
}

/// Family R from the shared file.
#[test]
fn file_vectors() {
    let Some(shared) = shared() else { return };
    for case in cases(&shared, &["R-file"]) {
        let expected = case.get("target_expected").unwrap_or(&case["expected"]);
        let found = resolve_bank_file(
            case["input"]["subject"].as_str().unwrap(),
            case["input"]["grade"].as_str().unwrap(),
        );
        assert_eq!(found.ok(), expected["file"].as_str(), "{}", case["id"]);
    }
}

/// `W-permutation` from the shared file.
#[test]
fn permutation_vector() {
    let Some(shared) = shared() else { return };
    for case in cases(&shared, &["W-permutation"]) {
        let options: Vec<String> = serde_json::from_value(case["input"]["options"].clone()).unwrap();
        for (item, expected) in case["expected"].as_object().unwrap() {
            let shown = permute(options.clone(), case["input"]["seed"].as_str().unwrap(), item);
            assert_eq!(json!(shown), *expected, "{item}");
        }
    }
}

fn survey_answers(survey: &Survey, answers: &Map<String, Value>) -> SurveyAnswers {
    let mut decoded = SurveyAnswers::new();
    for item in &survey.items {
        let Some(value) = answers.get(&item.id) else { continue };
        if let Some(answer) = decode_legacy_survey_answer(survey, item, value).unwrap() {
            decoded.insert(item.id.clone(), answer);
        }
    }
    decoded
}

/// The section scores of `K-nsi-premiere-full` exactly; those of `K-nsi-premiere-empty` unknown.
#[test]
fn section_vectors() {
    let Some(shared) = shared() else { return };
    let file = "pedago_survey_nsi_premiere.json";
    let survey = load_survey(file, &legacy(&shared, file)).survey.unwrap();
    for case in cases(&shared, &["K-nsi-premiere-full", "K-nsi-premiere-empty"]) {
        let answers = survey_answers(&survey, &object(&case["input"]["answers"]));
        let scores = section_scores(&survey, &answers);
        let expected = case["expected"]["byDomain"].as_object().unwrap();
        assert_eq!(scores.len(), expected.len());
        for score in scores {
            let wanted = &expected[&score.section];
            assert_eq!(score.max.to_string(), wanted["max"].to_string(), "{}", score.section);
            if answers.is_empty() {
                assert_eq!(
                    (score.points, score.percent, score.answered),
                    (None, None, 0),
                    "{}",
                    score.section
                );
            } else {
                assert_eq!(
                    score.points.unwrap().to_string(),
                    wanted["points"].to_string(),
                    "{}",
                    score.section
                );
                assert_eq!(score.percent.map(u64::from), wanted["percent"].as_u64(), "{}", score.section);
            }
        }
    }
}

/// Family M: indices exactly, nothing for a pupil who said nothing.
#[test]
fn trait_vectors() {
    let Some(shared) = shared() else { return };
    let loaded = load_survey("VOLET2.json", &legacy(&shared, "VOLET2.json"));
    let survey = loaded.survey.unwrap();
    let names = [
        ("AUTONOMIE", "autonomie"),
        ("ORGANISATION", "organisation"),
        ("MOTIVATION", "motivation"),
        ("STRESS", "stress"),
        ("SUSPECT_DYS", "dys"),
    ];
    for case in cases(&shared, &["M-"]) {
        let id = case["id"].as_str().unwrap();
        let indices = measure(&survey, &survey_answers(&survey, &object(&case["input"])));
        let value = |name: &str| {
            let index = indices.iter().find(|index| index.trait_id == name).unwrap();
            assert_eq!(index.value.is_some(), index.band.is_some(), "{id}: {name}");
            index.value.map(nexus_bilan::scoring::Rational::to_f64)
        };
        if id == "M-volet2-empty" {
            assert!(indices.iter().all(|index| index.value.is_none()));
            continue;
        }
        if id == "M-volet2-orga-max" {
            assert_eq!(value("organisation"), case["expected"].as_f64());
            continue;
        }
        for (theirs, ours) in names {
            let expected = case["expected"]["indices"][theirs]["value"].as_f64().unwrap();
            assert!((value(ours).unwrap() - expected).abs() < 1e-9, "{id}: {ours}");
        }
        #[cfg(feature = "compat")]
        {
            use nexus_bilan::survey::compat::{badges, vigilance_points};
            let answers = survey_answers(&survey, &object(&case["input"]));
            assert_eq!(json!(badges(&survey, &indices, &answers)), case["expected"]["badges"], "{id}");
            assert_eq!(json!(vigilance_points(&indices).len()), case["expected"]["vigilance_count"], "{id}");
        }
    }
}

/// Families K and L from the shared file, behind the feature.
#[cfg(feature = "compat")]
#[test]
fn profile_vectors() {
    use nexus_bilan::survey::compat::{MathsIds, maths_profile, modality, nsi_profile, simple_indices};
    let Some(shared) = shared() else { return };
    for case in cases(&shared, &["K-nsi", "K-maths", "L-"]) {
        let id = case["id"].as_str().unwrap();
        let raw = case["input"].get("answers").unwrap_or(&case["input"]).as_object().unwrap();
        let found = match case["function"].as_str().unwrap() {
            "indices_simple" => json!(simple_indices(raw)),
            "pedago_maths_premiere.profile" => json!(maths_profile(raw, &MathsIds::PREMIERE)),
            _ => json!(
                nsi_profile(raw)
                    .map(|profile| { json!({"profile": profile, "modality": modality(&profile)}) })
            ),
        };
        if case["class"] == "legacy-defect" {
            assert_ne!(found, case["expected"], "{id}");
            if let Some(target) = case.get("target_expected") {
                assert_eq!(found["confidence"], target["confidence"], "{id}");
            } else {
                assert_eq!(found, Value::Null, "{id}");
            }
            continue;
        }
        for (key, wanted) in case["expected"].as_object().unwrap() {
            match (wanted.as_f64(), key.as_str()) {
                (_, "byDomain") => {}
                (Some(wanted), _) => {
                    assert!((found[key].as_f64().unwrap() - wanted).abs() < 1e-9, "{id}: {key}");
                }
                (None, "modality") => {
                    assert_eq!(found[key]["format"], wanted["format"], "{id}");
                    assert_eq!(found[key]["duree"], wanted["duree"], "{id}");
                    assert_eq!(found[key]["hebdo"].as_f64(), wanted["hebdo"].as_f64(), "{id}");
                }
                (None, _) => assert_eq!(found[key], *wanted, "{id}: {key}"),
            }
        }
    }
}
