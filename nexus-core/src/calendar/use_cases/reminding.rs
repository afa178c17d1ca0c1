use super::context::CalendarContext;
use super::error::CalendarError;
use super::seats::release;
use super::telling::{News, mail, tell_family};
use crate::calendar::{ParticipantState, ReminderKind, SeatEvent};
use crate::identity::use_cases::Behalf;
use crate::mail::LessonNews;
use crate::rights::{Action, Permit, Scope};
use crate::{SessionId, StoreError, Tx};
use jiff::Timestamp;

/// Reminders and offers that one transaction looks at.
const BATCH: u32 = 50;

/// Hands over the reminders that are due to the outbox, each once: a reminder is marked as done in the transaction that writes
/// its mails, and who looks at the same time passes it over. Returns how many there were.
pub async fn remind(context: &CalendarContext) -> Result<u64, StoreError> {
    let permit = Permit::system(Action::ConductSession);
    let behalf = Behalf::of(&permit);
    let mut count = 0;
    loop {
        let now = context.now();
        let mut tx = context.store.begin().await?;
        let due = tx.take_due_reminders(now, BATCH).await?;
        for (session, kind) in &due {
            remind_of(context, tx.as_mut(), &behalf, (session, *kind), now).await?;
        }
        tx.commit().await?;
        count += due.len() as u64;
        if due.len() < BATCH as usize {
            return Ok(count);
        }
    }
}

async fn remind_of(
    context: &CalendarContext,
    tx: &mut dyn Tx,
    behalf: &Behalf<'_>,
    (id, kind): (&SessionId, ReminderKind),
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(session) = tx.lock_session(id, &Scope::Any).await? else { return Ok(()) };
    // Called off by the existing application, or begun already.
    if session.status.is_terminal() || session.lesson.start() <= now {
        return Ok(());
    }
    let day = context.day(session.lesson.start());
    let Some((coach, _)) = tx.coach(session.coach.as_str(), (day, day)).await? else { return Ok(()) };
    let what = LessonNews::Reminder;
    let about = News::about(what, std::slice::from_ref(&session), &coach);
    let news = News { reminder: Some(kind), ..about };
    let mut child = String::new();
    for place in tx.participants(&session.id).await? {
        if place.state != ParticipantState::Enrolled {
            continue;
        }
        if let Some(pupil) = tx.pupil(place.student.as_str(), &Scope::Any).await? {
            tell_family(context, tx, behalf, &news, &session, &pupil, now).await?;
            child = pupil.first_name;
        }
    }
    mail(context, tx, &news, &session, &coach.user, &child, now).await
}

/// Ends the offers whose time is over: credits go back and the seat is offered to the next in line, lesson by lesson. Returns
/// how many there were.
///
/// # Errors
/// [`CalendarError`] of the first lesson that cannot be settled.
pub async fn settle_offers(context: &CalendarContext) -> Result<u64, CalendarError> {
    let permit = Permit::system(Action::CancelSession);
    let behalf = Behalf::of(&permit);
    let mut tx = context.store.begin().await?;
    let sessions = tx.sessions_with_expired_offers(context.now(), BATCH).await?;
    drop(tx);
    let mut count = 0;
    for id in sessions {
        let mut tx = context.store.begin().await?;
        let Some(session) = tx.lock_session(&id, &Scope::Any).await? else { continue };
        let now = context.now();
        for place in tx.participants(&id).await? {
            let over = place.offered_until.is_some_and(|until| until <= now);
            if place.state == ParticipantState::Offered && over {
                release(context, tx.as_mut(), &behalf, &session, place, SeatEvent::Expire, now).await?;
                count += 1;
            }
        }
        tx.commit().await?;
    }
    Ok(count)
}
