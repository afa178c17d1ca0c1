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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::member::{Member, NewAccount};
    use crate::identity::password::PasswordHash;
    use jiff::SignedDuration;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn account(password: Option<&str>) -> Account {
        let new = NewAccount {
            id: UserId::parse("u1").unwrap(),
            email: EmailAddress::parse("a@x.test").unwrap(),
            first_name: "Zoé".into(),
            last_name: "Ben Salah".into(),
            phone: None,
            password: password.map(|hash| PasswordHash::from_stored(hash.to_owned())),
            now: at(0),
        };
        Member::administrator(new).account().clone()
    }

    fn token(purpose: TokenPurpose, account: &Account) -> AccountToken {
        AccountToken {
            id: "t1".into(),
            user: account.id.clone(),
            purpose,
            hash: Checksum::of_bytes(b"secret"),
            bound_to: account.fingerprint(),
            new_email: None,
            created_at: at(0),
            expires_at: at(60),
            used_at: None,
            voided_at: None,
        }
    }

    const ANY: [TokenPurpose; 5] = TokenPurpose::ALL;

    /// Each reason alone is enough.
    #[test]
    fn every_reason_kills_a_link_by_itself() {
        let account = account(None);
        let fresh = || token(TokenPurpose::AcceptInvitation, &account);
        assert_eq!(fresh().check(&ANY, &account, at(59)), Ok(()));
        assert_eq!(fresh().check(&ANY, &account, at(60)), Err(DeadLink), "its time is over");
        let nearly = at(60).checked_sub(SignedDuration::from_nanos(1)).unwrap();
        assert_eq!(fresh().check(&ANY, &account, nearly), Ok(()));
        let dead = |change: fn(&mut AccountToken), why: &str| {
            let mut token = fresh();
            change(&mut token);
            assert_eq!(token.check(&ANY, &account, at(1)), Err(DeadLink), "{why}");
        };
        dead(|token| token.used_at = Some(at(0)), "used");
        dead(|token| token.voided_at = Some(at(0)), "replaced");
        dead(|token| token.bound_to = Checksum::of_bytes(b"other"), "another password or address");
        dead(|token| token.user = UserId::parse("u2").unwrap(), "somebody else's");
        let reset = [TokenPurpose::ResetPassword];
        assert_eq!(fresh().check(&reset, &account, at(1)), Err(DeadLink), "made for something else");
    }

    #[test]
    fn a_link_opens_no_account_that_is_closed_or_forgotten() {
        for close in [
            (|account, now| account.disabled_at = Some(now)) as fn(&mut Account, Timestamp),
            |account, now| account.deleted_at = Some(now),
        ] {
            let mut closed = account(None);
            close(&mut closed, at(0));
            let token = token(TokenPurpose::AcceptInvitation, &closed);
            assert_eq!(token.check(&ANY, &closed, at(1)), Err(DeadLink));
        }
    }

    /// An invitation is for an account without a password, the others for one that has one.
    #[test]
    fn a_link_fits_the_state_of_its_account() {
        for purpose in TokenPurpose::ALL {
            for password in [None, Some("$2b$12$x")] {
                let account = account(password);
                let opens = token(purpose, &account).check(&ANY, &account, at(1)).is_ok();
                assert_eq!(opens, purpose.precedes_password() == password.is_none(), "{purpose:?}");
            }
        }
        let invitations =
            [TokenPurpose::ActivatePupil, TokenPurpose::AcceptInvitation, TokenPurpose::GiveConsent];
        assert!(
            TokenPurpose::ALL
                .iter()
                .all(|purpose| purpose.precedes_password() == invitations.contains(purpose))
        );
    }
}
