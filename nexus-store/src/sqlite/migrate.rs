//! The schema of SQLite, brought up to date under a file lock.

use super::error::store_error;
use super::store::SqliteStore;
use nexus_core::StoreError;
use sqlx::migrate::{MigrateError, Migrator};
use std::collections::BTreeMap;
use std::fs::File;
use std::path::PathBuf;

static MIGRATOR: Migrator = sqlx::migrate!("migrations/sqlite");

/// One step of the schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationStep {
    /// Its number.
    pub version: i64,
    /// What it is about.
    pub name: String,
}

/// What was there and what was done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MigrationReport {
    /// Steps that were already there.
    pub applied_before: Vec<MigrationStep>,
    /// Steps that were missing: done by `migrate`, only named by `pending_migrations`.
    pub missing: Vec<MigrationStep>,
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

pub(super) async fn up(store: &SqliteStore) -> Result<MigrationReport, StoreError> {
    let _lock = MigrationLock::acquire(store.path()).await?;
    let report = check(store).await?;
    MIGRATOR.run(&store.writer).await.map_err(migrate_error)?;
    Ok(report)
}

pub(super) async fn check(store: &SqliteStore) -> Result<MigrationReport, StoreError> {
    let mut applied = applied(store).await?;
    let mut report = MigrationReport::default();
    for migration in MIGRATOR.iter() {
        let step = MigrationStep { version: migration.version, name: migration.description.to_string() };
        match applied.remove(&migration.version) {
            None => report.missing.push(step),
            Some(checksum) if checksum == *migration.checksum => report.applied_before.push(step),
            Some(_) => return Err(migrate_error(MigrateError::VersionMismatch(migration.version))),
        }
    }
    match applied.keys().next() {
        // Made by a newer version of Nexus: going on could write rows that it no longer understands.
        Some(version) => Err(migrate_error(MigrateError::VersionMissing(*version))),
        None => Ok(report),
    }
}

/// Version → checksum of what the database has.
async fn applied(store: &SqliteStore) -> Result<BTreeMap<i64, Vec<u8>>, StoreError> {
    let table: Option<i64> =
        sqlx::query_scalar("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = '_sqlx_migrations'")
            .fetch_optional(&store.readers)
            .await
            .map_err(store_error)?;
    if table.is_none() {
        return Ok(BTreeMap::new());
    }
    let rows: Vec<(i64, Vec<u8>)> =
        sqlx::query_as("SELECT version, checksum FROM _sqlx_migrations WHERE success ORDER BY version")
            .fetch_all(&store.readers)
            .await
            .map_err(store_error)?;
    Ok(rows.into_iter().collect())
}

fn migrate_error(error: MigrateError) -> StoreError {
    match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => store_error(error),
        other => StoreError::SchemaMismatch(other.into()),
    }
}
