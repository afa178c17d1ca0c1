use super::service::words;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

words! {
    /// When somebody is reminded of a lesson (`ReminderType`).
    ReminderKind {
        /// A day before.
        OneDayBefore = "ONE_DAY_BEFORE",
        /// Two hours before.
        TwoHoursBefore = "TWO_HOURS_BEFORE",
        /// Half an hour before.
        ThirtyMinutesBefore = "THIRTY_MINUTES_BEFORE",
    }
}

impl ReminderKind {
    /// How long before the lesson.
    pub const fn lead(self) -> SignedDuration {
        match self {
            Self::OneDayBefore => SignedDuration::from_hours(24),
            Self::TwoHoursBefore => SignedDuration::from_hours(2),
            Self::ThirtyMinutesBefore => SignedDuration::from_mins(30),
        }
    }
}

/// When somebody is reminded of a lesson that is booked now; what would be in the past is left out.
pub fn reminders(start: Timestamp, now: Timestamp) -> Vec<(ReminderKind, Timestamp)> {
    let due = |kind: &ReminderKind| Some((*kind, start.checked_sub(kind.lead()).ok()?));
    ReminderKind::ALL.iter().filter_map(due).filter(|(_, at)| *at > now).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Vector S16.
    #[test]
    fn what_is_past_is_left_out() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let due = reminders(at("2025-09-10T14:00:00Z"), at("2025-09-10T09:00:00Z"));
        assert_eq!(
            due,
            [
                (ReminderKind::TwoHoursBefore, at("2025-09-10T12:00:00Z")),
                (ReminderKind::ThirtyMinutesBefore, at("2025-09-10T13:30:00Z"))
            ]
        );
        assert_eq!(reminders(at("2025-09-10T14:00:00Z"), at("2025-09-10T13:30:00Z")), []);
        assert_eq!(reminders(at("2025-09-10T14:00:00Z"), at("2025-09-01T13:30:00Z")).len(), 3);
    }
}
