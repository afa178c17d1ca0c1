pub(crate) const INSERT: &str = r#"
INSERT INTO jobs ("id", "kind", "subject", "uniqueKey", "state", "runAt")
VALUES ($1, $2, $3, $4, 'pending', $5)
ON CONFLICT ("uniqueKey") DO NOTHING"#;

/// The token makes the update a no-op once somebody else has claimed or settled the job.
pub(crate) const SETTLE: &str = r#"
UPDATE jobs SET "state" = $3, "reason" = $4, "runAt" = COALESCE($5, "runAt"), "leaseUntil" = NULL, "leaseToken" = NULL
WHERE "id" = $1 AND "leaseToken" = $2 AND "state" = 'pending'"#;

pub(crate) const EXTEND: &str = r#"
UPDATE jobs SET "leaseUntil" = $3 WHERE "id" = $1 AND "leaseToken" = $2 AND "state" = 'pending'"#;

pub(crate) const SELECT_STATE: &str = r#"SELECT "state", "reason" FROM jobs WHERE "uniqueKey" = $1"#;
