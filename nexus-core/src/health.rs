//! What the machine room asks of a store.

use crate::StoreError;
use async_trait::async_trait;

/// How many connections of a pool are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolUse {
    /// Name of the pool: `writer`, `primary`, `replica`…
    pub pool: &'static str,
    /// Open connections that wait for work.
    pub idle: u32,
    /// Open connections that work.
    pub in_use: u32,
    /// Connections that may be open at once.
    pub most: u32,
}

/// A store that tells how it is.
///
/// # Contract
/// * Nothing here writes, and nothing waits for a writer.
/// * No method bounds its own time: whoever asks decides how long he waits.
#[async_trait]
pub trait StoreHealth: Send + Sync {
    /// Asks the database the smallest thing; an error means that it cannot serve.
    async fn ping(&self) -> Result<(), StoreError>;

    /// Whether the schema is exactly the one of this version: no step is missing and none is unknown.
    async fn schema_is_current(&self) -> Result<bool, StoreError>;

    /// The connections of each pool at this moment.
    fn pools(&self) -> Vec<PoolUse>;
}
