use super::context::{CalendarContext, party};
use super::error::CalendarError;
use super::status::{apply, change, lock, record};
use crate::SessionId;
use crate::calendar::{Canceller, Session, SessionStatus, SessionView, Transition, jitsi};
use crate::identity::use_cases::Behalf;

/// A video room for one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VideoRoom {
    /// The lesson.
    pub view: SessionView,
    /// The room.
    pub room: String,
    /// Its address, with the settings of this person.
    pub address: String,
    /// Whether he is its host.
    pub is_host: bool,
}

/// Opens the video room of a lesson for somebody who takes part in it, or for the office, which looks on. When the coach comes,
/// the lesson begins.
///
/// # Errors
/// [`CalendarError::RoomNotOpen`] outside the time of the lesson, or when it will not take place or is over.
pub async fn join_video(
    context: &CalendarContext,
    behalf: Behalf<'_>,
    id: &SessionId,
) -> Result<VideoRoom, CalendarError> {
    let mut tx = context.store.begin().await?;
    let session = lock(tx.as_mut(), &behalf, id).await?;
    let now = context.now();
    if !jitsi::is_open(session.status, &session.lesson, &context.policy, now) {
        return Err(CalendarError::RoomNotOpen);
    }
    let room = session.video_room.clone().unwrap_or_else(|| jitsi::room_name(&context.rooms, &session.id));
    if session.video_room.is_none() {
        tx.save_video_room(&session.id, &room).await?;
    }
    let is_host = party(&behalf) == Canceller::Coach;
    if is_host && let Ok(to) = session.status.after(Transition::Start, &session.lesson, &context.policy, now)
    {
        apply(tx.as_mut(), change(&session, to, &behalf, now)).await?;
        record(tx.as_mut(), &behalf, &session, to, now).await?;
    }
    let pupil = match behalf.permit.actor().and_then(|actor| actor.student.as_ref()) {
        Some(student) => tx.pupil(student.as_str(), behalf.permit.scope()).await?,
        None => None,
    };
    tx.commit().await?;
    let scope = behalf.permit.scope();
    let mut view = context.store.session(id, scope).await?.ok_or(CalendarError::SessionNotFound)?;
    // Of a group, the lesson names another pupil: he is called by his own name.
    if let Some(pupil) = pupil {
        let name = format!("{} {}", pupil.first_name, pupil.last_name);
        name.trim().clone_into(&mut view.student_name);
    }
    let name = match party(&behalf) {
        Canceller::Coach => view.coach_name.clone(),
        Canceller::Family => view.student_name.clone(),
        Canceller::Office => "Nexus Réussite".to_owned(),
    };
    let address = jitsi::join_address(&context.video_server, &room, &name, is_host);
    Ok(VideoRoom { view, room, address, is_host })
}

/// Leaves a video room: the lesson goes on, only its coach or the office ends it.
///
/// # Errors
/// [`CalendarError::SessionNotFound`] for a lesson of others.
pub async fn leave_video(
    context: &CalendarContext,
    behalf: Behalf<'_>,
    id: &SessionId,
) -> Result<SessionStatus, CalendarError> {
    let scope = behalf.permit.scope();
    let view = context.store.session(id, scope).await?.ok_or(CalendarError::SessionNotFound)?;
    let Session { status, .. } = view.session;
    Ok(status)
}
