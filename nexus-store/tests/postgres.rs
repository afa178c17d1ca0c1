//! The conformance suite on PostgreSQL, in a database of its own per test.
#![cfg(feature = "postgres")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // the helpers of a test are tests too

use jiff::Timestamp;
use nexus_core::testing::{CountingIds, ManualClock};
use nexus_store::conformance::postgres_server::PostgresServer;
use nexus_store::conformance::{Fixture, samples};
use nexus_store::postgres::{PostgresOptions, PostgresStore};
use nexus_store::store_conformance;
use std::sync::Arc;

async fn make_store() -> Fixture {
    let database = PostgresServer::shared().migrated().await;
    let clock = Arc::new(ManualClock::at(Timestamp::from_second(1_800_000_000).unwrap()));
    let options = PostgresOptions::parse(database.url()).unwrap();
    let store = PostgresStore::open(&options, clock.clone(), Arc::new(CountingIds::new("token")));
    Fixture { store: Arc::new(store.sealed_with(samples::payload_seal())), clock, guard: Box::new(database) }
}

store_conformance!(make_store);
