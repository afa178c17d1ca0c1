use nexus_bilan::lifecycle::BilanState;
use nexus_bilan::report::Variant;
use nexus_bilan::use_cases::{
    BilanError, ReviewDecision, bilan_state, document, document_content, publish, regenerate, retry, review,
};
use nexus_core::{BilanId, Coded, ErrorCode, StoreError};
use nexus_tests::people::office;
use nexus_tests::sheets::example;
use nexus_tests::{App, rows};

async fn reported(app: &App) -> BilanId {
    BilanId::parse(app.reported("a", example("elias")["answers"].clone()).await).unwrap()
}

fn refused<T: std::fmt::Debug>(result: Result<T, BilanError>) -> ErrorCode {
    result.unwrap_err().code()
}

#[tokio::test]
async fn a_new_revision_comes_from_the_same_score_and_keeps_the_old_one() {
    let app = App::new().await;
    let id = reported(&app).await;
    let score = r#"SELECT "checksum" || "createdAt" || "facts" FROM bilan_scores"#;
    let before: String = rows::one(&app.database(), score).await;
    let first = document(&app.context, &office(), &id, Some(Variant::Eleve)).await.unwrap();

    review(&app.context, &office(), &id, ReviewDecision::Reject).await.unwrap();
    app.clock.advance(jiff::SignedDuration::from_hours(48));
    assert_eq!(regenerate(&app.context, &office(), &id).await.unwrap().report_revision, 2);
    assert_eq!(app.work().await, 1);

    let after: String = rows::one(&app.database(), score).await;
    assert_eq!(before, after);
    let second = document(&app.context, &office(), &id, Some(Variant::Eleve)).await.unwrap();
    assert_eq!((first.revision, second.revision, second.payload.revision), (1, 2, 2));
    assert_eq!(first.payload.provenance, second.payload.provenance);
    assert_eq!(first.payload.date, second.payload.date, "the day of the answers, not of the document");
    // What a family was given once can be shown again.
    assert!(
        document_content(&app.context, &first).await.is_ok()
            && document_content(&app.context, &second).await.is_ok()
    );
    assert_eq!(rows::count(&app.database(), "SELECT count(*) FROM bilan_documents").await, 8);
    assert_eq!(rows::count(&app.database(), "SELECT count(*) FROM jobs WHERE state = 'done'").await, 2);
}

#[tokio::test]
async fn a_stored_score_and_a_stored_document_never_change() {
    let app = App::new().await;
    reported(&app).await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(app.folder().join("nexus.db"));
    let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
    for update in ["UPDATE bilan_scores SET checksum = 'x'", "UPDATE bilan_documents SET payload = '{}'"] {
        let error = sqlx::query(update).execute(&pool).await.unwrap_err().to_string();
        assert!(error.contains("never changes"), "{error}");
    }
    pool.close().await;
}

#[tokio::test]
async fn staff_steps_follow_the_table_and_nothing_else() {
    let app = App::new().await;
    let context = &app.context;
    let id = reported(&app).await;
    assert_eq!(refused(publish(context, &office(), &id).await), ErrorCode::InvalidTransition);
    assert_eq!(refused(regenerate(context, &office(), &id).await), ErrorCode::InvalidTransition);
    assert_eq!(refused(retry(context, &office(), &id).await), ErrorCode::InvalidTransition);
    assert_eq!(
        review(context, &office(), &id, ReviewDecision::Validate).await.unwrap().state,
        BilanState::Validated
    );
    assert_eq!(
        refused(review(context, &office(), &id, ReviewDecision::Reject).await),
        ErrorCode::InvalidTransition
    );
    assert_eq!(publish(context, &office(), &id).await.unwrap().state, BilanState::Published);
    // A published report can be made again; it must then be read again before it is published.
    assert_eq!(regenerate(context, &office(), &id).await.unwrap().state, BilanState::Scored);
    assert_eq!(refused(regenerate(context, &office(), &id).await), ErrorCode::InvalidTransition);
    app.work().await;
    assert_eq!(bilan_state(context, &office(), &id).await.unwrap().state, BilanState::ReportPendingReview);
    assert_eq!(refused(publish(context, &office(), &id).await), ErrorCode::InvalidTransition);
    let nobody = BilanId::parse("nothing").unwrap();
    assert_eq!(refused(publish(context, &office(), &nobody).await), ErrorCode::BilanNotFound);
}

#[tokio::test]
async fn of_two_decisions_at_once_one_counts() {
    let app = App::new().await;
    let id = reported(&app).await;
    let office = office();
    let (one, other) = tokio::join!(
        review(&app.context, &office, &id, ReviewDecision::Validate),
        review(&app.context, &office, &id, ReviewDecision::Reject)
    );
    let code = match (one, other) {
        (Ok(_), Err(error)) | (Err(error), Ok(_)) => error.code(),
        both => panic!("{both:?}"),
    };
    assert_eq!(code, ErrorCode::InvalidTransition);
}

#[tokio::test]
async fn a_closed_store_is_an_error_and_no_answer() {
    let app = App::new().await;
    let id = reported(&app).await;
    app.store.close().await;
    let error = bilan_state(&app.context, &office(), &id).await.unwrap_err();
    assert!(matches!(error, BilanError::Store(StoreError::Backend(_))), "{error:?}");
}
