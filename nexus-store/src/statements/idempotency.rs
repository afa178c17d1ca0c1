/// Takes a key that is free: unknown, expired, or left by an execution whose lease ended. The statement is one step: of two
/// that race, the second finds the row of the first and changes nothing.
pub(crate) const CLAIM: &str = r#"
INSERT INTO idempotency_keys ("scope", "fingerprint", "token", "leaseUntil", "expiresAt")
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT ("scope") DO UPDATE SET
    "fingerprint" = excluded."fingerprint", "token" = excluded."token", "leaseUntil" = excluded."leaseUntil",
    "expiresAt" = excluded."expiresAt", "status" = NULL, "headers" = NULL, "body" = NULL
WHERE idempotency_keys."expiresAt" <= $6
   OR (idempotency_keys."status" IS NULL AND idempotency_keys."leaseUntil" <= $6)"#;

pub(crate) const SELECT: &str = r#"
SELECT "fingerprint", "leaseUntil", "status", "headers", "body" FROM idempotency_keys WHERE "scope" = $1"#;

pub(crate) const FINISH: &str = r#"
UPDATE idempotency_keys SET "status" = $3, "headers" = $4, "body" = $5
WHERE "scope" = $1 AND "token" = $2 AND "headers" IS NULL"#;

pub(crate) const ABANDON: &str = r#"
DELETE FROM idempotency_keys WHERE "scope" = $1 AND "token" = $2 AND "status" IS NULL"#;

pub(crate) const PURGE: &str = r#"
DELETE FROM idempotency_keys
WHERE "scope" IN (SELECT "scope" FROM idempotency_keys WHERE "expiresAt" <= $1 LIMIT 1000)"#;
