//! An account: who may sign in, with what, and what becomes of him.

use super::email_address::EmailAddress;
use super::password::PasswordHash;
use crate::{Checksum, Role, UserId};
use jiff::Timestamp;

/// The second factor of an account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum SecondFactor {
    /// None: the password is enough.
    #[default]
    Off,
    /// A secret was shown and no code of it has been typed yet.
    Pending(SealedSecret),
    /// Every sign-in asks for a code.
    On {
        /// The secret.
        secret: SealedSecret,
        /// The last step whose code was accepted: a code opens one door, once.
        last_step: Option<u64>,
    },
}

impl SecondFactor {
    /// Uses up a code of this secret that was made for a step. `false` when it is of another secret, or of no later step than
    /// the last one: whoever comes second with a code finds it used.
    pub fn use_step(&mut self, seen: &SealedSecret, step: u64) -> bool {
        match self {
            Self::On { secret, last_step } if secret == seen && last_step.is_none_or(|last| step > last) => {
                *last_step = Some(step);
                true
            }
            _ => false,
        }
    }
}

/// A TOTP secret as it is stored: sealed, so that a copy of the database makes no codes.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedSecret(String);

impl SealedSecret {
    /// Takes the sealed text.
    pub const fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The sealed text.
    pub fn as_stored(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for SealedSecret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("SealedSecret")
    }
}

/// An account with what opens it. Only use-cases hold it; what leaves the system is an [`AccountView`](super::views::AccountView).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its identifier.
    pub id: UserId,
    /// The address, as it is stored: accounts of the existing application keep their capitals.
    pub email: String,
    /// What its owner is.
    pub role: Role,
    /// First name; empty when there is none.
    pub first_name: String,
    /// Family name; empty when there is none.
    pub last_name: String,
    /// Telephone.
    pub phone: Option<String>,
    /// The password's hash; absent until the owner has chosen one.
    pub password: Option<PasswordHash>,
    /// The second factor.
    pub second_factor: SecondFactor,
    /// Sessions opened under another version are closed.
    pub session_version: u32,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its owner chose a password; absent for accounts of the existing application.
    pub activated_at: Option<Timestamp>,
    /// When it was closed by the school.
    pub disabled_at: Option<Timestamp>,
    /// When its owner was forgotten.
    pub deleted_at: Option<Timestamp>,
}

impl Account {
    /// Whether its owner can sign in.
    pub const fn is_active(&self) -> bool {
        self.password.is_some() && self.disabled_at.is_none() && self.deleted_at.is_none()
    }

    /// First name and family name.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name).trim().to_owned()
    }

    /// Whether a second factor is asked for.
    pub const fn has_second_factor(&self) -> bool {
        matches!(self.second_factor, SecondFactor::On { .. })
    }

    /// The address where mail reaches its owner; absent for the unusable addresses of children and of forgotten people.
    pub fn mailbox(&self) -> Option<EmailAddress> {
        let address = EmailAddress::parse(&self.email).ok()?;
        (!is_unusable(address.as_str())).then_some(address)
    }

    /// Closes every session, everywhere.
    pub const fn close_sessions(&mut self) {
        self.session_version = self.session_version.saturating_add(1);
    }

    /// Gives it a password, which opens an account that had none and closes every session.
    pub fn set_password(&mut self, password: PasswordHash, now: Timestamp) {
        self.password = Some(password);
        self.activated_at.get_or_insert(now);
        self.close_sessions();
    }

    /// Closes it; its owner cannot sign in until it is opened again.
    pub fn disable(&mut self, now: Timestamp) {
        self.disabled_at.get_or_insert(now);
        self.close_sessions();
    }

    /// Opens it again.
    pub const fn enable(&mut self) {
        self.disabled_at = None;
    }

    /// Forgets its owner: no address, no name, no way in. The identifier stays, and with it every record of money and teaching.
    pub fn anonymise(&mut self, now: Timestamp) {
        self.email = format!("{}{DELETED_DOMAIN}", self.id);
        "Compte".clone_into(&mut self.first_name);
        "supprimé".clone_into(&mut self.last_name);
        self.phone = None;
        self.password = None;
        self.second_factor = SecondFactor::Off;
        self.disabled_at.get_or_insert(now);
        self.deleted_at.get_or_insert(now);
        self.close_sessions();
    }

    /// A digest of what opens the account and of where mail reaches it. A link is bound to it: it is void as soon as the
    /// password or the address is another one.
    pub fn fingerprint(&self) -> Checksum {
        let password = self.password.as_ref().map_or("", PasswordHash::as_str);
        Checksum::of_bytes(format!("{}\n{password}", self.email).as_bytes())
    }
}

/// Domain of the addresses that stand for children without an address (as the existing application makes them).
pub const LOCAL_DOMAIN: &str = "@nexus-student.local";
/// Domain of the addresses that stand for forgotten people; RFC 2606 reserves it.
pub const DELETED_DOMAIN: &str = "@supprime.invalid";

fn is_unusable(address: &str) -> bool {
    address.ends_with(LOCAL_DOMAIN) || address.ends_with(DELETED_DOMAIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_used_once_and_none_before_it_afterwards() {
        let secret = |text: &str| SealedSecret::from_stored(text.to_owned());
        let mut factor = SecondFactor::On { secret: secret("own"), last_step: None };
        assert!(!factor.use_step(&secret("former"), 7), "the secret was replaced meanwhile");
        assert!(factor.use_step(&secret("own"), 7));
        assert!(!factor.use_step(&secret("own"), 7) && !factor.use_step(&secret("own"), 6));
        assert!(factor.use_step(&secret("own"), 8));
        assert_eq!(factor, SecondFactor::On { secret: secret("own"), last_step: Some(8) });
        assert!(!SecondFactor::Pending(secret("own")).use_step(&secret("own"), 9));
        assert!(!SecondFactor::Off.use_step(&secret("own"), 9));
    }
}
