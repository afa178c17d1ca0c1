use crate::StoreError;
use crate::till::alert::{Alert, AlertDecision, AlertId};
use crate::till::catalogue::RecordId;
use crate::till::order::{NewRecord, OpenedPayment, Payment, PaymentEvent, PaymentRecord, SeenNotice};
use crate::till::payment::{PaymentState, RecordState};
use crate::{PaymentId, StudentId, UserId};
use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::Value;

/// Who decided, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision<'a> {
    /// As the audit log knows him.
    pub by: &'a str,
    /// When.
    pub at: Timestamp,
}

/// Payments inside a transaction.
///
/// # Contract
/// * What a `lock_*` method returned is not changed by anybody else until the end.
/// * `move_*` changes the state only when it still is the one that is named, and answers whether it did.
/// * `note_notice` answers `false`, and writes nothing, when an event of that provider and key is there already; of two
///   transactions that note the same one, the second waits for the first.
#[async_trait]
pub trait PaymentTx: Send {
    /// Writes a payment of a pack; its reference must be new.
    async fn insert_record(&mut self, record: &NewRecord) -> Result<PaymentRecord, StoreError>;
    /// Reads a payment of a pack.
    async fn lock_record(&mut self, id: RecordId) -> Result<Option<PaymentRecord>, StoreError>;
    /// Moves a payment of a pack from one state to another.
    async fn move_record(
        &mut self,
        id: RecordId,
        from: RecordState,
        to: RecordState,
        decision: Decision<'_>,
    ) -> Result<bool, StoreError>;

    /// Writes an order; `false`, and nothing is written, when the same person has used its key before.
    async fn insert_payment(&mut self, payment: &Payment) -> Result<bool, StoreError>;
    /// Reads an order.
    async fn lock_payment(&mut self, id: &PaymentId) -> Result<Option<Payment>, StoreError>;
    /// Reads the order that somebody has sent under a key.
    async fn payment_of_key(&mut self, user: &UserId, key: &str) -> Result<Option<Payment>, StoreError>;
    /// Moves an order from one state to another, and writes what the existing pages read beside it.
    async fn move_payment(
        &mut self,
        id: &PaymentId,
        from: PaymentState,
        to: PaymentState,
        metadata: &Value,
        decision: Decision<'_>,
    ) -> Result<bool, StoreError>;
    /// Writes what the existing pages read beside an order.
    async fn save_payment_metadata(
        &mut self,
        id: &PaymentId,
        metadata: &Value,
        now: Timestamp,
    ) -> Result<(), StoreError>;
    /// Writes where an order is paid, once.
    async fn save_opened(
        &mut self,
        id: &PaymentId,
        opened: &OpenedPayment,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Adds a step to the history of a payment.
    async fn note_payment_event(&mut self, event: &PaymentEvent) -> Result<(), StoreError>;
    /// Notes a notice of a provider.
    async fn note_notice(&mut self, notice: &SeenNotice) -> Result<bool, StoreError>;

    /// Reads a notice that was put aside.
    async fn alert(&mut self, id: AlertId) -> Result<Option<Alert>, StoreError>;
    /// Writes what somebody decided about one; `false`, and nothing is written, when somebody was first.
    async fn insert_alert_decision(
        &mut self,
        id: AlertId,
        decision: &AlertDecision,
    ) -> Result<bool, StoreError>;

    /// The account of a pupil.
    async fn account_of_student(&mut self, student: &StudentId) -> Result<Option<UserId>, StoreError>;
    /// Whether an account is there and can be signed in with.
    async fn is_active_account(&mut self, user: &UserId) -> Result<bool, StoreError>;
}
