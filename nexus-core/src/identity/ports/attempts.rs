use crate::StoreError;
use crate::identity::origin::{AccountKey, NetworkKey};
use crate::identity::throttle::PastAttempt;
use async_trait::async_trait;
use jiff::Timestamp;

/// Sign-in attempts inside a transaction.
///
/// # Contract
/// * While attempts are locked, nobody else counts or adds any on the account, or from the network.
#[async_trait]
pub trait AttemptTx: Send {
    /// Holds the sign-in attempts on an account and from a network.
    async fn lock_attempts(&mut self, account: &AccountKey, network: &NetworkKey) -> Result<(), StoreError>;

    /// The attempts on an account since one instant and from a network since another, oldest first.
    async fn attempts(
        &mut self,
        account: (&AccountKey, Timestamp),
        network: (&NetworkKey, Timestamp),
    ) -> Result<Vec<PastAttempt>, StoreError>;

    /// Writes a sign-in attempt under an identifier.
    async fn insert_attempt(&mut self, id: &str, attempt: &PastAttempt) -> Result<(), StoreError>;

    /// Turns an attempt into a success.
    async fn attempt_succeeded(&mut self, id: &str) -> Result<(), StoreError>;

    /// Removes failures and successes that are older than what any rule looks at; returns how many there were.
    async fn purge_attempts(&mut self, failures: Timestamp, successes: Timestamp) -> Result<u64, StoreError>;
}
