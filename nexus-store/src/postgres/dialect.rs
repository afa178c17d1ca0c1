//! What PostgreSQL says in its own way; SQLite's file has the same names.

use super::audit::{Entry, Recording};
use super::late_rows::{Writing, Written, text_of};
use super::{BackendTx, Unit, store_error};
use crate::adoption::{Query, SchemaObject, expected_postgres};
use nexus_core::StoreError;
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

/// A field of a row of `rows!`: a text, a whole number, an instant in milliseconds of 1970, JSON that is given as a text, or a
/// value of an enum type of the existing application.
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
    ($name:literal, of $type:literal) => {
        concat!("CAST(r.value ->> '", $name, "' AS \"", $type, "\")")
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

/// A JSON array of the values of one row.
macro_rules! json_row {
    ($($part:expr),+ $(,)?) => {
        concat!("json_build_array(", $($part),+, ")")
    };
}

/// A new identifier of a table that counts its rows; nobody else gets it.
macro_rules! new_number {
    ($table:literal) => {
        concat!("nextval(pg_get_serial_sequence('", $table, "', 'id'))")
    };
}

/// Further parts of a `WITH`: the rows of `held(place, name)` are held as [`lock_names`] does, in the order of their places, then
/// a wallet. The second list is whose wallet it is.
macro_rules! hold {
    (names $names:expr, wallet of $owner:expr) => {
        concat!(
            ", held AS MATERIALIZED (SELECT pg_advisory_xact_lock(hashtextextended(name, 0)) FROM (",
            $names,
            r#" ORDER BY 1) AS names(place, name)), wallet AS MATERIALIZED (
    SELECT 1 FROM credit_wallets w, (SELECT count(*) FROM held) AS calendars WHERE w."userId" = ("#,
            $owner,
            ") FOR NO KEY UPDATE OF w)"
        )
    };
}

/// Whether `hold!` holds a wallet; asks for what is held, which would not be held otherwise.
macro_rules! holds_wallet {
    () => {
        "EXISTS (SELECT 1 FROM wallet)"
    };
}

/// An instant of a column as milliseconds of 1970.
macro_rules! milliseconds {
    ($column:literal) => {
        concat!("CAST(extract(epoch FROM ", $column, ") * 1000 AS BIGINT)")
    };
}

pub(super) use {
    credits_column, credits_value, field, for_update, hold, holds_wallet, is_among, json_row, json_text,
    list, milliseconds, new_number, row_number, rows, skip_locked,
};

/// Executes statements that write and that have one parameter each, `$1`, a JSON array; none sees what another one writes.
/// They are one statement: one message, and one answer. The end of the chain is not asked for here: what triggers do is done at
/// the end of the statement, and everybody else who records something would wait for it.
pub(super) async fn write_together(
    tx: &mut Unit,
    statements: Vec<Writing>,
    recording: Option<Recording>,
) -> Result<Written, sqlx::Error> {
    let text = text_of(&statements, recording.as_ref(), || together(&statements, recording.as_ref()));
    let mut query = sqlx::query_as(AssertSqlSafe(text));
    for (_, rows) in statements {
        query = query.bind(rows);
    }
    if let Some(Recording { rows, .. }) = recording {
        query = query.bind(rows);
    }
    let (counts, entries): (Vec<i64>, Option<Json<Vec<Entry>>>) = query.fetch_one(&mut **tx).await?;
    Ok(Written {
        counts: counts.into_iter().map(|count| u64::try_from(count).unwrap_or(0)).collect(),
        entries: entries.map_or_else(Vec::new, |entries| entries.0),
        head: None,
    })
}

/// One statement of several.
fn together(statements: &[Writing], recording: Option<&Recording>) -> String {
    let (mut parts, mut counts) = (Vec::new(), Vec::new());
    for (index, (statement, _)) in statements.iter().enumerate() {
        let number = index + 1;
        parts.push(format!("w{number} AS ({} RETURNING 1)", statement.replace("$1", &format!("${number}"))));
        counts.push(format!("(SELECT count(*) FROM w{number})"));
    }
    let mut recorded = "NULL::json";
    if let Some(Recording { insert, .. }) = recording {
        let insert = insert.replace("$1", &format!("${}", statements.len() + 1));
        parts.push(format!("recorded(entry) AS ({insert})"));
        recorded = "(SELECT json_agg(entry) FROM recorded)";
    }
    format!("WITH {} SELECT ARRAY[{}]::bigint[], {recorded}", parts.join(", "), counts.join(", "))
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

/// Remembers that `hold!` holds a wallet.
pub(super) fn note_held_wallet(tx: &mut BackendTx, owner: &str) {
    tx.held_wallets.insert(owner.to_owned());
}

/// Holds a wallet until the end of the transaction, if there is one.
pub(super) async fn hold_wallet(tx: &mut BackendTx, owner: &str) -> Result<(), StoreError> {
    if tx.held_wallets.contains(owner) {
        return Ok(());
    }
    let wallet = r#"SELECT 1 FROM credit_wallets WHERE "userId" = $1 FOR NO KEY UPDATE"#;
    let held: Option<i32> =
        sqlx::query_scalar(wallet).bind(owner).fetch_optional(&mut *tx.tx).await.map_err(store_error)?;
    if held.is_some() {
        note_held_wallet(tx, owner);
    }
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
