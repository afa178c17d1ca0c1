//! Lessons as they leave the system.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use nexus_core::calendar::{
    ClockTime, Days, FreeSlot, HistoryStep, Modality, ServiceType, Session, SessionKind, SessionStatus,
    SessionView, StoredRule, day_number,
};
use nexus_core::ledger::Credits;
use nexus_core::rights::Permit;
use nexus_core::{CoachId, Role, SchoolSubject, SessionId, StudentId, UserId};
use serde::Serialize;
use utoipa::ToSchema;

/// A lesson.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Lesson)]
pub(crate) struct LessonBody {
    #[schema(value_type = String)]
    id: SessionId,
    /// The first lesson of its chain of moves.
    #[schema(value_type = String)]
    root_id: SessionId,
    /// The lesson that it takes the place of.
    #[schema(value_type = Option<String>)]
    rescheduled_from_id: Option<SessionId>,
    series_id: Option<String>,
    /// Absent for the families of a group: whom a lesson names there is nobody else's business.
    #[schema(value_type = Option<String>)]
    student_id: Option<StudentId>,
    student_name: Option<String>,
    #[schema(value_type = String)]
    coach_id: CoachId,
    #[schema(value_type = String)]
    coach_user_id: UserId,
    coach_name: String,
    #[schema(value_type = String)]
    r#type: ServiceType,
    #[schema(value_type = String)]
    kind: SessionKind,
    #[schema(value_type = String)]
    modality: Modality,
    #[schema(value_type = String)]
    subject: SchoolSubject,
    title: String,
    description: Option<String>,
    scheduled_at: Timestamp,
    ends_at: Timestamp,
    /// In minutes.
    duration: i64,
    room: Option<String>,
    seats: u32,
    /// Seats that are taken or kept.
    seats_taken: u32,
    /// Price of a seat, in credits.
    #[schema(value_type = f64)]
    credit_cost: Credits,
    #[schema(value_type = String)]
    status: SessionStatus,
    report: Option<String>,
    created_at: Timestamp,
    completed_at: Option<Timestamp>,
    cancelled_at: Option<Timestamp>,
}

impl LessonBody {
    /// As somebody sees it who has this permit.
    pub(crate) fn seen(view: SessionView, permit: &Permit) -> Self {
        let SessionView { session, coach_name, coach_user, student_name, taken } = view;
        let role = permit.actor().map(|actor| actor.role);
        let is_family = matches!(role, Some(Role::Parent | Role::Eleve));
        let names_a_pupil = !(is_family && session.kind.has_seats());
        Self {
            modality: session.place(),
            duration: session.lesson.minutes(),
            id: session.id,
            root_id: session.root,
            rescheduled_from_id: session.rescheduled_from,
            series_id: session.series,
            student_id: names_a_pupil.then_some(session.student),
            student_name: names_a_pupil.then_some(student_name),
            coach_id: session.coach,
            coach_user_id: coach_user,
            coach_name,
            r#type: session.service,
            kind: session.kind,
            subject: session.subject,
            title: session.title,
            description: session.description,
            scheduled_at: session.lesson.start(),
            ends_at: session.lesson.end(),
            room: session.room,
            seats: session.seats,
            seats_taken: taken,
            credit_cost: Credits::from_milli(session.price).unwrap_or_default(),
            status: session.status,
            report: session.report,
            created_at: session.created_at,
            completed_at: session.completed_at,
            cancelled_at: session.cancelled_at,
        }
    }
}

/// One step of a lesson's story.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = LessonStep)]
pub(crate) struct StepBody {
    #[schema(value_type = Option<String>)]
    from: Option<SessionStatus>,
    #[schema(value_type = String)]
    to: SessionStatus,
    reason: Option<String>,
    at: Timestamp,
}

impl From<HistoryStep> for StepBody {
    fn from(step: HistoryStep) -> Self {
        Self { from: step.from, to: step.to, reason: step.reason, at: step.at }
    }
}

/// One thing that a coach says about his time.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Availability)]
pub(crate) struct RuleBody {
    id: String,
    /// The coach's account.
    #[schema(value_type = String)]
    coach_id: UserId,
    /// 0 is Sunday.
    day_of_week: i16,
    start_time: String,
    end_time: String,
    specific_date: Option<String>,
    is_available: bool,
    is_recurring: bool,
    valid_from: Option<String>,
    valid_until: Option<String>,
}

impl From<StoredRule> for RuleBody {
    fn from(stored: StoredRule) -> Self {
        let StoredRule { id, coach, rule } = stored;
        let (day, date) = match rule.days {
            Days::Weekly(day) => (day, None),
            Days::On(date) => (date.weekday(), Some(date.to_string())),
        };
        Self {
            id,
            coach_id: coach,
            day_of_week: day_number(day),
            start_time: rule.range.start().to_string(),
            end_time: rule.range.end().to_string(),
            is_recurring: date.is_none(),
            specific_date: date,
            is_available: rule.open,
            valid_from: rule.valid_from.map(|date| date.to_string()),
            valid_until: rule.valid_until.map(|date| date.to_string()),
        }
    }
}

/// A stretch in which a lesson can be booked.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = FreeSlot)]
pub(crate) struct SlotBody {
    date: String,
    /// 0 is Sunday.
    day_of_week: i16,
    start_time: String,
    end_time: String,
    /// In minutes.
    duration: i64,
    is_recurring: bool,
    specific_date: Option<String>,
    starts_at: Timestamp,
    ends_at: Timestamp,
}

impl SlotBody {
    /// As the clocks of a zone show it; the date is the one at the school.
    pub(crate) fn of(slot: &FreeSlot, zone: &TimeZone) -> Self {
        let (start, end) = slot.shown(zone);
        let date = slot.interval.start().to_zoned(zone.clone()).date();
        Self {
            date: date.to_string(),
            day_of_week: day_number(date.weekday()),
            start_time: start.to_string(),
            end_time: end.to_string(),
            duration: slot.interval.minutes(),
            is_recurring: !slot.dated,
            specific_date: slot.dated.then(|| slot.date.to_string()),
            starts_at: slot.interval.start(),
            ends_at: slot.interval.end(),
        }
    }
}

/// A stretch in which a coach teaches; whom and what is nobody else's business.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = BookedSlot)]
pub(crate) struct BookedBody {
    date: String,
    start_time: String,
    end_time: String,
    duration: i64,
    #[schema(value_type = String)]
    status: SessionStatus,
}

impl BookedBody {
    /// As the clocks of a zone show it.
    pub(crate) fn of(session: &Session, zone: &TimeZone) -> Self {
        let local = |instant: Timestamp| instant.to_zoned(zone.clone());
        let shown = |instant: Timestamp| ClockTime::of(local(instant).time()).to_string();
        Self {
            date: local(session.lesson.start()).date().to_string(),
            start_time: shown(session.lesson.start()),
            end_time: shown(session.lesson.end()),
            duration: session.lesson.minutes(),
            status: session.status,
        }
    }
}
