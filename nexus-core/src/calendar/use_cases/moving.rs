use super::booking::{BookSession, Parties};
use super::context::{CalendarContext, party};
use super::error::CalendarError;
use super::status::{apply, change, lock};
use super::telling::{News, plan_reminders, tell};
use crate::calendar::{
    CalendarOf, Canceller, Interval, Participant, Pupil, Session, SessionStatus, Transition,
    reschedule_is_open,
};
use crate::identity::use_cases::Behalf;
use crate::mail::LessonNews;
use crate::rights::Scope;
use crate::{SessionId, Tx};
use jiff::Timestamp;
use serde_json::json;

/// A lesson that is moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoveSession {
    /// The lesson.
    pub session: SessionId,
    /// When it begins from now on; it is as long as before.
    pub start: Timestamp,
    /// Another room at the school.
    pub room: Option<String>,
}

/// Moves a lesson: the former one ends as moved, a new one takes its place and refers to it. Its price stays what it was and is
/// not taken again: the ledger knows the whole chain by its first lesson.
///
/// # Errors
/// [`CalendarError::RescheduleTooLate`] when a family could no longer call it off for nothing; otherwise as for booking.
pub async fn reschedule(
    context: &CalendarContext,
    behalf: Behalf<'_>,
    command: &MoveSession,
) -> Result<Session, CalendarError> {
    let by = party(&behalf);
    let mut tx = context.store.begin().await?;
    let former = lock(tx.as_mut(), &behalf, &command.session).await?;
    let now = context.now();
    let to = former.status.after(Transition::Reschedule, &former.lesson, &context.policy, now)?;
    if !reschedule_is_open(by, former.service, former.lesson.start(), now) {
        return Err(CalendarError::RescheduleTooLate);
    }
    if former.kind.has_seats() && by == Canceller::Family {
        // One family does not move a group.
        return Err(CalendarError::SessionNotFound);
    }
    let minutes = u16::try_from(former.lesson.minutes()).unwrap_or(u16::MAX);
    let lesson =
        Interval::from_minutes(command.start, minutes).ok_or(crate::civil_time::NoSuchTime::OutOfRange)?;
    let places = tx.participants(&former.id).await?;
    let places: Vec<Participant> = places.into_iter().filter(|place| place.state.is_open()).collect();
    let booking = as_booking(&former, command, lesson);
    let parties = find(context, tx.as_mut(), &behalf, &booking, &former, &places).await?;
    parties.decide(context, &behalf, &booking, &lesson, now)?;

    // The former lesson gives its time free first.
    apply(tx.as_mut(), change(&former, to, &behalf, now)).await?;
    tx.cancel_reminders(&former.id, now).await?;
    let moved = Session {
        id: SessionId::generate(context.ids.as_ref()),
        rescheduled_from: Some(former.id.clone()),
        sequence: former.sequence + 1,
        lesson,
        room: booking.room.clone(),
        status: SessionStatus::Scheduled,
        video_room: None,
        report: None,
        created_at: now,
        ..former.clone()
    };
    tx.insert_session(&moved, &behalf.permit.audit_name()).await?;
    let pupils = carry_over(context, tx.as_mut(), &moved, places).await?;
    plan_reminders(tx.as_mut(), &moved, now).await?;
    let details = json!({
        "from": former.id, "before": former.lesson.start().to_string(), "after": lesson.start().to_string(),
    });
    tx.record(&behalf.event("SESSION_RESCHEDULE", now).about("session", moved.id.as_str()).with(details))
        .await?;
    let news = News::about(LessonNews::Moved, std::slice::from_ref(&moved), &parties.coach);
    tell(context, tx.as_mut(), &behalf, &news, &pupils, now).await?;
    tx.commit().await?;
    Ok(moved)
}

fn as_booking(former: &Session, command: &MoveSession, lesson: Interval) -> BookSession {
    BookSession {
        coach: former.coach.to_string(),
        student: former.student.to_string(),
        subject: former.subject,
        service: former.service,
        modality: former.modality,
        seats: former.seats,
        room: command.room.clone().or_else(|| former.room.clone()),
        title: former.title.clone(),
        description: former.description.clone(),
        lesson,
    }
}

/// Holds the calendars of everybody who takes part. The scope was asked about the lesson: a coach reaches his pupils by it.
async fn find(
    context: &CalendarContext,
    tx: &mut dyn Tx,
    behalf: &Behalf<'_>,
    booking: &BookSession,
    former: &Session,
    places: &[Participant],
) -> Result<Parties, CalendarError> {
    let system = crate::rights::Permit::system(behalf.permit.action());
    let everybody = Behalf { permit: &system, request: behalf.request };
    let mut calendars: Vec<_> =
        places.iter().map(|place| CalendarOf::Student(place.student.clone())).collect();
    calendars.push(CalendarOf::Coach(former.coach.clone()));
    calendars.extend(booking.room.clone().map(CalendarOf::Room));
    tx.lock_calendars(&calendars).await?;
    Parties::find(context, tx, &everybody, booking, booking.lesson, Some(&former.id)).await
}

/// Gives everybody who had a place in the former lesson the same in the new one; the ledger goes on knowing it as before.
async fn carry_over(
    context: &CalendarContext,
    tx: &mut dyn Tx,
    moved: &Session,
    places: Vec<Participant>,
) -> Result<Vec<Pupil>, CalendarError> {
    let mut pupils = Vec::new();
    for place in places {
        pupils.extend(tx.pupil(place.student.as_str(), &Scope::Any).await?);
        if place.student == moved.student {
            // The database wrote his place with the lesson, and takes him for the first of the chain.
            let place = Participant { id: moved.id.clone(), session: moved.id.clone(), ..place };
            tx.save_participant(&place).await??;
            continue;
        }
        let place =
            Participant { id: SessionId::generate(context.ids.as_ref()), session: moved.id.clone(), ..place };
        tx.insert_participant(&place).await??;
    }
    Ok(pupils)
}
