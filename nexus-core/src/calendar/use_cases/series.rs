use super::booking::{BookSession, Parties, place};
use super::context::CalendarContext;
use super::error::{CalendarError, DateProblem};
use super::telling::{News, tell};
use crate::calendar::{Interval, SeriesPattern, Session};
use crate::identity::use_cases::Behalf;
use crate::mail::LessonNews;
use crate::{Coded, ErrorCode, FieldError};
use serde_json::json;

/// Lessons that somebody books together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookSeries {
    /// Each of them; its time is that of the first one and is not looked at.
    pub each: BookSession,
    /// When they take place.
    pub pattern: SeriesPattern,
}

/// A series that is booked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookedSeries {
    /// Its identifier.
    pub id: String,
    /// Its lessons, by date.
    pub sessions: Vec<Session>,
}

/// Books every lesson of a series, or none.
///
/// # Errors
/// [`CalendarError::Series`] names every date that cannot be booked, and why; nothing is booked then, nor when credits are
/// missing for the last of them.
pub async fn book_series(
    context: &CalendarContext,
    behalf: Behalf<'_>,
    command: &BookSeries,
) -> Result<BookedSeries, CalendarError> {
    let BookSeries { each, pattern } = command;
    each.check(&behalf)?;
    let dates = pattern.dates();
    if dates.is_empty() || dates.len() != usize::from(pattern.count) {
        return Err(CalendarError::Field(FieldError::new("count", ErrorCode::InvalidField)));
    }
    let mut problems = Vec::new();
    let mut lessons: Vec<Interval> = Vec::new();
    for date in dates {
        match pattern.on(date, &context.policy.zone) {
            Ok(lesson) => lessons.push(lesson),
            Err(error) => problems.push(problem(date, &error)),
        }
    }
    let Some(span) = Interval::around(&lessons) else { return Err(CalendarError::Series(problems)) };
    let mut tx = context.store.begin().await?;
    let parties = Parties::find(context, tx.as_mut(), &behalf, each, span, None).await?;
    let now = context.now();
    for lesson in &lessons {
        if let Err(obstacle) = parties.decide(context, &behalf, each, lesson, now) {
            problems.push(problem(context.day(lesson.start()), &obstacle));
        }
    }
    if !problems.is_empty() {
        problems.sort_by_key(|problem| problem.date);
        return Err(CalendarError::Series(problems));
    }
    let id = context.ids.next_id();
    let told = json!({
        "first": pattern.first.to_string(), "time": pattern.time.to_string(), "minutes": pattern.minutes,
        "everyWeeks": pattern.every_weeks, "count": pattern.count,
    });
    tx.insert_series(&id, &told, behalf.user(), now).await?;
    let mut sessions = Vec::with_capacity(lessons.len());
    for lesson in lessons {
        let session = parties.session(context, &behalf, each, lesson, Some(id.clone()), now);
        place(tx.as_mut(), &behalf, &session, &parties.pupil, now).await?;
        sessions.push(session);
    }
    let news = News::about(LessonNews::Booked, &sessions, &parties.coach);
    tell(context, tx.as_mut(), &behalf, &news, std::slice::from_ref(&parties.pupil), now).await?;
    tx.commit().await?;
    Ok(BookedSeries { id, sessions })
}

fn problem(date: jiff::civil::Date, error: &dyn Coded) -> DateProblem {
    DateProblem { date, code: error.code(), sentence: error.sentence() }
}
