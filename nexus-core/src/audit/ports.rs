use super::{AuditEvent, AuditHead, AuditRow};
use crate::StoreError;
use async_trait::async_trait;

/// The audit log inside a transaction.
#[async_trait]
pub trait AuditTx: Send {
    /// Records what the transaction does.
    ///
    /// # Contract
    /// * The row commits with the transaction or not at all.
    /// * It is sealed into the chain by the commit, in which transactions that recorded something follow each other: the chain
    ///   is held for as long as a commit takes, not for as long as a transaction does.
    async fn record(&mut self, event: &AuditEvent) -> Result<(), StoreError>;
}

/// The audit log outside transactions that change something else.
#[async_trait]
pub trait AuditLog: Send + Sync {
    /// Seals up to `limit` rows that were written without a hash, the oldest first; returns how many there were.
    async fn seal_audit(&self, limit: u32) -> Result<u64, StoreError>;

    /// The newest rows, newest first.
    async fn recent_audit(&self, limit: u32) -> Result<Vec<AuditRow>, StoreError>;

    /// Opens a view of the log that stands still while it is read.
    async fn read_audit(&self) -> Result<Box<dyn AuditReader>, StoreError>;
}

/// A view of the audit log that stands still.
#[async_trait]
pub trait AuditReader: Send {
    /// The end of the chain; `None` when the row that holds it is gone.
    async fn head(&mut self) -> Result<Option<AuditHead>, StoreError>;

    /// Up to `limit` sealed rows in the order of the chain (place, then id), after a place and an id.
    async fn sealed_after(&mut self, sequence: i64, id: i64, limit: u32)
    -> Result<Vec<AuditRow>, StoreError>;

    /// How many rows are not sealed.
    async fn unsealed(&mut self) -> Result<u64, StoreError>;
}
