//! The steps of the schema, on one database.

use super::{BackendStore, Db, adoption, dialect, migrator, store_error};
use crate::adoption::{AdoptionObserver, CONSTRAINTS_STEP};
use crate::migrations::{MigrationReport, compare, migrate_error};
use nexus_core::{Clock, StoreError};
use sqlx::Database;
use sqlx::migrate::{Migrate, MigrateError, Migration};
use std::collections::BTreeMap;

type Connection = <Db as Database>::Connection;

/// Where a database says which steps it has.
pub(super) const TABLE: &str = "_sqlx_migrations";

/// Times that the step of the constraints is tried when concurrent transactions are in its way.
const ATTEMPTS: u32 = 10;

pub(super) fn failed(error: MigrateError) -> StoreError {
    migrate_error(error, store_error)
}

/// Tells what [`apply_missing`] would do, and changes nothing.
pub(super) async fn check(store: &BackendStore) -> Result<MigrationReport, StoreError> {
    let mut connection = store.primary.acquire().await.map_err(store_error)?;
    compare(migrator(), applied(&mut connection).await?).map_err(failed)
}

/// Makes the steps that are missing, each in one transaction with the line that says that it was made. The caller sees to
/// it that nobody else does the same.
pub(super) async fn apply_missing(
    connection: &mut Connection,
    clock: &dyn Clock,
    observer: &mut dyn AdoptionObserver,
) -> Result<MigrationReport, StoreError> {
    let report = compare(migrator(), applied(connection).await?).map_err(failed)?;
    connection.ensure_migrations_table(TABLE).await.map_err(failed)?;
    if let Some(version) = connection.dirty_version(TABLE).await.map_err(failed)? {
        return Err(failed(MigrateError::Dirty(version)));
    }
    for step in migrator().iter() {
        let Some(missing) = report.missing.iter().find(|missing| missing.version == step.version) else {
            continue;
        };
        observer.step_begins(missing);
        if step.version != CONSTRAINTS_STEP {
            connection.apply(TABLE, step).await.map_err(failed)?;
            continue;
        }
        let mut attempt = 1;
        loop {
            match constrain(connection, step, clock, observer).await {
                Err(StoreError::Conflict(_)) if attempt < ATTEMPTS => attempt += 1,
                outcome => break outcome?,
            }
            observer.starts_again(missing);
        }
    }
    Ok(report)
}

/// Puts the rows in order and makes the constraints that they must keep, in one transaction that keeps every writer out:
/// nothing can break a rule in between.
async fn constrain(
    connection: &mut Connection,
    step: &Migration,
    clock: &dyn Clock,
    observer: &mut dyn AdoptionObserver,
) -> Result<(), StoreError> {
    let mut tx = dialect::begin_alone(connection, &adoption::tables()).await?;
    adoption::repair(&mut tx, clock.now(), observer).await?;
    tx.apply(TABLE, step).await.map_err(failed)?;
    tx.commit().await.map_err(store_error)
}

/// Whether the existing application's tables are there and no step was made.
pub(super) async fn awaits_adoption(store: &BackendStore) -> Result<bool, StoreError> {
    let mut connection = store.primary.acquire().await.map_err(store_error)?;
    Ok(has_table(&mut connection, "users").await? && applied(&mut connection).await?.is_empty())
}

pub(super) async fn has_table(connection: &mut Connection, name: &str) -> Result<bool, StoreError> {
    let found: Option<i32> = sqlx::query_scalar(dialect::HAS_TABLE)
        .bind(name)
        .fetch_optional(connection)
        .await
        .map_err(store_error)?;
    Ok(found.is_some())
}

/// Version → checksum; nothing where no step was ever made.
async fn applied(connection: &mut Connection) -> Result<BTreeMap<i64, Vec<u8>>, StoreError> {
    if !has_table(connection, TABLE).await? {
        return Ok(BTreeMap::new());
    }
    let rows: Vec<(i64, Vec<u8>)> =
        sqlx::query_as("SELECT version, checksum FROM _sqlx_migrations WHERE success ORDER BY version")
            .fetch_all(connection)
            .await
            .map_err(store_error)?;
    Ok(rows.into_iter().collect())
}
