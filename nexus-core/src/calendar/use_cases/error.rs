use crate::calendar::{Clash, Obstacle, PlanProblem, SeatRefused, TransitionRefused};
use crate::civil_time::NoSuchTime;
use crate::ledger::LedgerError;
use crate::{Coded, ErrorCode, FieldError, StoreError};
use jiff::civil::Date;

/// Why one date of a series cannot be booked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateProblem {
    /// The date.
    pub date: Date,
    /// Why, as a stable code.
    pub code: ErrorCode,
    /// The French sentence.
    pub sentence: String,
}

/// Why a use-case of the calendar refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CalendarError {
    /// Something stands against the lesson.
    #[error(transparent)]
    Obstacle(#[from] Obstacle),
    /// Dates of a series cannot be booked; none was.
    #[error("{} date(s) of the series cannot be booked", .0.len())]
    Series(Vec<DateProblem>),
    /// A field cannot be accepted.
    #[error("a field cannot be accepted")]
    Field(FieldError),
    /// No such pupil, or out of reach.
    #[error("the pupil does not exist")]
    StudentNotFound,
    /// No such coach.
    #[error("the coach does not exist")]
    CoachNotFound,
    /// No such lesson, or out of reach.
    #[error("the lesson does not exist")]
    SessionNotFound,
    /// The lesson stays as it is.
    #[error(transparent)]
    Transition(#[from] TransitionRefused),
    /// The place stays as it is.
    #[error(transparent)]
    Seat(#[from] SeatRefused),
    /// Every seat is taken.
    #[error("every seat is taken")]
    Full,
    /// The lesson has no seats.
    #[error("the lesson is for one pupil")]
    NotAGroup,
    /// The pupil has a place already.
    #[error("the pupil has a place already")]
    AlreadyEnrolled,
    /// A reason is missing.
    #[error("a reason is missing")]
    ReasonRequired,
    /// Too late to move the lesson.
    #[error("too late to move the lesson")]
    RescheduleTooLate,
    /// A day of availability cannot be planned like that.
    #[error(transparent)]
    Plan(#[from] PlanProblem),
    /// No such availability, or out of reach.
    #[error("the availability does not exist")]
    AvailabilityNotFound,
    /// Lessons are planned in the availability.
    #[error("{count} lesson(s) are planned in the availability")]
    AvailabilityInUse {
        /// How many.
        count: usize,
    },
    /// No such days without lessons, or out of reach.
    #[error("the closure does not exist")]
    ClosureNotFound,
    /// The video room is closed.
    #[error("the video room is closed")]
    RoomNotOpen,
    /// More days than are looked at, or none.
    #[error("the range of days is empty or too long")]
    RangeTooLong,
    /// A feed that opens nothing.
    #[error("the feed does not exist")]
    FeedNotFound,
    /// A time that the clocks do not show.
    #[error(transparent)]
    Time(#[from] NoSuchTime),
    /// Credits did not move.
    #[error(transparent)]
    Ledger(LedgerError),
    /// The store failed.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for CalendarError {
    /// A lesson is written with what belongs to it, so that any later step may be told that it clashes.
    fn from(error: StoreError) -> Self {
        match error.conflict_with::<Clash>() {
            Some(clash) => Self::from(*clash),
            None => Self::Store(error),
        }
    }
}

impl From<LedgerError> for CalendarError {
    fn from(error: LedgerError) -> Self {
        match error {
            LedgerError::Store(error) => Self::from(error),
            error => Self::Ledger(error),
        }
    }
}

impl From<Clash> for CalendarError {
    /// The database saw what the decision could not: somebody who does not hold the calendars wrote meanwhile.
    fn from(clash: Clash) -> Self {
        match clash {
            Clash::Coach => Self::Obstacle(Obstacle::CoachBusy),
            Clash::Student => Self::Obstacle(Obstacle::StudentBusy),
            Clash::Room => Self::Obstacle(Obstacle::RoomBusy),
            Clash::Seats => Self::Full,
        }
    }
}

impl Coded for CalendarError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Obstacle(error) => error.code(),
            Self::Series(_) => ErrorCode::SeriesRefused,
            Self::Field(field) => field.code,
            Self::StudentNotFound => ErrorCode::StudentNotFound,
            Self::CoachNotFound => ErrorCode::CoachNotFound,
            Self::SessionNotFound => ErrorCode::SessionNotFound,
            Self::Transition(error) => error.code(),
            Self::Seat(error) => error.code(),
            Self::Full => ErrorCode::SessionFull,
            Self::NotAGroup => ErrorCode::NotAGroupSession,
            Self::AlreadyEnrolled => ErrorCode::AlreadyEnrolled,
            Self::ReasonRequired => ErrorCode::ReasonRequired,
            Self::RescheduleTooLate => ErrorCode::RescheduleTooLate,
            Self::Plan(error) => error.code(),
            Self::AvailabilityNotFound => ErrorCode::AvailabilityNotFound,
            Self::AvailabilityInUse { .. } => ErrorCode::AvailabilityInUse,
            Self::ClosureNotFound => ErrorCode::ClosureNotFound,
            Self::RoomNotOpen => ErrorCode::RoomNotOpen,
            Self::RangeTooLong => ErrorCode::RangeTooLong,
            Self::FeedNotFound => ErrorCode::FeedNotFound,
            Self::Time(error) => error.code(),
            Self::Ledger(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }

    fn sentence(&self) -> String {
        match self {
            Self::Obstacle(error) => error.sentence(),
            Self::Transition(error) => error.sentence(),
            Self::Ledger(error) => error.sentence(),
            _ => self.code().sentence().to_owned(),
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            Self::Field(field) => vec![field.clone()],
            _ => Vec::new(),
        }
    }
}
