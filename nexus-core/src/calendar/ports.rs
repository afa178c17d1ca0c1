use super::records::{
    Busy, CalendarOf, Calendars, Clash, Coach, CoachTime, FeedOwner, HistoryStep, Participant, PartiesAsked,
    Pupil, Session, SessionFilter, SessionView, StatusChange, StoredClosure, StoredRule, TimeAsked,
    TimeTaken, Workshop, WorkshopFilter,
};
use super::{Closure, Interval, ReminderKind};
use crate::rights::Scope;
use crate::{Checksum, CoachId, Page, SchoolSubject, SessionId, Store, StoreError, StudentId, UserId};
use async_trait::async_trait;
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value;

/// The calendar inside a transaction.
///
/// # Contract
/// * After [`Self::lock_calendars`] and [`Self::hold_parties`], what [`Self::busy`] and [`Self::time_taken`] say of those
///   calendars stays true until the end of the transaction.
/// * Calendars are locked before wallets, all at once: the order inside is the store's.
/// * No two active lessons of a coach, of a pupil or in a room overlap, and no lesson has more pupils than seats, whoever
///   writes: a lesson or a seat that would break this is refused with a [`Clash`], after which the transaction is lost.
/// * A lesson that is out of a scope is absent.
#[async_trait]
pub trait CalendarTx: Send {
    /// Holds the calendars of people and rooms, absence of lessons included.
    async fn lock_calendars(&mut self, calendars: &[CalendarOf]) -> Result<(), StoreError>;

    /// Reads a pupil that the scope reaches, by the id of his record or of his account.
    async fn pupil(&mut self, id: &str, scope: &Scope) -> Result<Option<Pupil>, StoreError>;

    /// Finds the pupil and the coach of a lesson, and holds their calendars, that of the room and the pupil's wallet.
    async fn hold_parties(
        &mut self,
        asked: &PartiesAsked<'_>,
    ) -> Result<(Option<Pupil>, Option<CoachId>), StoreError>;

    /// Reads a coach with everything that stands in the way of lessons with him.
    async fn time_taken(&mut self, asked: &TimeAsked<'_>) -> Result<Option<TimeTaken>, StoreError>;

    /// Reads a coach, by the id of his profile or of his account, with what he says about every week and about the dates of a
    /// span of days, both included, and the days without lessons among them, of the school and of his own.
    async fn coach(
        &mut self,
        id: &str,
        days: (Date, Date),
    ) -> Result<Option<(Coach, Vec<Closure>)>, StoreError>;

    /// Reads the active lessons that overlap a stretch of time, one lesson left aside.
    async fn busy(
        &mut self,
        of: &Calendars<'_>,
        within: &Interval,
        except: Option<&SessionId>,
    ) -> Result<Busy, StoreError>;

    /// Writes a lesson, with the place of its first pupil and the beginning of its story. A [`Clash`] is told at the latest by
    /// the commit.
    async fn insert_session(&mut self, session: &Session, actor: &str) -> Result<(), StoreError>;

    /// Reads a lesson that the scope reaches and holds it until the end of the transaction.
    async fn lock_session(&mut self, id: &SessionId, scope: &Scope) -> Result<Option<Session>, StoreError>;

    /// Brings a lesson into another state and tells it in its story; `false`, and nothing is written, when it is no longer in
    /// the former one.
    async fn change_status(&mut self, change: &StatusChange) -> Result<bool, StoreError>;

    /// Remembers the video room of a lesson.
    async fn save_video_room(&mut self, session: &SessionId, room: &str) -> Result<(), StoreError>;

    /// Makes another pupil the first one of a group.
    async fn save_first_student(
        &mut self,
        session: &SessionId,
        student: &StudentId,
    ) -> Result<(), StoreError>;

    /// Reads the places of a lesson, those that are over too, in the order in which they were taken.
    async fn participants(&mut self, session: &SessionId) -> Result<Vec<Participant>, StoreError>;

    /// Writes a place of a lesson.
    async fn insert_participant(
        &mut self,
        participant: &Participant,
    ) -> Result<Result<(), Clash>, StoreError>;

    /// Writes the state of a place, and what the ledger knows it by.
    async fn save_participant(&mut self, participant: &Participant) -> Result<Result<(), Clash>, StoreError>;

    /// Plans a reminder; one of that kind that the lesson has stays as it is.
    async fn plan_reminder(
        &mut self,
        session: &SessionId,
        kind: ReminderKind,
        at: Timestamp,
    ) -> Result<(), StoreError>;

    /// Ends the reminders of a lesson that are still to come.
    async fn cancel_reminders(&mut self, session: &SessionId, now: Timestamp) -> Result<(), StoreError>;

    /// Takes reminders that are due, each for one transaction only, and marks them as done.
    async fn take_due_reminders(
        &mut self,
        now: Timestamp,
        most: u32,
    ) -> Result<Vec<(SessionId, ReminderKind)>, StoreError>;

    /// Finds lessons in which an offer of a seat is over.
    async fn sessions_with_expired_offers(
        &mut self,
        now: Timestamp,
        most: u32,
    ) -> Result<Vec<SessionId>, StoreError>;

    /// Replaces what a coach says about every week, or about one date.
    async fn replace_rules(
        &mut self,
        coach: &UserId,
        date: Option<Date>,
        rules: &[StoredRule],
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// Reads one thing that a coach said.
    async fn rule(&mut self, id: &str) -> Result<Option<StoredRule>, StoreError>;

    /// Takes back one thing that a coach said.
    async fn remove_rule(&mut self, id: &str) -> Result<(), StoreError>;

    /// Writes days without lessons, of the school or of one coach.
    async fn insert_closure(
        &mut self,
        id: &str,
        coach: Option<&UserId>,
        closure: &Closure,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// Reads days without lessons and holds them until the end of the transaction.
    async fn lock_closure(&mut self, id: &str) -> Result<Option<StoredClosure>, StoreError>;

    /// Takes days without lessons back.
    async fn remove_closure(&mut self, id: &str) -> Result<(), StoreError>;

    /// Writes a series.
    async fn insert_series(
        &mut self,
        id: &str,
        pattern: &Value,
        by: Option<&UserId>,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// Writes the digest of the secret of a feed, in place of every other one of the account.
    async fn replace_feed(
        &mut self,
        id: &str,
        user: &UserId,
        hash: Option<&Checksum>,
        now: Timestamp,
    ) -> Result<(), StoreError>;
}

/// A store of the calendar.
///
/// # Contract
/// * Reads outside a transaction see a committed state and never wait for a writer.
#[async_trait]
pub trait CalendarStore: Store {
    /// Reads a coach as [`CalendarTx::coach`] does, without the days on which there are no lessons.
    async fn find_coach(&self, id: &str, days: (Date, Date)) -> Result<Option<Coach>, StoreError>;

    /// Lists the coaches whose account is open, who teach a subject when one is given, by family name, with their time on a span
    /// of days, both included; with their lessons too when these are asked for. A fixed number of questions, however many coaches
    /// there are.
    async fn open_coaches(
        &self,
        subject: Option<SchoolSubject>,
        days: (Date, Date),
        busy_within: Option<&Interval>,
    ) -> Result<Vec<CoachTime>, StoreError>;

    /// Reads what a coach says about every week and about the dates of a span of days, both included.
    async fn stored_rules(&self, coach: &UserId, days: (Date, Date)) -> Result<Vec<StoredRule>, StoreError>;

    /// Reads the days without lessons, of the school and of a coach, that lie in a span of days, both included.
    async fn days_closed(&self, coach: &UserId, days: (Date, Date)) -> Result<Vec<Closure>, StoreError>;

    /// Lists days without lessons that are not over on a day, by their first day: of the school and of one coach, or of everybody
    /// when no coach is named; and counts them.
    async fn closures_from(
        &self,
        coach: Option<&UserId>,
        day: Date,
        page: Page,
    ) -> Result<(Vec<StoredClosure>, u64), StoreError>;

    /// Lists groups that are to take place, by their start, and counts them.
    async fn workshops(
        &self,
        filter: &WorkshopFilter,
        page: Page,
    ) -> Result<(Vec<Workshop>, u64), StoreError>;

    /// Reads the active lessons of a coach that overlap a stretch of time, in order.
    async fn lessons_of(&self, coach: &CoachId, within: &Interval) -> Result<Vec<Session>, StoreError>;

    /// Lists lessons that the scope reaches, by their start, and counts them.
    async fn sessions(
        &self,
        filter: &SessionFilter,
        scope: &Scope,
        page: Page,
    ) -> Result<(Vec<SessionView>, u64), StoreError>;

    /// Reads a lesson that the scope reaches.
    async fn session(&self, id: &SessionId, scope: &Scope) -> Result<Option<SessionView>, StoreError>;

    /// Reads the story of a lesson.
    async fn session_history(&self, id: &SessionId) -> Result<Vec<HistoryStep>, StoreError>;

    /// Tells whose feed has a secret with this digest, unless it was taken back or the account is closed.
    async fn feed_owner(&self, hash: &Checksum) -> Result<Option<FeedOwner>, StoreError>;
}
