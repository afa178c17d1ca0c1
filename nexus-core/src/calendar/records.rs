//! Lessons and who they concern, as stores know them.

use super::{
    AvailabilityRule, Closure, CoachFacts, Interval, Modality, ParticipantState, ServiceType, SessionKind,
    SessionStatus,
};
use crate::rights::Scope;
use crate::{CoachId, ParentId, Role, SchoolSubject, SessionId, StudentId, UserId};
use jiff::Timestamp;
use jiff::civil::Date;

/// A lesson.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its identifier.
    pub id: SessionId,
    /// The first lesson of its chain of moves; itself when it was never moved. The ledger knows it by this one.
    pub root: SessionId,
    /// The lesson that it takes the place of.
    pub rescheduled_from: Option<SessionId>,
    /// The series that it is part of.
    pub series: Option<String>,
    /// How many times the chain was changed; an iCalendar `SEQUENCE`.
    pub sequence: u32,
    /// The pupil; of a group, the one who was enrolled first.
    pub student: StudentId,
    /// Who teaches.
    pub coach: CoachId,
    /// What it costs by.
    pub service: ServiceType,
    /// For how many it is.
    pub kind: SessionKind,
    /// Where; absent on a lesson that the existing application wrote.
    pub modality: Option<Modality>,
    /// What is taught.
    pub subject: SchoolSubject,
    /// What it is called.
    pub title: String,
    /// What it is about.
    pub description: Option<String>,
    /// When.
    pub lesson: Interval,
    /// The room at the school.
    pub room: Option<String>,
    /// Seats.
    pub seats: u32,
    /// Price of a seat, in milli-credits.
    pub price: i64,
    /// Where it stands.
    pub status: SessionStatus,
    /// The video room, once somebody joined.
    pub video_room: Option<String>,
    /// What the coach says about it.
    pub report: Option<String>,
    /// Who booked it.
    pub booked_by: Option<UserId>,
    /// When it was booked.
    pub created_at: Timestamp,
    /// When it was over.
    pub completed_at: Option<Timestamp>,
    /// When it was called off.
    pub cancelled_at: Option<Timestamp>,
}

impl Session {
    /// Where it takes place.
    pub fn place(&self) -> Modality {
        self.modality.unwrap_or(self.service.modality())
    }
}

/// A pupil's place in a lesson.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Participant {
    /// Its identifier; that of the lesson for the pupil with whom it was booked.
    pub id: SessionId,
    /// The lesson.
    pub session: SessionId,
    /// The pupil.
    pub student: StudentId,
    /// What the ledger knows the seat by, through every move of the lesson.
    pub ledger: SessionId,
    /// Where he stands.
    pub state: ParticipantState,
    /// Until when an offer stands.
    pub offered_until: Option<Timestamp>,
    /// Since when.
    pub created_at: Timestamp,
}

/// A pupil with those who answer for him.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pupil {
    /// His record.
    pub student: StudentId,
    /// His account.
    pub user: UserId,
    /// His parent's profile.
    pub parent: ParentId,
    /// His parent's account.
    pub parent_user: UserId,
    /// First name; may be empty.
    pub first_name: String,
    /// Family name; may be empty.
    pub last_name: String,
}

/// A coach with what counts about him.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coach {
    /// His profile.
    pub coach: CoachId,
    /// His account.
    pub user: UserId,
    /// First name; may be empty.
    pub first_name: String,
    /// Family name; may be empty.
    pub last_name: String,
    /// What he says of himself.
    pub description: Option<String>,
    /// How he teaches.
    pub philosophy: Option<String>,
    /// What he knows best.
    pub expertise: Option<String>,
    /// What counts.
    pub facts: CoachFacts,
}

/// A rule of availability with its row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRule {
    /// Its identifier.
    pub id: String,
    /// The coach's account.
    pub coach: UserId,
    /// What it says.
    pub rule: AvailabilityRule,
}

/// The time of a coach on some days: what he says about it, and what of it is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoachTime {
    /// Who he is; his facts have no rules.
    pub coach: Coach,
    /// What he says about every week, and about those days.
    pub rules: Vec<StoredRule>,
    /// Days without lessons among them, of the school and of his own.
    pub closures: Vec<Closure>,
    /// His active lessons, in order.
    pub busy: Vec<Interval>,
}

/// Whose time is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CalendarOf {
    /// A coach's.
    Coach(CoachId),
    /// A pupil's.
    Student(StudentId),
    /// A room's.
    Room(String),
}

/// Whom a lesson would concern, as whoever books it names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartiesAsked<'a> {
    /// The pupil, by his record or his account.
    pub student: &'a str,
    /// Whom the scope reaches.
    pub scope: &'a Scope,
    /// The coach, by his profile or his account.
    pub coach: &'a str,
    /// The room at the school.
    pub room: Option<&'a str>,
}

/// Of whom and when it is asked what time is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeAsked<'a> {
    /// The coach, by his profile or his account.
    pub coach: &'a str,
    /// A pupil.
    pub student: Option<&'a StudentId>,
    /// A room.
    pub room: Option<&'a str>,
    /// Days, both included: what the coach says about them, and which of them have no lessons.
    pub days: (Date, Date),
    /// Lessons that overlap it count.
    pub within: Interval,
    /// A lesson that is left aside.
    pub except: Option<&'a SessionId>,
}

/// What stands in the way of lessons with a coach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeTaken {
    /// The coach, with what he says about every week and about the days.
    pub coach: Coach,
    /// The days without lessons, of the school and of his own.
    pub closures: Vec<Closure>,
    /// The active lessons.
    pub busy: Busy,
}

/// Calendars that are looked into together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Calendars<'a> {
    /// A coach's.
    pub coach: Option<&'a CoachId>,
    /// A pupil's.
    pub student: Option<&'a StudentId>,
    /// A room's.
    pub room: Option<&'a str>,
}

/// What is taken in them; nothing in one that was not looked into.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Busy {
    /// Of the coach's time.
    pub coach: Vec<Interval>,
    /// Of the pupil's time.
    pub student: Vec<Interval>,
    /// Of the room's time.
    pub room: Vec<Interval>,
}

/// Why the database refuses a lesson or a seat. Of a lesson it is the source of the [`StoreError::Conflict`](crate::StoreError)
/// that refuses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Clash {
    /// The coach has another lesson then.
    #[error("the coach has another lesson then")]
    Coach,
    /// The pupil has another lesson then.
    #[error("the pupil has another lesson then")]
    Student,
    /// The room is taken then.
    #[error("the room is taken then")]
    Room,
    /// Every seat is taken.
    #[error("every seat is taken")]
    Seats,
}

/// A change of the state of a lesson.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusChange {
    /// The lesson.
    pub session: SessionId,
    /// The state that it is in, and must still be in.
    pub from: SessionStatus,
    /// The state that it comes into.
    pub to: SessionStatus,
    /// Who does it, as the audit log names him.
    pub actor: String,
    /// Why.
    pub reason: Option<String>,
    /// What the coach says about it; what was said before is kept when absent.
    pub report: Option<String>,
    /// Whether its credits came back; what was known before is kept when absent.
    pub refunded: Option<bool>,
    /// When.
    pub at: Timestamp,
}

/// Which lessons are listed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SessionFilter {
    /// In this state only.
    pub status: Option<SessionStatus>,
    /// That end after this instant.
    pub from: Option<Timestamp>,
    /// That begin before this instant.
    pub until: Option<Timestamp>,
    /// That this pupil takes part in.
    pub student: Option<StudentId>,
    /// That this coach gives.
    pub coach: Option<CoachId>,
}

/// Days without lessons, as they are stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredClosure {
    /// Its identifier.
    pub id: String,
    /// The account of the coach whose leave it is; the school's when absent.
    pub coach: Option<UserId>,
    /// The days.
    pub closure: Closure,
}

/// Which workshops are listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkshopFilter {
    /// In this subject only.
    pub subject: Option<SchoolSubject>,
    /// That begin after this instant.
    pub after: Timestamp,
    /// That begin before this instant, if any is given.
    pub before: Option<Timestamp>,
    /// Those without a free seat too, for whoever would wait for one.
    pub full: bool,
}

/// A group in which a family can take a seat: nothing about the pupils who have one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workshop {
    /// The lesson.
    pub id: SessionId,
    /// What is taught.
    pub subject: SchoolSubject,
    /// The class of the pupil for whom it was opened; absent when it is not known.
    pub level: Option<String>,
    /// What it is called.
    pub title: String,
    /// What it is about.
    pub description: Option<String>,
    /// When.
    pub lesson: Interval,
    /// Where; absent on a lesson that the existing application wrote.
    pub modality: Option<Modality>,
    /// First and family name of the coach.
    pub coach_name: String,
    /// Seats.
    pub seats: u32,
    /// Seats that are taken or kept.
    pub taken: u32,
    /// Price of a seat, in milli-credits.
    pub price: i64,
}

impl Workshop {
    /// Seats that can be taken.
    pub const fn seats_left(&self) -> u32 {
        self.seats.saturating_sub(self.taken)
    }
}

/// A lesson as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionView {
    /// The lesson.
    pub session: Session,
    /// First and family name of the coach.
    pub coach_name: String,
    /// His account.
    pub coach_user: UserId,
    /// First and family name of the pupil.
    pub student_name: String,
    /// Seats that are taken or kept.
    pub taken: u32,
}

/// One step of a lesson's story.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryStep {
    /// The state before; absent at the beginning.
    pub from: Option<SessionStatus>,
    /// The state after.
    pub to: SessionStatus,
    /// Who did it.
    pub actor: String,
    /// Why.
    pub reason: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// Whose feed a link opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedOwner {
    /// The account.
    pub user: UserId,
    /// What he is.
    pub role: Role,
    /// His record as a pupil.
    pub student: Option<StudentId>,
    /// His profile as a parent.
    pub parent: Option<ParentId>,
    /// His profile as a coach.
    pub coach: Option<CoachId>,
}
