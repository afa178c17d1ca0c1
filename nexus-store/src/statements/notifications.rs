//! Notifications.

pub(crate) const SELECT_OFFICE: &str = r#"
SELECT "id" FROM users WHERE "role" = 'ASSISTANTE' AND "deletedAt" IS NULL AND "disabledAt" IS NULL ORDER BY "id""#;

/// Notifications of people. The role is written with them, as the existing application does.
macro_rules! insert {
    () => {
        concat!(
            r#"INSERT INTO notifications ("id", "userId", "userRole", "type", "title", "message", "data", "createdAt", "updatedAt")
SELECT "#,
            dialect::field!("id"),
            r#", u."id", u."role", "#,
            dialect::field!("kind"),
            ", ",
            dialect::field!("title"),
            ", ",
            dialect::field!("message"),
            ", ",
            dialect::field!("data"),
            ", ",
            dialect::field!("at", instant),
            ", ",
            dialect::field!("at", instant),
            " FROM ",
            dialect::rows!("$1"),
            r#" JOIN users u ON u."id" = "#,
            dialect::field!("to")
        )
    };
}
pub(crate) use insert;
