use super::span::Span;
use crate::{Coded, ErrorCode};
use jiff::civil::Time;
use std::fmt;

/// A time of the clock by the minute, from 00:00 to 23:59.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClockTime(u16);

/// What no clock shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no time of a clock")]
pub struct UnreadableTime;

impl Coded for UnreadableTime {
    fn code(&self) -> ErrorCode {
        ErrorCode::InvalidTime
    }
}

impl ClockTime {
    /// Minutes of a day.
    const DAY: u16 = 24 * 60;

    /// Reads `H:MM` and `HH:MM`; a minute of one digit, which the existing application has stored, is read as well.
    ///
    /// # Errors
    /// [`UnreadableTime`] for anything that is not shown between 00:00 and 23:59; `24:00` is none.
    pub fn parse(text: &str) -> Result<Self, UnreadableTime> {
        let (hour, minute) = text.split_once(':').ok_or(UnreadableTime)?;
        let (hour, minute) = (two_digits(hour)?, two_digits(minute)?);
        if hour < 24 && minute < 60 { Ok(Self(hour * 60 + minute)) } else { Err(UnreadableTime) }
    }

    /// So many minutes after midnight; `None` from 1440 on.
    pub const fn from_minutes(minutes: u16) -> Option<Self> {
        if minutes < Self::DAY { Some(Self(minutes)) } else { None }
    }

    /// The minute in which a time lies.
    pub fn of(time: Time) -> Self {
        // A time of jiff lies within one day.
        Self(u16::try_from(i32::from(time.hour()) * 60 + i32::from(time.minute())).unwrap_or(0))
    }

    /// Minutes after midnight.
    pub const fn minutes(self) -> u16 {
        self.0
    }

    /// The same as a time of the calendar.
    pub fn to_time(self) -> Time {
        let part = |value: u16| i8::try_from(value).unwrap_or(0);
        Time::new(part(self.0 / 60), part(self.0 % 60), 0, 0).unwrap_or(Time::midnight())
    }
}

fn two_digits(text: &str) -> Result<u16, UnreadableTime> {
    if !(1..=2).contains(&text.len()) || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(UnreadableTime);
    }
    text.parse().map_err(|_| UnreadableTime)
}

impl fmt::Display for ClockTime {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

/// A stretch of one day.
pub type ClockRange = Span<ClockTime>;

/// A stretch that would end before it begins, or at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the end is not after the start")]
pub struct EmptyRange;

impl Coded for EmptyRange {
    fn code(&self) -> ErrorCode {
        ErrorCode::InvalidTimeRange
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Vector A1, and what a person may type.
    #[test]
    fn times_are_read_as_people_write_them() {
        for (text, read) in [
            ("9:5", Some("09:05")),
            ("09:00", Some("09:00")),
            ("9:30", Some("09:30")),
            ("9:05", Some("09:05")),
            ("0:00", Some("00:00")),
            ("23:59", Some("23:59")),
            ("x:y", None),
            ("24:00", None),
            ("12:60", None),
            ("", None),
            (":", None),
            ("9", None),
            ("9:", None),
            ("009:00", None),
            ("-1:00", None),
            ("+9:00", None),
            ("9:00:00", None),
            (" 9:00", None),
            ("٩:٠٠", None),
        ] {
            assert_eq!(ClockTime::parse(text).map(|time| time.to_string()).ok().as_deref(), read, "{text:?}");
        }
    }

    /// Vector A2.
    #[test]
    fn the_end_comes_after_the_start() {
        for (start, end, accepted) in [
            ("09:00", "10:00", true),
            ("9:00", "10:00", true),
            ("10:00", "10:00", false),
            ("22:00", "06:00", false),
            ("9:30", "9:45", true),
        ] {
            let [start, end] = [start, end].map(|text| ClockTime::parse(text).unwrap());
            assert_eq!(ClockRange::new(start, end).is_some(), accepted, "{start} {end}");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_back(minutes in 0_u16..1440) {
            let time = ClockTime::from_minutes(minutes).unwrap();
            prop_assert_eq!(ClockTime::parse(&time.to_string()), Ok(time));
            prop_assert_eq!(ClockTime::of(time.to_time()), time);
        }

        #[test]
        fn nothing_that_is_read_leaves_the_day(text in ".{0,8}") {
            if let Ok(time) = ClockTime::parse(&text) {
                prop_assert!(time.minutes() < 1440);
            }
        }
    }
}
