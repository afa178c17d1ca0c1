use jiff::SignedDuration;
use nexus_bilan::report::Variant;
use nexus_bilan::use_cases::{ProcessError, document, process_bilan, run_next_job};
use nexus_core::{BilanId, Clock, JobKind, LeaseError};
use nexus_tests::people::office;
use nexus_tests::sheets::one_answer;
use nexus_tests::{App, rows};
use std::sync::Arc;

/// Waits until the renderer was asked for so many documents.
async fn rendered(app: &App, count: usize) {
    tokio::time::timeout(std::time::Duration::from_secs(30), async {
        while app.renderer.rendered() < count {
            tokio::task::yield_now().await;
        }
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn a_worker_that_lost_its_lease_replaces_nothing() {
    let app = Arc::new(App::new().await);
    let id = app.submitted("a", one_answer()).await;
    app.renderer.close().await;
    // The first worker hangs in its first document for longer than its lease.
    let zombie = {
        let app = Arc::clone(&app);
        tokio::spawn(async move { run_next_job(&app.context).await })
    };
    rendered(&app, 1).await;
    app.clock.advance(app.context.settings.lease + SignedDuration::from_secs(1));
    // The second one takes over while the first still waits for its document; both then go on.
    let second = {
        let app = Arc::clone(&app);
        tokio::spawn(async move { run_next_job(&app.context).await })
    };
    rendered(&app, 2).await;
    app.renderer.open();
    assert!(zombie.await.unwrap().unwrap() && second.await.unwrap().unwrap());

    let database = app.database();
    let reason: Option<String> = rows::one(&database, "SELECT reason FROM jobs").await;
    assert_eq!(app.state(&id).await, "REPORT_PENDING_REVIEW", "{reason:?}");
    assert_eq!(rows::count(&database, "SELECT count(*) FROM bilan_documents").await, 4);
    assert_eq!(rows::count(&database, "SELECT attempt FROM jobs").await, 2);
    assert_eq!(rows::one::<String>(&database, "SELECT state FROM jobs").await, "done");
    let files = std::fs::read_dir(app.folder().join(format!("files/bilans/{id}/1"))).unwrap().count();
    assert_eq!(files, 4);
}

#[tokio::test]
async fn a_claim_that_was_taken_over_cannot_settle_extend_or_write() {
    let app = App::new().await;
    let id = app.submitted("a", one_answer()).await;
    let lease = app.context.settings.lease;
    let store = &app.context.store;
    let old = store.claim(&[JobKind::ProcessBilan], app.clock.now(), lease).await.unwrap().unwrap();
    assert!(store.claim(&[JobKind::ProcessBilan], app.clock.now(), lease).await.unwrap().is_none());
    app.clock.advance(lease + SignedDuration::from_secs(1));
    assert_eq!(app.work().await, 1);
    let id = BilanId::parse(id).unwrap();
    let before = document(&app.context, &office(), &id, Some(Variant::Parent)).await.unwrap();

    // It comes back to life: the bilan is done, and what it holds proves nothing any more.
    app.clock.advance(SignedDuration::from_hours(1));
    let error = process_bilan(&app.context, &old).await.unwrap_err();
    assert!(matches!(error, ProcessError::Job(LeaseError::LeaseLost)), "{error:?}");
    assert!(matches!(store.extend(&old, app.clock.now()).await, Err(LeaseError::LeaseLost)));
    assert_eq!(document(&app.context, &office(), &id, Some(Variant::Parent)).await.unwrap(), before);
    assert_eq!(rows::count(&app.database(), "SELECT count(*) FROM bilan_documents").await, 4);
}

#[tokio::test]
async fn a_failure_after_the_lease_changes_neither_the_job_nor_the_bilan() {
    let app = Arc::new(App::new().await);
    let id = app.submitted("a", one_answer()).await;
    app.renderer.close().await;
    let zombie = {
        let app = Arc::clone(&app);
        tokio::spawn(async move { run_next_job(&app.context).await })
    };
    rendered(&app, 1).await;
    app.clock.advance(app.context.settings.lease + SignedDuration::from_secs(1));
    let taken =
        app.context.store.claim(&[JobKind::ProcessBilan], app.clock.now(), app.context.settings.lease);
    let taken = taken.await.unwrap().unwrap();
    app.renderer.set_missing(true);
    app.renderer.open();
    assert!(zombie.await.unwrap().unwrap());
    assert_eq!(app.state(&id).await, "SCORED");
    // The one that has the job now finishes it.
    app.renderer.set_missing(false);
    process_bilan(&app.context, &taken).await.unwrap();
    assert_eq!(app.state(&id).await, "REPORT_PENDING_REVIEW");
}
