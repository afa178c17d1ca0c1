//! Where a payment stands, and what leads from one state to the next.

use crate::{Coded, ErrorCode};
use std::fmt;

/// The state does not allow what was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the payment was decided already")]
pub struct AlreadyDecided;

impl Coded for AlreadyDecided {
    fn code(&self) -> ErrorCode {
        ErrorCode::PaymentDecided
    }
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant,)+ }

        impl $name {
            /// Every one.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The stored word.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// Reads a stored word.
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|word| word.as_str() == text)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(self.as_str())
            }
        }
    };
}

words! {
    /// How a pack of credits is paid (`payment_records.provider`).
    RecordProvider {
        /// By card, through Konnect.
        Konnect = "konnect",
        /// By a transfer.
        Wire = "wire",
        /// Over the counter.
        Cash = "cash",
    }
}

words! {
    /// Where the payment of a pack stands (`payment_records.status`).
    RecordState {
        /// Written down; nobody was asked for money yet.
        Created = "created",
        /// Money is awaited.
        Pending = "pending",
        /// Money came, and the credits were given.
        Paid = "paid",
        /// Money will not come.
        Failed = "failed",
        /// Given up before any money came.
        Cancelled = "cancelled",
    }
}

/// What a confirmation of a payment that may be paid already comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirmation {
    /// It is paid from now on.
    Now,
    /// It was paid before; nothing is to be done.
    Before,
}

impl RecordState {
    /// Whether nothing leads out of it.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Paid | Self::Failed | Self::Cancelled)
    }

    /// Money is awaited from now on.
    ///
    /// # Errors
    /// [`AlreadyDecided`] unless it was just written down.
    pub const fn await_money(self) -> Result<Self, AlreadyDecided> {
        if matches!(self, Self::Created) { Ok(Self::Pending) } else { Err(AlreadyDecided) }
    }

    /// Money came.
    ///
    /// # Errors
    /// [`AlreadyDecided`] when it was given up, failed, or was never awaited.
    pub const fn confirm(self) -> Result<Confirmation, AlreadyDecided> {
        match self {
            Self::Pending => Ok(Confirmation::Now),
            Self::Paid => Ok(Confirmation::Before),
            Self::Created | Self::Failed | Self::Cancelled => Err(AlreadyDecided),
        }
    }

    /// It is given up.
    ///
    /// # Errors
    /// [`AlreadyDecided`] unless money is awaited: what is paid is refunded, not cancelled.
    pub const fn cancel(self) -> Result<Self, AlreadyDecided> {
        if matches!(self, Self::Pending) { Ok(Self::Cancelled) } else { Err(AlreadyDecided) }
    }
}

words! {
    /// Where the payment of an order stands (`payments.status`).
    PaymentState {
        /// Money is awaited.
        Pending = "PENDING",
        /// Money came, and what was paid for was given.
        Completed = "COMPLETED",
        /// Money will not come.
        Failed = "FAILED",
        /// All of it was given back.
        Refunded = "REFUNDED",
    }
}

impl PaymentState {
    /// Money came.
    ///
    /// # Errors
    /// [`AlreadyDecided`] unless it is awaited.
    pub const fn complete(self) -> Result<Self, AlreadyDecided> {
        if matches!(self, Self::Pending) { Ok(Self::Completed) } else { Err(AlreadyDecided) }
    }

    /// Money will not come.
    ///
    /// # Errors
    /// [`AlreadyDecided`] unless it is awaited: what is paid never fails afterwards.
    pub const fn fail(self) -> Result<Self, AlreadyDecided> {
        if matches!(self, Self::Pending) { Ok(Self::Failed) } else { Err(AlreadyDecided) }
    }

    /// Money came all the same, as a person found out: the one way out of FAILED, which no notice has.
    pub const fn accept(self) -> Option<Self> {
        match self {
            Self::Pending | Self::Failed => Some(Self::Completed),
            Self::Completed | Self::Refunded => None,
        }
    }

    /// All of it is given back.
    ///
    /// # Errors
    /// [`AlreadyDecided`] unless it was paid.
    pub const fn refund(self) -> Result<Self, AlreadyDecided> {
        if matches!(self, Self::Completed) { Ok(Self::Refunded) } else { Err(AlreadyDecided) }
    }
}

words! {
    /// How an order is paid (`payments.method`).
    PaymentMethod {
        /// By card, through Konnect.
        Konnect = "konnect",
        /// By a transfer through Wise or a bank.
        Wise = "wise",
        /// As the office writes it down.
        Manual = "manual",
    }
}

words! {
    /// What an order is for (`payments.type`).
    PaymentKind {
        /// A plan.
        Subscription = "SUBSCRIPTION",
        /// A pack of credits.
        CreditPack = "CREDIT_PACK",
        /// Something beside plans and packs.
        SpecialPack = "SPECIAL_PACK",
    }
}

impl PaymentKind {
    /// The kind of payment of a kind of product.
    pub const fn of(item: super::catalogue::ItemType) -> Self {
        use super::catalogue::ItemType;
        match item {
            ItemType::Subscription => Self::Subscription,
            ItemType::Pack => Self::CreditPack,
            ItemType::Addon => Self::SpecialPack,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Golden vector P1: state, what is done, state afterwards, status of the answer.
    #[test]
    fn cash() {
        use RecordState::{Cancelled, Failed, Paid, Pending};
        let confirm = |state: RecordState| match state.confirm() {
            Ok(Confirmation::Now) => (RecordState::Paid, 200),
            Ok(Confirmation::Before) => (state, 200),
            Err(_) => (state, 409),
        };
        let cancel = |state: RecordState| state.cancel().map_or((state, 409), |after| (after, 200));
        assert_eq!(confirm(Pending), (Paid, 200));
        assert_eq!(confirm(Paid), (Paid, 200));
        assert_eq!(confirm(Cancelled), (Cancelled, 409));
        assert_eq!(cancel(Pending), (Cancelled, 200));
        assert_eq!(cancel(Paid), (Paid, 409));
        assert_eq!(cancel(Cancelled), (Cancelled, 409));
        assert_eq!(confirm(Failed), (Failed, 409));
    }

    #[test]
    fn words_are_read_back() {
        for state in RecordState::ALL {
            assert_eq!(RecordState::parse(state.as_str()), Some(*state));
        }
        assert_eq!(PaymentState::parse("completed"), None);
    }

    proptest! {
        /// Whatever is tried in whatever order: at most one step leads to COMPLETED, and none leads out of FAILED or REFUNDED.
        #[test]
        fn an_order_is_paid_at_most_once(steps in prop::collection::vec(0_u8..3, 0..40)) {
            let (mut state, mut completed) = (PaymentState::Pending, 0);
            for step in steps {
                let before = state;
                let next = match step {
                    0 => state.complete(),
                    1 => state.fail(),
                    _ => state.refund(),
                };
                if let Ok(next) = next {
                    completed += u32::from(next == PaymentState::Completed);
                    state = next;
                    prop_assert!(!matches!(before, PaymentState::Failed | PaymentState::Refunded));
                    prop_assert!(!(before == PaymentState::Completed && state == PaymentState::Failed));
                }
            }
            prop_assert!(completed <= 1);
        }

        #[test]
        fn a_record_is_paid_at_most_once(steps in prop::collection::vec(0_u8..3, 0..40)) {
            let (mut state, mut paid) = (RecordState::Created, 0);
            for step in steps {
                match step {
                    0 => state = state.await_money().unwrap_or(state),
                    1 => if state.confirm() == Ok(Confirmation::Now) { state = RecordState::Paid; paid += 1; },
                    _ => {
                        let was_final = state.is_final();
                        if let Ok(next) = state.cancel() { prop_assert!(!was_final); state = next; }
                    }
                }
            }
            prop_assert!(paid <= 1);
        }
    }
}
