//! A database file of an earlier Nexus, whose addresses were not compared in their normalised form.

use crate::support::{Ear, inspect};
use jiff::Timestamp;
use nexus_core::testing::{CountingIds, ManualClock};
use nexus_store::Backend;
use nexus_store::sqlite::{SqliteOptions, SqliteStore};
use nexus_tests::sheets::repository;
use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use std::collections::BTreeSet;
use std::sync::Arc;

#[tokio::test]
async fn addresses_that_collide_are_put_in_quarantine() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("nexus.db");
    let options = SqliteConnectOptions::new().filename(&path).create_if_missing(true);
    let pool = SqlitePool::connect_with(options).await.unwrap();
    let steps = Migrator::new(repository().join("nexus-store/migrations/sqlite")).await.unwrap();
    steps.run_to(3, &pool).await.unwrap();
    sqlx::query(
        r#"INSERT INTO users ("id", "email", "role", "createdAt", "updatedAt") VALUES
           ('admin', 'admin@exemple.tn', 'ADMIN', 0, 0), ('old', 'A@exemple.tn', 'PARENT', 5, 5),
           ('new', ' a@exemple.tn', 'PARENT', 6, 6), ('other', 'b@exemple.tn', 'PARENT', 7, 7)"#,
    )
    .execute(&pool)
    .await
    .unwrap();
    sqlx::query(r#"INSERT INTO parent_profiles ("id", "userId") VALUES ('p1', 'old'), ('p2', 'new'), ('p3', 'other')"#)
        .execute(&pool)
        .await
        .unwrap();
    pool.close().await;

    let clock = Arc::new(ManualClock::at(Timestamp::from_second(1_800_000_000).unwrap()));
    let store =
        SqliteStore::open(&SqliteOptions::new(&path), clock, Arc::new(CountingIds::new("id"))).await.unwrap();
    let collision = |marked| {
        BTreeSet::from([("email_collision".to_owned(), "new".to_owned(), Some("old".to_owned()), marked)])
    };
    assert_eq!(inspect(&store).await.anomalies, collision(false));
    let mut ear = Ear::default();
    let report = store.migrate_observed(&mut ear).await.unwrap();
    assert_eq!(report.applied_before.len(), 3);
    assert_eq!(ear.anomalies, collision(false));
    assert_eq!(inspect(&store).await.anomalies, collision(true));
    assert_eq!(store.missing_objects().await.unwrap(), []);

    let rows = |query| nexus_tests::rows::one::<i64>(&path, query);
    assert_eq!(rows("SELECT count(*) FROM users").await, 4);
    assert_eq!(
        rows(r#"SELECT count(*) FROM users WHERE "quarantinedAt" = 1800000000000 AND "id" = 'new'"#).await,
        1
    );
    assert_eq!(rows("SELECT count(*) FROM quarantined_rows").await, 1);
    let audited = r#"SELECT count(*) FROM audit_logs WHERE "action" = 'MIGRATION_REPAIR'
                     AND json_extract("diff", '$.rows[0].id') = 'new'"#;
    assert_eq!(rows(audited).await, 1);
}

/// The rules are asked on SQLite too, each in its own words.
#[tokio::test]
async fn every_rule_can_be_asked_of_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let store = nexus_tests::people::store(folder.path()).await;
    let ear = inspect(&*store).await;
    assert_eq!((ear.rules, ear.anomalies.len()), (nexus_store::adoption::rules().count(), 0));
}
