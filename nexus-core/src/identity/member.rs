//! Somebody new: one constructor per role, so that no role is ever without its profile.

use super::account::{Account, SecondFactor};
use super::email_address::EmailAddress;
use super::password::PasswordHash;
use super::profile::{CoachProfile, ParentProfile, Profile, PupilProfile};
use crate::{Role, UserId};
use jiff::Timestamp;

/// What every new account has, whatever its role.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// Its identifier.
    pub id: UserId,
    /// Its address.
    pub email: EmailAddress,
    /// First name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// Telephone.
    pub phone: Option<String>,
    /// The hash of the password that its owner chose; absent until he does.
    pub password: Option<PasswordHash>,
    /// When it is made.
    pub now: Timestamp,
}

/// An account together with the profile of its role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    email: EmailAddress,
    account: Account,
    profile: Option<Profile>,
}

impl Member {
    /// Runs the school and its system.
    pub fn administrator(new: NewAccount) -> Self {
        Self::build(new, Role::Admin, None)
    }

    /// Runs the office.
    pub fn assistant(new: NewAccount) -> Self {
        Self::build(new, Role::Assistante, None)
    }

    /// Teaches, under a pseudonym.
    pub fn coach(new: NewAccount, profile: CoachProfile) -> Self {
        Self::build(new, Role::Coach, Some(Profile::Coach(profile)))
    }

    /// Answers for pupils.
    pub fn parent(new: NewAccount, profile: ParentProfile) -> Self {
        Self::build(new, Role::Parent, Some(Profile::Parent(profile)))
    }

    /// Learns; always has a parent who answers for him.
    pub fn pupil(new: NewAccount, profile: PupilProfile) -> Self {
        Self::build(new, Role::Eleve, Some(Profile::Pupil(profile)))
    }

    fn build(new: NewAccount, role: Role, profile: Option<Profile>) -> Self {
        let activated_at = new.password.is_some().then_some(new.now);
        let account = Account {
            id: new.id,
            email: new.email.as_str().to_owned(),
            role,
            first_name: new.first_name,
            last_name: new.last_name,
            phone: new.phone,
            password: new.password,
            second_factor: SecondFactor::Off,
            session_version: 0,
            created_at: new.now,
            activated_at,
            disabled_at: None,
            deleted_at: None,
        };
        Self { email: new.email, account, profile }
    }

    /// The address.
    pub const fn email(&self) -> &EmailAddress {
        &self.email
    }

    /// The account.
    pub const fn account(&self) -> &Account {
        &self.account
    }

    /// The profile of its role; the office has none.
    pub const fn profile(&self) -> Option<&Profile> {
        self.profile.as_ref()
    }
}
