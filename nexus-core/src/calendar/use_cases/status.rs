use super::context::CalendarContext;
use super::error::CalendarError;
use crate::calendar::{Session, SessionStatus, StatusChange, Transition, TransitionRefused};
use crate::identity::use_cases::Behalf;
use crate::{SessionId, Tx};
use jiff::Timestamp;
use serde_json::json;

/// A lesson that goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeStatus {
    /// The lesson.
    pub session: SessionId,
    /// What happens to it: it is confirmed, begins, is over, or the pupil does not come.
    pub transition: Transition,
    /// What the coach says about it.
    pub notes: Option<String>,
}

/// Confirms, begins or ends a lesson, or says that the pupil did not come. Calling it off and moving it are other use-cases.
///
/// # Errors
/// [`CalendarError::Transition`] when its state or the clock does not allow it.
pub async fn change_status(
    context: &CalendarContext,
    behalf: Behalf<'_>,
    command: &ChangeStatus,
) -> Result<Session, CalendarError> {
    let mut tx = context.store.begin().await?;
    let session = lock(tx.as_mut(), &behalf, &command.session).await?;
    let now = context.now();
    if matches!(command.transition, Transition::Cancel | Transition::Reschedule) {
        return Err(TransitionRefused::NotFromHere { from: session.status, asked: command.transition }.into());
    }
    let to = session.status.after(command.transition, &session.lesson, &context.policy, now)?;
    let change = change(&session, to, &behalf, now);
    apply(tx.as_mut(), StatusChange { report: command.notes.clone(), ..change }).await?;
    if to.is_terminal() {
        tx.cancel_reminders(&session.id, now).await?;
    }
    record(tx.as_mut(), &behalf, &session, to, now).await?;
    tx.commit().await?;
    Ok(Session {
        status: to,
        sequence: session.sequence + 1,
        report: command.notes.clone().or(session.report),
        completed_at: if to == SessionStatus::Completed { Some(now) } else { session.completed_at },
        ..session
    })
}

/// A lesson that the permit reaches, held.
pub(super) async fn lock(
    tx: &mut dyn Tx,
    behalf: &Behalf<'_>,
    id: &SessionId,
) -> Result<Session, CalendarError> {
    tx.lock_session(id, behalf.permit.scope()).await?.ok_or(CalendarError::SessionNotFound)
}

/// The change of a lesson into another state.
pub(super) fn change(
    session: &Session,
    to: SessionStatus,
    behalf: &Behalf<'_>,
    at: Timestamp,
) -> StatusChange {
    StatusChange {
        session: session.id.clone(),
        from: session.status,
        to,
        actor: behalf.permit.audit_name(),
        reason: None,
        report: None,
        refunded: None,
        at,
    }
}

/// Writes a change. The lesson is held, so only who writes without holding it can have changed it meanwhile.
pub(super) async fn apply(tx: &mut dyn Tx, change: StatusChange) -> Result<(), CalendarError> {
    if tx.change_status(&change).await? {
        Ok(())
    } else {
        let asked = change.to.asked_by().unwrap_or(Transition::Confirm);
        Err(TransitionRefused::NotFromHere { from: change.from, asked }.into())
    }
}

/// The trace of a change.
pub(super) async fn record(
    tx: &mut dyn Tx,
    behalf: &Behalf<'_>,
    session: &Session,
    to: SessionStatus,
    now: Timestamp,
) -> Result<(), CalendarError> {
    let details = json!({"before": session.status, "after": to});
    tx.record(&behalf.event("SESSION_STATUS", now).about("session", session.id.as_str()).with(details))
        .await?;
    Ok(())
}
