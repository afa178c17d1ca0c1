use super::{BackendTx, store_error};
use crate::columns::Instant;
use crate::statements::notifications as sql;
use async_trait::async_trait;
use nexus_core::{Notice, NotificationTx, StoreError, UserId};

#[async_trait]
impl NotificationTx for BackendTx {
    async fn office(&mut self) -> Result<Vec<UserId>, StoreError> {
        let ids: Vec<String> =
            sqlx::query_scalar(sql::SELECT_OFFICE).fetch_all(&mut *self.tx).await.map_err(store_error)?;
        let read = |id| UserId::parse(id).map_err(|_| StoreError::Corrupt("an identifier is malformed"));
        ids.into_iter().map(read).collect()
    }

    async fn notify(&mut self, notice: &Notice) -> Result<(), StoreError> {
        sqlx::query(sql::INSERT)
            .bind(&notice.id)
            .bind(notice.to.as_str())
            .bind(notice.kind)
            .bind(&notice.title)
            .bind(&notice.message)
            .bind(notice.data.to_string())
            .bind(Instant(notice.at))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }
}
