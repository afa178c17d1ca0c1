//! What identity asks of a store.

use super::account::Account;
use super::account_token::{AccountToken, TokenPurpose};
use super::consent::Consent;
use super::email_address::EmailAddress;
use super::member::Member;
use super::origin::{AccountKey, NetworkKey};
use super::profile::{Profile, PupilProfile};
use super::registration::Wishes;
use super::role_change::Ties;
use super::throttle::PastAttempt;
use super::views::{AccountFilter, AccountView, CoachView};
use crate::rights::Scope;
use crate::{Checksum, CoachId, Page, ParentId, Store, StoreError, StudentId, UserId};
use async_trait::async_trait;
use jiff::Timestamp;
use std::ops::Range;

/// A pupil whom somebody reaches, with the two accounts that concern him.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PupilAccounts {
    /// His record.
    pub profile: PupilProfile,
    /// His account.
    pub account: Account,
    /// The account of the parent who answers for him.
    pub guardian: Account,
}

/// What a family asked for, to be written once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistrationRecord {
    /// Its identifier.
    pub id: String,
    /// The parent.
    pub parent: ParentId,
    /// The child.
    pub student: StudentId,
    /// What they asked for.
    pub wishes: Wishes,
    /// When.
    pub at: Timestamp,
}

/// Accounts, profiles, links, consents and sign-in attempts inside a transaction.
///
/// # Contract
/// * What a `lock_*` method returned stays true until the end of the transaction, absence included: nobody else creates an
///   account at a locked address, adds or removes an active administrator, or counts attempts of locked keys meanwhile.
/// * Locks are taken in the order of the methods below, and several of one kind in the order of their names, so that two
///   transactions never wait for each other.
/// * Nothing here deletes an account.
#[async_trait]
pub trait IdentityTx: Send {
    /// Holds the sign-in attempts on an account and from a network.
    async fn lock_attempts(&mut self, account: &AccountKey, network: &NetworkKey) -> Result<(), StoreError>;

    /// Holds these addresses, whether an account has them or not.
    async fn lock_addresses(&mut self, addresses: &[&EmailAddress]) -> Result<(), StoreError>;

    /// Holds the set of active administrators and counts it.
    async fn lock_administrators(&mut self) -> Result<u64, StoreError>;

    /// Holds the set of pseudonyms.
    async fn lock_pseudonyms(&mut self) -> Result<(), StoreError>;

    /// Reads an account and holds it.
    async fn lock_account(&mut self, id: &UserId) -> Result<Option<Account>, StoreError>;

    /// Reads a link by the digest of its secret, and holds it.
    async fn lock_token(&mut self, hash: &Checksum) -> Result<Option<AccountToken>, StoreError>;

    /// Reads the accounts that have an address, letters' case aside, without holding them. There is one at most, except for
    /// accounts of the existing application that differ by case only: then the first two by id are given.
    async fn accounts_at(&mut self, address: &EmailAddress) -> Result<Vec<Account>, StoreError>;

    /// Writes an account and its profile; returns `false`, and writes nothing, when the address is taken.
    async fn insert_member(&mut self, member: &Member) -> Result<bool, StoreError>;

    /// Writes everything that can change of an account.
    async fn save_account(&mut self, account: &Account) -> Result<(), StoreError>;

    /// The profile of an account's role; absent for the office, and for accounts of the existing application that lack one.
    async fn profile(&mut self, account: &Account) -> Result<Option<Profile>, StoreError>;

    /// Writes a profile for an account that has none of its kind.
    async fn insert_profile(&mut self, user: &UserId, profile: &Profile) -> Result<(), StoreError>;

    /// Writes everything that can change of a profile.
    async fn save_profile(&mut self, profile: &Profile) -> Result<(), StoreError>;

    /// Removes the profile that a role had, once nothing refers to it.
    async fn remove_profile(&mut self, profile: &Profile) -> Result<(), StoreError>;

    /// Counts what hangs on the profile of an account.
    async fn ties(&mut self, user: &UserId) -> Result<Ties, StoreError>;

    /// Every pseudonym, as it is written.
    async fn pseudonyms(&mut self) -> Result<Vec<String>, StoreError>;

    /// Counts the sessions of a coach that are still to be given at an instant.
    async fn sessions_ahead(&mut self, coach: &CoachId, now: Timestamp) -> Result<u64, StoreError>;

    /// Whether a parent's profile exists and its owner was not forgotten.
    async fn parent_exists(&mut self, parent: &ParentId) -> Result<bool, StoreError>;

    /// Reads a pupil whom the scope reaches, and holds him with the two accounts that concern him.
    async fn lock_pupil(&mut self, scope: &Scope, student: &StudentId)
    -> Result<Option<PupilAccounts>, StoreError>;

    /// Erases what other tables hold of somebody in words: what his family asked for, his name and address beside requests, the
    /// second copy of a pupil's record.
    async fn forget_traces(&mut self, account: &Account) -> Result<(), StoreError>;

    /// Writes what a family asked for.
    async fn insert_registration(&mut self, record: &RegistrationRecord) -> Result<(), StoreError>;

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

    /// Writes a consent.
    async fn insert_consent(&mut self, consent: &Consent) -> Result<(), StoreError>;

    /// The consents that were given about somebody, oldest first.
    async fn consents(&mut self, subject: &UserId) -> Result<Vec<Consent>, StoreError>;

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

    /// Counts the recovery codes that are left.
    async fn recovery_codes_left(&mut self, user: &UserId) -> Result<u32, StoreError>;

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

/// A store of people.
///
/// # Contract
/// * Reads outside a transaction see a committed state and never wait for a writer.
/// * No list ever reads a password's hash, a secret or a link.
#[async_trait]
pub trait IdentityStore: Store {
    /// Reads the accounts that have an address, as [`IdentityTx::accounts_at`] does.
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
}
