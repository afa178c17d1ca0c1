use crate::calendar::icalendar::{CalendarEntry, CalendarFile, Method};
use crate::calendar::{CalendarPolicy, CalendarStore, Canceller, Interval};
use crate::identity::use_cases::Behalf;
use crate::{Clock, IdSource, Pseudonyms, SecretSource};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;

/// Everything that the use-cases of the calendar lean on.
#[derive(Clone)]
pub struct CalendarContext {
    /// Where lessons are stored.
    pub store: Arc<dyn CalendarStore>,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// New identifiers.
    pub ids: Arc<dyn IdSource>,
    /// Chance that nobody predicts.
    pub secrets: Arc<dyn SecretSource>,
    /// Makes the names of video rooms.
    pub rooms: Pseudonyms,
    /// The school's choices.
    pub policy: CalendarPolicy,
    /// The server of video rooms.
    pub video_server: String,
    /// Ends the identifiers of lessons in calendars: the host of the school's site.
    pub domain: String,
}

impl CalendarContext {
    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The day of an instant at the school.
    pub(super) fn day(&self, instant: Timestamp) -> Date {
        instant.to_zoned(self.policy.zone.clone()).date()
    }

    /// Lessons for somebody's calendar.
    pub(super) fn calendar_file(&self, entries: Vec<CalendarEntry>, method: Method) -> CalendarFile {
        CalendarFile {
            entries,
            method,
            domain: self.domain.clone(),
            name: "Cours Nexus Réussite".to_owned(),
            zone: self.policy.zone.iana_name().map(str::to_owned),
        }
    }

    /// The days of a stretch of time at the school, both included.
    pub(super) fn days(&self, time: &Interval) -> (Date, Date) {
        (self.day(time.start()), self.day(time.end()))
    }

    /// Wide enough to see lessons within the pause.
    pub(super) fn with_pauses(&self, time: &Interval) -> Interval {
        time.widened(self.policy.buffer.max(SignedDuration::ZERO))
    }
}

impl std::fmt::Debug for CalendarContext {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("CalendarContext").field("policy", &self.policy).finish_non_exhaustive()
    }
}

/// In whose name something is done; the system acts for the office.
pub(super) fn party(behalf: &Behalf<'_>) -> Canceller {
    behalf.role().map_or(Canceller::Office, Canceller::of)
}
