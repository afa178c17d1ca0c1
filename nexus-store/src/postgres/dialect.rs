//! What PostgreSQL says in its own way; SQLite's file has the same names.

use super::{BackendTx, store_error};
use crate::adoption::{Query, SchemaObject, expected_postgres};
use nexus_core::StoreError;
use sqlx::{AssertSqlSafe, PgConnection, PgTransaction};
use std::collections::BTreeSet;

/// Ends a `SELECT` whose row nobody else may change until the end of the transaction; of a join, name the table. `NO KEY`:
/// a row that refers to the locked one may still be added, which would otherwise wait, or meet this lock in a deadlock.
macro_rules! for_update {
    () => {
        " FOR NO KEY UPDATE"
    };
    ($table:literal) => {
        concat!(" FOR NO KEY UPDATE OF ", $table)
    };
}

/// Ends the `SELECT` of a queue's claim: what another claim holds is passed over.
macro_rules! skip_locked {
    () => {
        " FOR UPDATE SKIP LOCKED"
    };
}

/// `column <is_among!("$1")>`, where the parameter is a `TextList`.
macro_rules! is_among {
    ($list:literal) => {
        concat!("= ANY(", $list, ")")
    };
}

/// A column of JSON as text, in the one form that the database writes.
macro_rules! json_text {
    ($column:literal) => {
        concat!($column, "::text")
    };
}

/// The column of an amount of credits that is written; `"<name>Milli"` is the one that is read.
macro_rules! credits_column {
    ($name:literal) => {
        concat!("\"", $name, "\"")
    };
}

/// Thousandths as the value of such a column.
macro_rules! credits_value {
    ($milli:literal) => {
        concat!("((", $milli, ") / 1000.0)")
    };
}

pub(super) use {credits_column, credits_value, for_update, is_among, json_text, skip_locked};

/// Begins a transaction that only reads and sees one state of the database.
pub(super) const READ_ONE_STATE: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// Whether the database has a table of this name.
pub(super) const HAS_TABLE: &str = "SELECT 1 WHERE to_regclass(quote_ident($1)) IS NOT NULL";

/// Holds a name that has no row (an empty slot of a calendar…) until the end of the transaction; the kind of thing keeps
/// equal names of different things apart. Two names that share a hash wait for each other, no more.
pub(super) async fn lock_name(tx: &mut BackendTx, kind: &str, name: &str) -> Result<(), StoreError> {
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended($1 || ':' || $2, 0))")
        .bind(kind)
        .bind(name)
        .execute(&mut *tx.tx)
        .await
        .map_err(store_error)?;
    Ok(())
}

/// What the database has: kind and name. Indexes that belong to a constraint are not named twice.
pub(super) const CATALOGUE: &str = r"
WITH held AS (
    SELECT held.oid, held.relname::text AS name, held.relkind FROM pg_class held
    JOIN pg_namespace place ON place.oid = held.relnamespace AND place.nspname = current_schema()
    WHERE held.relname NOT IN ('_sqlx_migrations', '_prisma_migrations')
)
SELECT 'table', name FROM held WHERE relkind IN ('r', 'p')
UNION ALL
SELECT 'column', name || '.' || attname FROM held JOIN pg_attribute ON attrelid = held.oid
WHERE relkind IN ('r', 'p') AND attnum > 0 AND NOT attisdropped
UNION ALL
SELECT 'constraint', name || '.' || conname || CASE confdeltype
    WHEN 'c' THEN ' ON DELETE CASCADE' WHEN 'n' THEN ' ON DELETE SET NULL' WHEN 'r' THEN ' ON DELETE RESTRICT' ELSE '' END
FROM held JOIN pg_constraint ON conrelid = held.oid
WHERE contype IN ('c', 'f', 'p', 'u', 'x')
UNION ALL
SELECT 'index', index.name FROM held index JOIN pg_index known ON known.indexrelid = index.oid
JOIN held ON held.oid = known.indrelid
WHERE NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = index.oid AND contype IN ('p', 'u', 'x'))
UNION ALL
SELECT 'trigger', name || '.' || tgname FROM held JOIN pg_trigger ON tgrelid = held.oid WHERE NOT tgisinternal
UNION ALL
SELECT 'type', typname::text FROM pg_type kind JOIN pg_namespace place ON place.oid = kind.typnamespace
WHERE kind.typtype = 'e' AND place.nspname = current_schema()";

/// What [`CATALOGUE`] finds in a database of this version.
pub(super) fn expected() -> BTreeSet<SchemaObject> {
    expected_postgres()
}

/// The text of a query of a rule.
pub(super) fn text(query: Query) -> &'static str {
    match query {
        Query::Both(text) | Query::Each { postgres: text, .. } => text,
    }
}

/// Said at the start of a transaction that only looks, for as long as it takes.
pub(super) const READ_AT_LEISURE: &str = "SET TRANSACTION READ ONLY; SET LOCAL statement_timeout = 0";

/// Whether a query failed because the database does not have a table or a column yet.
pub(super) fn is_about_something_missing(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    code.is_some_and(|code| matches!(&*code, "42P01" | "42703"))
}

/// Opens the transaction in which rows are put in order: nobody else writes these tables meanwhile, nor reads them. A
/// weaker lock that grows when the constraints are made would meet any reader that wants to write in a deadlock.
pub(super) async fn begin_alone<'c>(
    connection: &'c mut PgConnection,
    tables: &[&str],
) -> Result<PgTransaction<'c>, StoreError> {
    let names: Vec<String> = tables.iter().map(|table| format!("\"{table}\"")).collect();
    let lock = format!(
        "SET LOCAL idle_in_transaction_session_timeout = 0; LOCK TABLE {} IN ACCESS EXCLUSIVE MODE",
        names.join(", ")
    );
    let mut tx = sqlx::Connection::begin(connection).await.map_err(store_error)?;
    sqlx::raw_sql(AssertSqlSafe(lock)).execute(&mut *tx).await.map_err(store_error)?;
    Ok(tx)
}
