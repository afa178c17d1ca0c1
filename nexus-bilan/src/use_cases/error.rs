use crate::attempt::AttemptError;
use crate::lifecycle::InvalidTransition;
use nexus_core::{Coded, ErrorCode, FileError, StoreError};

/// Why a use-case refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BilanError {
    /// No such pupil.
    #[error("the pupil does not exist")]
    StudentNotFound,
    /// No such bilan.
    #[error("the bilan does not exist")]
    BilanNotFound,
    /// No such questionnaire, or it is not given to pupils.
    #[error("the questionnaire does not exist")]
    UnknownBank,
    /// The content that the bilan is bound to is no longer in the catalogue.
    #[error("the questionnaire of the bilan has changed")]
    BankChanged,
    /// The pupil enters another level.
    #[error("the questionnaire is for another level")]
    LevelMismatch,
    /// The pupil has an open attempt on this bank.
    #[error("an attempt is already open")]
    AttemptAlreadyOpen {
        /// The open attempt.
        open: String,
    },
    /// The answers have another revision.
    #[error("stale revision: the stored one is {current}")]
    StaleRevision {
        /// The stored revision.
        current: u64,
    },
    /// The time to answer is over.
    #[error("the attempt has expired")]
    Expired,
    /// The attempt was submitted.
    #[error("the attempt is closed")]
    Closed,
    /// Nothing was answered.
    #[error("nothing was answered")]
    Empty,
    /// An answer cannot be accepted.
    #[error(transparent)]
    Answer(#[from] AttemptError),
    /// The state does not allow it.
    #[error(transparent)]
    Transition(#[from] InvalidTransition),
    /// The report is not there.
    #[error("the report is not ready")]
    ReportNotReady,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file store failed.
    #[error(transparent)]
    Files(#[from] FileError),
}

impl Coded for BilanError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::StudentNotFound => ErrorCode::StudentNotFound,
            Self::BilanNotFound => ErrorCode::BilanNotFound,
            Self::UnknownBank | Self::BankChanged => ErrorCode::UnknownBank,
            Self::LevelMismatch => ErrorCode::LevelMismatch,
            Self::AttemptAlreadyOpen { .. } => ErrorCode::AttemptAlreadyOpen,
            Self::StaleRevision { .. } => ErrorCode::StaleRevision,
            Self::Expired => ErrorCode::AttemptExpired,
            Self::Closed => ErrorCode::AttemptClosed,
            Self::Empty => ErrorCode::AttemptEmpty,
            Self::Answer(error) => error.code(),
            Self::Transition(error) => error.code(),
            Self::ReportNotReady => ErrorCode::ReportNotReady,
            Self::Store(error) => error.code(),
            Self::Files(error) => error.code(),
        }
    }

    fn sentence(&self) -> String {
        match self {
            Self::Answer(error) => error.sentence(),
            Self::BankChanged => {
                "Le questionnaire de ce bilan a changé depuis son démarrage ; commencez un nouveau bilan."
                    .to_owned()
            }
            _ => self.code().sentence().to_owned(),
        }
    }
}
