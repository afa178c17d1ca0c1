//! What SQLite says in its own way; PostgreSQL's file has the same names.

use super::BackendTx;
use nexus_core::StoreError;
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

pub(super) use {for_update, is_among, json_text, skip_locked};

/// Begins a transaction that only reads and sees one state of the database: its first read fixes it.
pub(super) const READ_ONE_STATE: &str = "BEGIN";

/// Whether the database has a table of this name.
pub(super) const HAS_TABLE: &str = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $1";

/// Holds a name that has no row (an empty slot of a calendar…) until the end of the transaction; the kind of thing keeps
/// equal names of different things apart. The write lock of SQLite is held already.
pub(super) fn lock_name(_: &mut BackendTx, _kind: &str, _name: &str) -> Ready<Result<(), StoreError>> {
    ready(Ok(()))
}
