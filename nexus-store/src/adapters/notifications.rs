use super::{BackendTx, dialect};
use crate::columns::{JsonText, json_object};
use crate::statements::notifications as sql;
use async_trait::async_trait;
use nexus_core::{Addressee, Notice, NotificationTx, StoreError};

/// Of one person each.
const TO_PEOPLE: &str = sql::insert!(dialect::field!("id"), concat!(r#"u."id" = "#, dialect::field!("to")));

/// Of everybody in the office each.
const TO_THE_OFFICE: &str = sql::insert!(
    concat!(
        dialect::field!("id"),
        r#" || '-' || row_number() OVER (PARTITION BY "#,
        dialect::row_number!(),
        r#" ORDER BY u."id")"#
    ),
    r#"u."role" = 'ASSISTANTE' AND u."deletedAt" IS NULL AND u."disabledAt" IS NULL"#
);

#[async_trait]
impl NotificationTx for BackendTx {
    async fn notify(&mut self, notice: &Notice) -> Result<(), StoreError> {
        let (statement, to) = match &notice.to {
            Addressee::Person(user) => (TO_PEOPLE, Some(user)),
            Addressee::Office => (TO_THE_OFFICE, None),
        };
        let row = json_object!({
            "id": notice.id, "to": to, "kind": notice.kind, "title": notice.title, "message": notice.message,
            "data": JsonText(&notice.data), "at": notice.at.as_millisecond(),
        })?;
        self.late.add(statement, row);
        Ok(())
    }
}
