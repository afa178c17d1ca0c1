//! What SQLite says in its own way; PostgreSQL's file has the same names.

use super::audit::{Entry, Head, Recording};
use super::late_rows::{Writing, Written, text_of};
use super::{BackendTx, Unit, store_error};
use crate::adoption::{Query, SchemaObject, expected_sqlite};
use futures_util::TryStreamExt;
use nexus_core::StoreError;
use sqlx::types::Json;
use sqlx::{AssertSqlSafe, Either, Executor, Row, SqliteConnection, SqliteTransaction};
use std::collections::BTreeSet;
use std::future::{Ready, ready};

/// Ends a `SELECT` whose row nobody else may change until the end of the transaction: `BEGIN IMMEDIATE` sees to it.
macro_rules! for_update {
    () => {
        ""
    };
    ($table:literal) => {
        ""
    };
}

/// Ends the `SELECT` of a queue's claim: the write lock leaves no other claim in progress.
macro_rules! skip_locked {
    () => {
        ""
    };
}

/// `column <is_among!("$1")>`, where the parameter is a `TextList`.
macro_rules! is_among {
    ($list:literal) => {
        concat!("IN (SELECT value FROM json_each(", $list, "))")
    };
}

/// A column of JSON as the very text that is stored.
macro_rules! json_text {
    ($column:literal) => {
        $column
    };
}

/// The column of an amount of credits that is written: the thousandths themselves.
macro_rules! credits_column {
    ($name:literal) => {
        concat!("\"", $name, "Milli\"")
    };
}

/// Thousandths as the value of such a column.
macro_rules! credits_value {
    ($milli:expr) => {
        concat!("(", $milli, ")")
    };
}

/// The rows of a JSON array of objects, as a table `r`; `field!` reads a field of a row, `row_number!` its place. In SQLite's
/// binary form: otherwise each field would print its whole row as text and read that again.
macro_rules! rows {
    ($list:literal) => {
        concat!("jsonb_each(", $list, ") AS r")
    };
}

/// A field of a row of `rows!`: a text, a whole number, an instant in milliseconds of 1970, JSON that is given as a text, or a
/// value of an enum type of the existing application.
macro_rules! field {
    ($name:literal $(, $($kind:tt)+)?) => {
        concat!("(r.value ->> '", $name, "')")
    };
}

/// The place of a row of `rows!`, in whose order they come anyway: nothing is sorted.
macro_rules! row_number {
    () => {
        "r.rowid"
    };
}

/// Begins a subquery of one column that lists rows as JSON: an array of arrays. Its `FROM` and its bracket follow.
macro_rules! list {
    ($($part:expr),+ $(,)?) => {
        concat!("(SELECT json_group_array(json_array(", $($part),+, "))")
    };
}

/// A JSON array of the values of one row.
macro_rules! json_row {
    ($($part:expr),+ $(,)?) => {
        concat!("json_array(", $($part),+, ")")
    };
}

/// A new identifier of a table that counts its rows and loses none; nobody else writes meanwhile.
macro_rules! new_number {
    ($table:literal) => {
        concat!(r#"(SELECT COALESCE(max("id"), 0) + 1 FROM "#, $table, ")")
    };
}

/// Further parts of a `WITH` that hold calendars and a wallet: `BEGIN IMMEDIATE` holds everything.
macro_rules! hold {
    (names $names:expr, wallet of $owner:expr) => {
        ""
    };
}

/// Whether `hold!` holds a wallet.
macro_rules! holds_wallet {
    () => {
        "1"
    };
}

/// An instant of a column as milliseconds of 1970.
macro_rules! milliseconds {
    ($column:literal) => {
        $column
    };
}

pub(super) use {
    credits_column, credits_value, field, for_update, hold, holds_wallet, is_among, json_row, json_text,
    list, milliseconds, new_number, row_number, rows, skip_locked,
};

/// Executes statements that write and that have one parameter each, `$1`, a JSON array; none looks at what another one writes.
/// They are one message to the thread of the connection. What is recorded comes last, after the end of the chain was read.
pub(super) async fn write_together(
    tx: &mut Unit,
    statements: Vec<Writing>,
    recording: Option<Recording>,
) -> Result<Written, sqlx::Error> {
    let text = text_of(&statements, recording.as_ref(), || together(&statements, recording.as_ref()));
    let count = statements.len();
    let mut query = sqlx::query(AssertSqlSafe(text));
    for (_, rows) in statements {
        query = query.bind(rows);
    }
    if let Some(Recording { rows, .. }) = recording {
        query = query.bind(rows);
    }
    let mut written = Written::default();
    let mut answers = (&mut **tx).fetch_many(query);
    while let Some(answer) = answers.try_next().await? {
        match answer {
            Either::Left(done) if written.counts.len() < count => written.counts.push(done.rows_affected()),
            Either::Left(_) => {}
            // The first row is the end of the chain.
            Either::Right(row) if written.head.is_none() => {
                written.head = Some(row.try_get::<Json<Head>, _>(0)?.0);
            }
            Either::Right(row) => written.entries.push(row.try_get::<Json<Entry>, _>(0)?.0),
        }
    }
    Ok(written)
}

/// One text of several statements.
fn together(statements: &[Writing], recording: Option<&Recording>) -> String {
    let numbered =
        |(index, (statement, _)): (usize, &Writing)| statement.replace("$1", &format!("${}", index + 1));
    let mut together: Vec<_> = statements.iter().enumerate().map(numbered).collect();
    if let Some(Recording { insert, head, .. }) = recording {
        together.push((*head).to_owned());
        together.push(insert.replace("$1", &format!("${}", statements.len() + 1)));
    }
    together.join(";\n")
}

/// Begins a transaction that only reads and sees one state of the database: its first read fixes it.
pub(super) const READ_ONE_STATE: &str = "BEGIN";

/// Whether the database has a table of this name.
pub(super) const HAS_TABLE: &str = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $1";

/// Holds names that have no row (an empty slot of a calendar…), in their order, until the end of the transaction; the kind of
/// thing keeps equal names of different things apart. The write lock of SQLite is held already.
pub(super) fn lock_names(_: &mut BackendTx, _names: &[(&str, &str)]) -> Ready<Result<(), StoreError>> {
    ready(Ok(()))
}

/// Remembers that `hold!` holds a wallet: so does every transaction.
pub(super) fn note_held_wallet(_: &mut BackendTx, _owner: &str) {}

/// Holds a wallet until the end of the transaction, if there is one. The write lock of SQLite is held already.
pub(super) fn hold_wallet(_: &mut BackendTx, _owner: &str) -> Ready<Result<(), StoreError>> {
    ready(Ok(()))
}

/// What the database has: kind and name.
pub(super) const CATALOGUE: &str = r"
SELECT 'table', name FROM sqlite_master
WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' AND name <> '_sqlx_migrations'
UNION ALL
SELECT 'column', held.name || '.' || inside.name FROM sqlite_master held JOIN pragma_table_xinfo(held.name) inside
WHERE held.type = 'table' AND held.name NOT LIKE 'sqlite!_%' ESCAPE '!' AND held.name <> '_sqlx_migrations'
UNION ALL
SELECT type, name FROM sqlite_master WHERE type IN ('index', 'trigger') AND name NOT LIKE 'sqlite!_%' ESCAPE '!'";

/// What [`CATALOGUE`] finds in a database of this version.
pub(super) fn expected() -> BTreeSet<SchemaObject> {
    expected_sqlite()
}

/// The text of a query of a rule.
pub(super) fn text(query: Query) -> &'static str {
    match query {
        Query::Both(text) | Query::Each { sqlite: text, .. } => text,
    }
}

/// Said at the start of a transaction that only looks, for as long as it takes.
pub(super) const READ_AT_LEISURE: &str = "SELECT 1";

/// Whether a query failed because the database does not have a table or a column yet.
pub(super) fn is_about_something_missing(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|error| error.message().starts_with("no such "))
}

/// Opens the transaction in which rows are put in order: nobody else writes these tables meanwhile.
pub(super) async fn begin_alone<'c>(
    connection: &'c mut SqliteConnection,
    _tables: &[&str],
) -> Result<SqliteTransaction<'c>, StoreError> {
    sqlx::Connection::begin_with(connection, "BEGIN IMMEDIATE").await.map_err(store_error)
}
