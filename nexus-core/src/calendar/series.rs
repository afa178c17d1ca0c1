use super::{ClockTime, Interval};
use crate::civil_time::{NoSuchTime, instant_at};
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Lessons of one series, at most.
pub const MOST_LESSONS: u8 = 40;

/// A lesson at the same time of the clock, week after week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeriesPattern {
    /// The day of the first lesson.
    pub first: Date,
    /// At which time.
    pub time: ClockTime,
    /// How long, in minutes.
    pub minutes: u16,
    /// How many weeks lie between two lessons: 1 for every week.
    pub every_weeks: u8,
    /// How many lessons.
    pub count: u8,
}

impl SeriesPattern {
    /// The dates of the lessons; never more than [`MOST_LESSONS`].
    pub fn dates(&self) -> Vec<Date> {
        let step = i64::from(self.every_weeks.max(1));
        (0..self.count.min(MOST_LESSONS))
            .filter_map(|place| self.first.checked_add(jiff::Span::new().weeks(i64::from(place) * step)).ok())
            .collect()
    }

    /// When the lesson of a date takes place: at the same time of the clock, whatever the clocks did in between.
    ///
    /// # Errors
    /// [`NoSuchTime`] when the clocks do not show it on that day.
    pub fn on(&self, date: Date, zone: &TimeZone) -> Result<Interval, NoSuchTime> {
        let start = instant_at(date, self.time.to_time(), zone)?;
        Interval::from_minutes(start, self.minutes).ok_or(NoSuchTime::OutOfRange)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn pattern(first: Date, time: &str, every_weeks: u8, count: u8) -> SeriesPattern {
        SeriesPattern { first, time: ClockTime::parse(time).unwrap(), minutes: 60, every_weeks, count }
    }

    #[test]
    fn the_clock_keeps_its_time_when_the_offset_changes() {
        let paris = TimeZone::get("Europe/Paris").unwrap();
        let series = pattern(date(2026, 10, 19), "14:00", 1, 2);
        let starts: Vec<_> =
            series.dates().iter().map(|date| series.on(*date, &paris).unwrap().start().to_string()).collect();
        assert_eq!(starts, ["2026-10-19T12:00:00Z", "2026-10-26T13:00:00Z"]);
    }

    #[test]
    fn months_and_years_are_crossed() {
        let dates = pattern(date(2026, 12, 21), "14:00", 2, 3).dates();
        assert_eq!(dates, [date(2026, 12, 21), date(2027, 1, 4), date(2027, 1, 18)]);
        assert_eq!(pattern(date(2026, 1, 1), "14:00", 0, 255).dates().len(), usize::from(MOST_LESSONS));
    }

    #[test]
    fn a_time_that_is_skipped_is_told_for_its_date() {
        let paris = TimeZone::get("Europe/Paris").unwrap();
        let series = pattern(date(2026, 3, 22), "02:30", 1, 2);
        let found: Vec<_> = series.dates().iter().map(|date| series.on(*date, &paris).is_ok()).collect();
        assert_eq!(found, [true, false]);
    }
}
