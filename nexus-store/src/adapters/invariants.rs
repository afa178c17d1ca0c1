use super::{BackendStore, store_error};
use crate::columns::Instant;
use crate::statements::invariants as sql;
use async_trait::async_trait;
use jiff::Timestamp;
use nexus_core::StoreError;
use nexus_core::invariants::InvariantReading;

#[async_trait]
impl InvariantReading for BackendStore {
    async fn offending(
        &self,
        rule: &'static str,
        late: Timestamp,
        most: u32,
    ) -> Result<Vec<String>, StoreError> {
        let statement = sql::statement(rule).ok_or(StoreError::Corrupt("a rule has no statement"))?;
        // What is looked for may lag behind: nobody decides by it.
        let mut connection = self.reader().await?;
        sqlx::query_scalar(statement)
            .bind(Instant(late))
            .bind(i64::from(most))
            .fetch_all(&mut *connection)
            .await
            .map_err(store_error)
    }
}
