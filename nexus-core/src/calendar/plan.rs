//! What a coach sends about one day, read and put in order.

use super::{ClockRange, ClockTime};
use crate::{Coded, ErrorCode};
use jiff::civil::Weekday;

/// One stretch of a day that a coach offers or refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PlannedRange {
    /// When.
    pub range: ClockRange,
    /// Whether it is offered.
    pub open: bool,
}

/// Why a day cannot be planned like that. The times are those that were sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanProblem {
    /// A time that no clock shows.
    #[error("{0:?} is no time")]
    UnreadableTime(String),
    /// A stretch that does not end after its start.
    #[error("{start}-{end} does not end after its start")]
    EmptyRange {
        /// Its start.
        start: String,
        /// Its end.
        end: String,
    },
    /// The same stretch twice.
    #[error("{start}-{end} is given twice")]
    Duplicate {
        /// Its start.
        start: String,
        /// Its end.
        end: String,
    },
    /// Two stretches that overlap.
    #[error("two stretches overlap at {at}")]
    Overlap {
        /// The start of the later one.
        at: String,
    },
}

impl Coded for PlanProblem {
    fn code(&self) -> ErrorCode {
        match self {
            Self::UnreadableTime(_) => ErrorCode::InvalidTime,
            Self::EmptyRange { .. } => ErrorCode::InvalidTimeRange,
            Self::Duplicate { .. } => ErrorCode::DuplicateSlot,
            Self::Overlap { .. } => ErrorCode::OverlappingSlots,
        }
    }
}

/// Reads the stretches of one day (start, end, whether it is offered): in order, none over another, neighbours of the same
/// kind joined.
///
/// # Errors
/// [`PlanProblem`], the first one.
pub fn plan_day(sent: &[(String, String, bool)]) -> Result<Vec<PlannedRange>, PlanProblem> {
    let mut planned = Vec::with_capacity(sent.len());
    for (start, end, open) in sent {
        let read =
            |text: &String| ClockTime::parse(text).map_err(|_| PlanProblem::UnreadableTime(text.clone()));
        let range = ClockRange::new(read(start)?, read(end)?)
            .ok_or_else(|| PlanProblem::EmptyRange { start: start.clone(), end: end.clone() })?;
        if planned.iter().any(|other: &PlannedRange| other.range == range) {
            return Err(PlanProblem::Duplicate { start: start.clone(), end: end.clone() });
        }
        planned.push(PlannedRange { range, open: *open });
    }
    planned.sort_unstable();
    let mut joined: Vec<PlannedRange> = Vec::with_capacity(planned.len());
    for next in planned {
        if let Some(last) = joined.last_mut() {
            if next.range.start() < last.range.end() {
                return Err(PlanProblem::Overlap { at: next.range.start().to_string() });
            }
            if next.range.start() == last.range.end() && next.open == last.open {
                let whole = ClockRange::new(last.range.start(), next.range.end());
                last.range = whole.unwrap_or(last.range);
                continue;
            }
        }
        joined.push(next);
    }
    Ok(joined)
}

/// The weekday of the existing application: 0 is Sunday; `None` from 7 on.
pub fn day_from_sunday(number: i64) -> Option<Weekday> {
    i8::try_from(number).ok().and_then(|number| Weekday::from_sunday_zero_offset(number).ok())
}

/// The number of a weekday in the existing application: 0 is Sunday.
pub fn day_number(day: Weekday) -> i16 {
    i16::from(day.to_sunday_zero_offset())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sent(ranges: &[(&str, &str, bool)]) -> Vec<(String, String, bool)> {
        ranges.iter().map(|(start, end, open)| ((*start).to_owned(), (*end).to_owned(), *open)).collect()
    }

    fn planned(ranges: &[(&str, &str, bool)]) -> Result<Vec<String>, PlanProblem> {
        let shown = |planned: PlannedRange| {
            format!("{}-{} {}", planned.range.start(), planned.range.end(), planned.open)
        };
        plan_day(&sent(ranges)).map(|planned| planned.into_iter().map(shown).collect())
    }

    #[test]
    fn neighbours_of_one_kind_are_joined() {
        let plan = planned(&[
            ("11:00", "12:00", true),
            ("9:00", "10:00", true),
            ("10:00", "11:00", true),
            ("12:00", "13:00", false),
        ]);
        assert_eq!(plan.unwrap(), ["09:00-12:00 true", "12:00-13:00 false"]);
    }

    #[test]
    fn what_cannot_be_is_told_as_it_was_sent() {
        let text = |text: &str| text.to_owned();
        assert_eq!(planned(&[("24:00", "25:00", true)]), Err(PlanProblem::UnreadableTime(text("24:00"))));
        let empty = PlanProblem::EmptyRange { start: text("22:00"), end: text("06:00") };
        assert_eq!(planned(&[("22:00", "06:00", true)]), Err(empty));
        let twice = PlanProblem::Duplicate { start: text("09:00"), end: text("10:00") };
        assert_eq!(planned(&[("9:00", "10:00", true), ("09:00", "10:00", false)]), Err(twice));
        let overlap = PlanProblem::Overlap { at: text("09:30") };
        assert_eq!(planned(&[("9:30", "11:00", true), ("9:00", "10:00", false)]), Err(overlap));
    }

    #[test]
    fn sunday_is_zero() {
        assert_eq!(day_from_sunday(0), Some(Weekday::Sunday));
        assert_eq!(day_from_sunday(6), Some(Weekday::Saturday));
        assert_eq!([7, -1, 300].map(day_from_sunday), [None; 3]);
        assert_eq!(day_number(Weekday::Monday), 1);
    }

    proptest! {
        #[test]
        fn a_planned_day_is_in_order_and_says_what_was_sent(
            ranges in proptest::collection::vec((0_u16..1400, 1_u16..200, any::<bool>()), 0..8)
        ) {
            let sent: Vec<_> = ranges
                .iter()
                .filter_map(|(start, length, open)| {
                    let [start, end] = [*start, start + length].map(ClockTime::from_minutes);
                    Some((start?.to_string(), end?.to_string(), *open))
                })
                .collect();
            if let Ok(planned) = plan_day(&sent) {
                let minutes = |open: bool| -> u32 {
                    let of = |range: &ClockRange| u32::from(range.end().minutes() - range.start().minutes());
                    planned.iter().filter(|planned| planned.open == open).map(|planned| of(&planned.range)).sum()
                };
                let expected = |wanted: bool| -> u32 {
                    let time = |text: &str| u32::from(ClockTime::parse(text).unwrap().minutes());
                    sent.iter().filter(|(_, _, open)| *open == wanted).map(|(start, end, _)| time(end) - time(start)).sum()
                };
                prop_assert_eq!((minutes(true), minutes(false)), (expected(true), expected(false)));
                for pair in planned.windows(2) {
                    prop_assert!(pair[0].range.end() <= pair[1].range.start());
                }
            }
        }
    }
}
