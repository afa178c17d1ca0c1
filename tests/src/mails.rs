//! The mails that wait in the outbox of a system.

use crate::App;
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use nexus_core::mail::{MailMessage, MailSite, MailTo};
use nexus_core::outbox::{Effect, EffectKind};

/// A mail that would leave now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingMail {
    /// To whom.
    pub to: MailTo,
    /// What it says.
    pub message: MailMessage,
}

impl WaitingMail {
    /// The name of its template.
    pub fn template(&self) -> &'static str {
        self.message.template()
    }

    /// The secret in its link.
    pub fn secret(&self) -> String {
        let site = MailSite::new("https://site.test", "Nexus", "c@site.test", TimeZone::UTC);
        let link = match &self.message {
            MailMessage::ChildActivation { link, .. }
            | MailMessage::PasswordReset { link, .. }
            | MailMessage::StaffInvitation { link, .. }
            | MailMessage::JointConsent { link, .. }
            | MailMessage::AddressConfirmation { link, .. } => site.link(link),
            other => panic!("{} has no link", other.template()),
        };
        link.split_once("#jeton=").unwrap().1.to_owned()
    }
}

impl App {
    /// The mails that wait and were not read here before, in the order of their causes.
    pub async fn mails(&self) -> Vec<WaitingMail> {
        let mut mails = Vec::new();
        let lease = SignedDuration::from_hours(10_000);
        let now = self.identity.clock.now();
        while let Some(claimed) = self.store.claim_effect(EffectKind::ALL, now, lease).await.unwrap() {
            if let Some(Effect::SendMail(mail)) = claimed.effect {
                mails.push(WaitingMail { to: mail.to, message: mail.message });
            }
        }
        mails
    }

    /// The only waiting mail of a template.
    pub async fn mail(&self, template: &str) -> WaitingMail {
        let mut mails = self.mails().await;
        let names: Vec<_> = mails.iter().map(WaitingMail::template).collect();
        let place = names.iter().position(|name| *name == template);
        mails.swap_remove(place.unwrap_or_else(|| panic!("no {template} among {names:?}")))
    }
}
