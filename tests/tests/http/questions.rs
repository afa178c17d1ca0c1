use nexus_bilan::questionnaire::Catalogue;
use nexus_tests::{App, sheets::BANK};
use serde_json::Value;

/// Fields that hold a key, a correction, or how answers are read.
const SECRET_FIELDS: [&str; 25] = [
    "correct",
    "rationale",
    "correction",
    "value",
    "values",
    "accepted",
    "acceptedForms",
    "forms",
    "target",
    "tolerance",
    "key",
    "keys",
    "answer",
    "weight",
    "difficulty",
    "node",
    "scoring",
    "modelAnswer",
    "loadings",
    "traits",
    "bands",
    "audience",
    "reverse",
    "sign",
    "score",
];

fn walk(value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields {
                let here = format!("{path}.{name}");
                if SECRET_FIELDS.contains(&name.as_str()) {
                    found.push(here.clone());
                }
                walk(inner, &here, found);
            }
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(i, inner)| walk(inner, &format!("{path}[{i}]"), found));
        }
        _ => {}
    }
}

#[tokio::test]
async fn no_key_and_no_reading_of_answers_leaves() {
    let app = App::new().await;
    let student = app.pupil("a").await;
    let id = app.started(&student).await;
    let reply = app.get(&format!("/api/bilans/{id}/questions")).await;
    let body = reply.expect(200);
    let mut found = Vec::new();
    walk(&body, "", &mut found);
    assert!(found.is_empty(), "{found:?}");

    // Whatever the field's name: no correction and no rationale of the bank is anywhere in the bytes.
    let text = String::from_utf8(reply.body).unwrap();
    let catalogue = Catalogue::built_in();
    let bank = serde_json::to_value(catalogue.bank(BANK).unwrap()).unwrap();
    let mut secrets = 0;
    for item in bank["items"].as_array().unwrap() {
        let rationales = item["options"].as_array().into_iter().flatten().map(|option| &option["rationale"]);
        for secret in rationales.chain([&item["correction"]]).filter_map(Value::as_str) {
            secrets += 1;
            assert!(
                !text.contains(secret) && !text.contains(&serde_json::to_string(secret).unwrap()),
                "{secret}"
            );
        }
    }
    assert!(secrets > 60, "{secrets}");
    // The names of what staff alone may read.
    for measured in &catalogue.survey("pedagogique-commun").unwrap().traits {
        assert!(!text.contains(&format!("\"{}\"", measured.label)), "{}", measured.label);
    }
}

#[tokio::test]
async fn options_keep_their_order_for_one_attempt_and_differ_between_attempts() {
    let app = App::new().await;
    let (one, other) = (app.pupil("a").await, app.pupil("b").await);
    let (one, other) = (app.started(&one).await, app.started(&other).await);
    let first = app.get(&format!("/api/bilans/{one}/questions")).await.expect(200);
    let again = app.get(&format!("/api/bilans/{one}/questions")).await.expect(200);
    let second = app.get(&format!("/api/bilans/{other}/questions")).await.expect(200);
    assert_eq!(first, again);
    assert_ne!(first["questionnaire"]["items"], second["questionnaire"]["items"]);
    insta::assert_json_snapshot!(first, {
        ".questionnaire.items[1:]" => "[more items]",
        ".survey.items[1:]" => "[more items]",
    });
}

#[tokio::test]
async fn an_expired_attempt_shows_nothing() {
    let app = App::new().await;
    let student = app.pupil("a").await;
    let id = app.started(&student).await;
    app.clock.advance(app.context.settings.time_to_answer);
    app.get(&format!("/api/bilans/{id}/questions")).await.problem(409, "attempt_expired");
}
