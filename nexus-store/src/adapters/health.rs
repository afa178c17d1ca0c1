use super::schema_steps::check;
use super::{BackendStore, store_error};
use async_trait::async_trait;
use nexus_core::{PoolUse, StoreError, StoreHealth};

#[async_trait]
impl StoreHealth for BackendStore {
    async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1").execute(&self.primary).await.map_err(store_error)?;
        Ok(())
    }

    async fn schema_is_current(&self) -> Result<bool, StoreError> {
        match check(self).await {
            Ok(report) => Ok(report.missing.is_empty()),
            Err(StoreError::SchemaMismatch(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn pools(&self) -> Vec<PoolUse> {
        let whole = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let measure = |(name, pool): (&'static str, &sqlx::Pool<super::Db>)| {
            let idle = whole(pool.num_idle()).min(pool.size());
            let most = pool.options().get_max_connections();
            PoolUse { pool: name, idle, in_use: pool.size() - idle, most }
        };
        self.named_pools().into_iter().map(measure).collect()
    }
}
