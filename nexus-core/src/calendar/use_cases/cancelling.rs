use super::context::{CalendarContext, party};
use super::error::CalendarError;
use super::payment::refund;
use super::seats::release;
use super::status::{apply, change, lock};
use super::telling::{News, tell};
use crate::calendar::{
    Canceller, ParticipantState, Pupil, SeatEvent, Session, SessionStatus, StatusChange, Transition,
    refund_is_due,
};
use crate::identity::use_cases::Behalf;
use crate::mail::LessonNews;
use crate::rights::Scope;
use crate::{SessionId, Tx};
use jiff::Timestamp;
use serde_json::json;

/// What became of a lesson that was called off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cancelled {
    /// Whether credits came back.
    pub refunded: bool,
}

/// Calls a lesson off. Of a group, a family gives up its seat, and the others keep theirs.
///
/// # Errors
/// [`CalendarError::Transition`] (409) when it is over or called off already: nothing happens then.
pub async fn cancel(
    context: &CalendarContext,
    behalf: Behalf<'_>,
    id: &SessionId,
    reason: Option<&str>,
) -> Result<Cancelled, CalendarError> {
    let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
    let by = party(&behalf);
    let mut tx = context.store.begin().await?;
    let session = lock(tx.as_mut(), &behalf, id).await?;
    let now = context.now();
    session.status.after(Transition::Cancel, &session.lesson, &context.policy, now)?;
    if by.needs_a_reason() && reason.is_none() {
        return Err(CalendarError::ReasonRequired);
    }
    let cancelled = if session.kind.has_seats() && by == Canceller::Family {
        let refunded = give_up(context, tx.as_mut(), &behalf, &session, now).await?;
        Cancelled { refunded }
    } else {
        call_off(context, tx.as_mut(), &behalf, &session, reason, now).await?
    };
    tx.commit().await?;
    Ok(cancelled)
}

/// A family gives up the seats of its own in a group.
async fn give_up(
    context: &CalendarContext,
    tx: &mut dyn Tx,
    behalf: &Behalf<'_>,
    session: &Session,
    now: Timestamp,
) -> Result<bool, CalendarError> {
    let mut refunded = false;
    let mut found = false;
    for participant in tx.participants(&session.id).await? {
        let reached = tx.pupil(participant.student.as_str(), behalf.permit.scope()).await?.is_some();
        if reached && participant.state.is_open() {
            found = true;
            refunded |= release(context, tx, behalf, session, participant, SeatEvent::Leave, now).await?;
        }
    }
    if found { Ok(refunded) } else { Err(CalendarError::SessionNotFound) }
}

/// Ends a lesson for everybody: every seat is given back its credits when they are due.
pub(super) async fn call_off(
    context: &CalendarContext,
    tx: &mut dyn Tx,
    behalf: &Behalf<'_>,
    session: &Session,
    reason: Option<&str>,
    now: Timestamp,
) -> Result<Cancelled, CalendarError> {
    let due = refund_is_due(party(behalf), session.service, session.lesson.start(), now);
    let actor = behalf.permit.audit_name();
    let participants = tx.participants(&session.id).await?;
    let mut refunded = false;
    let mut pupils: Vec<Pupil> = Vec::new();
    for participant in participants.iter().filter(|participant| participant.state.is_open()) {
        // A seat that is kept for somebody is paid: he did not take it, so his credits come back whenever.
        if (due || participant.state == ParticipantState::Offered) && participant.state.holds_a_seat() {
            refunded |= refund(tx, session, &participant.ledger, &actor, now).await?;
        }
        pupils.extend(tx.pupil(participant.student.as_str(), &Scope::Any).await?);
    }
    // The existing pages show the reason in the place of the report.
    let report = reason.map_or_else(|| "Annulée".to_owned(), |reason| format!("Annulée: {reason}"));
    let written = change(session, SessionStatus::Cancelled, behalf, now);
    let written = StatusChange {
        reason: reason.map(str::to_owned),
        report: Some(report),
        refunded: Some(refunded),
        ..written
    };
    apply(tx, written).await?;
    tx.cancel_reminders(&session.id, now).await?;
    let details =
        json!({"before": session.status, "after": "CANCELLED", "reason": reason, "refunded": refunded});
    tx.record(&behalf.event("SESSION_CANCEL", now).about("session", session.id.as_str()).with(details))
        .await?;
    let day = context.day(session.lesson.start());
    if let Some((coach, _)) = tx.coach(session.coach.as_str(), (day, day)).await? {
        let cancelled =
            Session { status: SessionStatus::Cancelled, sequence: session.sequence + 1, ..session.clone() };
        let remark = reason.unwrap_or_default().to_owned();
        let about = News::about(LessonNews::Cancelled, std::slice::from_ref(&cancelled), &coach);
        let news = News { remark, ..about };
        tell(context, tx, behalf, &news, &pupils, now).await?;
    }
    Ok(Cancelled { refunded })
}
