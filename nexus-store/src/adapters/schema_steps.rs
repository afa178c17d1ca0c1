//! The steps of the schema that a database has.

use super::{Db, dialect, store_error};
use nexus_core::StoreError;
use sqlx::Database;
use std::collections::BTreeMap;

/// Version → checksum; nothing where no step was ever made.
pub(super) async fn applied(
    connection: &mut <Db as Database>::Connection,
) -> Result<BTreeMap<i64, Vec<u8>>, StoreError> {
    let table: Option<i32> = sqlx::query_scalar(dialect::HAS_TABLE)
        .bind("_sqlx_migrations")
        .fetch_optional(&mut *connection)
        .await
        .map_err(store_error)?;
    if table.is_none() {
        return Ok(BTreeMap::new());
    }
    let rows: Vec<(i64, Vec<u8>)> =
        sqlx::query_as("SELECT version, checksum FROM _sqlx_migrations WHERE success ORDER BY version")
            .fetch_all(connection)
            .await
            .map_err(store_error)?;
    Ok(rows.into_iter().collect())
}
