//! What people read in their notifications, beside their mails.

use crate::{StoreError, UserId};
use async_trait::async_trait;
use jiff::Timestamp;

/// Something that a person reads in his notifications.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its identifier.
    pub id: String,
    /// For whom.
    pub to: Addressee,
    /// What it is about: `CREDIT_REQUEST`, `SESSION_BOOKED`…
    pub kind: &'static str,
    /// Title.
    pub title: String,
    /// Text.
    pub message: String,
    /// Ids, for the page.
    pub data: serde_json::Value,
    /// When.
    pub at: Timestamp,
}

/// Who reads a notification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Addressee {
    /// One person.
    Person(UserId),
    /// Everybody of the office whose account is open then; each has a notification of his own.
    Office,
}

impl From<UserId> for Addressee {
    fn from(user: UserId) -> Self {
        Self::Person(user)
    }
}

/// Writes notifications.
#[async_trait]
pub trait NotificationTx: Send {
    /// Writes a notification, to be there when the transaction is.
    async fn notify(&mut self, notice: &Notice) -> Result<(), StoreError>;
}
