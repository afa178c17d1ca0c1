use super::{BackendTx, dialect, store_error};
use crate::statements::notifications as sql;
use async_trait::async_trait;
use nexus_core::{Notice, NotificationTx, StoreError, UserId};
use serde_json::json;

const INSERT: &str = sql::insert!();

#[async_trait]
impl NotificationTx for BackendTx {
    async fn office(&mut self) -> Result<Vec<UserId>, StoreError> {
        let ids: Vec<String> =
            sqlx::query_scalar(sql::SELECT_OFFICE).fetch_all(&mut *self.tx).await.map_err(store_error)?;
        let read = |id| UserId::parse(id).map_err(|_| StoreError::Corrupt("an identifier is malformed"));
        ids.into_iter().map(read).collect()
    }

    async fn notify(&mut self, notice: &Notice) -> Result<(), StoreError> {
        let row = json!({
            "id": notice.id, "to": notice.to, "kind": notice.kind, "title": notice.title, "message": notice.message,
            "data": notice.data.to_string(), "at": notice.at.as_millisecond(),
        });
        self.late.add(INSERT, row);
        Ok(())
    }
}
