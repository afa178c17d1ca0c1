//! What the existing application wrote into `credit_transactions`.

pub(crate) const SELECT_OWNERS: &str = r#"
SELECT DISTINCT s."userId" FROM credit_transactions c JOIN students s ON s."id" = c."studentId"
WHERE NOT EXISTS (SELECT 1 FROM credit_imports i WHERE i."transactionId" = c."id")
  AND NOT EXISTS (SELECT 1 FROM credit_wallets w WHERE w."userId" = s."userId" AND w."quarantinedAt" IS NOT NULL)
ORDER BY 1 LIMIT $1"#;

pub(crate) const SELECT_ROWS: &str = r#"
SELECT c."id" AS id, c."type" AS kind, c."amount" AS amount, c."description" AS description, c."sessionId" AS lesson,
       c."expiresAt" AS expires_at, c."createdAt" AS at
FROM credit_transactions c JOIN students s ON s."id" = c."studentId"
WHERE s."userId" = $1 AND NOT EXISTS (SELECT 1 FROM credit_imports i WHERE i."transactionId" = c."id")
ORDER BY c."createdAt", c."id""#;

pub(crate) const NOTE: &str = r#"
INSERT INTO credit_imports ("transactionId", "movementId", "outcome", "at") VALUES ($1, $2, $3, $4)"#;
