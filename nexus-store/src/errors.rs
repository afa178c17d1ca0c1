//! Errors of a database driver, sorted by what the caller can do; their text never leaves the source chain.

use nexus_core::StoreError;

/// What the code of a database error says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Another transaction was in the way.
    Conflict,
    /// No room left.
    Full,
    /// Nothing can be written.
    ReadOnly,
    /// A table, a column or a type is not there.
    Schema,
    /// This program is not let in.
    Refused,
    /// Anything else.
    Other,
}

/// Sorts a driver error; `kind` knows the codes of one database.
pub(crate) fn store_error(error: sqlx::Error, kind: fn(&str) -> Kind) -> StoreError {
    match &error {
        sqlx::Error::Database(database) => match database.code().map_or(Kind::Other, |code| kind(&code)) {
            Kind::Conflict => StoreError::Conflict(error.into()),
            Kind::Full => StoreError::Full(error.into()),
            Kind::ReadOnly => StoreError::ReadOnly(error.into()),
            Kind::Schema => StoreError::SchemaMismatch(error.into()),
            Kind::Refused => StoreError::Refused(error.into()),
            Kind::Other => StoreError::Backend(error.into()),
        },
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => {
            StoreError::Corrupt("a column cannot be read")
        }
        sqlx::Error::Migrate(_) | sqlx::Error::ColumnNotFound(_) | sqlx::Error::TypeNotFound { .. } => {
            StoreError::SchemaMismatch(error.into())
        }
        sqlx::Error::Tls(_) | sqlx::Error::Configuration(_) => StoreError::Refused(error.into()),
        _ => StoreError::Backend(error.into()),
    }
}
