use super::{BackendTx, dialect, store_error};
use crate::columns::Instant;
use crate::rows::checksum;
use crate::statements::sign_in_attempts as sql;
use async_trait::async_trait;
use jiff::Timestamp;
use nexus_core::StoreError;
use nexus_core::identity::origin::{AccountKey, DeviceKey, NetworkKey, OriginKey};
use nexus_core::identity::ports::AttemptTx;
use nexus_core::identity::throttle::PastAttempt;

#[derive(sqlx::FromRow)]
struct Row {
    account: String,
    network: String,
    device: Option<String>,
    succeeded: bool,
    at: Instant,
}

impl TryFrom<Row> for PastAttempt {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self, StoreError> {
        let device = row.device.as_deref().map(checksum).transpose()?;
        Ok(Self {
            account: AccountKey::from_stored(checksum(&row.account)?),
            origin: OriginKey {
                network: NetworkKey::from_stored(checksum(&row.network)?),
                device: device.map(DeviceKey::from_stored),
            },
            at: row.at.0,
            succeeded: row.succeeded,
        })
    }
}

#[async_trait]
impl AttemptTx for BackendTx {
    async fn lock_attempts(&mut self, account: &AccountKey, network: &NetworkKey) -> Result<(), StoreError> {
        dialect::lock_names(self, &[("attempts on", &account.digest().to_string())]).await?;
        dialect::lock_names(self, &[("attempts from", &network.digest().to_string())]).await
    }

    async fn attempts(
        &mut self,
        account: (&AccountKey, Timestamp),
        network: (&NetworkKey, Timestamp),
    ) -> Result<Vec<PastAttempt>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(sql::SELECT)
            .bind(account.0.digest().to_string())
            .bind(Instant(account.1))
            .bind(network.0.digest().to_string())
            .bind(Instant(network.1))
            .fetch_all(&mut *self.tx)
            .await
            .map_err(store_error)?;
        rows.into_iter().map(PastAttempt::try_from).collect()
    }

    async fn insert_attempt(&mut self, id: &str, attempt: &PastAttempt) -> Result<(), StoreError> {
        sqlx::query(sql::INSERT)
            .bind(id)
            .bind(attempt.account.digest().to_string())
            .bind(attempt.origin.network.digest().to_string())
            .bind(attempt.origin.device.map(|device| device.digest().to_string()))
            .bind(attempt.succeeded)
            .bind(Instant(attempt.at))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn attempt_succeeded(&mut self, id: &str) -> Result<(), StoreError> {
        sqlx::query(sql::SUCCEEDED).bind(id).bind(true).execute(&mut *self.tx).await.map_err(store_error)?;
        Ok(())
    }

    async fn purge_attempts(&mut self, failures: Timestamp, successes: Timestamp) -> Result<u64, StoreError> {
        let mut purged = 0;
        for (succeeded, before) in [(false, failures), (true, successes)] {
            let result = sqlx::query(sql::PURGE)
                .bind(succeeded)
                .bind(Instant(before))
                .execute(&mut *self.tx)
                .await
                .map_err(store_error)?;
            purged += result.rows_affected();
        }
        Ok(purged)
    }
}
