//! Making links, and the mails that carry them.

use super::context::IdentityContext;
use crate::identity::account::Account;
use crate::identity::account_token::{AccountToken, TokenPurpose};
use crate::identity::email_address::EmailAddress;
use crate::identity::one_time_token::OneTimeToken;
use crate::mail::{LinkPage, MailMessage, MailTo, OneTimeLink, Reader};
use crate::outbox::NewEffect;
use crate::{IdSource, Role, UserId};
use jiff::{SignedDuration, Timestamp};

/// A link that was just drawn: what is stored of it, and the secret that goes into one mail.
pub(super) struct FreshLink {
    pub(super) token: AccountToken,
    secret: OneTimeToken,
}

impl FreshLink {
    /// Draws a link that opens this account as it is at this moment.
    pub(super) fn draw(
        context: &IdentityContext,
        account: &Account,
        purpose: TokenPurpose,
        lifetime: SignedDuration,
        now: Timestamp,
    ) -> Self {
        let secret = OneTimeToken::generate(context.secrets.as_ref());
        let token = AccountToken {
            id: context.ids.next_id(),
            user: account.id.clone(),
            purpose,
            hash: secret.digest(),
            bound_to: account.fingerprint(),
            new_email: None,
            created_at: now,
            expires_at: now.checked_add(lifetime).unwrap_or(Timestamp::MAX),
            used_at: None,
            voided_at: None,
        };
        Self { token, secret }
    }

    /// The same link, about an address that is to be confirmed.
    pub(super) fn about(mut self, new_email: EmailAddress) -> Self {
        self.token.new_email = Some(new_email);
        self
    }

    /// Where its owner chooses his password.
    pub(super) fn activation(&self) -> OneTimeLink {
        self.link(LinkPage::Activate)
    }

    fn link(&self, page: LinkPage) -> OneTimeLink {
        OneTimeLink::new(page, self.secret.expose())
    }

    /// The mail that carries it; sent once.
    fn mail(&self, ids: &dyn IdSource, to: MailTo, message: MailMessage) -> NewEffect {
        NewEffect::mail(ids, self.token.created_at, format!("link:{}", self.token.id), to, message)
    }

    /// Invites a pupil to open his account: to himself when mail reaches him, otherwise to his parent.
    pub(super) fn pupil_activation(
        &self,
        ids: &dyn IdSource,
        pupil: &Account,
        guardian: &UserId,
    ) -> NewEffect {
        let (to, reader) = match pupil.mailbox() {
            Some(_) => (MailTo::Person(pupil.id.clone()), Reader::Child),
            None => (MailTo::Person(guardian.clone()), Reader::Parent),
        };
        let message = MailMessage::ChildActivation {
            child: pupil.first_name.clone(),
            reader,
            link: self.link(LinkPage::Activate),
            valid_until: self.token.expires_at,
        };
        self.mail(ids, to, message)
    }

    /// Invites somebody whom the school registered to open his account.
    pub(super) fn invitation(&self, ids: &dyn IdSource, account: &Account, role: Role) -> NewEffect {
        let message = MailMessage::StaffInvitation {
            role,
            link: self.link(LinkPage::Activate),
            valid_until: self.token.expires_at,
        };
        self.mail(ids, MailTo::Person(account.id.clone()), message)
    }

    /// Lets somebody choose another password.
    pub(super) fn password_reset(&self, ids: &dyn IdSource, to: &UserId) -> NewEffect {
        let message = MailMessage::PasswordReset {
            link: self.link(LinkPage::ResetPassword),
            valid_until: self.token.expires_at,
        };
        self.mail(ids, MailTo::Person(to.clone()), message)
    }

    /// Asks a parent to consent for his child.
    pub(super) fn parental_consent(
        &self,
        ids: &dyn IdSource,
        pupil: &Account,
        guardian: &UserId,
    ) -> NewEffect {
        let message = MailMessage::JointConsent {
            child: pupil.first_name.clone(),
            link: self.link(LinkPage::Consent),
            valid_until: self.token.expires_at,
        };
        self.mail(ids, MailTo::Person(guardian.clone()), message)
    }

    /// Asks the owner of a new address whether it is his.
    pub(super) fn confirmation(
        &self,
        ids: &dyn IdSource,
        account: &Account,
        address: &EmailAddress,
    ) -> NewEffect {
        let message = MailMessage::AddressConfirmation {
            link: self.link(LinkPage::ConfirmAddress),
            valid_until: self.token.expires_at,
        };
        let to = MailTo::Address { address: address.as_str().to_owned(), name: account.full_name() };
        self.mail(ids, to, message)
    }
}
