//! The conformance suite on SQLite, in a file of its own per test.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // the helpers of a test are tests too

use jiff::Timestamp;
use nexus_core::testing::{CountingIds, ManualClock};
use nexus_store::Backend;
use nexus_store::conformance::{Fixture, samples};
use nexus_store::sqlite::{SqliteOptions, SqliteStore};
use nexus_store::store_conformance;
use sqlx::Connection;
use sqlx::sqlite::SqliteConnection;
use std::sync::Arc;

async fn make_store() -> Fixture {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::at(Timestamp::from_second(1_800_000_000).unwrap()));
    let options = SqliteOptions::new(folder.path().join("nexus.db"));
    let store =
        SqliteStore::open(&options, clock.clone(), Arc::new(CountingIds::new("token"))).await.unwrap();
    store.migrate().await.unwrap();
    Fixture { store: Arc::new(store.sealed_with(samples::payload_seal())), clock, guard: Box::new(folder) }
}

store_conformance!(make_store);

/// `.cargo/config.toml` takes back what makes all connections wait for one page cache.
#[tokio::test]
async fn connections_have_a_page_cache_each() {
    let mut connection = SqliteConnection::connect("sqlite::memory:").await.unwrap();
    let options: Vec<String> =
        sqlx::query_scalar("PRAGMA compile_options").fetch_all(&mut connection).await.unwrap();
    assert!(options.contains(&"DEFAULT_MEMSTATUS=0".to_owned()), "{options:?}");
    assert!(!options.contains(&"ENABLE_MEMORY_MANAGEMENT".to_owned()), "{options:?}");
}
