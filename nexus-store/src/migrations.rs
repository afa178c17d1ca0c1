//! The steps of a schema: what a database has against what this version knows.

use nexus_core::StoreError;
use sqlx::migrate::{MigrateError, Migrator};
use std::collections::BTreeMap;

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

/// Compares the steps that a database has (version → checksum) with those of this version; refuses a step that was
/// changed since, and one that this version does not know.
pub(crate) fn compare(
    migrator: &Migrator,
    mut applied: BTreeMap<i64, Vec<u8>>,
) -> Result<MigrationReport, MigrateError> {
    let mut report = MigrationReport::default();
    for migration in migrator.iter() {
        let step = MigrationStep { version: migration.version, name: migration.description.to_string() };
        match applied.remove(&migration.version) {
            None => report.missing.push(step),
            Some(checksum) if checksum == *migration.checksum => report.applied_before.push(step),
            Some(_) => return Err(MigrateError::VersionMismatch(migration.version)),
        }
    }
    match applied.keys().next() {
        // Made by a newer version of Nexus: going on could write rows that it no longer understands.
        Some(version) => Err(MigrateError::VersionMissing(*version)),
        None => Ok(report),
    }
}

/// Sorts a failure of the steps themselves; `sort` sorts one of the database.
pub(crate) fn migrate_error(error: MigrateError, sort: fn(sqlx::Error) -> StoreError) -> StoreError {
    match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => sort(error),
        other => StoreError::SchemaMismatch(other.into()),
    }
}
