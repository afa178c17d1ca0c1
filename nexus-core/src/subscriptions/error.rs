use crate::ledger::LedgerError;
use crate::{Coded, ErrorCode, FieldError, StoreError};

/// Why a subscription did not change.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SubscriptionError {
    /// No such pupil, or not within reach.
    #[error("no such pupil, or not within reach")]
    StudentNotFound,
    /// No such request.
    #[error("no such request")]
    RequestNotFound,
    /// Somebody has decided already.
    #[error("the request was decided before")]
    RequestDecided,
    /// An addition needs an active subscription.
    #[error("there is no active subscription")]
    NoActiveSubscription,
    /// No such subscription.
    #[error("no such subscription")]
    NotFound,
    /// No payment stands behind what would begin.
    #[error("no payment stands behind the subscription")]
    Unpaid,
    /// It cannot become that.
    #[error("the subscription cannot become that")]
    InvalidTransition,
    /// Fields that are wrong.
    #[error("{} fields are wrong", .0.len())]
    Fields(Vec<FieldError>),
    /// Credits did not move.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl SubscriptionError {
    pub(super) fn field(name: &str, code: ErrorCode) -> Self {
        Self::Fields(vec![FieldError::new(name, code)])
    }
}

impl Coded for SubscriptionError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::StudentNotFound => ErrorCode::StudentNotFound,
            Self::RequestNotFound => ErrorCode::SubscriptionRequestNotFound,
            Self::RequestDecided => ErrorCode::SubscriptionRequestDecided,
            Self::NoActiveSubscription => ErrorCode::NoActiveSubscription,
            Self::NotFound => ErrorCode::SubscriptionNotFound,
            Self::Unpaid => ErrorCode::SubscriptionUnpaid,
            Self::InvalidTransition => ErrorCode::SubscriptionState,
            Self::Fields(_) => ErrorCode::InvalidField,
            Self::Ledger(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }

    fn sentence(&self) -> String {
        match self {
            Self::Ledger(error) => error.sentence(),
            Self::Store(error) => error.sentence(),
            _ => self.code().sentence().to_owned(),
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            Self::Fields(fields) => fields.clone(),
            Self::Ledger(error) => error.fields(),
            _ => Vec::new(),
        }
    }
}
