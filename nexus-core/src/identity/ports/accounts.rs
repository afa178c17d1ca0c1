use crate::identity::account::Account;
use crate::identity::email_address::EmailAddress;
use crate::identity::member::Member;
use crate::{StoreError, UserId};
use async_trait::async_trait;

/// Accounts inside a transaction.
///
/// # Contract
/// * What a `lock_*` method returned stays true until the end of the transaction, absence included: nobody else creates an
///   account at a locked address, or adds or removes an active administrator, meanwhile.
/// * Nothing here deletes an account.
#[async_trait]
pub trait AccountTx: Send {
    /// Holds these addresses, whether an account has them or not.
    async fn lock_addresses(&mut self, addresses: &[&EmailAddress]) -> Result<(), StoreError>;

    /// Holds the set of active administrators and counts it.
    async fn lock_administrators(&mut self) -> Result<u64, StoreError>;

    /// Reads an account and holds it.
    async fn lock_account(&mut self, id: &UserId) -> Result<Option<Account>, StoreError>;

    /// Reads the accounts that have an address, letters' case aside, without holding them. There is one at most, except for
    /// accounts of the existing application that differ by case only: then the first two by id are given.
    async fn accounts_at(&mut self, address: &EmailAddress) -> Result<Vec<Account>, StoreError>;

    /// Writes an account and its profile; returns `false`, and writes nothing, when the address is taken.
    async fn insert_member(&mut self, member: &Member) -> Result<bool, StoreError>;

    /// Writes everything that can change of an account.
    async fn save_account(&mut self, account: &Account) -> Result<(), StoreError>;

    /// Erases what other tables hold of somebody in words: what his family asked for, his name and address beside requests, the
    /// second copy of a pupil's record.
    async fn forget_traces(&mut self, account: &Account) -> Result<(), StoreError>;
}
