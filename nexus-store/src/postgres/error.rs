use crate::errors::{self, Kind};
use nexus_core::StoreError;

pub(super) fn store_error(error: sqlx::Error) -> StoreError {
    errors::store_error(error, kind)
}

/// The SQLSTATEs that a caller can do something about. A server that is away, is stopping or was too slow is `Other`: what
/// was asked may be asked again.
fn kind(code: &str) -> Kind {
    match code {
        // Serialisation failure, deadlock, lock timeout.
        "40001" | "40P01" | "55P03" => Kind::Conflict,
        // Disk full.
        "53100" => Kind::Full,
        // A read-only transaction (a replica, a server under maintenance), a right that the account lacks.
        "25006" | "42501" => Kind::ReadOnly,
        // No such table, column, type or function.
        "42P01" | "42703" | "42704" | "42883" => Kind::Schema,
        // Who connects is unknown or has another password, or there is no such database.
        "28000" | "28P01" | "3D000" => Kind::Refused,
        _ => Kind::Other,
    }
}
