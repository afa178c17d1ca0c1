use super::OpeningHours;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

/// The school's choices about its calendar.
#[derive(Debug, Clone)]
pub struct CalendarPolicy {
    /// The zone in which a day is a day.
    pub zone: TimeZone,
    /// When lessons may take place.
    pub opening: OpeningHours,
    /// A lesson begins more than this after it is booked.
    pub notice: SignedDuration,
    /// A lesson begins at most so many months after it is booked; the last day of a shorter month stands for what it lacks.
    pub horizon_months: u8,
    /// Shortest lesson, in minutes.
    pub shortest: u16,
    /// Longest lesson, in minutes.
    pub longest: u16,
    /// Pause between two lessons of a coach.
    pub buffer: SignedDuration,
    /// A video room opens this long before its lesson, and closes this long after it; a lesson starts from then on.
    pub margin: SignedDuration,
    /// A pupil who is not there this long after the start does not come.
    pub patience: SignedDuration,
    /// How long a seat is kept for who waited for it.
    pub offer_lifetime: SignedDuration,
}

impl Default for CalendarPolicy {
    /// Decision 11, in UTC: two hours to three months ahead, 30 to 180 minutes, no pause; rooms open 15 minutes around a
    /// lesson, and an offered seat is kept for four hours.
    fn default() -> Self {
        Self {
            zone: TimeZone::UTC,
            opening: OpeningHours::default(),
            notice: SignedDuration::from_hours(2),
            horizon_months: 3,
            shortest: 30,
            longest: 180,
            buffer: SignedDuration::ZERO,
            margin: SignedDuration::from_mins(15),
            patience: SignedDuration::from_mins(15),
            offer_lifetime: SignedDuration::from_hours(4),
        }
    }
}

impl CalendarPolicy {
    /// The instant after which a lesson that is booked now may begin.
    pub fn earliest(&self, now: Timestamp) -> Timestamp {
        now.checked_add(self.notice).unwrap_or(Timestamp::MAX)
    }

    /// The last instant at which a lesson that is booked now may begin: the same time of the day some months later.
    pub fn latest(&self, now: Timestamp) -> Timestamp {
        let local = now.to_zoned(self.zone.clone());
        let months = i32::from(self.horizon_months).months();
        local.checked_add(months).map_or(Timestamp::MAX, |zoned| zoned.timestamp())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn months_are_clamped_to_their_last_day() {
        let policy =
            CalendarPolicy { zone: TimeZone::get("Africa/Tunis").unwrap(), ..CalendarPolicy::default() };
        for (now, latest) in [
            ("2025-11-30T09:00:00Z", "2026-02-28T09:00:00Z"),
            ("2023-11-30T09:00:00Z", "2024-02-29T09:00:00Z"),
            ("2026-05-31T09:00:00Z", "2026-08-31T09:00:00Z"),
            // Half past midnight in Tunis is the next day already.
            ("2025-11-29T23:30:00Z", "2026-02-27T23:30:00Z"),
        ] {
            assert_eq!(policy.latest(at(now)), at(latest), "{now}");
        }
    }
}
