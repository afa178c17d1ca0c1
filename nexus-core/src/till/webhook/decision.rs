use super::event::Amount;
use super::{EventStatus, PaymentNotice};
use crate::money::Money;
use crate::till::payment::PaymentState;

/// What is known here of the payment that a notice names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AwaitedPayment {
    /// Where it stands.
    pub state: PaymentState,
    /// What was ordered.
    pub amount: Money,
}

/// What a notice changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The order is paid: what was paid for is given.
    Complete,
    /// Money will not come.
    Fail,
    /// Nothing: it says what is known already.
    Known,
    /// Nothing: it says neither that money came nor that it will not.
    Ignored,
    /// Nothing, and somebody has to look: amount or currency are not those of the order.
    Mismatch,
    /// Nothing, and somebody has to look: money came for an order that was closed, or was taken back from one that is paid.
    Contradiction,
}

impl Verdict {
    /// The stored word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Complete => "completed",
            Self::Fail => "failed",
            Self::Known => "known",
            Self::Ignored => "ignored",
            Self::Mismatch => "mismatch",
            Self::Contradiction => "contradiction",
        }
    }

    /// Whether somebody has to look.
    pub const fn is_alarming(self) -> bool {
        matches!(self, Self::Mismatch | Self::Contradiction)
    }
}

/// Decides what a notice changes. Amount and currency are compared before the state: a wrong sum is told whenever it comes.
pub fn decide(payment: AwaitedPayment, notice: &PaymentNotice) -> Verdict {
    if notice.status == EventStatus::Other {
        return Verdict::Ignored;
    }
    let amount_differs = notice.amount.is_some_and(|amount| amount != Amount::Minor(payment.amount.minor()));
    let currency = payment.amount.currency().as_str();
    let currency_differs = notice.currency.as_deref().is_some_and(|told| told != currency);
    if notice.status == EventStatus::Completed && (amount_differs || currency_differs) {
        return Verdict::Mismatch;
    }
    match (payment.state, notice.status) {
        (PaymentState::Pending, EventStatus::Completed) => Verdict::Complete,
        (PaymentState::Pending, _) => Verdict::Fail,
        // A refund is ours to know about; its payment was completed before.
        (PaymentState::Completed | PaymentState::Refunded, EventStatus::Completed)
        | (PaymentState::Failed, EventStatus::Failed) => Verdict::Known,
        (PaymentState::Failed | PaymentState::Completed | PaymentState::Refunded, _) => {
            Verdict::Contradiction
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn notice(status: EventStatus, amount: Option<Amount>, currency: Option<&str>) -> PaymentNotice {
        PaymentNotice {
            payment: "p1".to_owned(),
            status,
            transaction: None,
            amount,
            currency: currency.map(str::to_owned),
            key: "p1".to_owned(),
        }
    }

    fn awaited(state: PaymentState) -> AwaitedPayment {
        AwaitedPayment { state, amount: Money::dinars(450) }
    }

    /// Golden vector W15.
    #[test]
    fn another_amount_or_currency_gives_nothing() {
        let pending = awaited(PaymentState::Pending);
        let told = |amount, currency| decide(pending, &notice(EventStatus::Completed, amount, currency));
        assert_eq!(told(Some(Amount::Minor(450_000)), Some("TND")), Verdict::Complete);
        assert_eq!(told(None, None), Verdict::Complete);
        assert_eq!(told(Some(Amount::Minor(1_000)), Some("TND")), Verdict::Mismatch);
        assert_eq!(told(Some(Amount::Minor(450_000)), Some("EUR")), Verdict::Mismatch);
        assert_eq!(told(Some(Amount::Minor(450_000)), Some("")), Verdict::Mismatch);
        assert_eq!(told(Some(Amount::Unreadable), None), Verdict::Mismatch);
    }

    #[test]
    fn what_is_decided_stays_decided() {
        let table = [
            (PaymentState::Pending, EventStatus::Failed, Verdict::Fail),
            (PaymentState::Pending, EventStatus::Other, Verdict::Ignored),
            (PaymentState::Completed, EventStatus::Completed, Verdict::Known),
            (PaymentState::Completed, EventStatus::Failed, Verdict::Contradiction),
            (PaymentState::Refunded, EventStatus::Completed, Verdict::Known),
            (PaymentState::Failed, EventStatus::Failed, Verdict::Known),
            (PaymentState::Failed, EventStatus::Completed, Verdict::Contradiction),
        ];
        for (state, status, verdict) in table {
            assert_eq!(decide(awaited(state), &notice(status, None, None)), verdict, "{state} {status:?}");
        }
    }

    proptest! {
        /// Whatever comes in whatever order, an order is completed at most once and never left afterwards.
        #[test]
        fn at_most_one_completion(events in prop::collection::vec((0_u8..3, any::<bool>()), 0..30)) {
            let (mut payment, mut completions) = (awaited(PaymentState::Pending), 0);
            for (status, right) in events {
                let status = [EventStatus::Completed, EventStatus::Failed, EventStatus::Other][usize::from(status)];
                let amount = Some(Amount::Minor(if right { 450_000 } else { 1_000 }));
                match decide(payment, &notice(status, amount, None)) {
                    Verdict::Complete => { payment.state = payment.state.complete().unwrap(); completions += 1; }
                    Verdict::Fail => payment.state = payment.state.fail().unwrap(),
                    _ => {}
                }
            }
            prop_assert!(completions <= 1);
            prop_assert_eq!(completions == 1, payment.state == PaymentState::Completed);
        }
    }
}
