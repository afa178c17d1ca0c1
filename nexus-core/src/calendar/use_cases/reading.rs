use super::booking::BookSession;
use super::context::CalendarContext;
use super::error::CalendarError;
use crate::calendar::{
    Closure, Coach, CoachTime, FreeSlot, Interval, LONGEST_SEARCH, Obstacle, Session, StoredRule, TimeAsked,
    Workshop, WorkshopFilter, free_slots, obstacles,
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
    let asked = asked_days(context, days, now)?;
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

/// The days that are looked at: those that were asked for, or today.
fn asked_days(
    context: &CalendarContext,
    days: Option<(Date, Date)>,
    now: Timestamp,
) -> Result<(Date, Date), CalendarError> {
    let Some((first, last)) = days else { return Ok((context.day(now), context.day(now))) };
    let length = first.until(last).map_or(-1, |span| span.get_days());
    if (0..i32::from(LONGEST_SEARCH)).contains(&length) {
        Ok((first, last))
    } else {
        Err(CalendarError::RangeTooLong)
    }
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

/// When a coach can be booked, and what he says about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoachOpenings {
    /// Who he is.
    pub coach: Coach,
    /// What he says about his weeks, and about the dates that were asked for.
    pub rules: Vec<StoredRule>,
    /// When he can be booked on those days; nothing when none was asked for.
    pub free: Vec<FreeSlot>,
}

/// Lists the coaches who teach a subject, with when they can be booked from one day to another, both included, when days are
/// given.
///
/// # Errors
/// [`CalendarError::RangeTooLong`] for no day, or more than [`LONGEST_SEARCH`].
pub async fn available_coaches(
    context: &CalendarContext,
    behalf: Behalf<'_>,
    subject: Option<SchoolSubject>,
    days: Option<(Date, Date)>,
) -> Result<Vec<CoachOpenings>, CalendarError> {
    let now = context.now();
    let asked = asked_days(context, days, now)?;
    let span = days.and_then(|days| whole_days(context, days));
    let span = span.map(|span| span.widened(context.policy.buffer));
    let found = context.store.open_coaches(subject, asked, span.as_ref()).await?;
    let within_reach =
        found.into_iter().filter(|time| behalf.permit.scope().reaches_account(&time.coach.user));
    let openings = |time: CoachTime| {
        let rules: Vec<_> = time.rules.iter().map(|stored| stored.rule.clone()).collect();
        let free = match days {
            Some(days) => free_slots(days, &rules, &time.closures, &time.busy, &context.policy, now),
            None => Vec::new(),
        };
        CoachOpenings { coach: time.coach, rules: time.rules, free }
    };
    Ok(within_reach.map(openings).collect())
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
    let mut tx = context.store.begin().await?;
    let pupil = match student {
        Some(student) => {
            let found = tx.pupil(student.as_str(), behalf.permit.scope()).await?;
            Some(found.ok_or(CalendarError::StudentNotFound)?.student)
        }
        None => None,
    };
    let asked = TimeAsked {
        coach: &command.coach,
        student: pupil.as_ref(),
        room: command.room.as_deref(),
        days: context.days(&command.lesson),
        within: context.with_pauses(&command.lesson),
        except: None,
    };
    let taken = tx.time_taken(&asked).await?.ok_or(CalendarError::CoachNotFound)?;
    drop(tx);
    let question = command.question(command.lesson, &taken.coach, &taken.closures, &taken.busy);
    Ok(obstacles(&question, &context.policy, context.now()))
}
