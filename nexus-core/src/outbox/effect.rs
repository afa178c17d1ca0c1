use super::{EffectState, FailureCode};
use crate::mail::{MailMessage, MailTo};
use crate::{EffectId, IdSource};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What an effect does. Notifications and webhooks will be further kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum EffectKind {
    /// Sends one mail to one person.
    SendMail,
}

impl EffectKind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[Self::SendMail];

    /// The stored name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SendMail => "send_mail",
        }
    }

    /// Reads a stored name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == text)
    }
}

/// An effect with what it needs: ids and parameters, no more of a person than the effect itself needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Effect {
    /// Sends one mail to one person.
    SendMail(SendMail),
}

impl Effect {
    /// Its kind.
    pub const fn kind(&self) -> EffectKind {
        match self {
            Self::SendMail(_) => EffectKind::SendMail,
        }
    }
}

/// One mail to one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendMail {
    /// To whom.
    pub to: MailTo,
    /// What it says.
    pub message: MailMessage,
}

/// An effect to be written in the transaction of its cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEffect {
    /// Its identifier.
    pub id: EffectId,
    /// What it does.
    pub effect: Effect,
    /// At most one effect exists per key: the same cause sent twice gives one effect. Names the cause, never a secret.
    pub unique_key: String,
    /// When its cause happened.
    pub created_at: Timestamp,
    /// Not before this instant.
    pub run_at: Timestamp,
    /// Not after this instant: a link that no longer works is not sent.
    pub expires_at: Option<Timestamp>,
}

impl NewEffect {
    /// A mail to be sent as soon as the transaction has committed, and no later than what it offers is valid.
    pub fn mail(
        ids: &dyn IdSource,
        now: Timestamp,
        unique_key: impl Into<String>,
        to: MailTo,
        message: MailMessage,
    ) -> Self {
        let expires_at = message.valid_until();
        Self {
            id: EffectId::generate(ids),
            effect: Effect::SendMail(SendMail { to, message }),
            unique_key: unique_key.into(),
            created_at: now,
            run_at: now,
            expires_at,
        }
    }
}

/// An effect that this worker holds until `lease_until`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedEffect {
    /// Its identifier.
    pub id: EffectId,
    /// What kind it is.
    pub kind: EffectKind,
    /// What it does; absent when the stored payload cannot be opened with the configured secrets.
    pub effect: Option<Effect>,
    /// When its cause happened.
    pub created_at: Timestamp,
    /// Not after this instant.
    pub expires_at: Option<Timestamp>,
    /// How many times it was claimed, this time included.
    pub attempt: u32,
    /// Proof of the claim; a later claim of the same effect has another one.
    pub token: String,
    /// After this instant another worker may take the effect.
    pub lease_until: Timestamp,
}

/// An effect as staff sees it: no payload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StoredEffect {
    /// Its identifier.
    pub id: EffectId,
    /// What kind it is.
    pub kind: EffectKind,
    /// Where it stands.
    pub state: EffectState,
    /// Claims so far.
    pub attempt: u32,
    /// Why its last attempt failed.
    pub reason: Option<FailureCode>,
    /// When its cause happened.
    pub created_at: Timestamp,
    /// Not before this instant.
    pub run_at: Timestamp,
    /// Not after this instant.
    pub expires_at: Option<Timestamp>,
    /// When it was settled for good.
    pub settled_at: Option<Timestamp>,
    /// Whether its payload is still there.
    pub has_payload: bool,
}
