pub(crate) const SELECT: &str = r#"
SELECT "accountKey" AS account, "networkKey" AS network, "deviceKey" AS device, "succeeded", "at"
FROM sign_in_attempts
WHERE ("accountKey" = $1 AND "at" >= $2) OR ("networkKey" = $3 AND "at" >= $4)
ORDER BY "at", "id""#;

pub(crate) const INSERT: &str = r#"
INSERT INTO sign_in_attempts ("id", "accountKey", "networkKey", "deviceKey", "succeeded", "at")
VALUES ($1, $2, $3, $4, $5, $6)"#;

pub(crate) const SUCCEEDED: &str = r#"UPDATE sign_in_attempts SET "succeeded" = $2 WHERE "id" = $1"#;

pub(crate) const PURGE: &str = r#"DELETE FROM sign_in_attempts WHERE "succeeded" = $1 AND "at" < $2"#;
