//! Seats of a group: taken, waited for, offered, given up. An offer is paid when it is made and given back when its time is
//! over, in the very transaction that frees or keeps the seat.

use super::cancelling::call_off;
use super::context::{CalendarContext, party};
use super::error::CalendarError;
use super::payment::{charge, refund, said};
use super::status::lock;
use super::telling::{News, tell_family};
use crate::calendar::{
    CalendarOf, Calendars, Canceller, Obstacle, Participant, ParticipantState, Pupil, SeatEvent, Session,
    SessionStatus, next_in_line, refund_is_due,
};
use crate::identity::use_cases::Behalf;
use crate::ledger::LedgerError;
use crate::mail::LessonNews;
use crate::rights::Scope;
use crate::{SessionId, Tx};
use jiff::Timestamp;
use serde_json::json;

/// A pupil's place in a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// Where he stands.
    pub state: ParticipantState,
    /// Until when an offer stands.
    pub offered_until: Option<Timestamp>,
    /// His place in the line, from 1 on; absent unless he waits.
    pub position: Option<usize>,
}

/// Takes a seat in a group and pays it; when every seat is taken and the pupil may wait, he is put at the end of the line and
/// pays nothing.
///
/// # Errors
/// [`CalendarError::Full`] when every seat is taken and he does not want to wait.
pub async fn join_session(
    context: &CalendarContext,
    behalf: Behalf<'_>,
    id: &SessionId,
    student: &str,
    may_wait: bool,
) -> Result<Seat, CalendarError> {
    let mut tx = context.store.begin().await?;
    // A group is open to pupils who have nothing to do with it yet.
    let session = tx.lock_session(id, &Scope::Any).await?.ok_or(CalendarError::SessionNotFound)?;
    let scope = behalf.permit.scope();
    if !session.kind.has_seats() {
        // To a family the lesson of somebody else does not exist.
        let own = tx.lock_session(id, scope).await?.is_some();
        return Err(if own { CalendarError::NotAGroup } else { CalendarError::SessionNotFound });
    }
    let pupil = tx.pupil(student, scope).await?.ok_or(CalendarError::StudentNotFound)?;
    let now = context.now();
    is_open(context, &behalf, &session, now)?;
    tx.lock_calendars(&[CalendarOf::Student(pupil.student.clone())]).await?;
    let places = tx.participants(&session.id).await?;
    if places.iter().any(|place| place.student == pupil.student && place.state.is_open()) {
        return Err(CalendarError::AlreadyEnrolled);
    }
    if is_busy(tx.as_mut(), &session, &pupil).await? {
        return Err(Obstacle::StudentBusy.into());
    }
    let is_free = held(&places) < session.seats;
    if !is_free && !may_wait {
        return Err(CalendarError::Full);
    }
    let seat = SessionId::generate(context.ids.as_ref());
    let state = if is_free { ParticipantState::Enrolled } else { ParticipantState::Waiting };
    let place = Participant {
        ledger: seat.clone(),
        id: seat,
        session: session.id.clone(),
        student: pupil.student.clone(),
        state,
        offered_until: None,
        created_at: now,
    };
    tx.insert_participant(&place).await??;
    if is_free {
        charge(tx.as_mut(), &session, (&place.ledger, true), &pupil, &behalf.permit.audit_name(), now)
            .await?;
        tell_about(context, tx.as_mut(), &behalf, &session, &pupil, (LessonNews::Booked, String::new()), now)
            .await?;
    }
    record(tx.as_mut(), &behalf, &session, "SEAT_JOIN", &place, now).await?;
    tx.commit().await?;
    let waiting = places.iter().filter(|place| place.state == ParticipantState::Waiting).count();
    Ok(Seat { state, offered_until: None, position: (!is_free).then_some(waiting + 1) })
}

fn is_open(
    context: &CalendarContext,
    behalf: &Behalf<'_>,
    session: &Session,
    now: Timestamp,
) -> Result<(), CalendarError> {
    if !matches!(session.status, SessionStatus::Scheduled | SessionStatus::Confirmed) {
        let asked = crate::calendar::Transition::Confirm;
        return Err(crate::calendar::TransitionRefused::NotFromHere { from: session.status, asked }.into());
    }
    if session.lesson.start() <= now {
        return Err(Obstacle::InThePast.into());
    }
    let earliest = context.policy.earliest(now);
    if party(behalf) != Canceller::Office && session.lesson.start() <= earliest {
        return Err(Obstacle::TooSoon { after: said(earliest, &context.policy.zone) }.into());
    }
    Ok(())
}

/// Takes the seat that is kept for a pupil; it is paid already.
///
/// # Errors
/// [`CalendarError::Seat`] when there is no offer, or its time is over.
pub async fn accept_seat(
    context: &CalendarContext,
    behalf: Behalf<'_>,
    id: &SessionId,
    student: &str,
) -> Result<Seat, CalendarError> {
    let mut tx = context.store.begin().await?;
    let (session, place) = own_place(tx.as_mut(), &behalf, id, student).await?;
    let now = context.now();
    let state = place.state.after(SeatEvent::Accept, place.offered_until, now)?;
    let place = Participant { state, offered_until: None, ..place };
    tx.save_participant(&place).await??;
    record(tx.as_mut(), &behalf, &session, "SEAT_ACCEPT", &place, now).await?;
    tx.commit().await?;
    Ok(Seat { state, offered_until: None, position: None })
}

/// Gives up a seat, an offer or a place in the line; whether credits came back.
///
/// # Errors
/// [`CalendarError::Seat`] when the pupil has no place.
pub async fn leave_session(
    context: &CalendarContext,
    behalf: Behalf<'_>,
    id: &SessionId,
    student: &str,
) -> Result<bool, CalendarError> {
    let mut tx = context.store.begin().await?;
    let (session, place) = own_place(tx.as_mut(), &behalf, id, student).await?;
    let now = context.now();
    let refunded = release(context, tx.as_mut(), &behalf, &session, place, SeatEvent::Leave, now).await?;
    tx.commit().await?;
    Ok(refunded)
}

/// The open place of a pupil in a group that is not over; the lesson is held.
async fn own_place(
    tx: &mut dyn Tx,
    behalf: &Behalf<'_>,
    id: &SessionId,
    student: &str,
) -> Result<(Session, Participant), CalendarError> {
    let session = lock(tx, behalf, id).await?;
    if !session.kind.has_seats() {
        return Err(CalendarError::NotAGroup);
    }
    if !matches!(session.status, SessionStatus::Scheduled | SessionStatus::Confirmed) {
        let asked = crate::calendar::Transition::Cancel;
        return Err(crate::calendar::TransitionRefused::NotFromHere { from: session.status, asked }.into());
    }
    let pupil = tx.pupil(student, behalf.permit.scope()).await?.ok_or(CalendarError::StudentNotFound)?;
    let places = tx.participants(id).await?;
    let place = places.into_iter().find(|place| place.student == pupil.student && place.state.is_open());
    Ok((session, place.ok_or(crate::calendar::SeatRefused::NoPlace)?))
}

/// Ends a place, gives back what is due, and offers the seat to the next in line; the lesson is held. A group without anybody
/// is called off.
pub(super) async fn release(
    context: &CalendarContext,
    tx: &mut dyn Tx,
    behalf: &Behalf<'_>,
    session: &Session,
    place: Participant,
    event: SeatEvent,
    now: Timestamp,
) -> Result<bool, CalendarError> {
    let state = place.state.after(event, place.offered_until, now)?;
    let held_a_seat = place.state.holds_a_seat();
    let due = match place.state {
        ParticipantState::Enrolled => {
            refund_is_due(party(behalf), session.service, session.lesson.start(), now)
        }
        ParticipantState::Offered => true,
        _ => false,
    };
    let place = Participant { state, offered_until: None, ..place };
    tx.save_participant(&place).await??;
    let actor = behalf.permit.audit_name();
    let refunded = due && refund(tx, session, &place.ledger, &actor, now).await?;
    let action = if event == SeatEvent::Expire { "SEAT_EXPIRE" } else { "SEAT_LEAVE" };
    record(tx, behalf, session, action, &place, now).await?;
    if held_a_seat {
        offer_next(context, tx, behalf, session, now).await?;
        let places = tx.participants(&session.id).await?;
        match places.iter().find(|place| place.state.holds_a_seat()) {
            // Who is named by the lesson takes part in it.
            Some(first)
                if !places
                    .iter()
                    .any(|place| place.student == session.student && place.state.holds_a_seat()) =>
            {
                tx.save_first_student(&session.id, &first.student).await?;
            }
            Some(_) => {}
            None => {
                let reason = Some("plus aucun inscrit");
                call_off(context, tx, behalf, session, reason, now).await?;
            }
        }
    }
    Ok(refunded)
}

/// Offers free seats to those who wait, in their order: whoever is busy then or cannot pay is passed over and stays in the line.
async fn offer_next(
    context: &CalendarContext,
    tx: &mut dyn Tx,
    behalf: &Behalf<'_>,
    session: &Session,
    now: Timestamp,
) -> Result<(), CalendarError> {
    // An offer ends before a family could no longer book by itself.
    let lifetime = now.checked_add(context.policy.offer_lifetime).unwrap_or(Timestamp::MAX);
    let last = session.lesson.start().checked_sub(context.policy.notice).unwrap_or(now);
    let until = lifetime.min(last);
    let mut passed_over: Vec<SessionId> = Vec::new();
    if until <= now {
        return Ok(());
    }
    loop {
        let places = tx.participants(&session.id).await?;
        let line: Vec<_> =
            places.iter().filter(|place| place.state == ParticipantState::Waiting).cloned().collect();
        let next =
            next_in_line(session.seats, held(&places), &line, |place| !passed_over.contains(&place.id));
        let Some(place) = next.cloned() else { return Ok(()) };
        passed_over.push(place.id.clone());
        let Some(pupil) = tx.pupil(place.student.as_str(), &Scope::Any).await? else { continue };
        tx.lock_calendars(&[CalendarOf::Student(pupil.student.clone())]).await?;
        if is_busy(tx, session, &pupil).await? {
            continue;
        }
        match charge(tx, session, (&place.ledger, false), &pupil, "system", now).await {
            Ok(()) => {}
            Err(CalendarError::Ledger(LedgerError::MissingCredits { .. })) => continue,
            Err(error) => return Err(error),
        }
        let state = place.state.after(SeatEvent::Offer, None, now)?;
        let place = Participant { state, offered_until: Some(until), ..place };
        tx.save_participant(&place).await??;
        record(tx, behalf, session, "SEAT_OFFER", &place, now).await?;
        let remark = said(until, &context.policy.zone);
        tell_about(context, tx, behalf, session, &pupil, (LessonNews::SeatOffered, remark), now).await?;
    }
}

/// Whether a pupil, whose calendar is held, has another lesson then.
async fn is_busy(tx: &mut dyn Tx, session: &Session, pupil: &Pupil) -> Result<bool, crate::StoreError> {
    let of = Calendars { student: Some(&pupil.student), ..Calendars::default() };
    Ok(!tx.busy(&of, &session.lesson, Some(&session.id)).await?.student.is_empty())
}

fn held(places: &[Participant]) -> u32 {
    let held = places.iter().filter(|place| place.state.holds_a_seat()).count();
    u32::try_from(held).unwrap_or(u32::MAX)
}

async fn tell_about(
    context: &CalendarContext,
    tx: &mut dyn Tx,
    behalf: &Behalf<'_>,
    session: &Session,
    pupil: &Pupil,
    (what, remark): (LessonNews, String),
    now: Timestamp,
) -> Result<(), CalendarError> {
    let day = context.day(session.lesson.start());
    if let Some((coach, _)) = tx.coach(session.coach.as_str(), (day, day)).await? {
        let news = News { remark, ..News::about(what, std::slice::from_ref(session), &coach) };
        tell_family(context, tx, behalf, &news, session, pupil, now).await?;
    }
    Ok(())
}

async fn record(
    tx: &mut dyn Tx,
    behalf: &Behalf<'_>,
    session: &Session,
    action: &str,
    place: &Participant,
    now: Timestamp,
) -> Result<(), CalendarError> {
    let details = json!({"studentId": place.student, "state": place.state});
    tx.record(&behalf.event(action, now).about("session", session.id.as_str()).with(details)).await?;
    Ok(())
}
