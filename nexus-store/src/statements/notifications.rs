//! Notifications.

pub(crate) const SELECT_OFFICE: &str = r#"
SELECT "id" FROM users WHERE "role" = 'ASSISTANTE' AND "deletedAt" IS NULL AND "disabledAt" IS NULL ORDER BY "id""#;

/// The role is written with the notification, as the existing application does.
pub(crate) const INSERT: &str = r#"
INSERT INTO notifications ("id", "userId", "userRole", "type", "title", "message", "data", "createdAt", "updatedAt")
SELECT $1, u."id", u."role", $3, $4, $5, $6, $7, $7 FROM users u WHERE u."id" = $2"#;
