//! Notices that were put aside, and what a person makes of one.

use super::payment::PaymentState;
use super::webhook::EventStatus;
use crate::{Coded, ErrorCode, PaymentId};
use jiff::Timestamp;

/// The number of a notice that was put aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AlertId(i64);

impl AlertId {
    /// Reads a number.
    pub fn parse(text: &str) -> Option<Self> {
        text.parse().ok().and_then(Self::new)
    }

    /// Takes a number; none below 1 names anything.
    pub const fn new(number: i64) -> Option<Self> {
        if number >= 1 { Some(Self(number)) } else { None }
    }

    /// The number.
    pub const fn get(self) -> i64 {
        self.0
    }
}

/// What a notice said, as far as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldByNotice {
    /// What happened.
    pub status: EventStatus,
    /// The provider's key of it: the transaction, or the payment.
    pub key: String,
    /// Minor units; absent when it told none, or none that can be read.
    pub minor: Option<i64>,
    /// The currency, when it told one.
    pub currency: Option<String>,
}

/// A notice that was put aside: somebody has to look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// Its number.
    pub id: AlertId,
    /// Who sent it.
    pub provider: String,
    /// Which payment it names.
    pub payment: PaymentId,
    /// Why it was put aside: `mismatch`, `contradiction`.
    pub reason: String,
    /// What it said; absent for what was put aside before that was kept.
    pub told: Option<ToldByNotice>,
    /// When it came.
    pub received_at: Timestamp,
    /// What somebody decided.
    pub decision: Option<AlertDecision>,
}

/// What somebody decided about a notice that was put aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertDecision {
    /// Whether he takes the notice for true.
    pub accepted: bool,
    /// Why.
    pub reason: String,
    /// Who, as the audit log knows him.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// A notice cannot be taken for true: it does not say that money came, or the order it names is paid already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is nothing to accept in the notice")]
pub struct NothingToAccept;

impl Coded for NothingToAccept {
    fn code(&self) -> ErrorCode {
        ErrorCode::AlertNotAcceptable
    }
}

/// The state to which an order goes when a notice that was put aside is taken for true. Money that came is the only thing that
/// can be accepted: what was taken back is a refund, which has its own way.
///
/// # Errors
/// [`NothingToAccept`].
pub fn accepted(alert: &Alert, order: PaymentState) -> Result<PaymentState, NothingToAccept> {
    let money_came = alert.told.as_ref().is_some_and(|told| told.status == EventStatus::Completed);
    order.accept().filter(|_| money_came).ok_or(NothingToAccept)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alert(status: Option<EventStatus>) -> Alert {
        let told =
            |status| ToldByNotice { status, key: "tx-1".to_owned(), minor: Some(1_000), currency: None };
        Alert {
            id: AlertId::new(1).unwrap(),
            provider: "konnect".to_owned(),
            payment: PaymentId::parse("p1").unwrap(),
            reason: "mismatch".to_owned(),
            told: status.map(told),
            received_at: Timestamp::UNIX_EPOCH,
            decision: None,
        }
    }

    #[test]
    fn only_money_that_came_for_what_is_not_paid_is_accepted() {
        use PaymentState::{Completed, Failed, Pending, Refunded};
        let table = [
            (Some(EventStatus::Completed), Pending, true),
            (Some(EventStatus::Completed), Failed, true),
            (Some(EventStatus::Completed), Completed, false),
            (Some(EventStatus::Completed), Refunded, false),
            (Some(EventStatus::Failed), Completed, false),
            (Some(EventStatus::Failed), Pending, false),
            (None, Pending, false),
        ];
        for (status, state, may) in table {
            let expected = if may { Ok(Completed) } else { Err(NothingToAccept) };
            assert_eq!(accepted(&alert(status), state), expected, "{status:?} {state}");
        }
    }

    #[test]
    fn numbers_begin_with_one() {
        for text in ["", "0", "-1", "1.5", "x"] {
            assert_eq!(AlertId::parse(text), None, "{text}");
        }
        assert_eq!(AlertId::parse("7").map(AlertId::get), Some(7));
    }
}
