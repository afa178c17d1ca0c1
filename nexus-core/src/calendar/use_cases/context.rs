use crate::calendar::{CalendarPolicy, CalendarStore, Canceller};
use crate::identity::use_cases::Behalf;
use crate::{Clock, IdSource, Pseudonyms, SecretSource};
use jiff::Timestamp;
use jiff::civil::Date;
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
