use nexus_core::StoreError;

/// Primary result codes of SQLite that a caller can do something about.
const BUSY: i32 = 5;
const LOCKED: i32 = 6;
const READ_ONLY: i32 = 8;
const FULL: i32 = 13;
const CANNOT_OPEN: i32 = 14;

/// Sorts a driver error; its text never leaves the source chain.
pub(super) fn store_error(error: sqlx::Error) -> StoreError {
    match &error {
        sqlx::Error::Database(database) => {
            // The low byte of an extended code is the primary one.
            let code =
                database.code().and_then(|code| code.parse::<i32>().ok()).map_or(0, |code| code & 0xff);
            match code {
                BUSY | LOCKED => StoreError::Conflict(error.into()),
                FULL => StoreError::Full(error.into()),
                READ_ONLY | CANNOT_OPEN => StoreError::ReadOnly(error.into()),
                _ => StoreError::Backend(error.into()),
            }
        }
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => {
            StoreError::Corrupt("a column cannot be read")
        }
        sqlx::Error::Migrate(_) => StoreError::SchemaMismatch(error.into()),
        _ => StoreError::Backend(error.into()),
    }
}
