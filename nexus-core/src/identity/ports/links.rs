use crate::identity::account_token::{AccountToken, TokenPurpose};
use crate::identity::consent::{Consent, ConsentKind};
use crate::{Checksum, StoreError, UserId};
use async_trait::async_trait;
use jiff::Timestamp;

/// One-time links, recovery codes and consents inside a transaction.
///
/// # Contract
/// * Of two transactions that use the same link or the same recovery code, one waits, and then finds it used.
#[async_trait]
pub trait LinkTx: Send {
    /// Reads a link by the digest of its secret, and holds it.
    async fn lock_token(&mut self, hash: &Checksum) -> Result<Option<AccountToken>, StoreError>;

    /// Writes a link.
    async fn insert_token(&mut self, token: &AccountToken) -> Result<(), StoreError>;

    /// Counts the links that an account was sent for a purpose since an instant, used or not.
    async fn count_tokens(
        &mut self,
        user: &UserId,
        purpose: TokenPurpose,
        since: Timestamp,
    ) -> Result<u32, StoreError>;

    /// Marks a link as used.
    async fn use_token(&mut self, id: &str, now: Timestamp) -> Result<(), StoreError>;

    /// Voids the unused links of an account for these purposes.
    async fn void_tokens(
        &mut self,
        user: &UserId,
        purposes: &[TokenPurpose],
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// Replaces the recovery codes of an account by these digests; none removes them.
    async fn replace_recovery_codes(
        &mut self,
        user: &UserId,
        hashes: &[Checksum],
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// Uses up a recovery code; `false` when the account has no such unused code.
    async fn use_recovery_code(
        &mut self,
        user: &UserId,
        hash: &Checksum,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Writes a consent.
    async fn insert_consent(&mut self, consent: &Consent) -> Result<(), StoreError>;

    /// Marks the consents of a kind that were given about somebody as taken back.
    async fn withdraw_consents(
        &mut self,
        subject: &UserId,
        kind: ConsentKind,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// The consents that were given about somebody, oldest first.
    async fn consents(&mut self, subject: &UserId) -> Result<Vec<Consent>, StoreError>;
}
