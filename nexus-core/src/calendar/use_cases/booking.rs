use super::context::{CalendarContext, party};
use super::error::CalendarError;
use super::payment::charge;
use super::telling::{News, plan_reminders, tell};
use crate::calendar::{
    BookingQuestion, Busy, Canceller, Closure, Coach, Interval, Modality, Obstacle, PartiesAsked, Pupil,
    ServiceType, Session, SessionKind, SessionStatus, TimeAsked, TimeTaken, decide, price,
};
use crate::identity::use_cases::Behalf;
use crate::mail::LessonNews;
use crate::{ErrorCode, FieldError, SchoolSubject, SessionId, Tx};
use jiff::Timestamp;
use serde_json::json;

/// Longest title, in characters.
const LONGEST_TITLE: usize = 200;
/// Longest description, in characters.
const LONGEST_DESCRIPTION: usize = 2_000;
/// Most seats of a group.
const MOST_SEATS: u32 = 500;

/// A lesson that somebody books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookSession {
    /// The coach, by his profile or his account.
    pub coach: String,
    /// The pupil, by his record or his account; of a group, the first one.
    pub student: String,
    /// What is taught.
    pub subject: SchoolSubject,
    /// What it costs by.
    pub service: ServiceType,
    /// Where; the usual place of the service when absent.
    pub modality: Option<Modality>,
    /// Seats of a workshop.
    pub seats: u32,
    /// The room at the school.
    pub room: Option<String>,
    /// What it is called.
    pub title: String,
    /// What it is about.
    pub description: Option<String>,
    /// When.
    pub lesson: Interval,
}

impl BookSession {
    /// What is wrong with the command itself, whatever the calendar says.
    pub(super) fn check(&self, behalf: &Behalf<'_>) -> Result<(), CalendarError> {
        let wrong = |field: &str, code| Err(CalendarError::Field(FieldError::new(field, code)));
        let too_long = |text: &str, longest: usize| text.chars().nth(longest).is_some();
        if self.title.trim().is_empty() {
            return wrong("title", ErrorCode::FieldRequired);
        }
        if too_long(&self.title, LONGEST_TITLE) {
            return wrong("title", ErrorCode::FieldTooLong);
        }
        if self.title.chars().any(char::is_control) {
            return wrong("title", ErrorCode::ForbiddenCharacters);
        }
        if self.description.as_ref().is_some_and(|text| too_long(text, LONGEST_DESCRIPTION)) {
            return wrong("description", ErrorCode::FieldTooLong);
        }
        if self.room.as_ref().is_some_and(|room| room.trim().is_empty() || too_long(room, 60)) {
            return wrong("room", ErrorCode::FieldTooLong);
        }
        // What costs less must not be given as what costs more.
        let fits = match (self.service, self.place()) {
            (ServiceType::Online, place) => place == Modality::Online,
            (ServiceType::InPerson, place) => place != Modality::Online,
            (ServiceType::Workshop, _) => true,
        };
        if !fits {
            return wrong("modality", ErrorCode::InvalidField);
        }
        if self.is_group() {
            // Families take seats in a workshop; the office opens it.
            if party(behalf) != Canceller::Office {
                return wrong("type", ErrorCode::InvalidField);
            }
            if !(1..=MOST_SEATS).contains(&self.seats) {
                return wrong("seats", ErrorCode::InvalidField);
            }
        }
        Ok(())
    }

    /// Where it takes place.
    pub(super) fn place(&self) -> Modality {
        self.modality.unwrap_or(self.service.modality())
    }

    /// What is to be decided about a lesson.
    pub(super) fn question<'a>(
        &self,
        lesson: Interval,
        coach: &'a Coach,
        closures: &'a [Closure],
        busy: &'a Busy,
    ) -> BookingQuestion<'a> {
        BookingQuestion {
            subject: self.subject,
            modality: self.place(),
            lesson,
            coach: &coach.facts,
            closures,
            coach_busy: &busy.coach,
            student_busy: &busy.student,
            room_busy: &busy.room,
        }
    }

    fn is_group(&self) -> bool {
        self.service == ServiceType::Workshop
    }
}

/// Books a lesson and takes its price.
///
/// # Errors
/// [`CalendarError::Obstacle`] when something stands against it, [`CalendarError::Ledger`] when credits are missing; nothing is
/// written then.
pub async fn book(
    context: &CalendarContext,
    behalf: Behalf<'_>,
    command: &BookSession,
) -> Result<Session, CalendarError> {
    command.check(&behalf)?;
    let mut tx = context.store.begin().await?;
    let parties = Parties::find(context, tx.as_mut(), &behalf, command, command.lesson, None).await?;
    let now = context.now();
    parties.decide(context, &behalf, command, &command.lesson, now)?;
    let session = parties.session(context, &behalf, command, command.lesson, None, now);
    place(tx.as_mut(), &behalf, &session, &parties.pupil, now).await?;
    let news = News::about(LessonNews::Booked, std::slice::from_ref(&session), &parties.coach);
    tell(context, tx.as_mut(), &behalf, &news, std::slice::from_ref(&parties.pupil), now).await?;
    tx.commit().await?;
    Ok(session)
}

/// Whom a booking concerns; their calendars are held, and what is taken in them is known.
pub(super) struct Parties {
    pub(super) pupil: Pupil,
    pub(super) coach: Coach,
    closures: Vec<Closure>,
    busy: Busy,
}

impl Parties {
    /// Finds the pupil and the coach, holds their calendars and that of the room, and reads what is taken in them around lessons
    /// that lie within a stretch of time, one lesson left aside.
    pub(super) async fn find(
        context: &CalendarContext,
        tx: &mut dyn Tx,
        behalf: &Behalf<'_>,
        command: &BookSession,
        lessons: Interval,
        except: Option<&SessionId>,
    ) -> Result<Self, CalendarError> {
        let scope = behalf.permit.scope();
        let room = command.room.as_deref();
        let asked = PartiesAsked { student: &command.student, scope, coach: &command.coach, room };
        let (pupil, coach) = tx.hold_parties(&asked).await?;
        let pupil = pupil.ok_or(CalendarError::StudentNotFound)?;
        let coach = coach.ok_or(CalendarError::CoachNotFound)?;
        // Read once the calendars are held: a coach who changes his availability holds his as well.
        let asked = TimeAsked {
            coach: coach.as_str(),
            student: Some(&pupil.student),
            room,
            days: context.days(&lessons),
            within: context.with_pauses(&lessons),
            except,
        };
        let taken = tx.time_taken(&asked).await?.ok_or(CalendarError::CoachNotFound)?;
        let TimeTaken { coach, closures, busy } = taken;
        Ok(Self { pupil, coach, closures, busy })
    }

    /// Whether a lesson may be booked.
    pub(super) fn decide(
        &self,
        context: &CalendarContext,
        behalf: &Behalf<'_>,
        command: &BookSession,
        lesson: &Interval,
        now: Timestamp,
    ) -> Result<(), Obstacle> {
        let question = command.question(*lesson, &self.coach, &self.closures, &self.busy);
        decide(&question, &context.policy, now, party(behalf) == Canceller::Office)
    }

    /// The lesson to be written.
    pub(super) fn session(
        &self,
        context: &CalendarContext,
        behalf: &Behalf<'_>,
        command: &BookSession,
        lesson: Interval,
        series: Option<String>,
        now: Timestamp,
    ) -> Session {
        let id = SessionId::generate(context.ids.as_ref());
        let minutes = u16::try_from(lesson.minutes()).unwrap_or(u16::MAX);
        Session {
            root: id.clone(),
            id,
            rescheduled_from: None,
            series,
            sequence: 0,
            student: self.pupil.student.clone(),
            coach: self.coach.coach.clone(),
            service: command.service,
            kind: if command.is_group() { SessionKind::Group } else { SessionKind::Individual },
            modality: Some(command.place()),
            subject: command.subject,
            title: command.title.trim().to_owned(),
            description: command.description.clone(),
            lesson,
            room: command.room.clone(),
            seats: if command.is_group() { command.seats } else { 1 },
            price: price(command.service, minutes),
            status: SessionStatus::Scheduled,
            video_room: None,
            report: None,
            booked_by: behalf.user().cloned(),
            created_at: now,
            completed_at: None,
            cancelled_at: None,
        }
    }
}

/// Writes a lesson with its price, its reminders and its trace.
pub(super) async fn place(
    tx: &mut dyn Tx,
    behalf: &Behalf<'_>,
    session: &Session,
    pupil: &Pupil,
    now: Timestamp,
) -> Result<(), CalendarError> {
    let actor = behalf.permit.audit_name();
    tx.insert_session(session, &actor).await?;
    charge(tx, session, (&session.root, true), pupil, &actor, now).await?;
    plan_reminders(tx, session, now).await?;
    let details = json!({
        "studentId": session.student, "coachId": session.coach, "scheduledAt": session.lesson.start().to_string(),
        "duration": session.lesson.minutes(), "milliCredits": session.price, "type": session.service,
    });
    tx.record(&behalf.event("SESSION_BOOK", now).about("session", session.id.as_str()).with(details)).await?;
    Ok(())
}
