use super::super::{SqliteOptions, SqliteStore};
use super::*;
use crate::Backend;
use futures_util::future::join_all;
use jiff::Timestamp;
use nexus_core::testing::{CountingIds, ManualClock};
use nexus_core::{Checksum, IdempotencyClaim, IdempotencyStore, IdempotencyTerm, Store};
use std::sync::atomic::AtomicUsize;
use std::sync::mpsc;

/// A disk that confirms when it is told to, and counts.
fn gated() -> (Durability, mpsc::Sender<io::Result<()>>, Arc<AtomicUsize>) {
    let (tell, told) = mpsc::channel();
    let told = std::sync::Mutex::new(told);
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    let sync = move |_: &Path| {
        counted.fetch_add(1, Ordering::SeqCst);
        told.lock().unwrap().recv().unwrap_or_else(|_| Err(io::Error::other("the gate is gone")))
    };
    (Durability::with("log".into(), Box::new(sync)), tell, asked)
}

async fn until(condition: impl Fn() -> bool) {
    while !condition() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_told_before_the_disk_has_it_and_those_who_wait_share_the_next_wait() {
    let (durability, tell, asked) = gated();
    let first = tokio::spawn({
        let durability = durability.clone();
        async move { durability.reached().await }
    });
    until(|| asked.load(Ordering::SeqCst) == 1).await;
    // Committed while the disk works on what was before: it must be asked once more, for all of them.
    let others: Vec<_> = (0..63)
        .map(|_| {
            let durability = durability.clone();
            tokio::spawn(async move { durability.reached().await })
        })
        .collect();
    until(|| durability.0.committed.load(Ordering::SeqCst) == 64).await;
    assert!(!first.is_finished());
    tell.send(Ok(())).unwrap();
    first.await.unwrap().unwrap();
    until(|| asked.load(Ordering::SeqCst) == 2).await;
    assert!(others.iter().all(|other| !other.is_finished()));
    tell.send(Ok(())).unwrap();
    for told in join_all(others).await {
        told.unwrap().unwrap();
    }
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_disk_that_failed_is_never_believed_again() {
    let (durability, tell, asked) = gated();
    tell.send(Err(io::Error::other("no such luck"))).unwrap();
    tell.send(Ok(())).unwrap();
    assert!(matches!(durability.reached().await, Err(StoreError::Backend(_))));
    assert!(matches!(durability.reached().await, Err(StoreError::Backend(_))));
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_goes_away_leaves_nobody_waiting() {
    let (durability, tell, asked) = gated();
    let leaver = tokio::spawn({
        let durability = durability.clone();
        async move { durability.reached().await }
    });
    until(|| asked.load(Ordering::SeqCst) == 1).await;
    leaver.abort();
    assert!(leaver.await.unwrap_err().is_cancelled());
    tell.send(Ok(())).unwrap();
    tell.send(Ok(())).unwrap();
    durability.reached().await.unwrap();
}

/// Nothing that writes is answered before the disk has it: neither a transaction nor a statement of its own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_store_answers_no_write_before_the_disk_has_it() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::at("2026-09-14T08:30:00Z".parse().unwrap()));
    let options = SqliteOptions::new(folder.path().join("nexus.db"));
    let mut store = SqliteStore::open(&options, clock, Arc::new(CountingIds::new("id"))).await.unwrap();
    store.migrate().await.unwrap();
    let (durability, tell, asked) = gated();
    store.durability = durability;
    let commit = tokio::spawn({
        let store = store.clone();
        async move { store.begin().await?.commit().await }
    });
    until(|| asked.load(Ordering::SeqCst) == 1 || commit.is_finished()).await;
    assert!(!commit.is_finished());
    tell.send(Ok(())).unwrap();
    commit.await.unwrap().unwrap();

    let claim = IdempotencyClaim {
        scope: Checksum::of_bytes(b"k"),
        fingerprint: Checksum::of_bytes(b"{}"),
        token: "t".to_owned(),
    };
    let term = IdempotencyTerm {
        now: Timestamp::UNIX_EPOCH,
        lease_until: Timestamp::MAX,
        expires_at: Timestamp::MAX,
    };
    let claimed = tokio::spawn({
        let store = store.clone();
        async move { store.claim_key(&claim, term).await }
    });
    until(|| asked.load(Ordering::SeqCst) == 2 || claimed.is_finished()).await;
    assert!(!claimed.is_finished());
    tell.send(Ok(())).unwrap();
    claimed.await.unwrap().unwrap();
}

#[test]
fn a_log_that_was_moved_into_the_database_is_on_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    sync_file(&folder.path().join("nexus.db-wal")).unwrap();
    // Anything else that keeps it from being found is an error.
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    assert!(sync_file(&file.join("nexus.db-wal")).is_err());
}
