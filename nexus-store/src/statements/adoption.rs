pub(crate) const SELECT_QUARANTINED: &str = r#"SELECT "tableName", "rowId", "rule" FROM quarantined_rows"#;

pub(crate) const INSERT_QUARANTINED: &str = r#"
INSERT INTO quarantined_rows ("tableName", "rowId", "rule", "because", "at") VALUES ($1, $2, $3, $4, $5)"#;

/// Sets the mark of the rows of a table that were put in quarantine for a rule. The name is one of our own tables.
pub(crate) fn mark(table: &'static str) -> String {
    format!(
        r#"
UPDATE "{table}" SET "quarantinedAt" = $1
WHERE "quarantinedAt" IS NULL
  AND CAST("id" AS TEXT) IN (SELECT "rowId" FROM quarantined_rows WHERE "tableName" = $2 AND "rule" = $3)"#
    )
}

/// The balance is what the family was shown: it stays, and the movements are completed.
pub(crate) const INSERT_COMPENSATIONS: &str = r#"
INSERT INTO credit_tx ("walletId", "delta", "reason", "provider", "externalId", "at")
SELECT w."id", w."balance" - COALESCE(sum(t."delta"), 0), 'MIGRATION_ADJUSTMENT', 'nexus',
       'migration:' || CAST(w."id" AS TEXT), $1
FROM credit_wallets w LEFT JOIN credit_tx t ON t."walletId" = w."id"
GROUP BY w."id", w."balance" HAVING w."balance" <> COALESCE(sum(t."delta"), 0)
RETURNING CAST("id" AS TEXT), CAST("walletId" AS TEXT), CAST("delta" AS TEXT)"#;

pub(crate) const INSERT_AUDIT: &str = r#"
INSERT INTO audit_logs ("actor", "action", "diff", "at") VALUES ('system', 'MIGRATION_REPAIR', $1, $2)"#;
