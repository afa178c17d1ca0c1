//! Days around today on which the school is open.

use jiff::Timestamp;
use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use nexus_core::civil_time::{end_of_next_month, instant_at};

/// The present of a seed.
#[derive(Debug, Clone)]
pub(super) struct Calendar {
    pub(super) now: Timestamp,
    pub(super) today: Date,
    zone: TimeZone,
}

impl Calendar {
    pub(super) fn new(now: Timestamp, zone: &TimeZone) -> Self {
        Self { now, today: now.to_zoned(zone.clone()).date(), zone: zone.clone() }
    }

    /// The `count`-th open day after today, or before it when negative. The school is closed on Sundays.
    pub(super) fn open_day(&self, count: i32) -> Date {
        let mut day = self.today;
        let mut left = count.unsigned_abs();
        while left > 0 {
            day = step(day, count.signum());
            if day.weekday() != Weekday::Sunday {
                left -= 1;
            }
        }
        day
    }

    /// An hour of the clock on such a day.
    pub(super) fn at(&self, open_days: i32, hour: i8) -> Timestamp {
        let time = Time::midnight().with().hour(hour).build().unwrap_or(Time::midnight());
        instant_at(self.open_day(open_days), time, &self.zone).unwrap_or(self.now)
    }

    /// So many days ago, at this time of the day; ahead when negative.
    pub(super) fn days_ago(&self, days: i64) -> Timestamp {
        self.now.checked_sub(jiff::SignedDuration::from_hours(24 * days)).unwrap_or(self.now)
    }

    /// The last instant of the month after the one of an instant (decision 13).
    pub(super) fn end_of_next_month(&self, from: Timestamp) -> Timestamp {
        end_of_next_month(from, &self.zone)
    }
}

fn step(day: Date, direction: i32) -> Date {
    let moved = if direction < 0 { day.yesterday() } else { day.tomorrow() };
    moved.unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(text: &str) -> Calendar {
        Calendar::new(text.parse().unwrap(), &TimeZone::get("Africa/Tunis").unwrap())
    }

    #[test]
    fn sundays_are_left_out() {
        // A Saturday.
        let calendar = on("2026-09-12T10:00:00Z");
        assert_eq!(calendar.open_day(1).to_string(), "2026-09-14");
        assert_eq!(calendar.open_day(-6).to_string(), "2026-09-05");
        assert_eq!(calendar.at(1, 17).to_string(), "2026-09-14T16:00:00Z");
    }
}
