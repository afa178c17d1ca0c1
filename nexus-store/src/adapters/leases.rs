//! Claims of work, whatever the table: jobs and effects follow one rule.

use super::{Db, store_error};
use crate::columns::Instant;
use jiff::Timestamp;
use nexus_core::{LeaseError, StoreError};
use sqlx::Executor;

/// Takes the oldest work that is due. The update itself is atomic: of two workers, the second finds the row already claimed, or
/// skips it. Parameters: now, the end of the lease, its token, the kinds.
macro_rules! claim {
    ($table:literal, waiting: $waiting:literal, returning: $returning:literal) => {
        concat!(
            "UPDATE ",
            $table,
            r#" SET "attempt" = "attempt" + 1, "leaseUntil" = $2, "leaseToken" = $3
WHERE "id" = (
    SELECT "id" FROM "#,
            $table,
            r#" WHERE "state" = "#,
            $waiting,
            r#" AND "runAt" <= $1 AND ("leaseUntil" IS NULL OR "leaseUntil" <= $1) AND "kind" "#,
            dialect::is_among!("$4"),
            r#" ORDER BY "runAt", "id" LIMIT 1"#,
            dialect::skip_locked!(),
            ") RETURNING ",
            $returning
        )
    };
}

pub(super) use claim;

/// A guarded update changed its row, or the lease was lost.
pub(super) const fn kept(rows_affected: u64) -> Result<(), LeaseError> {
    if rows_affected == 1 { Ok(()) } else { Err(LeaseError::LeaseLost) }
}

/// Prolongs a lease with a statement of `statements::leases::extend!`.
pub(super) async fn extend(
    executor: impl Executor<'_, Database = Db>,
    statement: &'static str,
    id: &str,
    token: &str,
    until: Timestamp,
) -> Result<(), LeaseError> {
    let query = sqlx::query(statement).bind(id).bind(token).bind(Instant(until));
    kept(query.execute(executor).await.map_err(store_error)?.rows_affected())
}

/// Reads the number of a claim.
pub(super) fn attempt(stored: i64) -> Result<u32, StoreError> {
    u32::try_from(stored).map_err(|_| StoreError::Corrupt("the number of a claim is out of range"))
}
