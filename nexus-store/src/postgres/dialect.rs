//! What PostgreSQL says in its own way; SQLite's file has the same names.

use super::{BackendTx, Unit, store_error};
use crate::adoption::{Query, SchemaObject, expected_postgres};
use nexus_core::StoreError;
use serde_json::Value;
use sqlx::types::Json;
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
    ($milli:expr) => {
        concat!("((", $milli, ") / 1000.0)")
    };
}

/// The rows of a JSON array of objects, as a table `r`; `field!` reads a field of a row, `row_number!` its place.
macro_rules! rows {
    ($list:literal) => {
        concat!("jsonb_array_elements(", $list, r#") WITH ORDINALITY AS r("value", "number")"#)
    };
}

/// A field of a row of `rows!`: a text, a whole number, an instant in milliseconds of 1970, or JSON that is given as a text.
macro_rules! field {
    ($name:literal) => {
        concat!("(r.value ->> '", $name, "')")
    };
    ($name:literal, number) => {
        concat!("CAST(r.value ->> '", $name, "' AS BIGINT)")
    };
    ($name:literal, instant) => {
        concat!(
            "(TIMESTAMP '1970-01-01' + CAST(r.value ->> '",
            $name,
            "' AS BIGINT) * INTERVAL '1 millisecond')"
        )
    };
    ($name:literal, json) => {
        concat!("CAST(r.value ->> '", $name, "' AS JSONB)")
    };
}

/// The place of a row of `rows!`.
macro_rules! row_number {
    () => {
        r#"r."number""#
    };
}

/// Begins a subquery of one column that lists rows as JSON: an array of arrays. Its `FROM` and its bracket follow.
macro_rules! list {
    ($($part:expr),+ $(,)?) => {
        concat!("(SELECT COALESCE(json_agg(json_build_array(", $($part),+, ")), '[]')")
    };
}

/// An instant of a column as milliseconds of 1970.
macro_rules! milliseconds {
    ($column:literal) => {
        concat!("CAST(extract(epoch FROM ", $column, ") * 1000 AS BIGINT)")
    };
}

pub(super) use {
    credits_column, credits_value, field, for_update, is_among, json_text, list, milliseconds, row_number,
    rows, skip_locked,
};

/// Executes statements that write and that have one parameter each, `$1`, a JSON array; none sees what another one writes.
/// Returns how many rows each wrote. Here they are one statement: one message, and one answer.
pub(super) async fn write_together(
    tx: &mut Unit,
    statements: Vec<(&'static str, Value)>,
) -> Result<Vec<u64>, StoreError> {
    let (mut parts, mut counts) = (Vec::new(), Vec::new());
    for (index, (statement, _)) in statements.iter().enumerate() {
        let number = index + 1;
        parts.push(format!("w{number} AS ({} RETURNING 1)", statement.replace("$1", &format!("${number}"))));
        counts.push(format!("(SELECT count(*) FROM w{number})"));
    }
    // The same tables are written together again and again: there are few such statements.
    let together = format!("WITH {} SELECT ARRAY[{}]", parts.join(", "), counts.join(", "));
    let mut query = sqlx::query_scalar::<_, Vec<i64>>(AssertSqlSafe(together));
    for (_, rows) in statements {
        query = query.bind(Json(rows));
    }
    let counts = query.fetch_one(&mut **tx).await.map_err(store_error)?;
    Ok(counts.into_iter().map(|count| u64::try_from(count).unwrap_or(0)).collect())
}

/// Begins a transaction that only reads and sees one state of the database.
pub(super) const READ_ONE_STATE: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// Whether the database has a table of this name.
pub(super) const HAS_TABLE: &str = "SELECT 1 WHERE to_regclass(quote_ident($1)) IS NOT NULL";

/// Holds names that have no row (an empty slot of a calendar…), in their order, until the end of the transaction; the kind of
/// thing keeps equal names of different things apart. Two names that share a hash wait for each other, no more.
pub(super) async fn lock_names(tx: &mut BackendTx, names: &[(&str, &str)]) -> Result<(), StoreError> {
    let names: Vec<String> = names.iter().map(|(kind, name)| format!("{kind}:{name}")).collect();
    // A table is read in its order: the first name is held before the second one is asked for.
    sqlx::query(
        "SELECT pg_advisory_xact_lock(hashtextextended(name, 0)) FROM unnest($1::text[]) AS held(name)",
    )
    .bind(names)
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
