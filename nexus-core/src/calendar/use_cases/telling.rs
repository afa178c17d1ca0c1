//! Who is told what: lines in the notifications in the transaction itself, mails through the outbox.

use super::context::CalendarContext;
use crate::calendar::icalendar::{CalendarEntry, CalendarFile, Method};
use crate::calendar::{Coach, Pupil, ReminderKind, Session, reminders};
use crate::french::day_and_time;
use crate::identity::use_cases::Behalf;
use crate::mail::{LessonMail, LessonNews, MailMessage, MailTo};
use crate::outbox::NewEffect;
use crate::{Addressee, Notice, StoreError, Tx, UserId};
use jiff::Timestamp;
use serde_json::json;

/// Something to tell about lessons of one coach; of several, the first one is spoken of.
pub(super) struct News<'a> {
    pub(super) what: LessonNews,
    pub(super) sessions: &'a [Session],
    pub(super) coach: &'a Coach,
    pub(super) remark: String,
    /// Which reminder it is, since a lesson has several.
    pub(super) reminder: Option<ReminderKind>,
}

impl<'a> News<'a> {
    /// News without a remark.
    pub(super) fn about(what: LessonNews, sessions: &'a [Session], coach: &'a Coach) -> Self {
        Self { what, sessions, coach, remark: String::new(), reminder: None }
    }

    /// What comes with a mail; nothing when calendars stay as they are.
    fn calendar(&self, context: &CalendarContext, now: Timestamp) -> Option<CalendarFile> {
        let method = match self.what {
            LessonNews::Reminder => return None,
            LessonNews::Cancelled => Method::Cancel,
            _ => Method::Publish,
        };
        let entries = self.sessions.iter().map(|session| entry(session, self.coach, now)).collect();
        Some(context.calendar_file(entries, method))
    }
}

impl LessonNews {
    /// The kind of a notification, its title for the office, and its title for a family.
    const fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Booked => ("SESSION_BOOKED", "Nouvelle session planifiée", "Cours réservé"),
            Self::Cancelled => ("SESSION_CANCELLED", "Session annulée", "Cours annulé"),
            Self::Moved => ("SESSION_RESCHEDULED", "Session déplacée", "Cours déplacé"),
            Self::Reminder => ("SESSION_REMINDER", "Rappel de session", "Rappel de cours"),
            Self::SeatOffered => ("SESSION_BOOKED", "Place proposée", "Une place s’est libérée"),
        }
    }
}

/// Tells the coach by mail, the office in its notifications, and each pupil's family; who did it needs no mail.
pub(super) async fn tell(
    context: &CalendarContext,
    tx: &mut dyn Tx,
    behalf: &Behalf<'_>,
    news: &News<'_>,
    pupils: &[Pupil],
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(first) = news.sessions.first() else { return Ok(()) };
    let nobody = String::new();
    let child = pupils.first().map_or(&nobody, |pupil| &pupil.first_name);
    let is_actor = |user: &UserId| behalf.user() == Some(user);
    if !is_actor(&news.coach.user) {
        mail(context, tx, news, first, &news.coach.user, child, now).await?;
    }
    let (kind, title, _) = news.what.words();
    let message = format!("{} avec {}", sentence(context, first), name(news.coach));
    tx.notify(&line(context, first, Addressee::Office, kind, title, message, now)).await?;
    for pupil in pupils {
        tell_family(context, tx, behalf, news, first, pupil, now).await?;
    }
    Ok(())
}

/// Tells one family: the pupil in his notifications, his parent by mail unless it was him.
pub(super) async fn tell_family(
    context: &CalendarContext,
    tx: &mut dyn Tx,
    behalf: &Behalf<'_>,
    news: &News<'_>,
    session: &Session,
    pupil: &Pupil,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (kind, _, title) = news.what.words();
    let message = format!("{} avec {}", sentence(context, session), name(news.coach));
    tx.notify(&line(context, session, pupil.user.clone().into(), kind, title, message, now)).await?;
    if behalf.user() != Some(&pupil.parent_user) {
        mail(context, tx, news, session, &pupil.parent_user, &pupil.first_name, now).await?;
    }
    Ok(())
}

/// A mail to somebody about a lesson: at most one per lesson, kind of news (or of reminder) and reader.
pub(super) async fn mail(
    context: &CalendarContext,
    tx: &mut dyn Tx,
    news: &News<'_>,
    session: &Session,
    reader: &UserId,
    child: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let message = MailMessage::Lesson(LessonMail {
        news: news.what,
        subject: session.subject,
        starts_at: session.lesson.start(),
        minutes: session.lesson.minutes(),
        place: session.place(),
        child: child.to_owned(),
        coach: name(news.coach),
        lessons: u32::try_from(news.sessions.len()).unwrap_or(u32::MAX),
        remark: news.remark.clone(),
        calendar: news.calendar(context, now),
    });
    // A seat may be offered twice to the same person, at two moments, and a lesson has several reminders.
    let again = match news.reminder {
        Some(kind) => kind.as_str().to_owned(),
        None if news.what == LessonNews::SeatOffered => now.as_millisecond().to_string(),
        None => "0".to_owned(),
    };
    let key = format!("lesson:{}:{}:{reader}:{again}", session.id, message.template());
    let effect = NewEffect::mail(context.ids.as_ref(), now, key, MailTo::Person(reader.clone()), message);
    // What is told after the lesson has begun helps nobody, except that it will not take place.
    let expires_at = (news.what != LessonNews::Cancelled).then(|| session.lesson.end());
    tx.add(&NewEffect { expires_at, ..effect }).await?;
    Ok(())
}

/// A lesson in somebody's calendar.
pub(super) fn entry(session: &Session, coach: &Coach, changed_at: Timestamp) -> CalendarEntry {
    entry_with(session, &name(coach), changed_at)
}

/// A lesson in somebody's calendar, by the name of its coach.
pub(super) fn entry_with(session: &Session, coach: &str, changed_at: Timestamp) -> CalendarEntry {
    CalendarEntry {
        root: session.root.to_string(),
        sequence: session.sequence,
        lesson: session.lesson,
        status: session.status,
        summary: format!("Cours de {} : {}", session.subject.word(), session.title),
        description: format!("Avec {coach}"),
        location: session.room.clone().unwrap_or_default(),
        changed_at,
    }
}

/// Plans the reminders of a lesson that are still to come.
pub(super) async fn plan_reminders(
    tx: &mut dyn Tx,
    session: &Session,
    now: Timestamp,
) -> Result<(), StoreError> {
    for (kind, at) in reminders(session.lesson.start(), now) {
        tx.plan_reminder(&session.id, kind, at).await?;
    }
    Ok(())
}

/// First and family name of a coach.
pub(super) fn name(coach: &Coach) -> String {
    format!("{} {}", coach.first_name, coach.last_name).trim().to_owned()
}

fn sentence(context: &CalendarContext, session: &Session) -> String {
    let when = day_and_time(session.lesson.start(), &context.policy.zone);
    format!("Cours de {} le {when}", session.subject.word())
}

fn line(
    context: &CalendarContext,
    session: &Session,
    to: Addressee,
    kind: &'static str,
    title: &str,
    message: String,
    at: Timestamp,
) -> Notice {
    Notice {
        id: context.ids.next_id(),
        to,
        kind,
        title: title.to_owned(),
        message,
        data: json!({"sessionId": session.id, "scheduledAt": session.lesson.start().to_string()}),
        at,
    }
}
