pub(crate) const MOVE_HEAD: &str = r#"UPDATE audit_head SET "sequence" = $1, "hash" = $2 WHERE "id" = 1"#;

pub(crate) const SEAL: &str = r#"
UPDATE audit_logs SET "sequence" = $2, "previousHash" = $3, "hash" = $4 WHERE "id" = $1 AND "sequence" IS NULL"#;

pub(crate) const COUNT_UNSEALED: &str = r#"SELECT count(*) FROM audit_logs WHERE "sequence" IS NULL"#;
