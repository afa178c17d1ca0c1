//! Migrations of PostgreSQL: several processes at once, changed and newer schemas, a process or a server that dies halfway.
#![cfg(feature = "postgres")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // the helpers of a test are tests too

use jiff::Timestamp;
use nexus_core::testing::{CountingIds, ManualClock};
use nexus_core::{Coded, ErrorCode, Store, StoreError};
use nexus_store::conformance::postgres_server::{PostgresServer, TestDatabase};
use nexus_store::postgres::{PostgresOptions, PostgresStore};
use nexus_store::{Backend, MigrationReport};
use sqlx::{Connection, Executor, PgConnection};
use std::sync::Arc;
use tokio::task::{JoinHandle, JoinSet};

fn open(database: &TestDatabase) -> PostgresStore {
    let clock = Arc::new(ManualClock::at(Timestamp::UNIX_EPOCH));
    let options = PostgresOptions::parse(database.url()).unwrap();
    PostgresStore::open(&options, clock, Arc::new(CountingIds::new("id")))
}

#[tokio::test(flavor = "multi_thread")]
async fn eight_servers_migrate_a_new_database_at_once() {
    let database = PostgresServer::shared().database().await;
    let mut servers = JoinSet::new();
    for _ in 0..8 {
        let store = open(&database);
        servers.spawn(async move { store.migrate().await });
    }
    let reports: Vec<_> = servers.join_all().await.into_iter().map(Result::unwrap).collect();
    let did_it = reports.iter().filter(|report| !report.missing.is_empty()).count();
    assert_eq!(did_it, 1, "one server applies every step, the others find them");
    assert_eq!(open(&database).count_people().await.unwrap(), 0);
}

#[tokio::test]
async fn a_second_run_finds_nothing_to_do() {
    let database = PostgresServer::shared().database().await;
    let store = open(&database);
    let before = store.pending_migrations().await.unwrap();
    assert!(before.applied_before.is_empty() && !before.missing.is_empty());
    assert_eq!(store.migrate().await.unwrap(), before);
    let after = store.migrate().await.unwrap();
    assert_eq!((after.applied_before, after.missing), (before.missing, vec![]));
}

#[tokio::test]
async fn a_changed_or_newer_schema_is_refused() {
    let changed = PostgresServer::shared().migrated().await;
    changed.execute(r"UPDATE _sqlx_migrations SET checksum = '\x00' WHERE version = 1").await;
    let error = open(&changed).migrate().await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::SchemaMismatch);

    let newer = PostgresServer::shared().migrated().await;
    newer
        .execute(
            r"INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
              VALUES (9999, 'from the future', TRUE, '\x00', 0)",
        )
        .await;
    let error = open(&newer).migrate().await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::SchemaMismatch);
}

/// The last table of the third step is held by somebody else: the migration stands still in the middle of that step.
async fn half_migrated(
    database: &TestDatabase,
) -> (PgConnection, JoinHandle<Result<MigrationReport, StoreError>>) {
    let mut holder = database.connect().await;
    holder.execute("BEGIN; CREATE TABLE bilan_documents (x INTEGER)").await.unwrap();
    let store = open(database);
    let migration = tokio::spawn(async move { store.migrate().await });
    let waiting = "SELECT count(*) FROM pg_stat_activity
                   WHERE application_name = 'nexus-migrate' AND datname = current_database() AND wait_event_type = 'Lock'";
    while database.one::<i64>(waiting).await == 0 {
        assert!(!migration.is_finished(), "the migration does not wait");
    }
    (holder, migration)
}

/// Two steps are there, the third is not, in whole.
async fn assert_whole(database: &TestDatabase) {
    let steps = "SELECT string_agg(version::text, ',' ORDER BY version) FROM _sqlx_migrations WHERE success";
    assert_eq!(database.one::<String>(steps).await, "1,2");
    let columns = "SELECT count(*) FROM information_schema.columns WHERE table_name = 'bilans' AND column_name = 'bank'";
    assert_eq!(database.one::<i64>(columns).await, 0);
    assert!(!database.one::<bool>("SELECT to_regclass('bilan_answers') IS NOT NULL").await);
}

async fn assert_goes_on(database: &TestDatabase) {
    let store = open(database);
    let report = store.migrate().await.unwrap();
    assert_eq!((report.applied_before.len(), report.missing[0].version), (2, 3));
    assert!(store.pending_migrations().await.unwrap().missing.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_dies_halfway_leaves_whole_steps() {
    let database = PostgresServer::shared().database().await;
    let (mut holder, migration) = half_migrated(&database).await;
    let killed = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                  WHERE application_name = 'nexus-migrate' AND datname = current_database()";
    assert_eq!(database.one::<i64>(killed).await, 1);
    let error = migration.await.unwrap().unwrap_err();
    assert_eq!(error.code(), ErrorCode::StorageUnavailable);
    holder.execute("ROLLBACK").await.unwrap();
    assert_whole(&database).await;
    assert_goes_on(&database).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_dies_halfway_leaves_whole_steps() {
    let server = PostgresServer::durable();
    let database = server.database().await;
    let (_holder, migration) = half_migrated(&database).await;
    server.crash();
    let error = migration.await.unwrap().unwrap_err();
    assert_eq!(error.code(), ErrorCode::StorageUnavailable);
    server.start();
    assert_whole(&database).await;
    assert_goes_on(&database).await;
}

#[tokio::test]
async fn a_second_server_waits_for_the_first_and_then_goes_on() {
    let database = PostgresServer::shared().database().await;
    let (mut holder, first) = half_migrated(&database).await;
    let store = open(&database);
    let second = tokio::spawn(async move { store.migrate().await });
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'nexus-migrate'
                   AND datname = current_database() AND wait_event = 'advisory'";
    while database.one::<i64>(waiting).await == 0 {
        assert!(!second.is_finished(), "the second server does not wait");
    }
    holder.execute("ROLLBACK").await.unwrap();
    holder.close().await.unwrap();
    assert!(!first.await.unwrap().unwrap().missing.is_empty());
    assert!(second.await.unwrap().unwrap().missing.is_empty());
}
