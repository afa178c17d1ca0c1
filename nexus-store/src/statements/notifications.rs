//! Notifications.

/// Notifications; the expressions are what each id is and which accounts `u` read them. The role is written with them, as the
/// existing application does.
macro_rules! insert {
    ($id:expr, $readers:expr) => {
        concat!(
            r#"INSERT INTO notifications ("id", "userId", "userRole", "type", "title", "message", "data", "createdAt", "updatedAt")
SELECT "#,
            $id,
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
            " JOIN users u ON ",
            $readers
        )
    };
}
pub(crate) use insert;
