use crate::identity::account::Account;
use crate::identity::profile::{Profile, PupilProfile};
use crate::identity::registration::Wishes;
use crate::identity::role_change::Ties;
use crate::rights::Scope;
use crate::{CoachId, ParentId, StoreError, StudentId, UserId};
use async_trait::async_trait;
use jiff::Timestamp;

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

/// Profiles of roles, pupils and what families ask for, inside a transaction.
///
/// # Contract
/// * What a `lock_*` method returned stays true until the end of the transaction.
/// * Whom a scope does not reach is absent.
#[async_trait]
pub trait ProfileTx: Send {
    /// Holds the set of pseudonyms.
    async fn lock_pseudonyms(&mut self) -> Result<(), StoreError>;

    /// Reads a pupil whom the scope reaches, and holds him with the two accounts that concern him.
    async fn lock_pupil(
        &mut self,
        scope: &Scope,
        student: &StudentId,
    ) -> Result<Option<PupilAccounts>, StoreError>;

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

    /// Writes what a family asked for.
    async fn insert_registration(&mut self, record: &RegistrationRecord) -> Result<(), StoreError>;
}
