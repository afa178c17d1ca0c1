//! PostgreSQL when it is down, restarted, slow, standing still, read-only or full: a stable answer, and work goes on by
//! itself afterwards.
#![cfg(feature = "postgres")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // the helpers of a test are tests too

use jiff::Timestamp;
use nexus_bilan::ports::BilanStore;
use nexus_core::rights::Scope;
use nexus_core::testing::{CountingIds, ManualClock};
use nexus_core::{BilanId, Coded, ErrorCode, Store, StoreError, UserId};
use nexus_store::Backend;
use nexus_store::conformance::postgres_server::{PostgresServer, TestDatabase};
use nexus_store::conformance::{Fixture, samples};
use nexus_store::postgres::{PostgresOptions, PostgresStore};
use sqlx::Executor;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Longest time that any of these waits for what must come.
const PATIENCE: Duration = Duration::from_mins(1);

fn open(database: &TestDatabase, change: impl FnOnce(&mut PostgresOptions)) -> PostgresStore {
    let clock = Arc::new(ManualClock::at(Timestamp::UNIX_EPOCH));
    let mut options = PostgresOptions::parse(database.url()).unwrap();
    change(&mut options);
    PostgresStore::open(&options, clock, Arc::new(CountingIds::new("id")))
}

fn fixture(store: &PostgresStore) -> Fixture {
    let clock = Arc::new(ManualClock::at(Timestamp::from_second(1_800_000_000).unwrap()));
    Fixture { store: Arc::new(store.clone()), clock, guard: Box::new(()) }
}

async fn save(store: &PostgresStore, name: &str) -> Result<(), StoreError> {
    let (mut family, _) = samples::people(name);
    family.parent.id = UserId::parse(format!("user-{name}")).unwrap();
    let mut tx = store.begin().await?;
    tx.save_family(&family).await?;
    tx.commit().await
}

/// A bilan that another connection holds.
async fn held_bilan(database: &TestDatabase, store: &PostgresStore) -> (BilanId, sqlx::PgConnection) {
    let fixture = fixture(store);
    let student = samples::save_student(&fixture, "a").await;
    let bilan = samples::bilan(&fixture, &student, "b1");
    let mut tx = store.begin_bilan().await.unwrap();
    tx.insert_bilan(&bilan).await.unwrap();
    tx.commit().await.unwrap();
    let mut holder = database.connect().await;
    holder.execute("BEGIN; SELECT 1 FROM bilans FOR UPDATE").await.unwrap();
    (bilan.id, holder)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_restart_under_load_loses_nothing_that_was_acknowledged() {
    let server = PostgresServer::durable();
    let database = server.migrated().await;
    let store = open(&database, |options| options.acquire_timeout = Duration::from_secs(1));
    let (stop, stopped) = watch::channel(false);
    let mut writers = JoinSet::new();
    for writer in 0..6 {
        let (store, stopped) = (store.clone(), stopped.clone());
        writers.spawn(async move {
            let (mut acknowledged, mut refused) = (BTreeSet::new(), Vec::new());
            for number in 0.. {
                if *stopped.borrow() {
                    break;
                }
                let name = format!("{writer}-{number}");
                match save(&store, &name).await {
                    Ok(()) => _ = acknowledged.insert(format!("user-{name}")),
                    Err(error) => refused.push(error.code()),
                }
            }
            (acknowledged, refused)
        });
    }
    let written = async || store.count_people().await.unwrap_or(0);
    let until = async |count: u64| {
        let deadline = Instant::now() + PATIENCE;
        while written().await < count {
            assert!(Instant::now() < deadline, "the writers do not go on");
        }
    };
    until(50).await;
    server.crash();
    assert_eq!(save(&store, "while-it-is-down").await.unwrap_err().code(), ErrorCode::StorageUnavailable);
    server.start();
    let before = written().await;
    until(before + 50).await;
    stop.send(true).unwrap();
    let outcomes = writers.join_all().await;

    let mut connection = database.connect().await;
    let kept: Vec<(String,)> =
        sqlx::query_as("SELECT id FROM users").fetch_all(&mut connection).await.unwrap();
    let kept: BTreeSet<String> = kept.into_iter().map(|(id,)| id).collect();
    let mut failures = 0;
    for (acknowledged, refused) in outcomes {
        assert!(acknowledged.is_subset(&kept), "acknowledged and lost");
        assert!(refused.iter().all(|code| *code == ErrorCode::StorageUnavailable), "{refused:?}");
        failures += refused.len();
    }
    assert!(failures > 0, "nobody met the restart");
}

#[tokio::test]
async fn a_server_that_is_down_at_the_start_is_used_once_it_is_up() {
    let server = PostgresServer::durable();
    let database = server.migrated().await;
    server.crash();
    let store = open(&database, |options| options.acquire_timeout = Duration::from_millis(300));
    for _ in 0..2 {
        assert_eq!(store.count_people().await.unwrap_err().code(), ErrorCode::StorageUnavailable);
    }
    server.start();
    assert_eq!(store.count_people().await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stands_still_keeps_nobody_once_it_goes_on() {
    let server = PostgresServer::durable();
    let database = server.migrated().await;
    let store = open(&database, |options| {
        options.acquire_timeout = Duration::from_millis(300);
        options.connections = 2;
    });
    save(&store, "before").await.unwrap();
    server.pause();
    // A request that is given up in the middle of its statement, then one that needs a new connection.
    assert!(tokio::time::timeout(Duration::from_millis(200), save(&store, "given-up")).await.is_err());
    let mut waiting = JoinSet::new();
    for _ in 0..4 {
        let store = store.clone();
        waiting.spawn(
            async move { tokio::time::timeout(Duration::from_secs(1), store.begin()).await.map(drop) },
        );
    }
    waiting.join_all().await;
    server.resume();
    let deadline = Instant::now() + PATIENCE;
    while save(&store, "after").await.is_err() {
        assert!(Instant::now() < deadline, "the store does not recover");
    }
    assert_eq!(
        database.one::<i64>("SELECT count(*) FROM users WHERE id IN ('user-before', 'user-after')").await,
        2
    );
}

#[tokio::test]
async fn a_lock_that_does_not_come_is_a_conflict() {
    let database = PostgresServer::shared().migrated().await;
    let store = open(&database, |options| options.lock_timeout = Duration::from_millis(100));
    let (id, _holder) = held_bilan(&database, &store).await;
    let mut tx = store.begin_bilan().await.unwrap();
    let error = tx.lock_bilan(&id, &Scope::Any).await.unwrap_err();
    assert!(matches!(error, StoreError::Conflict(_)), "{error:?}");
    // Who only reads waits for nobody.
    assert!(store.bilan(&id, &Scope::Any).await.unwrap().is_some());
}

#[tokio::test]
async fn a_statement_that_takes_too_long_is_ended_by_the_server() {
    let database = PostgresServer::shared().migrated().await;
    let store = open(&database, |options| options.statement_timeout = Duration::from_millis(100));
    let (id, _holder) = held_bilan(&database, &store).await;
    let mut tx = store.begin_bilan().await.unwrap();
    let error = tx.lock_bilan(&id, &Scope::Any).await.unwrap_err();
    assert!(matches!(error, StoreError::Backend(_)), "{error:?}");
    assert_eq!(error.code(), ErrorCode::StorageUnavailable);
}

#[tokio::test]
async fn a_transaction_that_does_nothing_gives_its_locks_back() {
    let database = PostgresServer::shared().migrated().await;
    let store = open(&database, |options| options.idle_transaction_timeout = Duration::from_millis(100));
    let (id, mut holder) = held_bilan(&database, &store).await;
    holder.execute("ROLLBACK").await.unwrap();
    let mut hanging = store.begin_bilan().await.unwrap();
    hanging.lock_bilan(&id, &Scope::Any).await.unwrap().unwrap();
    let mut other = store.begin_bilan().await.unwrap();
    assert!(other.lock_bilan(&id, &Scope::Any).await.unwrap().is_some());
    other.commit().await.unwrap();
    let error = hanging.commit().await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::StorageUnavailable);
}

#[tokio::test]
async fn a_request_that_gets_no_connection_is_told_and_the_next_one_gets_it() {
    let database = PostgresServer::shared().migrated().await;
    let store = open(&database, |options| {
        options.connections = 1;
        options.acquire_timeout = Duration::from_millis(100);
    });
    let tx = store.begin().await.unwrap();
    assert_eq!(store.count_people().await.unwrap_err().code(), ErrorCode::StorageUnavailable);
    drop(tx);
    assert_eq!(store.count_people().await.unwrap(), 0);
}

/// The server says it with a state; what people see follows from it.
#[tokio::test]
async fn states_of_the_server_become_stable_codes() {
    let database = PostgresServer::shared().migrated().await;
    database
        .execute(
            "CREATE TABLE fault (state TEXT);
             CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
             BEGIN RAISE EXCEPTION 'as asked' USING ERRCODE = (SELECT state FROM fault); END $$;
             CREATE TRIGGER fails BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION fail()",
        )
        .await;
    let store = open(&database, |_| {});
    for (state, code, retryable) in [
        ("53100", ErrorCode::StorageFull, true),
        ("25006", ErrorCode::StorageReadOnly, false),
        ("42501", ErrorCode::StorageReadOnly, false),
        ("40001", ErrorCode::StorageUnavailable, true),
        ("40P01", ErrorCode::StorageUnavailable, true),
        ("55P03", ErrorCode::StorageUnavailable, true),
        ("57P01", ErrorCode::StorageUnavailable, true),
        ("53300", ErrorCode::StorageUnavailable, true),
        ("42P01", ErrorCode::SchemaMismatch, false),
        ("42703", ErrorCode::SchemaMismatch, false),
        ("28P01", ErrorCode::StorageRefused, false),
    ] {
        database.execute(&format!("DELETE FROM fault; INSERT INTO fault VALUES ('{state}')")).await;
        let error = save(&store, "a").await.unwrap_err();
        assert_eq!((error.code(), error.is_retryable()), (code, retryable), "{state}");
        assert!(!error.to_string().contains("as asked"), "{error}");
    }
}

#[tokio::test]
async fn a_read_only_database_and_one_without_schema_are_told() {
    let server = PostgresServer::shared();
    let database = server.migrated().await;
    let name = database.one::<String>("SELECT current_database()::text").await;
    database.execute(&format!("ALTER DATABASE {name} SET default_transaction_read_only = on")).await;
    let store = open(&database, |_| {});
    assert_eq!(save(&store, "a").await.unwrap_err().code(), ErrorCode::StorageReadOnly);
    assert_eq!(store.count_people().await.unwrap(), 0);

    let absent = PostgresOptions::parse(&server.url("nobody_made_it")).unwrap();
    let clock = Arc::new(ManualClock::at(Timestamp::UNIX_EPOCH));
    let absent = PostgresStore::open(&absent, clock, Arc::new(CountingIds::new("id")));
    assert_eq!(absent.count_people().await.unwrap_err().code(), ErrorCode::StorageRefused);
    assert_eq!(absent.migrate().await.unwrap_err().code(), ErrorCode::StorageRefused);

    let empty = open(&server.database().await, |_| {});
    assert_eq!(empty.count_people().await.unwrap_err().code(), ErrorCode::SchemaMismatch);
}

/// Two transactions that lock each other's row: the server ends one, and says that it may be run again.
#[tokio::test(flavor = "multi_thread")]
async fn a_deadlock_is_a_conflict_for_one_of_the_two() {
    let database = PostgresServer::shared().migrated().await;
    let store = open(&database, |_| {});
    let fixture = fixture(&store);
    let mut ids = Vec::new();
    for name in ["a", "b"] {
        let student = samples::save_student(&fixture, name).await;
        let bilan = samples::bilan(&fixture, &student, name);
        let mut tx = store.begin_bilan().await.unwrap();
        tx.insert_bilan(&bilan).await.unwrap();
        tx.commit().await.unwrap();
        ids.push(bilan.id);
    }
    let mut one = store.begin_bilan().await.unwrap();
    let mut other = store.begin_bilan().await.unwrap();
    one.lock_bilan(&ids[0], &Scope::Any).await.unwrap();
    other.lock_bilan(&ids[1], &Scope::Any).await.unwrap();
    let (first, second) =
        tokio::join!(one.lock_bilan(&ids[1], &Scope::Any), other.lock_bilan(&ids[0], &Scope::Any));
    let failures: Vec<StoreError> = [first.err(), second.err()].into_iter().flatten().collect();
    assert!(matches!(failures.as_slice(), [StoreError::Conflict(_)]), "{failures:?}");
}
