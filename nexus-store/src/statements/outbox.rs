use super::leases;

/// Effects, each once per key.
macro_rules! insert {
    () => {
        concat!(
            r#"INSERT INTO outbox ("id", "kind", "uniqueKey", "state", "payload", "runAt", "expiresAt", "createdAt")
SELECT "#,
            dialect::field!("id"),
            ", ",
            dialect::field!("kind"),
            ", ",
            dialect::field!("key"),
            ", 'PENDING', ",
            dialect::field!("payload"),
            ", ",
            dialect::field!("runAt", instant),
            ", ",
            dialect::field!("expiresAt", instant),
            ", ",
            dialect::field!("createdAt", instant),
            " FROM ",
            dialect::rows!("$1"),
            // SQLite would take the ON of a conflict for that of a join.
            r#" WHERE true ON CONFLICT ("uniqueKey") DO NOTHING"#
        )
    };
}

pub(crate) const BEGIN_SENDING: &str = r#"
UPDATE outbox SET "state" = 'SENDING' WHERE "id" = $1 AND "leaseToken" = $2 AND "state" = 'PENDING'"#;

/// What is sent loses its payload; `$6` is the moment of a final end.
pub(crate) const SETTLE: &str = leases::settle!(
    "outbox",
    held: "'PENDING', 'SENDING'",
    also: r#", "settledAt" = $6, "payload" = CASE WHEN $6 IS NULL THEN "payload" END"#
);

pub(crate) const EXTEND: &str = leases::extend!("outbox", held: "'PENDING', 'SENDING'");

pub(crate) const REQUEUE: &str = r#"
UPDATE outbox SET "state" = 'PENDING', "runAt" = $2, "attempt" = 0, "leaseUntil" = NULL, "leaseToken" = NULL, "settledAt" = NULL
WHERE "id" = $1 AND "payload" IS NOT NULL"#;

pub(crate) const DISCARD: &str = r#"
UPDATE outbox SET "state" = 'DISCARDED', "settledAt" = $2, "payload" = NULL, "leaseUntil" = NULL, "leaseToken" = NULL
WHERE "id" = $1 AND "settledAt" IS NULL"#;

/// The columns of `StoredEffect`.
macro_rules! columns {
    () => {
        r#"SELECT "id", "kind", "state", "attempt", "reason", "createdAt" AS created_at, "runAt" AS run_at,
    "expiresAt" AS expires_at, "settledAt" AS settled_at, "payload" IS NOT NULL AS has_payload
FROM outbox "#
    };
}
pub(crate) use {columns, insert};

/// Whether anything waits for [`SWEEP_LOST`], [`SWEEP_EXPIRED`] or [`ERASE_EXPIRED`]: most of the time nothing does, and then
/// nothing is written.
pub(crate) const ANYTHING_TO_SWEEP: &str = r#"
SELECT EXISTS (
    SELECT 1 FROM outbox WHERE "settledAt" IS NULL AND "state" IN ('PENDING', 'SENDING', 'DEAD', 'AMBIGUOUS')
    AND (("state" = 'SENDING' AND "leaseUntil" <= $1)
        OR ("state" = 'PENDING' AND "expiresAt" <= $1 AND ("leaseUntil" IS NULL OR "leaseUntil" <= $1))
        OR ("state" IN ('DEAD', 'AMBIGUOUS') AND "expiresAt" <= $1 AND "payload" IS NOT NULL)))"#;

pub(crate) const SWEEP_LOST: &str = r#"
UPDATE outbox SET "state" = 'AMBIGUOUS', "reason" = $2, "leaseUntil" = NULL, "leaseToken" = NULL
WHERE "state" = 'SENDING' AND "settledAt" IS NULL AND "leaseUntil" <= $1
RETURNING "id""#;

pub(crate) const SWEEP_EXPIRED: &str = r#"
UPDATE outbox SET "state" = 'DEAD', "reason" = $2, "leaseUntil" = NULL, "leaseToken" = NULL, "payload" = NULL
WHERE "state" = 'PENDING' AND "settledAt" IS NULL AND "expiresAt" <= $1 AND ("leaseUntil" IS NULL OR "leaseUntil" <= $1)
RETURNING "id""#;

pub(crate) const ERASE_EXPIRED: &str = r#"
UPDATE outbox SET "payload" = NULL
WHERE "state" IN ('DEAD', 'AMBIGUOUS') AND "settledAt" IS NULL AND "expiresAt" <= $1 AND "payload" IS NOT NULL"#;

pub(crate) const COUNT_OPEN: &str = r#"
SELECT "state", count(*) FROM outbox WHERE "settledAt" IS NULL GROUP BY "state""#;

pub(crate) const COUNT_OPEN_JOBS: &str = r#"
SELECT "state", count(*) FROM jobs WHERE "state" <> 'done' GROUP BY "state""#;
