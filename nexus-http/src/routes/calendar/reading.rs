//! What people write about time, read.

use super::refusal;
use crate::problem::Problem;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use nexus_core::calendar::use_cases::{CalendarContext, CalendarError};
use nexus_core::calendar::{CalendarPolicy, ClockTime, Interval, LONGEST_SEARCH};
use nexus_core::civil_time::instant_at;
use nexus_core::{ErrorCode, FieldError, SessionId};
use serde_json::Number;

/// One wrong field.
pub(super) fn wrong(field: &str, code: ErrorCode) -> Problem {
    Problem::of_fields(code, vec![FieldError::new(field, code)])
}

/// `2026-09-14`, or an instant, whose day is that of the school.
pub(super) fn date(field: &str, text: &str, zone: &TimeZone) -> Result<Date, Problem> {
    // The parser of dates would also take what only begins with one.
    let plain = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let read = if plain {
        text.parse::<Date>().ok()
    } else {
        text.parse::<Timestamp>().ok().map(|instant| instant.to_zoned(zone.clone()).date())
    };
    read.ok_or_else(|| wrong(field, ErrorCode::InvalidDate))
}

/// `9:05` or `09:05`.
pub(super) fn time(field: &str, text: &str) -> Result<ClockTime, Problem> {
    ClockTime::parse(text).map_err(|_| wrong(field, ErrorCode::InvalidTime))
}

/// A zone by its name, or the school's.
pub(super) fn zone(field: &str, name: Option<&str>, policy: &CalendarPolicy) -> Result<TimeZone, Problem> {
    match name {
        None => Ok(policy.zone.clone()),
        Some(name) => TimeZone::get(name).map_err(|_| wrong(field, ErrorCode::UnknownZone)),
    }
}

/// A whole number of minutes that a lesson can have; how long it may be is the calendar's to say.
pub(super) fn minutes(field: &str, number: &Number) -> Result<u16, Problem> {
    let whole = number.as_u64().and_then(|minutes| u16::try_from(minutes).ok());
    whole.filter(|minutes| *minutes > 0).ok_or_else(|| wrong(field, ErrorCode::InvalidDuration))
}

/// When a lesson takes place: what the clocks of a zone show, for so many minutes.
pub(super) fn interval(
    (date_text, time_text): (&str, &str),
    duration: &Number,
    zone: &TimeZone,
) -> Result<Interval, Problem> {
    let date = date("scheduledDate", date_text, zone)?;
    let time = time("startTime", time_text)?;
    let start =
        instant_at(date, time.to_time(), zone).map_err(|error| refusal(CalendarError::from(error)))?;
    let minutes = minutes("duration", duration)?;
    Interval::from_minutes(start, minutes).ok_or_else(|| wrong("duration", ErrorCode::InvalidDuration))
}

/// Two days, both or none; at most as many as are looked at in one go.
pub(super) fn days(
    first: Option<&str>,
    last: Option<&str>,
    zone: &TimeZone,
) -> Result<Option<(Date, Date)>, Problem> {
    let (Some(first), Some(last)) = (first, last) else { return Ok(None) };
    let days = (date("startDate", first, zone)?, date("endDate", last, zone)?);
    let length = days.0.until(days.1).map_or(-1, |span| span.get_days());
    if (0..i32::from(LONGEST_SEARCH)).contains(&length) {
        Ok(Some(days))
    } else {
        Err(wrong("endDate", ErrorCode::RangeTooLong))
    }
}

/// The days that a query asks for; without days, the week that begins today.
pub(super) fn days_or_week(
    first: Option<&str>,
    last: Option<&str>,
    calendar: &CalendarContext,
) -> Result<(Date, Date), Problem> {
    let zone = &calendar.policy.zone;
    let today = calendar.clock.now().to_zoned(zone.clone()).date();
    Ok(days(first, last, zone)?.unwrap_or((today, today.saturating_add(jiff::Span::new().days(6)))))
}

/// The lesson that a path or a body names; what cannot be an identifier does not exist.
pub(super) fn session(text: &str) -> Result<SessionId, Problem> {
    SessionId::parse(text).map_err(|_| refusal(CalendarError::SessionNotFound))
}
