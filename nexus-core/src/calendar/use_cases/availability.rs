use super::context::CalendarContext;
use super::error::CalendarError;
use crate::calendar::{
    AvailabilityRule, CalendarOf, Calendars, Closure, Coach, Days, Interval, PlannedRange, StoredClosure,
    StoredRule, windows_on,
};
use crate::identity::use_cases::Behalf;
use crate::rights::Scope;
use crate::{Page, Tx, UserId};
use jiff::civil::{Date, Weekday};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

/// What a coach says about one weekday, put in order by [`plan_day`](crate::calendar::plan_day).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedDay {
    /// The weekday.
    pub day: Weekday,
    /// Its stretches.
    pub ranges: Vec<PlannedRange>,
}

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replaced {
    /// Stretches that were written, neighbours joined.
    pub slots: usize,
}

/// Replaces everything that a coach says about his weeks.
///
/// # Errors
/// [`CalendarError::CoachNotFound`] when the permit does not reach him.
pub async fn replace_weekly(
    context: &CalendarContext,
    behalf: Behalf<'_>,
    coach: &str,
    days: &[PlannedDay],
    (valid_from, valid_until): (Option<Date>, Option<Date>),
) -> Result<Replaced, CalendarError> {
    let mut tx = context.store.begin().await?;
    let now = context.now();
    let coach = reach(context, tx.as_mut(), &behalf, coach, now).await?;
    let valid_from = Some(valid_from.unwrap_or_else(|| context.day(now)));
    let rules: Vec<_> = days
        .iter()
        .flat_map(|day| day.ranges.iter().map(|planned| (Days::Weekly(day.day), planned)))
        .map(|(days, planned)| {
            let rule =
                AvailabilityRule { days, range: planned.range, open: planned.open, valid_from, valid_until };
            StoredRule { id: context.ids.next_id(), coach: coach.user.clone(), rule }
        })
        .collect();
    replace(tx.as_mut(), &behalf, &coach, None, &rules, now).await?;
    tx.commit().await?;
    Ok(Replaced { slots: rules.len() })
}

/// Replaces everything that a coach says about one date.
///
/// # Errors
/// [`CalendarError::CoachNotFound`] when the permit does not reach him.
pub async fn replace_dated(
    context: &CalendarContext,
    behalf: Behalf<'_>,
    coach: &str,
    date: Date,
    ranges: &[PlannedRange],
) -> Result<Replaced, CalendarError> {
    let mut tx = context.store.begin().await?;
    let now = context.now();
    let coach = reach(context, tx.as_mut(), &behalf, coach, now).await?;
    let rules: Vec<_> = ranges
        .iter()
        .map(|planned| {
            let days = Days::On(date);
            let (range, open) = (planned.range, planned.open);
            let rule =
                AvailabilityRule { days, range, open, valid_from: Some(date), valid_until: Some(date) };
            StoredRule { id: context.ids.next_id(), coach: coach.user.clone(), rule }
        })
        .collect();
    replace(tx.as_mut(), &behalf, &coach, Some(date), &rules, now).await?;
    tx.commit().await?;
    Ok(Replaced { slots: rules.len() })
}

async fn replace(
    tx: &mut dyn Tx,
    behalf: &Behalf<'_>,
    coach: &Coach,
    date: Option<Date>,
    rules: &[StoredRule],
    now: Timestamp,
) -> Result<(), CalendarError> {
    tx.replace_rules(&coach.user, date, rules, now).await?;
    let details = json!({"date": date.map(|date| date.to_string()), "slots": rules.len()});
    tx.record(&behalf.event("AVAILABILITY_SET", now).about("user", coach.user.as_str()).with(details))
        .await?;
    Ok(())
}

/// A coach that the permit reaches, whose calendar is held.
async fn reach(
    context: &CalendarContext,
    tx: &mut dyn Tx,
    behalf: &Behalf<'_>,
    coach: &str,
    now: Timestamp,
) -> Result<Coach, CalendarError> {
    let day = context.day(now);
    let (coach, _) = tx.coach(coach, (day, day)).await?.ok_or(CalendarError::CoachNotFound)?;
    if !reaches(behalf.permit.scope(), &coach.user) {
        return Err(CalendarError::CoachNotFound);
    }
    tx.lock_calendars(&[CalendarOf::Coach(coach.coach.clone())]).await?;
    Ok(coach)
}

fn reaches(scope: &Scope, coach: &UserId) -> bool {
    scope.reaches_account(coach)
}

/// Takes back one thing that a coach said.
///
/// # Errors
/// [`CalendarError::AvailabilityInUse`] when lessons are planned that only it makes room for.
pub async fn remove_availability(
    context: &CalendarContext,
    behalf: Behalf<'_>,
    id: &str,
) -> Result<(), CalendarError> {
    let mut tx = context.store.begin().await?;
    let now = context.now();
    let stored = tx.rule(id).await?.ok_or(CalendarError::AvailabilityNotFound)?;
    if !reaches(behalf.permit.scope(), &stored.coach) {
        return Err(CalendarError::AvailabilityNotFound);
    }
    let coach = reach(context, tx.as_mut(), &behalf, stored.coach.as_str(), now).await?;
    let count = lessons_in(context, tx.as_mut(), &coach, &stored.rule, now).await?;
    if stored.rule.open && count > 0 {
        return Err(CalendarError::AvailabilityInUse { count });
    }
    tx.remove_rule(id).await?;
    let details = json!({"id": id, "start": stored.rule.range.start().to_string(), "end": stored.rule.range.end().to_string()});
    tx.record(&behalf.event("AVAILABILITY_DELETE", now).about("user", coach.user.as_str()).with(details))
        .await?;
    tx.commit().await?;
    Ok(())
}

/// How many lessons to come lie in a stretch, on its weekday or its date.
async fn lessons_in(
    context: &CalendarContext,
    tx: &mut dyn Tx,
    coach: &Coach,
    rule: &AvailabilityRule,
    now: Timestamp,
) -> Result<usize, CalendarError> {
    // A year ahead: further than anybody but the office books.
    let until = now.checked_add(SignedDuration::from_hours(366 * 24)).unwrap_or(Timestamp::MAX);
    let Some(ahead) = Interval::new(now, until) else { return Ok(0) };
    let of = Calendars { coach: Some(&coach.coach), ..Calendars::default() };
    let lessons = tx.busy(&of, &ahead, None).await?.coach;
    let only = std::slice::from_ref(rule);
    Ok(lessons
        .iter()
        .filter(|lesson| {
            let local = lesson.start().to_zoned(context.policy.zone.clone());
            let start = crate::calendar::ClockTime::of(local.time());
            let windows = windows_on(local.date(), only, &[], &context.policy.opening);
            windows.ranges.iter().any(|range| range.start() <= start && start < range.end())
        })
        .count())
}

/// Closes days: for everybody when no coach is named (the office), or for one coach.
///
/// # Errors
/// [`CalendarError::CoachNotFound`] when the permit does not reach him.
pub async fn add_closure(
    context: &CalendarContext,
    behalf: Behalf<'_>,
    coach: Option<&str>,
    closure: &Closure,
) -> Result<String, CalendarError> {
    if closure.last < closure.first {
        return Err(CalendarError::RangeTooLong);
    }
    let mut tx = context.store.begin().await?;
    let now = context.now();
    let user = match coach {
        Some(coach) => Some(reach(context, tx.as_mut(), &behalf, coach, now).await?.user),
        None if *behalf.permit.scope() == Scope::Any => None,
        None => return Err(CalendarError::CoachNotFound),
    };
    let id = context.ids.next_id();
    tx.insert_closure(&id, user.as_ref(), closure, now).await?;
    let details =
        json!({"first": closure.first.to_string(), "last": closure.last.to_string(), "label": closure.label});
    tx.record(&behalf.event("CLOSURE_ADD", now).about("closure", &id).with(details)).await?;
    tx.commit().await?;
    Ok(id)
}

/// Days without lessons that are not over on a day, by their first day: of a coach and the school, or of everybody for the office.
///
/// # Errors
/// [`CalendarError::CoachNotFound`] when the permit does not reach him.
pub async fn list_closures(
    context: &CalendarContext,
    behalf: Behalf<'_>,
    coach: Option<&str>,
    from: Option<Date>,
    page: Page,
) -> Result<(Vec<StoredClosure>, u64), CalendarError> {
    let today = context.day(context.now());
    let whose = match coach {
        None if *behalf.permit.scope() == Scope::Any => None,
        None => return Err(CalendarError::CoachNotFound),
        Some(coach) => {
            let coach = context.store.find_coach(coach, (today, today)).await?;
            let coach = coach.filter(|coach| reaches(behalf.permit.scope(), &coach.user));
            Some(coach.ok_or(CalendarError::CoachNotFound)?.user)
        }
    };
    Ok(context.store.closures_from(whose.as_ref(), from.unwrap_or(today), page).await?)
}

/// Takes days without lessons back: what can be booked on them can be booked again.
///
/// # Errors
/// [`CalendarError::ClosureNotFound`] when there are none, or the permit does not reach them.
pub async fn remove_closure(
    context: &CalendarContext,
    behalf: Behalf<'_>,
    id: &str,
) -> Result<(), CalendarError> {
    let mut tx = context.store.begin().await?;
    let now = context.now();
    let stored = tx.lock_closure(id).await?.ok_or(CalendarError::ClosureNotFound)?;
    let scope = behalf.permit.scope();
    let reached = stored.coach.as_ref().map_or(*scope == Scope::Any, |coach| reaches(scope, coach));
    if !reached {
        return Err(CalendarError::ClosureNotFound);
    }
    tx.remove_closure(id).await?;
    let closure = &stored.closure;
    let details = json!({
        "first": closure.first.to_string(), "last": closure.last.to_string(), "label": closure.label, "coach": stored.coach,
    });
    tx.record(&behalf.event("CLOSURE_REMOVE", now).about("closure", id).with(details)).await?;
    tx.commit().await?;
    Ok(())
}
