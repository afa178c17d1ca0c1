//! What PostgreSQL says in its own way; SQLite's file has the same names.

use super::{BackendTx, store_error};
use nexus_core::StoreError;

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

pub(super) use {for_update, is_among, json_text, skip_locked};

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
