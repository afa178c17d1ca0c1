//! Transactions, and the whole backend.

use super::{BackendStore, BackendTx, adoption, dialect, migrate, schema_steps, store_error};
use crate::adoption::{AdoptionObserver, SchemaObject, missing};
use crate::backend::Backend;
use crate::migrations::MigrationReport;
use async_trait::async_trait;
use nexus_core::{Store, StoreError, Tx};
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::sync::Notify;

#[async_trait]
impl Store for BackendStore {
    async fn begin(&self) -> Result<Box<dyn Tx>, StoreError> {
        Ok(Box::new(self.transaction().await?))
    }

    async fn count_people(&self) -> Result<u64, StoreError> {
        let count: i64 = sqlx::query_scalar("SELECT count(*) FROM users")
            .fetch_one(&self.primary)
            .await
            .map_err(store_error)?;
        Ok(u64::try_from(count).unwrap_or(0))
    }
}

#[async_trait]
impl Tx for BackendTx {
    async fn commit(mut self: Box<Self>) -> Result<(), StoreError> {
        let recording = self.recording()?;
        let is_recorded = recording.is_some();
        let written = self.write_late_rows(recording).await?;
        if is_recorded {
            self.seal_recorded(written).await?;
        }
        let bell = self.has_effects.then(|| Arc::clone(&self.effect_bell));
        self.end().await?;
        if let Some(bell) = bell {
            bell.notify_one();
        }
        Ok(())
    }
}

#[async_trait]
impl Backend for BackendStore {
    async fn migrate_observed(
        &self,
        observer: &mut dyn AdoptionObserver,
    ) -> Result<MigrationReport, StoreError> {
        migrate::up(self, observer).await
    }

    async fn pending_migrations(&self) -> Result<MigrationReport, StoreError> {
        schema_steps::check(self).await
    }

    async fn awaits_adoption(&self) -> Result<bool, StoreError> {
        schema_steps::awaits_adoption(self).await
    }

    async fn schema_objects(&self) -> Result<BTreeSet<SchemaObject>, StoreError> {
        let mut connection = self.primary.acquire().await.map_err(store_error)?;
        adoption::catalogue(&mut connection).await
    }

    async fn missing_objects(&self) -> Result<Vec<SchemaObject>, StoreError> {
        Ok(missing(&dialect::expected(), &self.schema_objects().await?))
    }

    async fn inspect(&self, observer: &mut dyn AdoptionObserver) -> Result<(), StoreError> {
        let mut connection = self.primary.acquire().await.map_err(store_error)?;
        adoption::inspect(&mut connection, observer).await
    }

    fn effect_bell(&self) -> Arc<Notify> {
        Arc::clone(&self.effect_bell)
    }

    async fn close(&self) {
        self.close_connections().await;
    }

    fn location(&self) -> String {
        self.place()
    }
}
