use super::Recipient;
use crate::outbox::FailureCode;
use crate::{EffectId, StoreError, UserId};
use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What became of a mail (`mail_logs.status`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum MailStatus {
    /// Being handed over.
    Sending,
    /// Accepted by a mail server.
    Sent,
    /// Written to a file: no mail server is configured.
    File,
    /// Failed; will be tried again.
    Failed,
    /// Given up.
    Dead,
    /// It may have left; a person has to decide.
    Ambiguous,
    /// A person decided that it shall not be sent.
    Discarded,
}

impl MailStatus {
    /// Every status.
    pub const ALL: [Self; 7] =
        [Self::Sending, Self::Sent, Self::File, Self::Failed, Self::Dead, Self::Ambiguous, Self::Discarded];

    /// The stored name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sending => "SENDING",
            Self::Sent => "SENT",
            Self::File => "FILE",
            Self::Failed => "FAILED",
            Self::Dead => "DEAD",
            Self::Ambiguous => "AMBIGUOUS",
            Self::Discarded => "DISCARDED",
        }
    }

    /// Reads a stored name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }

    /// The word for people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Sending => "en cours d'envoi",
            Self::Sent => "envoyé",
            Self::File => "écrit dans un fichier",
            Self::Failed => "échec, nouvel essai prévu",
            Self::Dead => "abandonné",
            Self::Ambiguous => "à vérifier",
            Self::Discarded => "écarté",
        }
    }
}

/// What is written about a mail. The store keeps the address masked, and as a keyed fingerprint by which it can be found again;
/// it keeps nothing of what the mail says.
#[derive(Clone, PartialEq, Eq)]
pub struct MailLogEntry {
    /// The effect, whose id the row bears.
    pub effect: EffectId,
    /// The account of the recipient.
    pub user: Option<UserId>,
    /// The address, in clear.
    pub address: String,
    /// Which mail it was.
    pub template: &'static str,
    /// What became of it.
    pub status: MailStatus,
    /// Attempts so far.
    pub attempts: u32,
    /// Why the last attempt failed.
    pub error: Option<FailureCode>,
    /// Its message id.
    pub message_id: String,
    /// When its cause happened.
    pub created_at: Timestamp,
    /// When it was accepted.
    pub sent_at: Option<Timestamp>,
}

impl fmt::Debug for MailLogEntry {
    /// Addresses do not go into logs.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("MailLogEntry")
            .field("effect", &self.effect)
            .field("template", &self.template)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

/// Which lines of the mail log are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailLogFilter {
    /// Mails to this account only.
    pub user: Option<UserId>,
    /// Mails to this address only.
    pub address: Option<String>,
    /// At most so many, newest first.
    pub limit: u32,
}

/// A line of the mail log, as staff reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MailLogLine {
    /// The effect.
    pub id: EffectId,
    /// The account of the recipient.
    pub user_id: Option<UserId>,
    /// The masked address.
    pub recipient: String,
    /// Which mail it was.
    pub template: String,
    /// What became of it.
    pub status: MailStatus,
    /// Attempts so far.
    pub attempts: u32,
    /// Why the last attempt failed.
    pub error_code: Option<FailureCode>,
    /// Its message id.
    pub message_id: String,
    /// When its cause happened.
    pub created_at: Timestamp,
    /// When it was accepted.
    pub sent_at: Option<Timestamp>,
}

/// Mails inside a transaction.
#[async_trait]
pub trait MailTx: Send {
    /// Where mails to this person go; `None` when the account is gone.
    async fn recipient(&mut self, user: &UserId) -> Result<Option<Recipient>, StoreError>;

    /// Writes, or replaces, what is known about a mail.
    async fn log_mail(&mut self, entry: &MailLogEntry) -> Result<(), StoreError>;
}

/// The mail log outside transactions.
#[async_trait]
pub trait MailLog: Send + Sync {
    /// Lines of the log, newest first. By address, only lines are found that were written under the present secret.
    async fn mail_log(&self, filter: &MailLogFilter) -> Result<Vec<MailLogLine>, StoreError>;
}
