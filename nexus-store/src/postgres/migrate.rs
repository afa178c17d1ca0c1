//! The schema of PostgreSQL, brought up to date under an advisory lock.

use super::schema_steps::apply_missing;
use super::{BackendStore, store_error};
use crate::adoption::AdoptionObserver;
use crate::migrations::{MigrationReport, migrate_error};
use nexus_core::StoreError;
use sqlx::migrate::{Migrate, Migrator};
use sqlx::{Connection, Executor};

static MIGRATOR: Migrator = sqlx::migrate!("migrations/postgres");

pub(super) fn migrator() -> &'static Migrator {
    &MIGRATOR
}

/// A step that cannot get a table gives up: every reader of the table would queue behind it.
const STEP_LOCK_TIMEOUT: &str = "SET lock_timeout = '30s'";

pub(super) async fn up(
    store: &BackendStore,
    observer: &mut dyn AdoptionObserver,
) -> Result<MigrationReport, StoreError> {
    let mut connection = store.migration_connection().await?;
    // Another process may be at it, for as long as it takes. The lock goes with the connection, however that ends.
    connection.lock().await.map_err(|error| migrate_error(error, store_error))?;
    connection.execute(STEP_LOCK_TIMEOUT).await.map_err(store_error)?;
    let report = apply_missing(&mut connection, &*store.clock, observer).await?;
    // The steps are made; how the connection ends has no consequence.
    let _ = connection.close().await;
    Ok(report)
}
