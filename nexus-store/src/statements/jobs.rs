use super::leases;

pub(crate) const INSERT: &str = r#"
INSERT INTO jobs ("id", "kind", "subject", "uniqueKey", "state", "runAt")
VALUES ($1, $2, $3, $4, 'pending', $5)
ON CONFLICT ("uniqueKey") DO NOTHING"#;

pub(crate) const SETTLE: &str = leases::settle!("jobs", held: "'pending'", also: "");

pub(crate) const EXTEND: &str = leases::extend!("jobs", held: "'pending'");

pub(crate) const SELECT_STATE: &str = r#"SELECT "state", "reason" FROM jobs WHERE "uniqueKey" = $1"#;
