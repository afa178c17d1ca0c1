use nexus_tests::sheets::one_answer;
use nexus_tests::{App, rows};
use serde_json::json;
use std::sync::Arc;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn eight_submissions_at_once_make_one_job() {
    let app = Arc::new(App::new().await);
    let id = app.answered("a", one_answer()).await;
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let (app, path) = (app.clone(), format!("/api/bilans/{id}/submit"));
            tokio::spawn(async move { app.post(&path, json!({"revision": 1})).await })
        })
        .collect();
    for task in tasks {
        let reply = task.await.unwrap();
        assert_eq!(reply.expect(202)["state"], "SUBMITTED");
    }
    assert_eq!(rows::count(&app.database(), "SELECT count(*) FROM jobs").await, 1);
    assert_eq!(app.work().await, 1);
    assert_eq!(app.state(&id).await, "REPORT_PENDING_REVIEW");
    // A page that asks again much later is answered in the same way.
    let late = app.post(&format!("/api/bilans/{id}/submit"), json!({"revision": 1})).await.expect(202);
    assert_eq!(late["state"], "REPORT_PENDING_REVIEW");
    assert_eq!(app.work().await, 0);
}

#[tokio::test]
async fn refuses_an_empty_attempt_and_a_stale_revision() {
    let app = App::new().await;
    let student = app.pupil("a").await;
    let id = app.started(&student).await;
    let path = format!("/api/bilans/{id}/submit");
    app.post(&path, json!({"revision": 0})).await.problem(422, "attempt_empty");
    assert_eq!(app.post(&path, json!({"revision": 3})).await.problem(409, "stale_revision")["revision"], 0);
    app.post(&path, json!({})).await.problem(422, "invalid_field");
    app.post("/api/bilans/nothing/submit", json!({"revision": 0})).await.problem(404, "bilan_not_found");
    assert_eq!(app.state(&id).await, "DRAFT");
    assert_eq!(rows::count(&app.database(), "SELECT count(*) FROM jobs").await, 0);
}

#[tokio::test]
async fn after_the_submission_another_revision_is_refused() {
    let app = App::new().await;
    let id = app.submitted("a", one_answer()).await;
    app.post(&format!("/api/bilans/{id}/submit"), json!({"revision": 2}))
        .await
        .problem(409, "attempt_closed");
}
