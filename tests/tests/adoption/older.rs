//! A database that an older version of the existing application made: what it lacks is added, what it has is kept.

use crate::fingerprint::{assert_nothing_lost, fingerprint};
use crate::inspection::catalogue;
use crate::support::{Rows, existing_database, id, inspect, store};
use nexus_core::{Coded, ErrorCode};
use nexus_store::Backend;
use std::collections::BTreeMap;

#[tokio::test]
async fn what_an_older_database_lacks_is_added() {
    let database = existing_database(Rows::Good).await;
    let whole = fingerprint(&database).await;
    database
        .execute(
            r#"DROP TABLE messages, ingest_jobs, "SessionReminder", "SessionNotification";
               DROP TYPE "ReminderType", "NotificationMethod";
               ALTER TABLE users DROP COLUMN "phone";
               ALTER TABLE students DROP COLUMN "guaranteeEligible", DROP COLUMN "updatedAt";
               ALTER TABLE sessions DROP CONSTRAINT "sessions_coachId_fkey";
               DROP INDEX "user_documents_storageKey_key", "memories_studentId_kind_idx";
               ALTER TABLE payments ALTER COLUMN "currency" DROP DEFAULT"#,
        )
        .await;
    database
        .execute(&format!(r#"UPDATE sessions SET "coachId" = 'parti' WHERE "id" = '{}'"#, id("ses", 1)))
        .await;
    let store = store(&database);
    // Asking comes first, and finds fewer tables than the rules know.
    inspect(&store).await;
    let missing: Vec<_> = store.missing_objects().await.unwrap().iter().map(ToString::to_string).collect();
    for object in [
        "table messages",
        "column users.phone",
        "type ReminderType",
        "constraint sessions.sessions_coachId_fkey ON DELETE RESTRICT",
    ] {
        assert!(missing.iter().any(|name| name == object), "{object}: {missing:#?}");
    }
    store.migrate().await.unwrap();
    assert_eq!(store.missing_objects().await.unwrap(), []);

    let after = fingerprint(&database).await;
    for (row @ (table, _), values) in &whole {
        match table.as_str() {
            "messages" | "ingest_jobs" | "SessionReminder" | "SessionNotification" => {}
            "users" | "students" | "sessions" => {
                let kept = after[row].iter().zip(values).filter(|(now, then)| now == then).count();
                assert!(kept + 2 >= values.len(), "{row:?}: {:?}", after[row]);
            }
            _ => assert_eq!(&after[row], values, "{row:?}"),
        }
    }
    // The orphan stays; a new one is refused.
    assert_eq!(database.one::<i64>(r#"SELECT count(*) FROM sessions WHERE "coachId" = 'parti'"#).await, 1);
    let unchecked = "SELECT conname::text FROM pg_constraint WHERE NOT convalidated";
    assert_eq!(database.one::<String>(unchecked).await, "sessions_coachId_fkey");
}

/// Nobody's role is invented.
#[tokio::test]
async fn a_column_that_cannot_be_filled_stops_the_migration_before_anything_is_done() {
    let database = existing_database(Rows::Good).await;
    database.execute(r#"ALTER TABLE users DROP COLUMN "role""#).await;
    let before = catalogue(&database).await;
    let error = store(&database).migrate().await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::SchemaMismatch);
    let steps = "SELECT count(*) FROM _sqlx_migrations";
    assert_eq!(database.one::<i64>(steps).await, 0);
    let mut after = catalogue(&database).await;
    after.retain(|line| !line.contains("_sqlx_migrations"));
    assert_eq!(after, before);
}

#[tokio::test]
async fn an_empty_database_of_the_existing_application_is_taken_over_too() {
    let database = existing_database(Rows::None).await;
    let before = fingerprint(&database).await;
    let store = store(&database);
    store.migrate().await.unwrap();
    assert_eq!(assert_nothing_lost(&before, &fingerprint(&database).await), BTreeMap::new());
    assert_eq!(store.missing_objects().await.unwrap(), []);
}
