/// What a use-case reads of an account `u`, what opens it included.
macro_rules! account_columns {
    () => {
        r#"u."id", u."email", u."role", COALESCE(u."firstName", '') AS first_name, COALESCE(u."lastName", '') AS last_name,
        u."phone", u."password", u."totpSecret" AS totp_secret, u."totpEnabledAt" AS totp_enabled_at,
        u."totpLastStep" AS totp_last_step, u."sessionVersion" AS session_version, u."createdAt" AS created_at,
        u."activatedAt" AS activated_at, u."disabledAt" AS disabled_at, u."deletedAt" AS deleted_at"#
    };
}
pub(crate) use account_columns;

/// Two accounts of the existing application may differ by case only; rows in quarantine are read too.
pub(crate) const SELECT_AT: &str = concat!(
    "SELECT ",
    account_columns!(),
    r#" FROM users u WHERE lower(trim(u."email")) = $1 ORDER BY u."id" LIMIT 2"#
);

pub(crate) const SELECT: &str = concat!("SELECT ", account_columns!(), r#" FROM users u WHERE u."id" = $1"#);

/// An account of the same address, or of the same address in other letters, refuses another one.
pub(crate) const INSERT: &str = r#"
INSERT INTO users ("id", "email", "password", "role", "firstName", "lastName", "phone", "createdAt", "updatedAt",
                   "sessionVersion", "activatedAt")
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9, $10)
ON CONFLICT DO NOTHING"#;

pub(crate) const UPDATE: &str = r#"
UPDATE users SET "email" = $2, "password" = $3, "role" = $4, "firstName" = $5, "lastName" = $6, "phone" = $7,
    "totpSecret" = $8, "totpLastStep" = $9, "sessionVersion" = $10, "activatedAt" = $11, "disabledAt" = $12,
    "deletedAt" = $13, "updatedAt" = $14,
    "totpEnabledAt" = CASE WHEN $15 THEN COALESCE("totpEnabledAt", $14) END
WHERE "id" = $1"#;

pub(crate) const COUNT_ACTIVE_ADMINISTRATORS: &str = r#"
SELECT count(*) FROM users
WHERE "role" = 'ADMIN' AND "password" IS NOT NULL AND "disabledAt" IS NULL AND "deletedAt" IS NULL"#;

/// What other tables hold of somebody in words. `$1` is the account, `$2` its address.
pub(crate) const FORGET: [&str; 4] = [
    r#"UPDATE registrations SET "currentLevel" = '', "objectives" = '', "difficulties" = NULL, "availability" = NULL
    WHERE "studentId" IN (SELECT "id" FROM students WHERE "userId" = $1) AND $2 <> ''"#,
    r#"UPDATE student_profiles SET "grade" = NULL, "school" = NULL, "birthDate" = NULL WHERE "userId" = $1 AND $2 <> ''"#,
    r#"UPDATE account_tokens SET "newEmail" = NULL WHERE "userId" = $1 AND $2 <> ''"#,
    r#"UPDATE subscription_requests SET "requestedBy" = 'Compte supprimé', "requestedByEmail" = ''
    WHERE lower(trim("requestedByEmail")) = lower(trim($2)) AND $1 <> ''"#,
];
