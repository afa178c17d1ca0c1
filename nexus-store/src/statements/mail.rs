pub(crate) const SELECT_RECIPIENT: &str = r#"
SELECT "email", COALESCE("firstName", '') FROM users WHERE "id" = $1"#;

pub(crate) const UPSERT_LOG: &str = r#"
INSERT INTO mail_logs ("id", "userId", "recipient", "recipientHash", "template", "status", "attempts", "errorCode", "messageId",
    "createdAt", "sentAt")
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT ("id") DO UPDATE SET "userId" = excluded."userId", "recipient" = excluded."recipient",
    "recipientHash" = excluded."recipientHash", "status" = excluded."status", "attempts" = excluded."attempts",
    "errorCode" = excluded."errorCode", "messageId" = excluded."messageId", "sentAt" = excluded."sentAt""#;

pub(crate) const SET_STATUS: &str = r#"
UPDATE mail_logs SET "status" = $2, "errorCode" = COALESCE($3, "errorCode"), "sentAt" = NULL WHERE "id" = $1"#;

pub(crate) const SELECT_LINES: &str = r#"
SELECT "id", "userId" AS user_id, "recipient", "template", "status", "attempts", "errorCode" AS error_code,
    "messageId" AS message_id, "createdAt" AS created_at, "sentAt" AS sent_at
FROM mail_logs
WHERE ($1 IS NULL OR "userId" = $1) AND ($2 IS NULL OR "recipientHash" = $2)
ORDER BY "createdAt" DESC, "id" DESC LIMIT $3"#;
