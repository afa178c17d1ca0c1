//! What leaves the system about people: types without any field for a password, a secret or a link.

use super::account::Account;
use super::profile::{CoachProfile, Profile};
use crate::{Role, UserId};
use jiff::Timestamp;

/// An account as the office, and its owner, may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountView {
    /// Its identifier.
    pub id: UserId,
    /// The address.
    pub email: String,
    /// What its owner is.
    pub role: Role,
    /// First name; empty when there is none.
    pub first_name: String,
    /// Family name; empty when there is none.
    pub last_name: String,
    /// Telephone.
    pub phone: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Whether its owner has chosen a password.
    pub has_password: bool,
    /// Whether a second factor is asked for.
    pub has_second_factor: bool,
    /// When the school closed it.
    pub disabled_at: Option<Timestamp>,
    /// The profile of its role.
    pub profile: Option<Profile>,
}

impl AccountView {
    /// What may be seen of an account.
    pub fn of(account: &Account, profile: Option<Profile>) -> Self {
        Self {
            id: account.id.clone(),
            email: account.email.clone(),
            role: account.role,
            first_name: account.first_name.clone(),
            last_name: account.last_name.clone(),
            phone: account.phone.clone(),
            created_at: account.created_at,
            has_password: account.password.is_some(),
            has_second_factor: account.has_second_factor(),
            disabled_at: account.disabled_at,
            profile,
        }
    }
}

/// A coach as the office manages him.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoachView {
    /// His account.
    pub account: AccountView,
    /// His profile.
    pub profile: CoachProfile,
    /// His sessions of the day, cancelled ones aside.
    pub todays_sessions: u64,
}

/// Which accounts are listed. Forgotten people never are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountFilter {
    /// Only these; everybody when absent.
    pub role: Option<Role>,
    /// Only those whose address, first or family name holds this text, letters' case aside.
    pub search: Option<String>,
}
