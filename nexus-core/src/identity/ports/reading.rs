use crate::identity::account::Account;
use crate::identity::account_token::AccountToken;
use crate::identity::email_address::EmailAddress;
use crate::identity::views::{AccountFilter, AccountView, CoachView};
use crate::{Checksum, Page, Store, StoreError, UserId};
use async_trait::async_trait;
use jiff::Timestamp;
use std::ops::Range;

/// A store of people.
///
/// # Contract
/// * Reads outside a transaction see a committed state and never wait for a writer.
/// * No list ever reads a password's hash, a secret or a link.
#[async_trait]
pub trait IdentityStore: Store {
    /// Reads the accounts that have an address, as [`AccountTx::accounts_at`](super::AccountTx::accounts_at) does.
    async fn accounts_at(&self, address: &EmailAddress) -> Result<Vec<Account>, StoreError>;

    /// Reads an account with what opens it.
    async fn account(&self, id: &UserId) -> Result<Option<Account>, StoreError>;

    /// Reads what may be seen of an account that was not forgotten.
    async fn account_view(&self, id: &UserId) -> Result<Option<AccountView>, StoreError>;

    /// Lists accounts, newest first, and counts them.
    async fn account_views(
        &self,
        filter: &AccountFilter,
        page: Page,
    ) -> Result<(Vec<AccountView>, u64), StoreError>;

    /// Lists the coaches that were not forgotten, by family name, with the number of their sessions that start on a day.
    async fn coach_views(&self, day: Range<Timestamp>) -> Result<Vec<CoachView>, StoreError>;

    /// Reads a link by the digest of its secret.
    async fn token(&self, hash: &Checksum) -> Result<Option<AccountToken>, StoreError>;

    /// Whether an account has this unused recovery code.
    async fn has_recovery_code(&self, user: &UserId, hash: &Checksum) -> Result<bool, StoreError>;

    /// Counts the unused recovery codes of an account.
    async fn recovery_codes_left(&self, user: &UserId) -> Result<u32, StoreError>;
}
