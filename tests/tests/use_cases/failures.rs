use jiff::SignedDuration;
use nexus_core::{Clock, JobState};
use nexus_tests::sheets::one_answer;
use nexus_tests::{App, rows};
use serde_json::{Value, json};

async fn job(app: &App, id: &str, revision: u32) -> (JobState, String) {
    let mut tx = app.context.store.begin().await.unwrap();
    let (state, reason) = tx.job_state(&format!("process_bilan:{id}:{revision}")).await.unwrap().unwrap();
    (state, reason.unwrap_or_default())
}

async fn told(app: &App, id: &str) -> (Value, Value) {
    let body = app.get(&format!("/api/bilans/{id}")).await.expect(200);
    (body["state"].clone(), body["failure"].clone())
}

#[tokio::test]
async fn without_an_engine_the_job_waits_longer_and_longer_then_the_failure_shows_and_a_retry_heals_it() {
    let app = App::new().await;
    app.renderer.set_missing(true);
    let id = app.submitted("a", one_answer()).await;
    let policy = app.context.settings.retry;
    let job_id = rows::one::<String>(&app.database(), "SELECT id FROM jobs").await;
    for attempt in 1..policy.max_attempts {
        assert_eq!(app.work().await, 1, "attempt {attempt}");
        assert_eq!(told(&app, &id).await, (json!("SCORED"), json!(null)));
        let (state, reason) = job(&app, &id, 1).await;
        assert_eq!(state, JobState::Pending);
        assert!(
            reason.starts_with("renderer_missing : ") && reason.contains("scripts/install-tex"),
            "{reason}"
        );
        // Not a moment before its time.
        let now = app.clock.now();
        let delay = policy.next_try(attempt, now, &job_id).unwrap().duration_since(now);
        app.clock.advance(delay - SignedDuration::from_millis(1));
        assert_eq!(app.work().await, 0, "attempt {attempt}");
        app.clock.advance(SignedDuration::from_millis(1));
    }
    assert_eq!(app.work().await, 1);
    assert_eq!(told(&app, &id).await, (json!("REPORT_GENERATION_FAILED"), json!("renderer_missing")));
    assert_eq!(job(&app, &id, 1).await.0, JobState::Quarantined);
    app.clock.advance(SignedDuration::from_hours(24 * 365));
    assert_eq!(app.work().await, 0, "a job in quarantine is left alone");
    let status = app.get(&format!("/api/bilans/{id}/status")).await.expect(200);
    assert_eq!(status["status"], "error");
    app.get(&format!("/api/bilans/{id}/download")).await.problem(409, "report_not_ready");

    app.renderer.set_missing(false);
    let retry =
        app.call(axum::http::Method::POST, &format!("/api/bilans/{id}/retry"), None).await.expect(200);
    assert_eq!((&retry["state"], &retry["failure"]), (&json!("SCORED"), &json!(null)));
    assert_eq!(app.work().await, 1);
    assert_eq!(told(&app, &id).await, (json!("REPORT_PENDING_REVIEW"), json!(null)));
    assert_eq!(job(&app, &id, 1).await.0, JobState::Quarantined, "the failure stays as evidence");
    assert_eq!(app.get(&format!("/api/bilans/{id}/download")).await.status, 200);
}

#[tokio::test]
async fn an_engine_that_comes_back_in_time_needs_nobody() {
    let app = App::new().await;
    app.renderer.set_missing(true);
    let id = app.submitted("a", one_answer()).await;
    app.work().await;
    app.renderer.set_missing(false);
    app.clock.advance(app.context.settings.retry.base_delay);
    assert_eq!(app.work().await, 1);
    assert_eq!(told(&app, &id).await, (json!("REPORT_PENDING_REVIEW"), json!(null)));
    assert_eq!(job(&app, &id, 1).await, (JobState::Done, String::new()));
}

#[tokio::test]
async fn a_questionnaire_that_left_the_catalogue_fails_the_score_and_loses_nothing() {
    let app = App::new().await;
    let id = app.submitted("a", one_answer()).await;
    let mut other = app.context.clone();
    other.catalogue = std::sync::Arc::default();
    for _ in 0..other.settings.retry.max_attempts {
        assert!(nexus_bilan::use_cases::run_next_job(&other).await.unwrap());
        app.clock.advance(other.settings.retry.max_delay);
    }
    assert_eq!(told(&app, &id).await, (json!("SCORING_FAILED"), json!("unknown_bank")));
    // With the right catalogue again, the same answers give the report.
    app.call(axum::http::Method::POST, &format!("/api/bilans/{id}/retry"), None).await.expect(200);
    app.work().await;
    assert_eq!(told(&app, &id).await, (json!("REPORT_PENDING_REVIEW"), json!(null)));
}
