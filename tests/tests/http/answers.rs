use nexus_tests::sheets::one_answer;
use nexus_tests::{App, rows};
use serde_json::{Value, json};

#[allow(clippy::needless_pass_by_value)] // `json!` at each call
fn answer(item: &str, kind: &str, value: Value) -> Value {
    json!({"itemId": item, "kind": kind, "value": value})
}

#[tokio::test]
async fn every_wrong_answer_is_refused_and_nothing_is_written() {
    let app = App::new().await;
    let id = app.answered("a", one_answer()).await;
    let path = format!("/api/bilans/{id}/answers");
    let before = app.get(&format!("/api/bilans/{id}/questions")).await.expect(200)["saved"].clone();
    let right = answer("MT-SD-03", "choice", json!("A"));
    for (wrong, status, code) in [
        (json!([answer("NOPE", "choice", json!("A"))]), 422, "unknown_item"),
        (json!([answer("NP-01", "choice", json!("A"))]), 422, "unknown_item"),
        (json!([answer(&"x".repeat(10_000), "choice", json!("A"))]), 422, "unknown_item"),
        (json!([answer("MT-SD-03", "choice", json!("Z"))]), 422, "unknown_option"),
        (json!([answer("MT-SD-03", "choice", json!(""))]), 422, "unknown_option"),
        (json!([answer("MT-SU-05", "choices", json!(["A", "Z"]))]), 422, "unknown_option"),
        (json!([right, right]), 422, "duplicate_answer"),
        (json!([answer("MT-SD-02", "text", json!("1".repeat(2_001)))]), 422, "answer_too_long"),
        (json!([answer("MT-SD-02", "text", json!("1\u{0}2"))]), 422, "forbidden_characters"),
        (json!([answer("MT-SD-02", "choice", json!("A"))]), 422, "wrong_answer_type"),
        (json!([answer("MT-SD-03", "text", json!("A"))]), 422, "wrong_answer_type"),
        (json!([answer("MT-SD-03", "choices", json!(["A"]))]), 422, "wrong_answer_type"),
        (json!([answer("MT-SD-02", "text", json!(12))]), 422, "invalid_field"),
        (json!([answer("MT-SD-02", "text", json!({"a": 1}))]), 422, "invalid_field"),
        (json!([answer("MT-SD-02", "essay", json!("a"))]), 422, "invalid_field"),
        (json!([{"itemId": "MT-SD-02"}]), 422, "invalid_field"),
        (
            json!([{"itemId": "MT-SD-03", "kind": "choice", "value": "A", "confidence": 5}]),
            422,
            "invalid_field",
        ),
        (
            json!([{"itemId": "MT-SD-03", "kind": "choice", "value": "A", "elapsedMs": -1}]),
            422,
            "invalid_field",
        ),
        (json!({"MT-SD-03": "A"}), 422, "invalid_field"),
        (json!(null), 422, "invalid_field"),
    ] {
        // A right answer beside the wrong one is not kept either.
        let wrong = match wrong {
            Value::Array(mut all) if code != "duplicate_answer" => {
                all.insert(0, answer("MT-SU-01", "choice", json!("B")));
                Value::Array(all)
            }
            other => other,
        };
        let reply = app.patch(&path, json!({"revision": 1, "answers": wrong})).await;
        let body = reply.problem(status, code);
        assert!(body.to_string().len() < 1_000, "{wrong}");
    }
    let after = app.get(&format!("/api/bilans/{id}/questions")).await.expect(200);
    assert_eq!((&after["saved"], &after["revision"]), (&before, &json!(1)));
}

#[tokio::test]
async fn wrong_survey_answers_are_refused() {
    let app = App::new().await;
    let id = app.answered("a", one_answer()).await;
    for (survey, code) in [
        (json!({"nothing": {"kind": "position", "value": 1}}), "unknown_item"),
        (json!({"motivation-progres": {"kind": "position", "value": 9}}), "invalid_field"),
        (json!({"motivation-progres": {"kind": "text", "value": "oui"}}), "wrong_answer_type"),
        (json!({"statut": {"kind": "option", "value": "marin"}}), "unknown_option"),
        (json!({"statut": "scolarise"}), "invalid_field"),
    ] {
        let reply =
            app.patch(&format!("/api/bilans/{id}/answers"), json!({"revision": 1, "survey": survey})).await;
        let body = reply.expect(422);
        reply.problem(422, body["code"].as_str().unwrap());
        assert_eq!(body["code"], code, "{survey}");
    }
}

#[tokio::test]
async fn a_stale_page_is_told_the_revision_of_the_server() {
    let app = App::new().await;
    let id = app.answered("a", one_answer()).await;
    let path = format!("/api/bilans/{id}/answers");
    for stale in [0, 2, 17] {
        let body = app.patch(&path, json!({"revision": stale, "answers": one_answer()})).await;
        assert_eq!(body.problem(409, "stale_revision")["revision"], 1);
    }
    for revision in [json!(-1), json!("1"), json!(1.5), json!(null), json!(u64::MAX as f64 * 4.0)] {
        app.patch(&path, json!({"revision": revision})).await.problem(422, "invalid_field");
    }
    app.patch(&path, json!({"revision": u64::MAX})).await.problem(409, "stale_revision");
    assert_eq!(
        app.patch(&path, json!({"revision": 1})).await.expect(200),
        json!({"ok": true, "revision": 2})
    );
}

#[tokio::test]
async fn of_eight_pages_that_save_at_once_one_wins() {
    let app = std::sync::Arc::new(App::new().await);
    let id = app.answered("a", one_answer()).await;
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let (app, path) = (app.clone(), format!("/api/bilans/{id}/answers"));
            tokio::spawn(async move {
                app.patch(&path, json!({"revision": 1, "answers": one_answer()})).await.status
            })
        })
        .collect();
    let mut statuses = Vec::new();
    for task in tasks {
        statuses.push(task.await.unwrap().as_u16());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409, 409, 409, 409, 409, 409]);
    assert_eq!(rows::count(&app.database(), r#"SELECT "revision" FROM bilans"#).await, 2);
}

#[tokio::test]
async fn nothing_is_saved_once_submitted_or_expired() {
    let app = App::new().await;
    let id = app.submitted("a", one_answer()).await;
    let body = json!({"revision": 1, "answers": one_answer()});
    app.patch(&format!("/api/bilans/{id}/answers"), body.clone()).await.problem(409, "attempt_closed");

    let id = app.answered("b", one_answer()).await;
    app.clock.advance(app.context.settings.time_to_answer);
    app.patch(&format!("/api/bilans/{id}/answers"), body).await.problem(409, "attempt_expired");
    app.post(&format!("/api/bilans/{id}/submit"), json!({"revision": 1}))
        .await
        .problem(409, "attempt_expired");
    app.patch("/api/bilans/nothing/answers", json!({"revision": 0})).await.problem(404, "bilan_not_found");
}
