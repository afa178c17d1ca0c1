use super::Credits;
use crate::{Coded, ErrorCode, FieldError, StoreError};

/// Why credits did not move.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// The wallet holds fewer credits than asked for.
    #[error("credits are missing: {available:?} of {needed:?}")]
    MissingCredits {
        /// What could be spent.
        available: Credits,
        /// What was asked for.
        needed: Credits,
    },
    /// The amount is zero, negative or too large.
    #[error("the amount is not accepted")]
    InvalidAmount,
    /// The key was used for another movement of the wallet.
    #[error("the key was used for another movement")]
    KeyReused,
    /// The lesson was charged to somebody else, or another amount.
    #[error("the lesson was charged already")]
    LessonAlreadyCharged,
    /// The wallet is in quarantine.
    #[error("the wallet is in quarantine")]
    InQuarantine,
    /// No such movement.
    #[error("no such movement")]
    MovementNotFound,
    /// The movement was reversed before.
    #[error("the movement was reversed before")]
    AlreadyReversed,
    /// The movement cannot be reversed, or no longer.
    #[error("the movement cannot be reversed")]
    NotReversible,
    /// No such hold.
    #[error("no such hold")]
    HoldNotFound,
    /// The hold was settled before.
    #[error("the hold was settled before")]
    HoldSettled,
    /// No such account, or not within reach.
    #[error("no such account, or not within reach")]
    AccountNotFound,
    /// No such pupil, or not within reach.
    #[error("no such pupil, or not within reach")]
    StudentNotFound,
    /// Nothing of this name has a price in credits.
    #[error("nothing of this name has a price")]
    UnknownUsage,
    /// Only the office names an amount by itself.
    #[error("only the office names an amount")]
    AmountNotYours,
    /// No such request.
    #[error("no such request")]
    RequestNotFound,
    /// Somebody has decided already.
    #[error("the request was decided before")]
    RequestDecided,
    /// Fields that are wrong.
    #[error("{} fields are wrong", .0.len())]
    Fields(Vec<FieldError>),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Coded for LedgerError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::MissingCredits { .. } => ErrorCode::MissingCredits,
            Self::InvalidAmount => ErrorCode::InvalidAmount,
            Self::KeyReused => ErrorCode::MovementKeyReused,
            Self::LessonAlreadyCharged => ErrorCode::LessonAlreadyCharged,
            Self::InQuarantine => ErrorCode::WalletInQuarantine,
            Self::MovementNotFound => ErrorCode::MovementNotFound,
            Self::AlreadyReversed => ErrorCode::MovementAlreadyReversed,
            Self::NotReversible => ErrorCode::MovementNotReversible,
            Self::HoldNotFound => ErrorCode::HoldNotFound,
            Self::HoldSettled => ErrorCode::HoldSettled,
            Self::AccountNotFound => ErrorCode::AccountNotFound,
            Self::StudentNotFound => ErrorCode::StudentNotFound,
            Self::UnknownUsage => ErrorCode::UnknownUsage,
            Self::AmountNotYours => ErrorCode::Forbidden,
            Self::RequestNotFound => ErrorCode::CreditRequestNotFound,
            Self::RequestDecided => ErrorCode::CreditRequestDecided,
            Self::Fields(_) => ErrorCode::InvalidField,
            Self::Store(error) => error.code(),
        }
    }

    fn sentence(&self) -> String {
        match self {
            Self::MissingCredits { available, needed } => {
                format!(
                    "Crédits insuffisants : il en faut {}, il en reste {}.",
                    needed.decimal(','),
                    available.decimal(',')
                )
            }
            Self::Store(error) => error.sentence(),
            _ => self.code().sentence().to_owned(),
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            Self::Fields(fields) => fields.clone(),
            _ => Vec::new(),
        }
    }
}
