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
    pub to: UserId,
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

/// Writes notifications.
#[async_trait]
pub trait NotificationTx: Send {
    /// The accounts of the office that are open.
    async fn office(&mut self) -> Result<Vec<UserId>, StoreError>;

    /// Writes a notification.
    async fn notify(&mut self, notice: &Notice) -> Result<(), StoreError>;
}
