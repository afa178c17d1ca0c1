//! The schema of SQLite, brought up to date under a file lock.

use super::schema_steps::apply_missing;
use super::{BackendStore, new_file, store_error};
use crate::adoption::AdoptionObserver;
use crate::migrations::MigrationReport;
use nexus_core::StoreError;
use sqlx::migrate::Migrator;
use std::fs::File;
use std::path::PathBuf;

static MIGRATOR: Migrator = sqlx::migrate!("migrations/sqlite");

pub(super) fn migrator() -> &'static Migrator {
    &MIGRATOR
}

/// sqlx takes no lock on SQLite: two processes that open a new database at once would both create its tables.
struct MigrationLock(File);

impl MigrationLock {
    async fn acquire(database: &std::path::Path) -> Result<Self, StoreError> {
        let mut name = database.as_os_str().to_owned();
        name.push(".migration-lock");
        let path = PathBuf::from(name);
        tokio::task::spawn_blocking(move || {
            let file = File::options().create(true).truncate(false).write(true).open(path)?;
            file.lock()?;
            Ok(Self(file))
        })
        .await
        .map_err(|error| StoreError::Backend(error.into()))?
        .map_err(|error: std::io::Error| match error.kind() {
            std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
                StoreError::ReadOnly(error.into())
            }
            std::io::ErrorKind::StorageFull => StoreError::Full(error.into()),
            _ => StoreError::Backend(error.into()),
        })
    }
}

impl Drop for MigrationLock {
    fn drop(&mut self) {
        // Closing the file unlocks it too; an error here has no consequence.
        let _ = self.0.unlock();
    }
}

pub(super) async fn up(
    store: &BackendStore,
    observer: &mut dyn AdoptionObserver,
) -> Result<MigrationReport, StoreError> {
    let _lock = MigrationLock::acquire(store.path()).await?;
    let mut connection = store.writer.acquire().await.map_err(store_error)?;
    let report = if new_file::is_new(&mut connection).await? {
        new_file::write(&mut connection, observer).await?
    } else {
        apply_missing(&mut connection, &*store.clock, observer).await?
    };
    store.settled().await?;
    Ok(report)
}
