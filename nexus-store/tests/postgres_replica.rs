//! A real streaming replica: what it may answer, what it may not, and what happens when it is away.
#![cfg(feature = "postgres")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // the helpers of a test are tests too

use jiff::Timestamp;
use nexus_bilan::report::Variant;
use nexus_core::rights::Scope;
use nexus_core::testing::{CountingIds, ManualClock};
use nexus_core::{Coded, ErrorCode, Store, StudentId};
use nexus_store::conformance::postgres_server::{PostgresServer, TestDatabase};
use nexus_store::conformance::{Fixture, samples};
use nexus_store::postgres::{PostgresOptions, PostgresStore};
use sqlx::{Connection, Executor, PgConnection};
use std::sync::Arc;
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_mins(1);

struct Pair {
    _primary: PostgresServer,
    replica: PostgresServer,
    database: TestDatabase,
    replica_url: String,
    fixture: Fixture,
}

impl Pair {
    async fn start() -> Self {
        let primary = PostgresServer::quick();
        let database = primary.migrated().await;
        let replica = PostgresServer::standby_of(&primary);
        let replica_url = replica.url(database.name());
        let options = PostgresOptions::parse(database.url()).unwrap().with_replica(&replica_url).unwrap();
        let clock = Arc::new(ManualClock::at(Timestamp::from_second(1_800_000_000).unwrap()));
        let store = PostgresStore::open(&options, clock.clone(), Arc::new(CountingIds::new("id")));
        let fixture = Fixture { store: Arc::new(store), clock, guard: Box::new(()) };
        Self { _primary: primary, replica, database, replica_url, fixture }
    }

    /// From now on the replica shows what it has now, which is everything.
    async fn stop_following(&self) {
        let position = self.database.one::<String>("SELECT pg_current_wal_insert_lsn()::text").await;
        let mut replica = PgConnection::connect(&self.replica_url).await.unwrap();
        let deadline = Instant::now() + PATIENCE;
        loop {
            let reached: bool = sqlx::query_scalar("SELECT pg_last_wal_replay_lsn() >= $1::pg_lsn")
                .bind(&position)
                .fetch_one(&mut replica)
                .await
                .unwrap();
            if reached {
                break;
            }
            assert!(Instant::now() < deadline, "the replica does not follow");
        }
        replica.execute("SELECT pg_wal_replay_pause()").await.unwrap();
    }

    async fn insert(&self, student: &StudentId, id: &str) -> nexus_bilan::bilan::Bilan {
        let mut bilan = samples::bilan(&self.fixture, student, id);
        bilan.bank.slug = format!("bank-of-{id}");
        let mut tx = self.fixture.store.begin_bilan().await.unwrap();
        tx.insert_bilan(&bilan).await.unwrap();
        tx.commit().await.unwrap();
        bilan
    }

    async fn listed(&self, student: &StudentId) -> Vec<String> {
        let list = self.fixture.store.bilans_of(student, &Scope::Any).await.unwrap().unwrap();
        list.into_iter().map(|summary| summary.id.to_string()).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_answers_lists_and_never_a_right_or_a_state() {
    let pair = Pair::start().await;
    let store = &pair.fixture.store;
    let student = samples::save_student(&pair.fixture, "a").await;
    let bilan = pair.insert(&student, "b1").await;
    pair.stop_following().await;
    let late = pair.insert(&student, "b2").await;
    let unknown_to_the_replica = samples::save_student(&pair.fixture, "b").await;
    let document = samples::document(&pair.fixture, &bilan, 1, "premier");
    let mut tx = store.begin_bilan().await.unwrap();
    tx.insert_document(&document).await.unwrap();
    tx.commit().await.unwrap();

    assert_eq!(pair.listed(&student).await, ["b1"], "the list comes from the replica");
    // The scope is decided by the primary: this pupil is known, and his list is merely empty.
    assert_eq!(pair.listed(&unknown_to_the_replica).await, Vec::<String>::new());
    assert_eq!(store.bilan(&late.id, &Scope::Any).await.unwrap(), Some(late));
    assert_eq!(store.document(&bilan.id, 1, Variant::General).await.unwrap(), Some(document));
    assert_eq!(store.count_people().await.unwrap(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_that_is_away_is_done_without_and_used_again_when_it_is_back() {
    let pair = Pair::start().await;
    let student = samples::save_student(&pair.fixture, "a").await;
    pair.insert(&student, "b1").await;
    pair.stop_following().await;
    pair.insert(&student, "b2").await;
    assert_eq!(pair.listed(&student).await, ["b1"]);

    pair.replica.crash();
    // A connection of the pool may be found dead by its own statement, once.
    let deadline = Instant::now() + PATIENCE;
    while pair.fixture.store.bilans_of(&student, &Scope::Any).await.is_err() {
        assert!(Instant::now() < deadline, "the primary does not read for the replica");
    }
    assert_eq!(pair.listed(&student).await, ["b2", "b1"]);

    pair.replica.start();
    pair.stop_following().await;
    pair.insert(&student, "b3").await;
    let deadline = Instant::now() + PATIENCE;
    while pair.listed(&student).await != ["b2", "b1"] {
        assert!(Instant::now() < deadline, "the replica is not used again");
    }
}

/// The address of a replica where the server's belongs: nothing is written, and people are told why.
#[tokio::test(flavor = "multi_thread")]
async fn a_replica_in_the_place_of_the_server_is_read_only() {
    let pair = Pair::start().await;
    let options = PostgresOptions::parse(&pair.replica_url).unwrap();
    let clock = Arc::new(ManualClock::at(Timestamp::UNIX_EPOCH));
    let store = PostgresStore::open(&options, clock, Arc::new(CountingIds::new("id")));
    let (family, _) = samples::people("a");
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.save_family(&family).await.unwrap_err().code(), ErrorCode::StorageReadOnly);
}
