use crate::identity::field::FieldProblems;
use crate::ledger::LedgerError;
use crate::money::MoneyError;
use crate::subscriptions::SubscriptionError;
use crate::till::alert::NothingToAccept;
use crate::till::catalogue::UnsoldItem;
use crate::till::payment::AlreadyDecided;
use crate::till::ports::ProviderError;
use crate::till::proof::ProofRefused;
use crate::till::reconciliation::StatementError;
use crate::till::webhook::NoticeError;
use crate::{Coded, ErrorCode, FieldError, FileError, StoreError};

/// Why a use-case of the till refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TillError {
    /// Fields cannot be accepted.
    #[error("{} field(s) cannot be accepted", .0.len())]
    Fields(FieldProblems),
    /// No such account, or out of reach.
    #[error("the account does not exist")]
    AccountNotFound,
    /// No such pupil, or out of reach.
    #[error("the pupil does not exist")]
    StudentNotFound,
    /// No such pack, or it is not sold.
    #[error("the pack does not exist")]
    PackNotFound,
    /// The pack of a reservation is not sold any more.
    #[error("the pack of the reservation is gone")]
    PackGone,
    /// No such price of a usage.
    #[error("the usage does not exist")]
    UsageNotFound,
    /// The key of a usage is taken.
    #[error("the usage exists already")]
    UsageTaken,
    /// No such pricing variable.
    #[error("the price does not exist")]
    PricingNotFound,
    /// The name of a pricing variable is taken.
    #[error("the price exists already")]
    PricingTaken,
    /// The product is not sold.
    #[error(transparent)]
    Unsold(#[from] UnsoldItem),
    /// This way of paying is switched off.
    #[error("this way of paying is switched off")]
    MethodOff,
    /// No such reservation.
    #[error("the reservation does not exist")]
    ReservationNotFound,
    /// No such payment, or out of reach.
    #[error("the payment does not exist")]
    PaymentNotFound,
    /// It was decided already.
    #[error(transparent)]
    Decided(#[from] AlreadyDecided),
    /// The same person may not do both.
    #[error("another person has to do this")]
    SamePerson,
    /// The key names another order.
    #[error("the key names another order")]
    KeyReused,
    /// The page to return to is elsewhere.
    #[error("the page to return to is not one of the site's")]
    ForeignReturn,
    /// The provider did not open the payment.
    #[error(transparent)]
    Provider(#[from] ProviderError),
    /// A notice is refused.
    #[error(transparent)]
    Notice(#[from] NoticeError),
    /// A proof is refused.
    #[error(transparent)]
    Proof(#[from] ProofRefused),
    /// The plan that was paid cannot begin.
    #[error(transparent)]
    Subscription(#[from] SubscriptionError),
    /// More than what was paid.
    #[error("more than what was paid would be given back")]
    RefundTooLarge,
    /// The credits that would be taken back are spent.
    #[error("the credits of the payment are spent")]
    CreditsSpent,
    /// Another change waits.
    #[error("another change waits")]
    ChangePending,
    /// No change waits.
    #[error("no change waits")]
    ChangeNotFound,
    /// No such document, or out of reach.
    #[error("the document does not exist")]
    InvoiceNotFound,
    /// No such notice was put aside.
    #[error("the alert does not exist")]
    AlertNotFound,
    /// There is nothing to accept in a notice.
    #[error(transparent)]
    Alert(#[from] NothingToAccept),
    /// A statement cannot be read.
    #[error(transparent)]
    Statement(#[from] StatementError),
    /// The document is not printed yet.
    #[error("the document is not printed yet")]
    InvoiceNotReady,
    /// An amount cannot be computed.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// Credits did not move.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A file could not be kept.
    #[error(transparent)]
    File(#[from] FileError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<FieldProblems> for TillError {
    fn from(problems: FieldProblems) -> Self {
        Self::Fields(problems)
    }
}

impl Coded for TillError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Fields(problems) => problems.code(),
            Self::AccountNotFound => ErrorCode::AccountNotFound,
            Self::StudentNotFound => ErrorCode::StudentNotFound,
            Self::PackNotFound => ErrorCode::PackNotFound,
            Self::PackGone => ErrorCode::PackGone,
            Self::UsageNotFound => ErrorCode::UsageNotFound,
            Self::UsageTaken => ErrorCode::UsageTaken,
            Self::PricingNotFound => ErrorCode::PricingNotFound,
            Self::PricingTaken => ErrorCode::PricingTaken,
            Self::Unsold(error) => error.code(),
            Self::MethodOff => ErrorCode::PaymentMethodOff,
            Self::ReservationNotFound => ErrorCode::ReservationNotFound,
            Self::PaymentNotFound => ErrorCode::PaymentNotFound,
            Self::Decided(error) => error.code(),
            Self::SamePerson => ErrorCode::SamePerson,
            Self::KeyReused => ErrorCode::OrderKeyReused,
            Self::ForeignReturn => ErrorCode::ForeignReturn,
            Self::Provider(error) => error.code(),
            Self::Notice(error) => error.code(),
            Self::Proof(error) => error.code(),
            Self::Subscription(error) => error.code(),
            Self::RefundTooLarge => ErrorCode::RefundTooLarge,
            Self::CreditsSpent => ErrorCode::CreditsSpent,
            Self::ChangePending => ErrorCode::ChangePending,
            Self::ChangeNotFound => ErrorCode::ChangeNotFound,
            Self::AlertNotFound => ErrorCode::AlertNotFound,
            Self::Alert(error) => error.code(),
            Self::Statement(error) => error.code(),
            Self::InvoiceNotFound => ErrorCode::InvoiceNotFound,
            Self::InvoiceNotReady => ErrorCode::InvoiceNotReady,
            Self::Money(error) => error.code(),
            Self::Ledger(error) => error.code(),
            Self::File(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }

    fn sentence(&self) -> String {
        match self {
            Self::Statement(error) => error.sentence(),
            Self::Money(error) => error.sentence(),
            Self::Ledger(error) => error.sentence(),
            _ => self.code().sentence().to_owned(),
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            Self::Fields(problems) => problems.clone().into_errors(),
            _ => Vec::new(),
        }
    }
}
