//! Two stores on one file, as two processes open it: within one process writers queue for one connection, so only this
//! shows that a transaction takes the write lock before it reads.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // the helpers of a test are tests too

use jiff::Timestamp;
use nexus_bilan::ports::BilanStore;
use nexus_core::rights::Scope;
use nexus_core::testing::{CountingIds, ManualClock};
use nexus_store::Backend;
use nexus_store::conformance::{Fixture, samples};
use nexus_store::sqlite::{SqliteOptions, SqliteStore};
use std::path::Path;
use std::sync::Arc;
use tokio::task::JoinSet;

const TASKS: u64 = 6;
const SAVES: u64 = 15;

async fn open(path: &Path) -> (SqliteStore, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::at(Timestamp::from_second(1_800_000_000).unwrap()));
    let ids = Arc::new(CountingIds::new("id"));
    let store = SqliteStore::open(&SqliteOptions::new(path), clock.clone(), ids).await.unwrap();
    store.migrate().await.unwrap();
    (store, clock)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn read_then_write_never_loses_a_revision() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("nexus.db");
    let (first, clock) = open(&path).await;
    let (second, _) = open(&path).await;
    let fixture = Fixture { store: Arc::new(first.clone()), clock, guard: Box::new(()) };
    let student = samples::save_student(&fixture, "a").await;
    let bilan = samples::bilan(&fixture, &student, "b1");
    let mut tx = first.begin_bilan().await.unwrap();
    assert!(tx.insert_bilan(&bilan).await.unwrap());
    tx.commit().await.unwrap();

    let mut savers = JoinSet::new();
    for task in 0..TASKS {
        let (store, id) = (if task % 2 == 0 { first.clone() } else { second.clone() }, bilan.id.clone());
        savers.spawn(async move {
            for _ in 0..SAVES {
                let mut tx = store.begin_bilan().await.unwrap();
                let mut bilan = tx.lock_bilan(&id, &Scope::Any).await.unwrap().unwrap();
                bilan.revision += 1;
                tx.save_bilan(&bilan).await.unwrap();
                tx.commit().await.unwrap();
            }
        });
    }
    savers.join_all().await;
    assert_eq!(second.bilan(&bilan.id, &Scope::Any).await.unwrap().unwrap().revision, TASKS * SAVES);
}
