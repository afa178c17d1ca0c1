//! When a coach can still be booked.

use super::availability::{AvailabilityRule, Closure, windows_on};
use super::span::{Interval, union, without};
use super::{CalendarPolicy, ClockTime};
use crate::civil_time::{NoSuchTime, instant_at};
use jiff::civil::{Date, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Timestamp};

/// Days that are looked at in one go, at most.
pub const LONGEST_SEARCH: u16 = 124;

/// A stretch in which a lesson can be booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FreeSlot {
    /// The day at the school.
    pub date: Date,
    /// When.
    pub interval: Interval,
    /// Whether the coach offers it for this very date.
    pub dated: bool,
}

impl FreeSlot {
    /// What the clocks of a zone show at its start and at its end.
    pub fn shown(&self, zone: &TimeZone) -> (ClockTime, ClockTime) {
        let shown = |instant: Timestamp| ClockTime::of(instant.to_zoned(zone.clone()).time());
        (shown(self.interval.start()), shown(self.interval.end()))
    }
}

/// When a coach can be booked from one day to another, both included: what he offers, without his lessons and the pauses
/// around them, and within the time that the school lets people book ahead. A stretch that a lesson cuts is split; what is
/// too short for a lesson is left out. Nothing for more than [`LONGEST_SEARCH`] days is looked for.
///
/// Availability is what the clocks of the school show: on the night when they are put forward it is an hour shorter, and on
/// the other one the hour that they show twice counts where a stretch contains it whole.
pub fn free_slots(
    (first, last): (Date, Date),
    rules: &[AvailabilityRule],
    closures: &[Closure],
    busy: &[Interval],
    policy: &CalendarPolicy,
    now: Timestamp,
) -> Vec<FreeSlot> {
    let taken = union(busy.iter().map(|interval| interval.widened(policy.buffer)).collect());
    // Strictly later than the notice, by the minute.
    let earliest = next_minute(policy.earliest(now));
    let Some(bookable) = Interval::new(earliest, policy.latest(now)) else { return Vec::new() };
    let mut free = Vec::new();
    let mut cuts = taken.as_slice();
    for date in first.series(jiff::Span::new().days(1)).take(usize::from(LONGEST_SEARCH)) {
        if date > last {
            break;
        }
        let day = windows_on(date, rules, closures, &policy.opening);
        let windows: Vec<_> = day
            .ranges
            .iter()
            .filter_map(|range| {
                let [start, end] = [range.start(), range.end()];
                Interval::new(
                    boundary(date, start.to_time(), &policy.zone)?,
                    boundary(date, end.to_time(), &policy.zone)?,
                )
            })
            .filter_map(|interval| interval.intersection(&bookable))
            .collect();
        // Days come in order: what ended before this one concerns no later one.
        if let Some(start) = windows.first().map(Interval::start) {
            cuts = cuts.get(cuts.partition_point(|cut| cut.end() <= start)..).unwrap_or_default();
        }
        let left = without(&windows, cuts);
        let long_enough =
            left.into_iter().filter(|interval| interval.minutes() >= i64::from(policy.shortest));
        free.extend(long_enough.map(|interval| FreeSlot { date, interval, dated: day.dated }));
    }
    free
}

fn next_minute(instant: Timestamp) -> Timestamp {
    let seconds = instant.as_second().div_euclid(60) * 60 + 60;
    Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX)
}

/// The instant at which the clocks reach a time: when they skip it, the instant at which they skip it.
fn boundary(date: Date, time: Time, zone: &TimeZone) -> Option<Timestamp> {
    match instant_at(date, time, zone) {
        Ok(instant) => Some(instant),
        Err(NoSuchTime::OutOfRange) => None,
        Err(NoSuchTime::Skipped) => {
            let wall = date.to_datetime(time);
            let AmbiguousOffset::Gap { after, .. } = zone.to_ambiguous_timestamp(wall).offset() else {
                return None;
            };
            // Read with the later offset, the time lies before the change.
            let before = after.to_timestamp(wall).ok()?.checked_sub(SignedDuration::from_secs(1)).ok()?;
            zone.following(before).next().map(|change| change.timestamp())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::{ClockRange, Days, OpeningHours};
    use jiff::civil::{Weekday, date};
    use proptest::prelude::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn interval(start: &str, end: &str) -> Interval {
        Interval::new(at(start), at(end)).unwrap()
    }

    fn range(start: &str, end: &str) -> ClockRange {
        let [start, end] = [start, end].map(|text| ClockTime::parse(text).unwrap());
        ClockRange::new(start, end).unwrap()
    }

    fn weekly(day: Weekday, start: &str, end: &str) -> AvailabilityRule {
        let (days, range) = (Days::Weekly(day), range(start, end));
        AvailabilityRule { days, range, open: true, valid_from: None, valid_until: None }
    }

    fn policy(zone: &str, opening: &str) -> CalendarPolicy {
        CalendarPolicy {
            zone: TimeZone::get(zone).unwrap(),
            opening: OpeningHours::parse(opening).unwrap(),
            ..CalendarPolicy::default()
        }
    }

    fn shown(slots: &[FreeSlot], zone: &TimeZone) -> Vec<String> {
        let line = |slot: &FreeSlot| {
            let (start, end) = slot.shown(zone);
            format!("{} {start}-{end} {}", slot.date, slot.interval.minutes())
        };
        slots.iter().map(line).collect()
    }

    /// Vector A4, with the hours of the existing application. It drops a slot that is partly booked; here what is left of
    /// it, 14:00 to 14:30, is offered. (By decision 11 the school opens on Saturdays and closes at 20:00.)
    #[test]
    fn a_week() {
        let policy = policy("Africa/Tunis", "MO-FR 08:00-20:30");
        let mut rules = vec![
            weekly(Weekday::Monday, "09:00", "10:00"),
            weekly(Weekday::Monday, "14:00", "15:00"),
            weekly(Weekday::Saturday, "09:00", "10:00"),
            weekly(Weekday::Tuesday, "07:00", "08:00"),
            weekly(Weekday::Tuesday, "19:00", "20:30"),
        ];
        let day = Days::On(date(2025, 9, 10));
        rules.push(AvailabilityRule { days: day, range: range("16:00", "17:00"), ..rules[0].clone() });
        let busy = [interval("2025-09-08T13:30:00Z", "2025-09-08T14:30:00Z")];
        let week = (date(2025, 9, 8), date(2025, 9, 14));
        let free = free_slots(week, &rules, &[], &busy, &policy, at("2025-09-01T08:00:00Z"));
        assert_eq!(
            shown(&free, &policy.zone),
            [
                "2025-09-08 09:00-10:00 60",
                "2025-09-08 14:00-14:30 30",
                "2025-09-09 19:00-20:30 90",
                "2025-09-10 16:00-17:00 60"
            ]
        );
        assert_eq!(free.iter().map(|slot| slot.dated).collect::<Vec<_>>(), [false, false, false, true]);
        let hours = CalendarPolicy { opening: OpeningHours::default(), ..policy };
        let free = free_slots(week, &rules, &[], &busy, &hours, at("2025-09-01T08:00:00Z"));
        assert_eq!(shown(&free, &hours.zone)[2], "2025-09-09 19:00-20:00 60");
        assert_eq!(shown(&free, &hours.zone)[4], "2025-09-13 09:00-10:00 60");
    }

    #[test]
    fn notice_and_horizon_cut_the_day() {
        let policy = policy("Africa/Tunis", "MO-SU 00:00-23:59");
        let rules = [weekly(Weekday::Monday, "08:00", "20:00")];
        let free =
            |day, now| shown(&free_slots((day, day), &rules, &[], &[], &policy, at(now)), &policy.zone);
        // 08:00Z is 09:00 in Tunis; a lesson begins after 11:00.
        assert_eq!(free(date(2025, 9, 8), "2025-09-08T08:00:00Z"), ["2025-09-08 11:01-20:00 539"]);
        assert_eq!(free(date(2025, 12, 8), "2025-09-08T08:00:00Z"), ["2025-12-08 08:00-09:00 60"]);
        assert_eq!(free(date(2025, 12, 15), "2025-09-08T08:00:00Z"), [""; 0]);
    }

    #[test]
    fn a_pause_stands_on_both_sides_of_a_lesson() {
        let policy = CalendarPolicy {
            buffer: SignedDuration::from_mins(15),
            ..policy("Africa/Tunis", "MO-SU 08:00-20:00")
        };
        let rules = [weekly(Weekday::Monday, "08:00", "12:00")];
        let busy = [interval("2025-09-08T08:00:00Z", "2025-09-08T09:00:00Z")];
        let day = date(2025, 9, 8);
        let free = free_slots((day, day), &rules, &[], &busy, &policy, at("2025-09-01T08:00:00Z"));
        assert_eq!(shown(&free, &policy.zone), ["2025-09-08 08:00-08:45 45", "2025-09-08 10:15-12:00 105"]);
    }

    #[test]
    fn nights_on_which_the_clocks_change() {
        let policy = policy("Europe/Paris", "MO-SU 00:00-23:59");
        let now = at("2026-03-01T00:00:00Z");
        let of = |day: Date, start: &str, end: &str, now: Timestamp| {
            let rules = [weekly(Weekday::Sunday, start, end)];
            free_slots((day, day), &rules, &[], &[], &policy, now)
        };
        let spring = date(2026, 3, 29);
        // From one o'clock to four on the clock: two hours. Half past two is skipped: it begins with the change.
        assert_eq!(of(spring, "01:00", "04:00", now)[0].interval.minutes(), 120);
        assert_eq!(
            of(spring, "02:30", "04:00", now)[0].interval,
            interval("2026-03-29T01:00:00Z", "2026-03-29T02:00:00Z")
        );
        assert_eq!(of(spring, "02:05", "02:55", now), []);
        let autumn = date(2026, 10, 25);
        let now = at("2026-10-01T00:00:00Z");
        assert_eq!(of(autumn, "01:00", "04:00", now)[0].interval.minutes(), 240);
        assert_eq!(of(autumn, "02:00", "02:45", now)[0].interval.minutes(), 45);
    }

    #[test]
    fn midnight_belongs_to_the_day_of_the_school() {
        let policy = policy("Africa/Tunis", "MO-SU 00:00-23:59");
        let rules = [weekly(Weekday::Monday, "00:00", "01:00")];
        let week = (date(2025, 9, 7), date(2025, 9, 9));
        let free = free_slots(week, &rules, &[], &[], &policy, at("2025-09-01T08:00:00Z"));
        assert_eq!(free[0].interval, interval("2025-09-07T23:00:00Z", "2025-09-08T00:00:00Z"));
        assert_eq!((free.len(), free[0].date), (1, date(2025, 9, 8)));
    }

    /// Minutes of a day from 00:00, by the quarter.
    fn quarter_ranges() -> impl Strategy<Value = Vec<AvailabilityRule>> {
        let one = (0_u16..92, 1_u16..24, 0_i8..7, any::<bool>(), proptest::option::of(0_i64..14))
            .prop_filter_map("within the day", |(start, length, weekday, open, dated)| {
                let [start, end] =
                    [start, start + length].map(|quarter| ClockTime::from_minutes(quarter * 15));
                let days = match dated {
                    Some(day) => Days::On(FIRST.checked_add(jiff::Span::new().days(day)).ok()?),
                    None => Days::Weekly(Weekday::from_sunday_zero_offset(weekday).ok()?),
                };
                let range = ClockRange::new(start?, end?)?;
                Some(AvailabilityRule { days, range, open, valid_from: None, valid_until: None })
            });
        proptest::collection::vec(one, 0..12)
    }

    const FIRST: Date = date(2026, 3, 20);
    const LAST: Date = date(2026, 4, 2);

    proptest! {
        /// Minute by minute over two weeks with a change of the clocks: what is free is offered, inside the opening hours and
        /// not busy; what is offered and not free is busy, or beside a lesson and too short.
        #[test]
        fn free_and_busy_make_what_is_offered(
            rules in quarter_ranges(),
            lessons in proptest::collection::vec((0_i64..1344, 1_u16..12), 0..20),
            zone in proptest::sample::select(&["Africa/Tunis", "Europe/Paris", "America/New_York"]),
        ) {
            let policy = CalendarPolicy { shortest: 1, ..policy(zone, "MO-SA 08:00-20:00") };
            let now = at("2026-03-01T00:00:00Z");
            let start = at("2026-03-20T00:00:00Z");
            let busy: Vec<_> = lessons
                .iter()
                .filter_map(|(quarter, length)| {
                    let start = start.checked_add(SignedDuration::from_mins(quarter * 15)).ok()?;
                    Interval::from_minutes(start, length * 15)
                })
                .collect();
            let free = free_slots((FIRST, LAST), &rules, &[], &busy, &policy, now);
            let offered = free_slots((FIRST, LAST), &rules, &[], &[], &policy, now);
            for pair in free.windows(2) {
                prop_assert!(pair[0].interval.end() <= pair[1].interval.start());
            }
            for slot in &free {
                prop_assert!(busy.iter().all(|lesson| !lesson.overlaps(&slot.interval)));
                prop_assert!(offered.iter().any(|window| window.interval.covers(&slot.interval)));
                let (from, to) = slot.shown(&policy.zone);
                prop_assert!(from.minutes() >= 480 && to.minutes() <= 1200 && slot.date.weekday() != Weekday::Sunday);
            }
            let minutes = |slots: &[Interval]| -> i64 { slots.iter().map(Interval::minutes).sum() };
            let whole: Vec<_> = offered.iter().map(|slot| slot.interval).collect();
            let kept: Vec<_> = free.iter().map(|slot| slot.interval).collect();
            let lost: Vec<_> = union(busy).iter().flat_map(|lesson| whole.iter().filter_map(|window| window.intersection(lesson)).collect::<Vec<_>>()).collect();
            prop_assert_eq!(minutes(&kept) + minutes(&lost), minutes(&whole));
        }
    }
}
