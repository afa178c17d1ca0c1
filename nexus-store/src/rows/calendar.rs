//! Lessons as they come from a database.

use super::ledger::{HeldWalletRow, WalletBesideRow};
use super::people::malformed;
use crate::columns::{
    Instant, KindColumn, ModalityColumn, ParticipantColumn, RoleColumn, ServiceColumn, StatusColumn,
    SubjectColumn,
};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use nexus_core::calendar::{
    AvailabilityRule, Busy, ClockRange, ClockTime, Closure, Coach, CoachFacts, Days, FeedOwner, HistoryStep,
    Interval, Participant, Pupil, Session, SessionStatus, SessionView, StoredClosure, StoredRule, TimeTaken,
    Workshop, day_from_sunday,
};
use nexus_core::{CoachId, ParentId, SchoolSubject, SessionId, StoreError, StudentId, UserId};
use sqlx::types::Json;

/// A day is stored as the midnight of UTC at which it begins, as the existing application does.
pub(crate) fn day_instant(date: Date) -> Option<Instant> {
    date.to_zoned(TimeZone::UTC).ok().map(|midnight| Instant(midnight.timestamp()))
}

fn day(instant: Instant) -> Date {
    instant.0.to_zoned(TimeZone::UTC).date()
}

fn number<N: TryFrom<i64>>(value: i64) -> Result<N, StoreError> {
    N::try_from(value).map_err(|_| StoreError::Corrupt("a number of a lesson is out of its bounds"))
}

#[derive(sqlx::FromRow)]
pub(crate) struct SessionRow {
    id: String,
    root: Option<String>,
    rescheduled_from: Option<String>,
    series: Option<String>,
    sequence: i64,
    student: String,
    coach: String,
    service: ServiceColumn,
    kind: KindColumn,
    modality: Option<ModalityColumn>,
    subject: SubjectColumn,
    title: String,
    description: Option<String>,
    starts_at: Instant,
    ends_at: Instant,
    room: Option<String>,
    seats: i64,
    price: i64,
    status: StatusColumn,
    video_room: Option<String>,
    report: Option<String>,
    booked_by: Option<String>,
    created_at: Instant,
    completed_at: Option<Instant>,
    cancelled_at: Option<Instant>,
}

impl TryFrom<SessionRow> for Session {
    type Error = StoreError;
    fn try_from(row: SessionRow) -> Result<Self, StoreError> {
        let id = SessionId::parse(row.id).map_err(malformed)?;
        let root = row.root.map(SessionId::parse).transpose().map_err(malformed)?;
        Ok(Self {
            root: root.unwrap_or_else(|| id.clone()),
            id,
            rescheduled_from: row.rescheduled_from.map(SessionId::parse).transpose().map_err(malformed)?,
            series: row.series,
            sequence: number(row.sequence)?,
            student: StudentId::parse(row.student).map_err(malformed)?,
            coach: CoachId::parse(row.coach).map_err(malformed)?,
            service: row.service.0,
            kind: row.kind.0,
            modality: row.modality.map(|modality| modality.0),
            subject: row.subject.0,
            title: row.title,
            description: row.description,
            lesson: Interval::new(row.starts_at.0, row.ends_at.0)
                .ok_or(StoreError::Corrupt("a lesson ends before it begins"))?,
            room: row.room,
            seats: number(row.seats)?,
            price: row.price,
            status: row.status.0,
            video_room: row.video_room,
            report: row.report,
            booked_by: row.booked_by.map(UserId::parse).transpose().map_err(malformed)?,
            created_at: row.created_at.0,
            completed_at: row.completed_at.map(|instant| instant.0),
            cancelled_at: row.cancelled_at.map(|instant| instant.0),
        })
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct SessionViewRow {
    #[sqlx(flatten)]
    session: SessionRow,
    coach_name: String,
    coach_user: String,
    student_name: String,
    taken: i64,
}

impl TryFrom<SessionViewRow> for SessionView {
    type Error = StoreError;
    fn try_from(row: SessionViewRow) -> Result<Self, StoreError> {
        Ok(Self {
            session: row.session.try_into()?,
            coach_name: row.coach_name,
            coach_user: UserId::parse(row.coach_user).map_err(malformed)?,
            student_name: row.student_name,
            taken: number(row.taken)?,
        })
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct ParticipantRow {
    id: String,
    session: String,
    student: String,
    ledger: String,
    state: ParticipantColumn,
    offered_until: Option<Instant>,
    created_at: Instant,
}

impl TryFrom<ParticipantRow> for Participant {
    type Error = StoreError;
    fn try_from(row: ParticipantRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: SessionId::parse(row.id).map_err(malformed)?,
            session: SessionId::parse(row.session).map_err(malformed)?,
            student: StudentId::parse(row.student).map_err(malformed)?,
            ledger: SessionId::parse(row.ledger).map_err(malformed)?,
            state: row.state.0,
            offered_until: row.offered_until.map(|instant| instant.0),
            created_at: row.created_at.0,
        })
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct PupilRow {
    student: String,
    account: String,
    parent: String,
    parent_account: String,
    first_name: String,
    last_name: String,
}

impl TryFrom<PupilRow> for Pupil {
    type Error = StoreError;
    fn try_from(row: PupilRow) -> Result<Self, StoreError> {
        Ok(Self {
            student: StudentId::parse(row.student).map_err(malformed)?,
            user: UserId::parse(row.account).map_err(malformed)?,
            parent: ParentId::parse(row.parent).map_err(malformed)?,
            parent_user: UserId::parse(row.parent_account).map_err(malformed)?,
            first_name: row.first_name,
            last_name: row.last_name,
        })
    }
}

/// A pupil and a coach, each or neither.
#[derive(sqlx::FromRow)]
pub(crate) struct PartiesRow {
    student: Option<String>,
    account: Option<String>,
    parent: Option<String>,
    parent_account: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    coach: Option<String>,
    /// Whether the pupil's wallet is held.
    pub(crate) wallet: bool,
}

impl TryFrom<PartiesRow> for (Option<Pupil>, Option<CoachId>) {
    type Error = StoreError;
    fn try_from(row: PartiesRow) -> Result<Self, StoreError> {
        let PartiesRow { student, account, parent, parent_account, first_name, last_name, coach, .. } = row;
        let coach = coach.map(CoachId::parse).transpose().map_err(malformed)?;
        let (Some(student), Some(account), Some(parent), Some(parent_account)) =
            (student, account, parent, parent_account)
        else {
            return Ok((None, coach));
        };
        let (first_name, last_name) = (first_name.unwrap_or_default(), last_name.unwrap_or_default());
        let pupil = PupilRow { student, account, parent, parent_account, first_name, last_name };
        Ok((Some(pupil.try_into()?), coach))
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct CoachRow {
    coach: String,
    account: String,
    first_name: String,
    last_name: String,
    description: Option<String>,
    philosophy: Option<String>,
    expertise: Option<String>,
    subjects: String,
    online: bool,
    in_person: bool,
    active: bool,
}

impl TryFrom<CoachRow> for Coach {
    type Error = StoreError;
    fn try_from(row: CoachRow) -> Result<Self, StoreError> {
        // What is no subject is left out: one bad row must not hide a whole list.
        let names: Vec<String> = serde_json::from_str(&row.subjects).unwrap_or_default();
        Ok(Self {
            coach: CoachId::parse(row.coach).map_err(malformed)?,
            user: UserId::parse(row.account).map_err(malformed)?,
            first_name: row.first_name,
            last_name: row.last_name,
            description: row.description,
            philosophy: row.philosophy,
            expertise: row.expertise,
            facts: CoachFacts {
                active: row.active,
                subjects: names.iter().filter_map(|name| SchoolSubject::parse(name)).collect(),
                online: row.online,
                in_person: row.in_person,
                rules: Vec::new(),
            },
        })
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct RuleRow {
    id: String,
    coach: String,
    day: i64,
    start_time: String,
    end_time: String,
    date: Option<Instant>,
    open: bool,
    valid_from: Instant,
    valid_until: Option<Instant>,
}

impl RuleRow {
    /// `None` for a row that the existing application could write and that means nothing.
    pub(crate) fn into_rule(self) -> Option<StoredRule> {
        let days = match self.date {
            Some(date) => Days::On(day(date)),
            None => Days::Weekly(day_from_sunday(self.day)?),
        };
        let [start, end] = [&self.start_time, &self.end_time].map(|text| ClockTime::parse(text).ok());
        Some(StoredRule {
            id: self.id,
            coach: UserId::parse(self.coach).ok()?,
            rule: AvailabilityRule {
                days,
                range: ClockRange::new(start?, end?)?,
                open: self.open,
                valid_from: Some(day(self.valid_from)),
                valid_until: self.valid_until.map(day),
            },
        })
    }
}

/// A coach with what he says and with days without lessons, as lists in JSON: `select_coach!` has their order.
#[derive(sqlx::FromRow)]
pub(crate) struct CoachDaysRow {
    #[sqlx(flatten)]
    coach: CoachRow,
    rules: Json<Vec<ListedRule>>,
    closures: Json<Vec<ListedClosure>>,
}

/// Id, day of the week, start, end, date, whether it is open, first day, last day.
type ListedRule = (String, i64, String, String, Option<i64>, i64, i64, Option<i64>);
/// First day, last day, label.
type ListedClosure = (i64, i64, String);

/// The same with the lessons in the way.
#[derive(sqlx::FromRow)]
pub(crate) struct BusyCoachRow {
    #[sqlx(flatten)]
    days: CoachDaysRow,
    /// Whose time it is, from when, until when.
    busy: Json<Vec<(String, i64, i64)>>,
    #[sqlx(flatten)]
    wallet: WalletBesideRow,
}

impl TryFrom<BusyCoachRow> for (TimeTaken, Option<HeldWalletRow>) {
    type Error = StoreError;
    fn try_from(row: BusyCoachRow) -> Result<Self, StoreError> {
        let (coach, closures) = row.days.try_into()?;
        let taken = |(whose, start, end)| Ok((whose, instant(start)?, instant(end)?));
        let taken = row.busy.0.into_iter().map(taken).collect::<Result<Vec<_>, StoreError>>()?;
        Ok((TimeTaken { coach, closures, busy: busy(taken) }, row.wallet.into_held()))
    }
}

fn instant(milliseconds: i64) -> Result<Instant, StoreError> {
    Timestamp::from_millisecond(milliseconds)
        .map(Instant)
        .map_err(|_| StoreError::Corrupt("an instant is out of the calendar"))
}

/// The hours of the rows of `busy!`.
pub(crate) fn busy(rows: impl IntoIterator<Item = (String, Instant, Instant)>) -> Busy {
    let mut busy = Busy::default();
    for (whose, start, end) in rows {
        let taken = match whose.as_str() {
            "coach" => &mut busy.coach,
            "student" => &mut busy.student,
            _ => &mut busy.room,
        };
        taken.extend(Interval::new(start.0, end.0));
    }
    busy
}

impl TryFrom<CoachDaysRow> for (Coach, Vec<Closure>) {
    type Error = StoreError;
    fn try_from(row: CoachDaysRow) -> Result<Self, StoreError> {
        let mut coach = Coach::try_from(row.coach)?;
        for (id, day, start_time, end_time, date, open, from, until) in row.rules.0 {
            let stored = RuleRow {
                id,
                coach: coach.user.to_string(),
                day,
                start_time,
                end_time,
                date: date.map(instant).transpose()?,
                open: open != 0,
                valid_from: instant(from)?,
                valid_until: until.map(instant).transpose()?,
            };
            coach.facts.rules.extend(stored.into_rule().map(|stored| stored.rule));
        }
        let closure = |(first, last, label)| {
            Ok(ClosureRow { first_day: instant(first)?, last_day: instant(last)?, label }.into())
        };
        let closures = row.closures.0.into_iter().map(closure).collect::<Result<_, StoreError>>()?;
        Ok((coach, closures))
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct ClosureRow {
    first_day: Instant,
    last_day: Instant,
    label: String,
}

impl From<ClosureRow> for Closure {
    fn from(row: ClosureRow) -> Self {
        Self { first: day(row.first_day), last: day(row.last_day), label: row.label }
    }
}

/// Days without lessons with whose they are; the school's have no coach.
#[derive(sqlx::FromRow)]
pub(crate) struct OwnedClosureRow {
    pub(crate) coach: Option<String>,
    #[sqlx(flatten)]
    pub(crate) closure: ClosureRow,
}

#[derive(sqlx::FromRow)]
pub(crate) struct StoredClosureRow {
    id: String,
    coach: Option<String>,
    #[sqlx(flatten)]
    closure: ClosureRow,
}

impl TryFrom<StoredClosureRow> for StoredClosure {
    type Error = StoreError;
    fn try_from(row: StoredClosureRow) -> Result<Self, StoreError> {
        let coach = row.coach.map(UserId::parse).transpose().map_err(malformed)?;
        Ok(Self { id: row.id, coach, closure: row.closure.into() })
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct WorkshopRow {
    id: String,
    subject: SubjectColumn,
    level: Option<String>,
    title: String,
    description: Option<String>,
    starts_at: Instant,
    ends_at: Instant,
    modality: Option<ModalityColumn>,
    coach_name: String,
    seats: i64,
    taken: i64,
    price: i64,
}

impl TryFrom<WorkshopRow> for Workshop {
    type Error = StoreError;
    fn try_from(row: WorkshopRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: SessionId::parse(row.id).map_err(malformed)?,
            subject: row.subject.0,
            level: row.level,
            title: row.title,
            description: row.description,
            lesson: Interval::new(row.starts_at.0, row.ends_at.0)
                .ok_or(StoreError::Corrupt("a lesson ends before it begins"))?,
            modality: row.modality.map(|modality| modality.0),
            coach_name: row.coach_name,
            seats: number(row.seats)?,
            taken: number(row.taken)?,
            price: row.price,
        })
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct HistoryRow {
    from_status: Option<String>,
    to_status: String,
    actor: String,
    reason: Option<String>,
    at: Instant,
}

impl TryFrom<HistoryRow> for HistoryStep {
    type Error = StoreError;
    fn try_from(row: HistoryRow) -> Result<Self, StoreError> {
        let status =
            |text: String| SessionStatus::parse(&text).ok_or(StoreError::Corrupt("a status is unknown"));
        Ok(Self {
            from: row.from_status.map(status).transpose()?,
            to: status(row.to_status)?,
            actor: row.actor,
            reason: row.reason,
            at: row.at.0,
        })
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct FeedOwnerRow {
    account: String,
    role: RoleColumn,
    student: Option<String>,
    parent: Option<String>,
    coach: Option<String>,
}

impl TryFrom<FeedOwnerRow> for FeedOwner {
    type Error = StoreError;
    fn try_from(row: FeedOwnerRow) -> Result<Self, StoreError> {
        Ok(Self {
            user: UserId::parse(row.account).map_err(malformed)?,
            role: row.role.0,
            student: row.student.map(StudentId::parse).transpose().map_err(malformed)?,
            parent: row.parent.map(ParentId::parse).transpose().map_err(malformed)?,
            coach: row.coach.map(CoachId::parse).transpose().map_err(malformed)?,
        })
    }
}
