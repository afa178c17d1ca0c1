use nexus_tests::App;
use nexus_tests::sheets::one_answer;
use serde_json::json;

async fn step(app: &App, id: &str, path: &str, body: Option<serde_json::Value>) -> nexus_tests::Reply {
    app.call(axum::http::Method::POST, &format!("/api/bilans/{id}/{path}"), body).await
}

#[tokio::test]
async fn a_report_is_validated_then_published_and_in_no_other_order() {
    let app = App::new().await;
    let id = app.submitted("a", one_answer()).await;
    let validate = Some(json!({"decision": "validate"}));
    step(&app, &id, "review", validate.clone()).await.problem(409, "invalid_transition");
    step(&app, &id, "publish", None).await.problem(409, "invalid_transition");
    app.work().await;
    step(&app, &id, "publish", None).await.problem(409, "invalid_transition");
    for body in [json!({"decision": "maybe"}), json!({}), json!({"decision": 1})] {
        step(&app, &id, "review", Some(body)).await.problem(422, "invalid_field");
    }
    assert_eq!(step(&app, &id, "review", validate.clone()).await.expect(200)["state"], "VALIDATED");
    step(&app, &id, "review", validate).await.problem(409, "invalid_transition");
    assert_eq!(step(&app, &id, "publish", None).await.expect(200)["state"], "PUBLISHED");
    step(&app, &id, "retry", None).await.problem(409, "invalid_transition");
    for path in ["publish", "regenerate", "retry"] {
        step(&app, "nothing", path, None).await.problem(404, "bilan_not_found");
    }
}

#[tokio::test]
async fn a_rejected_report_is_made_again_under_another_revision() {
    let app = App::new().await;
    let id = app.reported("a", one_answer()).await;
    step(&app, &id, "review", Some(json!({"decision": "reject"}))).await.expect(200);
    let body = step(&app, &id, "regenerate", None).await.expect(200);
    assert_eq!((&body["state"], &body["reportRevision"]), (&json!("SCORED"), &json!(2)));
    app.get(&format!("/api/bilans/{id}/download")).await.problem(409, "report_not_ready");
    app.work().await;
    assert_eq!(app.get(&format!("/api/bilans/{id}/report")).await.expect(200)["revision"], 2);
}

/// Each step leaves its trace in the transaction that makes it; a refused one leaves none.
#[tokio::test]
async fn every_step_is_in_the_audit_log() {
    let app = App::new().await;
    let id = app.reported("a", one_answer()).await;
    step(&app, &id, "publish", None).await.problem(409, "invalid_transition");
    step(&app, &id, "review", Some(json!({"decision": "validate"}))).await.expect(200);
    step(&app, &id, "publish", None).await.expect(200);
    let log = app.audit().await;
    let steps: Vec<_> = log.iter().map(|row| row.action.as_str()).collect();
    assert_eq!(
        steps,
        ["BILAN_START", "BILAN_SUBMIT", "BILAN_PREMIUM_GENERATE", "BILAN_VALIDATE", "BILAN_PUBLISH"]
    );
    assert!(log.iter().all(|row| row.subject.as_deref() == Some(format!("bilan:{id}").as_str())));
    let publication = log.last().unwrap();
    assert!(publication.diff.as_deref().unwrap().contains("VALIDATED"), "{publication:?}");
    assert!(publication.actor.starts_with("ADMIN:"), "{publication:?}");
    assert_eq!(log[2].actor, "system");
}
