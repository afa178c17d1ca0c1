use crate::errors::{self, Kind};
use nexus_core::StoreError;

// Primary result codes of SQLite that a caller can do something about.

/// The statements are fixed and tested: what SQLite cannot make of one is a table or a column that is not there.
const ERROR: i32 = 1;
const PERMISSION: i32 = 3;
const BUSY: i32 = 5;
const LOCKED: i32 = 6;
const READ_ONLY: i32 = 8;
const FULL: i32 = 13;
const CANNOT_OPEN: i32 = 14;
const SCHEMA: i32 = 17;
const AUTHORISATION: i32 = 23;

pub(super) fn store_error(error: sqlx::Error) -> StoreError {
    errors::store_error(error, kind)
}

fn kind(code: &str) -> Kind {
    // The low byte of an extended code is the primary one.
    match code.parse::<i32>().map_or(0, |code| code & 0xff) {
        BUSY | LOCKED => Kind::Conflict,
        FULL => Kind::Full,
        READ_ONLY | CANNOT_OPEN => Kind::ReadOnly,
        ERROR | SCHEMA => Kind::Schema,
        PERMISSION | AUTHORISATION => Kind::Refused,
        _ => Kind::Other,
    }
}
