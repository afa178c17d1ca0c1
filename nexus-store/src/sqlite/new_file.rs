//! The schema of a file that does not exist yet, at once.
//!
//! SQLite reads its whole schema again after each change of a table: the steps, one after the other, take most of the time of a
//! first start. `new_file.sql` is what they make; a test makes both and compares them to the letter, and writes the file anew when
//! it is asked to.

use super::schema_steps::{TABLE, failed};
use super::{migrator, store_error};
use crate::adoption::AdoptionObserver;
use crate::migrations::{MigrationReport, compare};
use nexus_core::StoreError;
use sqlx::migrate::Migrate;
use sqlx::{Connection, SqliteConnection};
use std::collections::BTreeMap;

const SCHEMA: &str = include_str!("new_file.sql");

/// Whether nothing was ever made in the file.
pub(super) async fn is_new(connection: &mut SqliteConnection) -> Result<bool, StoreError> {
    let objects: i64 = sqlx::query_scalar("SELECT count(*) FROM sqlite_master")
        .fetch_one(connection)
        .await
        .map_err(store_error)?;
    Ok(objects == 0)
}

/// Makes the schema, and notes every step as made.
pub(super) async fn write(
    connection: &mut SqliteConnection,
    observer: &mut dyn AdoptionObserver,
) -> Result<MigrationReport, StoreError> {
    let report = compare(migrator(), BTreeMap::new()).map_err(failed)?;
    let mut tx = connection.begin_with("BEGIN IMMEDIATE").await.map_err(store_error)?;
    tx.ensure_migrations_table(TABLE).await.map_err(failed)?;
    sqlx::raw_sql(SCHEMA).execute(&mut *tx).await.map_err(store_error)?;
    for step in migrator().iter() {
        tx.skip(TABLE, step).await.map_err(failed)?;
    }
    tx.commit().await.map_err(store_error)?;
    for step in &report.missing {
        observer.step_begins(step);
    }
    Ok(report)
}
