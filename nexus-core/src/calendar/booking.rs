//! Whether a lesson may be booked, and if not, everything that stands against it.

use super::availability::windows_on;
use super::{AvailabilityRule, CalendarPolicy, ClockTime, Closure, Interval, Modality};
use crate::french::{day_and_time, long_date};
use crate::{Coded, ErrorCode, SchoolSubject};
use jiff::Timestamp;
use jiff::civil::Date;

/// What counts about a coach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoachFacts {
    /// Whether his account is open.
    pub active: bool,
    /// What he teaches.
    pub subjects: Vec<SchoolSubject>,
    /// Whether he teaches at a distance.
    pub online: bool,
    /// Whether he teaches at the school.
    pub in_person: bool,
    /// When he says that he can.
    pub rules: Vec<AvailabilityRule>,
}

/// A lesson that somebody would like to book, and what the calendar says around it.
#[derive(Debug, Clone, Copy)]
pub struct BookingQuestion<'a> {
    /// What is taught.
    pub subject: SchoolSubject,
    /// Where.
    pub modality: Modality,
    /// When.
    pub lesson: Interval,
    /// The coach.
    pub coach: &'a CoachFacts,
    /// Days without lessons.
    pub closures: &'a [Closure],
    /// Active lessons of the coach.
    pub coach_busy: &'a [Interval],
    /// Active lessons of the pupil.
    pub student_busy: &'a [Interval],
    /// Active lessons in the room; empty when no room is asked for.
    pub room_busy: &'a [Interval],
}

/// Something that stands against a lesson.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.code().as_str())]
#[non_exhaustive]
pub enum Obstacle {
    /// The coach's account is closed.
    CoachAway,
    /// He does not teach the subject.
    SubjectNotTaught(SchoolSubject),
    /// He does not teach in this way.
    ModalityNotOffered(Modality),
    /// Too short or too long.
    Duration {
        /// Shortest lesson, in minutes.
        shortest: u16,
        /// Longest lesson, in minutes.
        longest: u16,
    },
    /// It would end on another day.
    CrossesMidnight,
    /// It would have begun.
    InThePast,
    /// Too little notice.
    TooSoon {
        /// It may begin after this instant, as people say it.
        after: String,
    },
    /// Too far ahead.
    TooFar {
        /// The last day, as people say it.
        until: String,
    },
    /// The school is closed.
    Closed {
        /// Why.
        label: String,
    },
    /// The school is open at other hours.
    OutsideOpeningHours {
        /// When it is open on that day; absent when it is closed.
        hours: Option<(ClockTime, ClockTime)>,
    },
    /// The coach did not say that he can.
    OutsideAvailability {
        /// When he can on that day.
        offered: Vec<(ClockTime, ClockTime)>,
    },
    /// The coach has another lesson then.
    CoachBusy,
    /// The pupil has another lesson then.
    StudentBusy,
    /// The room is taken.
    RoomBusy,
    /// Too close to another lesson of the coach.
    NoPause {
        /// The pause that is kept, in minutes.
        minutes: i64,
    },
}

impl Obstacle {
    /// Whether the office may book all the same: what protects the planning gives way to it, what protects people and rooms
    /// does not.
    pub const fn gives_way(&self) -> bool {
        matches!(
            self,
            Self::TooSoon { .. }
                | Self::TooFar { .. }
                | Self::Closed { .. }
                | Self::OutsideOpeningHours { .. }
                | Self::OutsideAvailability { .. }
                | Self::NoPause { .. }
        )
    }
}

impl Coded for Obstacle {
    fn code(&self) -> ErrorCode {
        match self {
            Self::CoachAway => ErrorCode::CoachNotFound,
            Self::SubjectNotTaught(_) => ErrorCode::SubjectNotTaught,
            Self::ModalityNotOffered(_) => ErrorCode::ModalityNotOffered,
            Self::Duration { .. } => ErrorCode::InvalidDuration,
            Self::CrossesMidnight => ErrorCode::CrossesMidnight,
            Self::InThePast => ErrorCode::SessionInThePast,
            Self::TooSoon { .. } => ErrorCode::SessionTooSoon,
            Self::TooFar { .. } => ErrorCode::SessionTooFar,
            Self::Closed { .. } => ErrorCode::SchoolClosed,
            Self::OutsideOpeningHours { .. } => ErrorCode::OutsideOpeningHours,
            Self::OutsideAvailability { .. } => ErrorCode::OutsideAvailability,
            Self::CoachBusy => ErrorCode::SlotTaken,
            Self::StudentBusy => ErrorCode::StudentBusy,
            Self::RoomBusy => ErrorCode::RoomBusy,
            Self::NoPause { .. } => ErrorCode::TooCloseToAnother,
        }
    }

    fn sentence(&self) -> String {
        match self {
            Self::Duration { shortest, longest } => {
                format!("Un cours dure de {shortest} à {longest} minutes.")
            }
            Self::TooSoon { after } => {
                // The words of the existing page come first: it shows them when the notice is two hours.
                format!("{} Il peut commencer après le {after}.", ErrorCode::SessionTooSoon.sentence())
            }
            Self::TooFar { until } => format!("Un cours se réserve au plus tard pour le {until}."),
            Self::Closed { label } => format!("Il n'y a pas de cours ce jour-là : {label}."),
            Self::OutsideOpeningHours { hours: Some((start, end)) } => {
                format!("L'école est ouverte ce jour-là de {start} à {end}.")
            }
            Self::OutsideOpeningHours { hours: None } => "L'école est fermée ce jour-là.".to_owned(),
            Self::OutsideAvailability { offered } if offered.is_empty() => {
                "Le coach n'est pas disponible ce jour-là.".to_owned()
            }
            Self::OutsideAvailability { offered } => {
                let ranges: Vec<_> =
                    offered.iter().map(|(start, end)| format!("de {start} à {end}")).collect();
                format!("Le coach est disponible ce jour-là {}.", ranges.join(", "))
            }
            Self::NoPause { minutes } => {
                format!("Il faut {minutes} minutes de pause entre ce cours et un autre du coach.")
            }
            _ => self.code().sentence().to_owned(),
        }
    }
}

/// Everything that stands against a lesson, in the order in which it is told. A lesson against which nothing stands is offered:
/// this is also the answer to “why is this slot not offered?”.
pub fn obstacles(question: &BookingQuestion<'_>, policy: &CalendarPolicy, now: Timestamp) -> Vec<Obstacle> {
    let mut found = about_the_coach(question);
    found.extend(about_the_time(&question.lesson, policy, now));
    found.extend(about_the_day(question, policy));
    let meets = |busy: &[Interval], lesson: &Interval| busy.iter().any(|other| other.overlaps(lesson));
    let lesson = &question.lesson;
    if meets(question.coach_busy, lesson) {
        found.push(Obstacle::CoachBusy);
    } else if meets(question.coach_busy, &lesson.widened(policy.buffer)) {
        found.push(Obstacle::NoPause { minutes: policy.buffer.as_mins() });
    }
    if meets(question.student_busy, lesson) {
        found.push(Obstacle::StudentBusy);
    }
    if meets(question.room_busy, lesson) {
        found.push(Obstacle::RoomBusy);
    }
    found
}

/// Whether a lesson may be booked. The office may set aside what only protects the planning.
///
/// # Errors
/// The first [`Obstacle`] that holds.
pub fn decide(
    question: &BookingQuestion<'_>,
    policy: &CalendarPolicy,
    now: Timestamp,
    by_the_office: bool,
) -> Result<(), Obstacle> {
    let mut found = obstacles(question, policy, now).into_iter();
    found.find(|obstacle| !(by_the_office && obstacle.gives_way())).map_or(Ok(()), Err)
}

fn about_the_coach(question: &BookingQuestion<'_>) -> Vec<Obstacle> {
    let BookingQuestion { coach, subject, modality, .. } = question;
    let mut found = Vec::new();
    if !coach.active {
        found.push(Obstacle::CoachAway);
    }
    if !coach.subjects.contains(subject) {
        found.push(Obstacle::SubjectNotTaught(*subject));
    }
    let offered = match modality {
        Modality::Online => coach.online,
        Modality::InPerson => coach.in_person,
        Modality::Hybrid => coach.online && coach.in_person,
    };
    if !offered {
        found.push(Obstacle::ModalityNotOffered(*modality));
    }
    found
}

fn about_the_time(lesson: &Interval, policy: &CalendarPolicy, now: Timestamp) -> Vec<Obstacle> {
    let mut found = Vec::new();
    let CalendarPolicy { shortest, longest, .. } = *policy;
    if !(i64::from(shortest)..=i64::from(longest)).contains(&lesson.minutes()) {
        found.push(Obstacle::Duration { shortest, longest });
    }
    if day(lesson.start(), policy) != day(lesson.end(), policy) {
        found.push(Obstacle::CrossesMidnight);
    }
    let said = |instant: Timestamp| day_and_time(instant, &policy.zone);
    if lesson.start() <= now {
        found.push(Obstacle::InThePast);
    } else if lesson.start() <= policy.earliest(now) {
        found.push(Obstacle::TooSoon { after: said(policy.earliest(now)) });
    } else if lesson.start() > policy.latest(now) {
        found.push(Obstacle::TooFar { until: long_date(day(policy.latest(now), policy)) });
    }
    found
}

fn about_the_day(question: &BookingQuestion<'_>, policy: &CalendarPolicy) -> Vec<Obstacle> {
    let date = day(question.lesson.start(), policy);
    if let Some(closure) = question.closures.iter().find(|closure| closure.holds_on(date)) {
        return vec![Obstacle::Closed { label: closure.label.clone() }];
    }
    let shown = |instant: Timestamp| ClockTime::of(instant.to_zoned(policy.zone.clone()).time());
    let (start, end) = (shown(question.lesson.start()), shown(question.lesson.end()));
    // On another day the end is told elsewhere; here the whole day counts as asked for.
    let ends_today = day(question.lesson.end(), policy) == date;
    let within = |from: ClockTime, to: ClockTime| ends_today && from <= start && end <= to;
    let hours = policy.opening.on(date.weekday()).map(|hours| (hours.start(), hours.end()));
    let mut found = Vec::new();
    if !hours.is_some_and(|(from, to)| within(from, to)) {
        found.push(Obstacle::OutsideOpeningHours { hours });
    }
    let windows = windows_on(date, &question.coach.rules, question.closures, &policy.opening);
    let offered: Vec<_> = windows.ranges.iter().map(|range| (range.start(), range.end())).collect();
    if !offered.iter().any(|(from, to)| within(*from, *to)) {
        found.push(Obstacle::OutsideAvailability { offered });
    }
    found
}

fn day(instant: Timestamp, policy: &CalendarPolicy) -> Date {
    instant.to_zoned(policy.zone.clone()).date()
}

#[cfg(test)]
mod tests;
