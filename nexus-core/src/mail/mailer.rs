use super::RenderedMail;
use crate::outbox::AttemptFailure;
use crate::{EffectId, UserId};
use async_trait::async_trait;
use jiff::Timestamp;
use std::fmt;

/// Where a mail goes, as it is when the mail leaves.
#[derive(Clone, PartialEq, Eq)]
pub struct Recipient {
    /// The account, when there is one.
    pub user: Option<UserId>,
    /// The address.
    pub address: String,
    /// First name; empty when unknown.
    pub name: String,
}

impl Recipient {
    /// Whether the address can lead anywhere: the existing application gave children without one an address that does not.
    pub fn is_deliverable(&self) -> bool {
        let Some((local, domain)) = self.address.rsplit_once('@') else { return false };
        let Some((name, suffix)) = domain.rsplit_once('.') else { return false };
        let nowhere = ["local", "invalid"].iter().any(|word| suffix.eq_ignore_ascii_case(word));
        !local.is_empty() && !name.is_empty() && !suffix.is_empty() && !nowhere
    }
}

impl fmt::Debug for Recipient {
    /// Names and addresses do not go into logs.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Recipient").field("user", &self.user).finish_non_exhaustive()
    }
}

/// One mail, ready to leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// The effect that it carries out; names the mail, so that the other side can recognise a repetition.
    pub effect: EffectId,
    /// To whom.
    pub to: Recipient,
    /// What it says.
    pub content: RenderedMail,
    /// The date that it bears.
    pub date: Timestamp,
}

/// By which way a mail left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailChannel {
    /// A mail server has accepted it.
    Smtp,
    /// It was written to a file: no mail server is configured.
    File,
}

/// The way out for mails.
///
/// # Contract
/// * [`Mailer::prepare`] hands nothing over: when it fails, or its result is dropped, the recipient gets nothing.
/// * Its failures are never ambiguous.
/// * The same effect has the same message id, whenever it is sent.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Does everything that can fail without harm: connects, authenticates, has the recipient accepted.
    async fn prepare(&self, mail: &Mail) -> Result<Box<dyn PreparedMail>, AttemptFailure>;

    /// The message id of an effect's mail, without angle brackets.
    fn message_id(&self, effect: &EffectId) -> String;
}

/// A mail that only has to be handed over.
#[async_trait]
pub trait PreparedMail: Send {
    /// Hands the mail over.
    ///
    /// # Errors
    /// Transient or permanent when the other side said so, ambiguous when its answer was lost.
    async fn hand_over(self: Box<Self>) -> Result<MailChannel, AttemptFailure>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_leads_nowhere_is_told() {
        let deliverable = |address: &str| {
            Recipient { user: None, address: address.into(), name: String::new() }.is_deliverable()
        };
        assert!(deliverable("marie@example.test") && deliverable("é@lycée.tn"));
        for address in
            ["", "marie", "@x.tn", "a@b", "a@b.", "a@.tn", "lea.x.1@nexus-student.local", "a@b.INVALID"]
        {
            assert!(!deliverable(address), "{address}");
        }
        assert!(
            !format!("{:?}", Recipient { user: None, address: "a@b.tn".into(), name: "Léa".into() })
                .contains("Léa")
        );
    }
}
