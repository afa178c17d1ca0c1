//! One-time links: what they open, and when they no longer do.

use super::account::Account;
use super::email_address::EmailAddress;
use crate::{Checksum, Coded, ErrorCode, UserId};
use jiff::Timestamp;

/// What a link opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenPurpose {
    /// A pupil chooses his password and consents.
    ActivatePupil,
    /// Somebody whom the school invited chooses his password.
    AcceptInvitation,
    /// Somebody who has forgotten his password chooses another one.
    ResetPassword,
    /// Somebody proves that his new address is his.
    ConfirmEmail,
    /// A parent agrees to his child's account.
    GiveConsent,
}

impl TokenPurpose {
    /// Every purpose.
    pub const ALL: [Self; 5] = [
        Self::ActivatePupil,
        Self::AcceptInvitation,
        Self::ResetPassword,
        Self::ConfirmEmail,
        Self::GiveConsent,
    ];

    /// The stored name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ActivatePupil => "ACTIVATE_PUPIL",
            Self::AcceptInvitation => "ACCEPT_INVITATION",
            Self::ResetPassword => "RESET_PASSWORD",
            Self::ConfirmEmail => "CONFIRM_EMAIL",
            Self::GiveConsent => "GIVE_CONSENT",
        }
    }

    /// Reads a stored name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.as_str() == text)
    }

    /// Whether the link is for an account without a password, rather than for one that is open.
    pub const fn precedes_password(self) -> bool {
        matches!(self, Self::ActivatePupil | Self::AcceptInvitation | Self::GiveConsent)
    }
}

/// A link that was sent. Only the digest of its secret is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountToken {
    /// Its identifier.
    pub id: String,
    /// Whose account it opens.
    pub user: UserId,
    /// What it opens.
    pub purpose: TokenPurpose,
    /// Digest of the secret in the link.
    pub hash: Checksum,
    /// [`Account::fingerprint`] of the moment when it was made.
    pub bound_to: Checksum,
    /// The address to be confirmed, for [`TokenPurpose::ConfirmEmail`].
    pub new_email: Option<EmailAddress>,
    /// When it was made.
    pub created_at: Timestamp,
    /// From this instant on it opens nothing.
    pub expires_at: Timestamp,
    /// When it was used.
    pub used_at: Option<Timestamp>,
    /// When another one took its place.
    pub voided_at: Option<Timestamp>,
}

/// A link that opens nothing: unknown, used, too old, replaced, or made for something else. Which of them is told to nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the link opens nothing")]
pub struct DeadLink;

impl Coded for DeadLink {
    fn code(&self) -> ErrorCode {
        ErrorCode::DeadLink
    }
}

impl AccountToken {
    /// Decides whether the link opens this account for one of these purposes, now.
    ///
    /// # Errors
    /// [`DeadLink`], whatever the reason.
    pub fn check(
        &self,
        purposes: &[TokenPurpose],
        account: &Account,
        now: Timestamp,
    ) -> Result<(), DeadLink> {
        let unused = self.used_at.is_none() && self.voided_at.is_none() && now < self.expires_at;
        let fits = purposes.contains(&self.purpose)
            && self.user == account.id
            && self.bound_to == account.fingerprint()
            && account.deleted_at.is_none()
            && account.disabled_at.is_none()
            // An account that is open already is not opened again by an old invitation.
            && self.purpose.precedes_password() == account.password.is_none();
        if unused && fits { Ok(()) } else { Err(DeadLink) }
    }
}
