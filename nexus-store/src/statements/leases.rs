//! The rule of claimed work, written once for every table that has the columns of a queue: `id`, `kind`, `state`, `attempt`,
//! `runAt`, `leaseUntil`, `leaseToken`, `reason`.

/// Prolongs a lease. The token makes it a no-op once somebody else has claimed or settled the work.
macro_rules! extend {
    ($table:literal, held: $held:literal) => {
        concat!(
            "UPDATE ",
            $table,
            r#" SET "leaseUntil" = $3 WHERE "id" = $1 AND "leaseToken" = $2 AND "state" IN ("#,
            $held,
            ")"
        )
    };
}

/// Settles claimed work: new state, reason, time of the next try, and what else the table keeps.
macro_rules! settle {
    ($table:literal, held: $held:literal, also: $also:literal) => {
        concat!(
            "UPDATE ",
            $table,
            r#" SET "state" = $3, "reason" = $4, "runAt" = COALESCE($5, "runAt"), "leaseUntil" = NULL, "leaseToken" = NULL"#,
            $also,
            r#" WHERE "id" = $1 AND "leaseToken" = $2 AND "state" IN ("#,
            $held,
            ")"
        )
    };
}

pub(crate) use {extend, settle};
