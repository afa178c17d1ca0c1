macro_rules! token_columns {
    () => {
        r#"SELECT "id", "userId" AS user_id, "purpose", "tokenHash" AS hash, "boundTo" AS bound_to, "newEmail" AS new_email,
        "createdAt" AS created_at, "expiresAt" AS expires_at, "usedAt" AS used_at, "voidedAt" AS voided_at
        FROM account_tokens WHERE "tokenHash" = $1"#
    };
}
pub(crate) use token_columns;

pub(crate) const SELECT_TOKEN: &str = token_columns!();

pub(crate) const INSERT_TOKEN: &str = r#"
INSERT INTO account_tokens ("id", "userId", "purpose", "tokenHash", "boundTo", "newEmail", "createdAt", "expiresAt")
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"#;

pub(crate) const COUNT_TOKENS: &str = r#"
SELECT count(*) FROM account_tokens WHERE "userId" = $1 AND "purpose" = $2 AND "createdAt" > $3"#;

pub(crate) const USE_TOKEN: &str =
    r#"UPDATE account_tokens SET "usedAt" = $2 WHERE "id" = $1 AND "usedAt" IS NULL"#;

pub(crate) const DELETE_RECOVERY_CODES: &str = r#"DELETE FROM recovery_codes WHERE "userId" = $1"#;

pub(crate) const INSERT_RECOVERY_CODE: &str = r#"
INSERT INTO recovery_codes ("userId", "codeHash", "createdAt") VALUES ($1, $2, $3)"#;

pub(crate) const USE_RECOVERY_CODE: &str = r#"
UPDATE recovery_codes SET "usedAt" = $3 WHERE "userId" = $1 AND "codeHash" = $2 AND "usedAt" IS NULL"#;

pub(crate) const HAS_RECOVERY_CODE: &str = r#"
SELECT 1 FROM recovery_codes WHERE "userId" = $1 AND "codeHash" = $2 AND "usedAt" IS NULL"#;

pub(crate) const COUNT_RECOVERY_CODES: &str =
    r#"SELECT count(*) FROM recovery_codes WHERE "userId" = $1 AND "usedAt" IS NULL"#;

pub(crate) const INSERT_CONSENT: &str = r#"
INSERT INTO consents ("id", "subjectUserId", "givenByUserId", "kind", "textVersion", "givenAt", "withdrawnAt")
VALUES ($1, $2, $3, $4, $5, $6, $7)"#;

pub(crate) const WITHDRAW_CONSENTS: &str = r#"
UPDATE consents SET "withdrawnAt" = $3 WHERE "subjectUserId" = $1 AND "kind" = $2 AND "withdrawnAt" IS NULL"#;

pub(crate) const SELECT_CONSENTS: &str = r#"
SELECT "id", "subjectUserId" AS subject, "givenByUserId" AS given_by, "kind", "textVersion" AS text_version,
    "givenAt" AS given_at, "withdrawnAt" AS withdrawn_at
FROM consents WHERE "subjectUserId" = $1 ORDER BY "givenAt", "id""#;
