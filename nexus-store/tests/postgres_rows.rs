//! Rows of the existing application, and rows that cannot be read.
#![cfg(feature = "postgres")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // the helpers of a test are tests too

use jiff::Timestamp;
use nexus_bilan::lifecycle::BilanState;
use nexus_bilan::ports::BilanStore;
use nexus_core::rights::Scope;
use nexus_core::testing::{CountingIds, ManualClock};
use nexus_core::{BilanId, Coded, ErrorCode, StudentId};
use nexus_store::conformance::postgres_server::{PostgresServer, TestDatabase};
use nexus_store::conformance::{Fixture, samples};
use nexus_store::postgres::{PostgresOptions, PostgresStore};
use std::sync::Arc;

async fn one_pupil() -> (TestDatabase, PostgresStore, Fixture, StudentId) {
    let database = PostgresServer::shared().migrated().await;
    let clock = Arc::new(ManualClock::at("2026-09-14T08:30:00Z".parse().unwrap()));
    let options = PostgresOptions::parse(database.url()).unwrap();
    let store = PostgresStore::open(&options, clock.clone(), Arc::new(CountingIds::new("id")));
    let fixture = Fixture { store: Arc::new(store.clone()), clock, guard: Box::new(()) };
    let student = samples::save_student(&fixture, "a").await;
    (database, store, fixture, student)
}

/// The existing application writes its own columns and knows of no other; its rows are listed, and are no attempts of ours.
#[tokio::test]
async fn bilans_of_the_existing_application_are_listed_and_left_alone() {
    let (database, store, fixture, student) = one_pupil().await;
    database
        .execute(
            r#"INSERT INTO bilans ("id", "studentId", "subject", "niveau", "qcmRaw", "pedagoRaw", "qcmScores", "pedagoProfile",
                                  "synthesis", "offers", "pdfUrl", "generatedAt", "reportText", "createdAt", "updatedAt")
               SELECT id, 'student-a', 'MATHEMATIQUES', 'terminale', '{"i1": "A"}', '{}', '{"total": 30, "totalMax": 60}',
                      '[]', '{}', '{}', url, generated, report, made, made
               FROM (VALUES ('old-url', '/old.pdf', NULL::timestamp, NULL, timestamp '2025-03-01 10:00:00.125'),
                            ('old-date', NULL, timestamp '2025-03-02', NULL, timestamp '2025-03-02'),
                            ('old-text', NULL, NULL, 'Bilan', timestamp '2025-03-03'),
                            ('old-open', NULL, NULL, NULL, timestamp '2025-03-04'))
                    AS old (id, url, generated, report, made)"#,
        )
        .await;
    let list = store.bilans_of(&student, &Scope::Any).await.unwrap().unwrap();
    let rows: Vec<_> = list.iter().map(|row| (row.id.as_str(), row.state, row.percent)).collect();
    assert_eq!(
        rows,
        [
            ("old-open", BilanState::Submitted, Some(50)),
            ("old-text", BilanState::Published, Some(50)),
            ("old-date", BilanState::Published, Some(50)),
            ("old-url", BilanState::Published, Some(50)),
        ]
    );
    assert_eq!(list[3].created_at, "2025-03-01T10:00:00.125Z".parse::<Timestamp>().unwrap());

    let old = BilanId::parse("old-url").unwrap();
    assert_eq!(store.bilan(&old, &Scope::Any).await.unwrap(), None);
    let mut tx = store.begin_bilan().await.unwrap();
    assert_eq!(tx.lock_bilan(&old, &Scope::Any).await.unwrap(), None);
    assert!(tx.insert_bilan(&samples::bilan(&fixture, &student, "new")).await.unwrap());
    tx.commit().await.unwrap();
    let newest = store.bilans_of(&student, &Scope::Any).await.unwrap().unwrap();
    assert_eq!((newest.len(), newest[0].state), (5, BilanState::Draft));
}

/// Half a row of ours would be listed and never opened: the database refuses it.
#[tokio::test]
async fn a_row_is_wholly_ours_or_wholly_the_existing_applications() {
    let (database, store, fixture, student) = one_pupil().await;
    let mut tx = store.begin_bilan().await.unwrap();
    tx.insert_bilan(&samples::bilan(&fixture, &student, "b1")).await.unwrap();
    tx.commit().await.unwrap();
    let mut connection = database.connect().await;
    for statement in [r#"UPDATE bilans SET "bank" = NULL"#, r#"UPDATE bilans SET "state" = 'GONE'"#] {
        let error = sqlx::query(statement).execute(&mut connection).await.unwrap_err();
        let sqlx::Error::Database(error) = error else { panic!("{error}") };
        assert!(error.is_check_violation(), "{error}");
    }
}

#[tokio::test]
async fn an_instant_out_of_the_calendar_is_an_error_of_the_row() {
    let (database, store, fixture, student) = one_pupil().await;
    let bilan = samples::bilan(&fixture, &student, "b1");
    let mut tx = store.begin_bilan().await.unwrap();
    tx.insert_bilan(&bilan).await.unwrap();
    tx.commit().await.unwrap();
    for instant in ["infinity", "-infinity", "20000-01-01"] {
        database.execute(&format!(r#"UPDATE bilans SET "expiresAt" = '{instant}'"#)).await;
        let error = store.bilan(&bilan.id, &Scope::Any).await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::Internal, "{instant}");
    }
}

/// Whoever writes beside Nexus cannot change what was said once.
#[tokio::test]
async fn scores_and_documents_never_change() {
    let (database, store, fixture, student) = one_pupil().await;
    let bilan = samples::bilan(&fixture, &student, "b1");
    let mut tx = store.begin_bilan().await.unwrap();
    tx.insert_bilan(&bilan).await.unwrap();
    tx.insert_snapshot(&samples::snapshot(&fixture, &bilan), &samples::legacy_columns()).await.unwrap();
    tx.insert_document(&samples::document(&fixture, &bilan, 1, "premier")).await.unwrap();
    tx.commit().await.unwrap();
    let mut connection = database.connect().await;
    for statement in
        [r#"UPDATE bilan_scores SET "checksum" = 'x'"#, r#"UPDATE bilan_documents SET "pdfKey" = 'x'"#]
    {
        let error = sqlx::query(statement).execute(&mut connection).await.unwrap_err();
        assert!(error.to_string().contains("never changes"), "{error}");
    }
}
