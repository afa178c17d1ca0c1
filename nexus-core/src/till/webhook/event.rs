use super::NoticeError;
use serde_json::{Map, Value};

/// What a notice says of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventStatus {
    /// Money came.
    Completed,
    /// Money will not come.
    Failed,
    /// Something else, which changes nothing.
    Other,
}

impl EventStatus {
    /// The word that is stored with the event.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Other => "other",
        }
    }

    /// Reads a stored word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Completed, Self::Failed, Self::Other].into_iter().find(|status| status.as_str() == text)
    }
}

/// A notice, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentNotice {
    /// Our payment.
    pub payment: String,
    /// What happened.
    pub status: EventStatus,
    /// The provider's transaction, when it names one.
    pub transaction: Option<String>,
    /// The amount in minor units, when the notice tells one.
    pub amount: Option<Amount>,
    /// The currency, when the notice tells one.
    pub currency: Option<String>,
    /// What makes this event one: the transaction, otherwise the payment.
    pub key: String,
}

/// An amount of a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amount {
    /// Minor units.
    Minor(i64),
    /// Something that is no whole number: it equals no order.
    Unreadable,
}

/// Longest text that is taken from a notice.
const LONGEST: usize = 200;

impl PaymentNotice {
    /// Reads the fields `payment_id`, `status`, `transaction_id`, `amount` and `currency` of a JSON object.
    pub(super) fn read(body: &[u8]) -> Result<Self, NoticeError> {
        let value: Value = serde_json::from_slice(body).map_err(|_| NoticeError::NotJson)?;
        let Value::Object(fields) = value else { return Err(NoticeError::Incomplete) };
        let payment = text(&fields, "payment_id").ok_or(NoticeError::Incomplete)?;
        let status = text(&fields, "status").ok_or(NoticeError::Incomplete)?;
        let status = match status.as_str() {
            "completed" => EventStatus::Completed,
            "failed" => EventStatus::Failed,
            _ => EventStatus::Other,
        };
        let transaction = text(&fields, "transaction_id");
        let key = transaction.as_ref().unwrap_or(&payment).trim().to_owned();
        if key.is_empty() {
            return Err(NoticeError::BlankKey);
        }
        let amount = fields.get("amount").filter(|value| !value.is_null());
        let amount = amount.map(|value| value.as_i64().map_or(Amount::Unreadable, Amount::Minor));
        let currency = fields.get("currency").filter(|value| !value.is_null());
        let currency =
            currency.map(|value| value.as_str().unwrap_or_default().chars().take(LONGEST).collect());
        Ok(Self { payment, status, transaction, amount, currency, key })
    }
}

/// A text that is there, not empty, and not endless.
fn text(fields: &Map<String, Value>, name: &str) -> Option<String> {
    let text = fields.get(name)?.as_str()?;
    (!text.is_empty() && text.len() <= LONGEST).then(|| text.to_owned())
}
