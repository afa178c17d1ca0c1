use super::booking::BookSession;
use super::context::CalendarContext;
use super::error::CalendarError;
use crate::calendar::{
    BookingQuestion, CalendarOf, Closure, Coach, FreeSlot, Interval, LONGEST_SEARCH, Obstacle, Session,
    StoredRule, Workshop, WorkshopFilter, free_slots, obstacles,
};
use crate::identity::use_cases::Behalf;
use crate::{Page, SchoolSubject, StoreError, StudentId};
use jiff::civil::{Date, Time};
use jiff::{SignedDuration, Timestamp};

/// What there is to know about the time of a coach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoachCalendar {
    /// Who he is.
    pub coach: Coach,
    /// What he says about his weeks, and about the dates that were asked for.
    pub rules: Vec<StoredRule>,
    /// Days without lessons among those that were asked for.
    pub closures: Vec<Closure>,
    /// His active lessons on those days.
    pub lessons: Vec<Session>,
    /// When he can be booked on those days.
    pub free: Vec<FreeSlot>,
}

/// Reads the calendar of a coach from one day to another, both included; without days, what he says about his weeks only.
///
/// # Errors
/// [`CalendarError::RangeTooLong`] for no day, or more than [`LONGEST_SEARCH`].
pub async fn coach_calendar(
    context: &CalendarContext,
    behalf: Behalf<'_>,
    coach: &str,
    days: Option<(Date, Date)>,
) -> Result<CoachCalendar, CalendarError> {
    let now = context.now();
    let asked = match days {
        Some((first, last)) => {
            let length = first.until(last).map_or(-1, |span| span.get_days());
            if !(0..i32::from(LONGEST_SEARCH)).contains(&length) {
                return Err(CalendarError::RangeTooLong);
            }
            (first, last)
        }
        None => (context.day(now), context.day(now)),
    };
    let found = context.store.find_coach(coach, asked).await?.ok_or(CalendarError::CoachNotFound)?;
    let is_own = behalf.permit.scope().reaches_account(&found.user);
    if !is_own || (!found.facts.active && *behalf.permit.scope() != crate::rights::Scope::Any) {
        return Err(CalendarError::CoachNotFound);
    }
    let rules = context.store.stored_rules(&found.user, asked).await?;
    let closures = context.store.days_closed(&found.user, asked).await?;
    let (mut lessons, mut free) = (Vec::new(), Vec::new());
    if days.is_some()
        && let Some(span) = whole_days(context, asked)
    {
        lessons = context.store.lessons_of(&found.coach, &span.widened(context.policy.buffer)).await?;
        let busy: Vec<_> = lessons.iter().map(|lesson| lesson.lesson).collect();
        if found.facts.active {
            free = free_slots(asked, &found.facts.rules, &closures, &busy, &context.policy, now);
        }
    }
    Ok(CoachCalendar { coach: found, rules, closures, lessons, free })
}

/// From the beginning of a day to the end of another one, and a little more: the clocks may change in between.
fn whole_days(context: &CalendarContext, (first, last): (Date, Date)) -> Option<Interval> {
    let midnight = |date: Date| date.to_datetime(Time::midnight()).to_zoned(context.policy.zone.clone()).ok();
    let start = midnight(first)?.timestamp();
    let end =
        midnight(last)?.timestamp().checked_add(SignedDuration::from_hours(25)).unwrap_or(Timestamp::MAX);
    Interval::new(start, end)
}

/// Lists groups in which a family can still take a seat by itself, by their start, and counts them.
pub async fn open_workshops(
    context: &CalendarContext,
    subject: Option<SchoolSubject>,
    before: Option<Timestamp>,
    full: bool,
    page: Page,
) -> Result<(Vec<Workshop>, u64), StoreError> {
    let after = context.policy.earliest(context.now());
    context.store.workshops(&WorkshopFilter { subject, after, before, full }, page).await
}

/// Lists the coaches who teach a subject, with their calendar of one day when a day is given.
pub async fn available_coaches(
    context: &CalendarContext,
    behalf: Behalf<'_>,
    subject: Option<SchoolSubject>,
    date: Option<Date>,
) -> Result<Vec<CoachCalendar>, CalendarError> {
    let mut calendars = Vec::new();
    for coach in context.store.open_coaches(subject).await? {
        let days = date.map(|date| (date, date));
        match coach_calendar(context, behalf, coach.coach.as_str(), days).await {
            Ok(calendar) => calendars.push(calendar),
            // He left meanwhile.
            Err(CalendarError::CoachNotFound) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(calendars)
}

/// Everything that stands against a lesson: why its slot is not offered. Nothing when it is. The pupil's own lessons count when
/// he is named and within reach.
///
/// # Errors
/// [`CalendarError::StudentNotFound`] and [`CalendarError::CoachNotFound`].
pub async fn why_not(
    context: &CalendarContext,
    behalf: Behalf<'_>,
    command: &BookSession,
    student: Option<&StudentId>,
) -> Result<Vec<Obstacle>, CalendarError> {
    let lesson = command.lesson;
    let days = (context.day(lesson.start()), context.day(lesson.end()));
    let around = lesson.widened(context.policy.buffer);
    let mut tx = context.store.begin().await?;
    let coach = tx.coach(&command.coach, days).await?.ok_or(CalendarError::CoachNotFound)?;
    let closures = tx.closures(&coach.user, days).await?;
    let coach_busy = tx.busy(&CalendarOf::Coach(coach.coach.clone()), &around, None).await?;
    let student_busy = match student {
        Some(student) => {
            let scope = behalf.permit.scope();
            let pupil = tx.pupil(student.as_str(), scope).await?.ok_or(CalendarError::StudentNotFound)?;
            tx.busy(&CalendarOf::Student(pupil.student), &around, None).await?
        }
        None => Vec::new(),
    };
    let room_busy = match &command.room {
        Some(room) => tx.busy(&CalendarOf::Room(room.clone()), &around, None).await?,
        None => Vec::new(),
    };
    drop(tx);
    let question = BookingQuestion {
        subject: command.subject,
        modality: command.place(),
        lesson,
        coach: &coach.facts,
        closures: &closures,
        coach_busy: &coach_busy,
        student_busy: &student_busy,
        room_busy: &room_busy,
    };
    Ok(obstacles(&question, &context.policy, context.now()))
}
