pub(crate) const COUNT_UNSEALED: &str = r#"SELECT count(*) FROM audit_logs WHERE "sequence" IS NULL"#;
