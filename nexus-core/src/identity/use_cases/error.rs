use crate::identity::account_token::DeadLink;
use crate::identity::consent::MissingConsent;
use crate::identity::field::FieldProblems;
use crate::identity::guards::GuardError;
use crate::identity::password::HashingError;
use crate::identity::role_change::RoleChangeRefused;
use crate::{Coded, ErrorCode, FieldError, StoreError};
use jiff::SignedDuration;

/// Why a use-case of identity refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IdentityError {
    /// Fields cannot be accepted.
    #[error("{} field(s) cannot be accepted", .0.len())]
    Fields(FieldProblems),
    /// No such account, or out of reach.
    #[error("the account does not exist")]
    AccountNotFound,
    /// No such coach.
    #[error("the coach does not exist")]
    CoachNotFound,
    /// No such pupil, or out of reach.
    #[error("the pupil does not exist")]
    StudentNotFound,
    /// Another account has the address.
    #[error("the address is taken")]
    AddressTaken,
    /// Another coach has the pseudonym.
    #[error("the pseudonym is taken")]
    PseudonymTaken,
    /// The link opens nothing.
    #[error(transparent)]
    DeadLink(#[from] DeadLink),
    /// What may never happen to an account.
    #[error(transparent)]
    Guard(#[from] GuardError),
    /// The role cannot be changed.
    #[error(transparent)]
    RoleChange(#[from] RoleChangeRefused),
    /// A consent is missing.
    #[error(transparent)]
    Consent(#[from] MissingConsent),
    /// The account has been opened already.
    #[error("the account has a password already")]
    AlreadyActivated,
    /// The account has no address that mail reaches.
    #[error("no mail reaches the account")]
    NoMailbox,
    /// The coach still has sessions to give.
    #[error("the coach has sessions ahead")]
    CoachHasSessions,
    /// The present password is not the one that was typed.
    #[error("the present password is wrong")]
    WrongPassword,
    /// The code of the second factor is wrong, or was used.
    #[error("the code is wrong")]
    WrongCode,
    /// A second factor is asked for already.
    #[error("the second factor is on")]
    SecondFactorOn,
    /// There is no second factor, or none was begun.
    #[error("the second factor is off")]
    SecondFactorOff,
    /// Too many failures; later it is tried again.
    #[error("too many attempts")]
    Throttled {
        /// How long to wait.
        wait: SignedDuration,
    },
    /// The password could not be hashed or compared.
    #[error(transparent)]
    Hashing(#[from] HashingError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<FieldProblems> for IdentityError {
    fn from(problems: FieldProblems) -> Self {
        Self::Fields(problems)
    }
}

impl Coded for IdentityError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Fields(problems) => problems.code(),
            Self::AccountNotFound => ErrorCode::AccountNotFound,
            Self::CoachNotFound => ErrorCode::CoachNotFound,
            Self::StudentNotFound => ErrorCode::StudentNotFound,
            Self::AddressTaken => ErrorCode::AddressTaken,
            Self::PseudonymTaken => ErrorCode::PseudonymTaken,
            Self::DeadLink(error) => error.code(),
            Self::Guard(error) => error.code(),
            Self::RoleChange(error) => error.code(),
            Self::Consent(error) => error.code(),
            Self::AlreadyActivated => ErrorCode::AlreadyActivated,
            Self::NoMailbox => ErrorCode::NoMailbox,
            Self::CoachHasSessions => ErrorCode::CoachHasSessions,
            Self::WrongPassword => ErrorCode::WrongPassword,
            Self::WrongCode => ErrorCode::WrongCode,
            Self::SecondFactorOn => ErrorCode::SecondFactorOn,
            Self::SecondFactorOff => ErrorCode::SecondFactorOff,
            Self::Throttled { .. } => ErrorCode::TooManyAttempts,
            Self::Hashing(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }

    fn sentence(&self) -> String {
        match self {
            Self::RoleChange(error) => error.sentence(),
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
