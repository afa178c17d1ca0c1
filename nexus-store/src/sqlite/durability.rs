//! One wait for the disk for all that was committed meanwhile.
//!
//! A commit that waits for the disk keeps the only writer of SQLite waiting too, and callers that come together would wait one
//! after the other. So the writer commits without waiting (`synchronous=NORMAL`: the file is whole whatever happens, the last
//! commits may be missing after a power cut), lets the next one in, and nobody is told that his work is done before the
//! write-ahead log is on the disk, which is waited for once for everybody whose commit is in it. What is acknowledged is on the
//! disk, as with `synchronous=FULL`.
//!
//! Each transaction stays one of its own: what one takes back, or fails to commit, concerns nobody else.

use nexus_core::StoreError;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use tokio::sync::Mutex;

/// Puts a file on the disk.
type Sync = dyn Fn(&Path) -> io::Result<()> + Send + std::marker::Sync;

/// How far the commits of a database are on the disk. A clone is the same.
#[derive(Clone)]
pub(super) struct Durability(Arc<State>);

struct State {
    log: PathBuf,
    sync: Box<Sync>,
    /// Commits that have ended.
    committed: AtomicU64,
    /// Of which so many are on the disk.
    synced: AtomicU64,
    /// Held by whoever waits for the disk.
    turn: Mutex<()>,
    /// The disk failed once. What it then has is not known: a second attempt that succeeds proves nothing.
    is_broken: AtomicBool,
}

/// Nobody knows what is on the disk.
#[derive(Debug, thiserror::Error)]
#[error("the disk did not confirm what was written; the server has to be started again")]
struct Unconfirmed(#[source] Option<io::Error>);

impl Durability {
    /// Of the database in this file.
    pub(super) fn of(database: &Path) -> Self {
        let mut log = database.as_os_str().to_owned();
        log.push("-wal");
        Self::with(log.into(), Box::new(sync_file))
    }

    fn with(log: PathBuf, sync: Box<Sync>) -> Self {
        Self(Arc::new(State {
            log,
            sync,
            committed: AtomicU64::new(0),
            synced: AtomicU64::new(0),
            turn: Mutex::new(()),
            is_broken: AtomicBool::new(false),
        }))
    }

    /// Resolves when everything that was committed before this call is on the disk.
    pub(super) async fn reached(&self) -> Result<(), StoreError> {
        let state = &*self.0;
        let mine = state.committed.fetch_add(1, Ordering::SeqCst) + 1;
        let _turn = state.turn.lock().await;
        if state.is_broken.load(Ordering::SeqCst) {
            return Err(StoreError::Backend(Unconfirmed(None).into()));
        }
        if state.synced.load(Ordering::SeqCst) >= mine {
            return Ok(());
        }
        let so_far = state.committed.load(Ordering::SeqCst);
        let shared = Arc::clone(&self.0);
        // Whoever goes away meanwhile leaves the thread to its work; the next one waits for the disk again.
        let confirmed = tokio::task::spawn_blocking(move || (shared.sync)(&shared.log)).await;
        match confirmed {
            Ok(Ok(())) => {
                state.synced.fetch_max(so_far, Ordering::SeqCst);
                Ok(())
            }
            Ok(Err(error)) => {
                state.is_broken.store(true, Ordering::SeqCst);
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "the disk failed: nothing more is written"
                );
                Err(StoreError::Backend(Unconfirmed(Some(error)).into()))
            }
            Err(error) => Err(StoreError::Backend(error.into())),
        }
    }
}

fn sync_file(log: &Path) -> io::Result<()> {
    // By its name each time: when the last connection ends, SQLite moves the log into the database, puts that on the disk and
    // removes the log. A descriptor that is closed takes SQLite's locks with it, but the log has none.
    match File::open(log) {
        Ok(file) => file.sync_data(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests;
