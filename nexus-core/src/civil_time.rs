//! From the date and the time that people write to the instant that programs compare. Nowhere else is one made of the other.

use crate::{Coded, ErrorCode};
use jiff::civil::{Date, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Span, Timestamp};

/// A date and a time that the clocks of a zone never show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoSuchTime {
    /// The clocks skip it: summer time begins.
    #[error("the clocks skip this time")]
    Skipped,
    /// It lies outside every calendar.
    #[error("the time is out of range")]
    OutOfRange,
}

impl Coded for NoSuchTime {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Skipped => ErrorCode::NoSuchTime,
            Self::OutOfRange => ErrorCode::InvalidDate,
        }
    }
}

/// The instant at which the clocks of a zone show a date and a time; the zone of the machine has no part in it.
///
/// A time that the clocks show twice (summer time ends) is the first of the two: whoever comes by the clock then comes too
/// early rather than too late.
///
/// # Errors
/// [`NoSuchTime`] for a time that they skip: it is not moved to another one, which nobody would have asked for.
pub fn instant_at(date: Date, time: Time, zone: &TimeZone) -> Result<Timestamp, NoSuchTime> {
    let ambiguous = zone.to_ambiguous_timestamp(date.to_datetime(time));
    if matches!(ambiguous.offset(), AmbiguousOffset::Gap { .. }) {
        return Err(NoSuchTime::Skipped);
    }
    ambiguous.earlier().map_err(|_| NoSuchTime::OutOfRange)
}

/// The last millisecond of the month after the one of an instant, by the calendar of a zone: how long the credits of a month
/// last (decision 13).
pub fn end_of_next_month(from: Timestamp, zone: &TimeZone) -> Timestamp {
    let day = from.to_zoned(zone.clone()).date();
    let after = day.first_of_month().checked_add(Span::new().months(2)).unwrap_or(Date::MAX);
    // A zone whose clocks skip the midnight begins its month later that day.
    let begins = (0..24).find_map(|hour| instant_at(after, Time::constant(hour, 0, 0, 0), zone).ok());
    let last = begins.and_then(|begins| begins.checked_sub(SignedDuration::from_millis(1)).ok());
    last.unwrap_or(Timestamp::MAX)
}

/// The last day on which something can be used that is over from an instant on, by the calendar of a zone: the midnight that ends a
/// day belongs to it.
pub fn last_day(end: Timestamp, zone: &TimeZone) -> Date {
    let last = end.checked_sub(SignedDuration::from_millis(1)).unwrap_or(end);
    last.to_zoned(zone.clone()).date()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::ToSpan;
    use jiff::civil::{date, time};
    use proptest::prelude::*;

    /// With and without summer time, on both halves of the Earth, by half an hour, and one that skipped a whole day.
    const ZONES: [&str; 7] = [
        "Africa/Tunis",
        "Europe/Paris",
        "America/New_York",
        "Australia/Sydney",
        "Australia/Lord_Howe",
        "Asia/Kathmandu",
        "Pacific/Apia",
    ];

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).unwrap()
    }

    fn at(date: Date, hour: i8, minute: i8, name: &str) -> Result<String, NoSuchTime> {
        instant_at(date, time(hour, minute, 0, 0), &zone(name)).map(|instant| instant.to_string())
    }

    #[test]
    fn the_hour_that_paris_skips_does_not_exist() {
        let day = date(2026, 3, 29);
        assert_eq!(at(day, 1, 59, "Europe/Paris").unwrap(), "2026-03-29T00:59:00Z");
        assert_eq!(at(day, 2, 0, "Europe/Paris"), Err(NoSuchTime::Skipped));
        assert_eq!(at(day, 2, 59, "Europe/Paris"), Err(NoSuchTime::Skipped));
        assert_eq!(at(day, 3, 0, "Europe/Paris").unwrap(), "2026-03-29T01:00:00Z");
        assert_eq!(at(day, 2, 30, "Africa/Tunis").unwrap(), "2026-03-29T01:30:00Z");
        assert_eq!(at(date(2011, 12, 30), 12, 0, "Pacific/Apia"), Err(NoSuchTime::Skipped));
    }

    #[test]
    fn the_hour_that_paris_has_twice_is_the_first() {
        let day = date(2026, 10, 25);
        assert_eq!(at(day, 1, 59, "Europe/Paris").unwrap(), "2026-10-24T23:59:00Z");
        assert_eq!(at(day, 2, 30, "Europe/Paris").unwrap(), "2026-10-25T00:30:00Z");
        assert_eq!(at(day, 3, 0, "Europe/Paris").unwrap(), "2026-10-25T02:00:00Z");
    }

    /// Decision 13 settles C10: the month after ends on its own last day, whatever the length of either.
    #[test]
    fn credits_of_a_month_last_to_the_end_of_the_next() {
        for (from, end) in [
            ("2025-09-15T10:00:00Z", "2025-10-31T22:59:59.999Z"),
            ("2025-12-31T10:00:00Z", "2026-01-31T22:59:59.999Z"),
            ("2024-12-30T10:00:00Z", "2025-01-31T22:59:59.999Z"),
            ("2026-01-31T22:30:00Z", "2026-02-28T22:59:59.999Z"),
            // 23:30 UTC is February in Tunis.
            ("2026-01-31T23:30:00Z", "2026-03-31T22:59:59.999Z"),
            ("2028-01-10T00:00:00Z", "2028-02-29T22:59:59.999Z"),
        ] {
            let found = end_of_next_month(from.parse().unwrap(), &zone("Africa/Tunis"));
            assert_eq!(found.to_string(), end, "{from}");
        }
        assert_eq!(end_of_next_month(Timestamp::MAX, &zone("UTC")), Timestamp::MAX);
    }

    #[test]
    fn a_midnight_belongs_to_the_day_that_it_ends() {
        for (end, day) in [
            ("2026-12-31T23:00:00Z", "2026-12-31"),
            ("2026-12-31T22:59:59.999Z", "2026-12-31"),
            ("2026-12-31T23:00:00.001Z", "2027-01-01"),
        ] {
            assert_eq!(last_day(end.parse().unwrap(), &zone("Africa/Tunis")).to_string(), day, "{end}");
        }
    }

    #[test]
    fn the_end_of_the_calendar_is_an_error() {
        assert_eq!(instant_at(Date::MAX, Time::MAX, &zone("America/New_York")), Err(NoSuchTime::OutOfRange));
    }

    fn wall() -> impl Strategy<Value = (Date, Time)> {
        // 1980 to 2079, by the minute.
        (0_i64..36_500, 0_i8..24, 0_i8..60).prop_map(|(days, hour, minute)| {
            (date(1980, 1, 1).saturating_add(days.days()), time(hour, minute, 0, 0))
        })
    }

    proptest! {
        /// The clocks show at that instant what was asked for, and had not shown it in the two hours before.
        #[test]
        fn the_clocks_show_it_for_the_first_time((date, time) in wall(), name in proptest::sample::select(&ZONES)) {
            let (zone, asked) = (zone(name), date.to_datetime(time));
            if let Ok(instant) = instant_at(date, time, &zone) {
                prop_assert_eq!(instant.to_zoned(zone.clone()).datetime(), asked);
                for minutes in 1..=120 {
                    let before = instant.checked_sub(SignedDuration::from_mins(minutes)).unwrap();
                    prop_assert_ne!(before.to_zoned(zone.clone()).datetime(), asked);
                }
            }
        }

        /// Every instant is reached by the time that the clocks show then, unless they show it for the second time.
        #[test]
        fn only_skipped_times_are_refused(minutes in 0_i64..52_000_000, name in proptest::sample::select(&ZONES)) {
            let (zone, instant) = (zone(name), Timestamp::from_second(315_532_800 + minutes * 60).unwrap());
            let shown = instant.to_zoned(zone.clone()).datetime();
            let found = instant_at(shown.date(), shown.time(), &zone).unwrap();
            let earlier = instant.duration_since(found);
            prop_assert!(!earlier.is_negative() && earlier <= SignedDuration::from_hours(1), "{shown} {found}");
        }

        #[test]
        fn later_on_the_clock_is_never_earlier_in_time((date, time) in wall(), minutes in 0_i64..3_000, name in proptest::sample::select(&ZONES)) {
            let zone = zone(name);
            let later = date.to_datetime(time).saturating_add(minutes.minutes());
            let pair = (instant_at(date, time, &zone), instant_at(later.date(), later.time(), &zone));
            if let (Ok(first), Ok(second)) = pair {
                prop_assert!(first <= second);
            }
        }
    }
}
