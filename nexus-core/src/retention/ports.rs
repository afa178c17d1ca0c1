use super::Kept;
use crate::StoreError;
use async_trait::async_trait;
use jiff::Timestamp;

/// Forgetting inside a transaction.
///
/// # Contract
/// * What is removed is what [`effect_is_due`](super::effect_is_due), [`mail_log_is_due`](super::mail_log_is_due) or
///   [`notification_is_due`](super::notification_is_due) says, oldest first; of the rows in quarantine none.
/// * What another transaction is forgetting at the same moment is passed over, not waited for.
#[async_trait]
pub trait RetentionTx: Send {
    /// Removes what is old of a kind, at most so many rows; returns how many there were.
    async fn forget_old(&mut self, kept: Kept, cutoff: Timestamp, most: u32) -> Result<u64, StoreError>;
}
