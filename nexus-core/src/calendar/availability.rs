use super::span::{union, without};
use super::{ClockRange, OpeningHours};
use jiff::civil::{Date, Weekday};

/// On which days a coach says something about himself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Days {
    /// Every week.
    Weekly(Weekday),
    /// Once; such a day does not look at what is said for every week.
    On(Date),
}

/// One thing that a coach says about when he can teach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AvailabilityRule {
    /// On which days.
    pub days: Days,
    /// At which time.
    pub range: ClockRange,
    /// Whether he can teach then; otherwise he cannot, whatever else he says.
    pub open: bool,
    /// First day on which it counts; from the beginning when absent. A day is never out of its own validity.
    pub valid_from: Option<Date>,
    /// Last day on which it counts; for ever when absent.
    pub valid_until: Option<Date>,
}

impl AvailabilityRule {
    fn counts_on(&self, date: Date) -> bool {
        match self.days {
            Days::On(day) => day == date,
            Days::Weekly(weekday) => {
                weekday == date.weekday()
                    && self.valid_from.is_none_or(|first| first <= date)
                    && self.valid_until.is_none_or(|last| date <= last)
            }
        }
    }
}

/// Days without lessons: school holidays, a public holiday, the leave of a coach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closure {
    /// First day.
    pub first: Date,
    /// Last day.
    pub last: Date,
    /// What it is, as people call it: `Vacances de printemps`.
    pub label: String,
}

impl Closure {
    /// Whether it holds on a day.
    pub fn holds_on(&self, date: Date) -> bool {
        self.first <= date && date <= self.last
    }
}

/// When a coach can teach on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayWindows {
    /// Stretches of the day, in order, none touching another.
    pub ranges: Vec<ClockRange>,
    /// Whether they are said for this very date.
    pub dated: bool,
}

/// When a coach can teach on a day: what he says for the date, or else for the weekday, without what he refuses, within the
/// opening hours, and not at all when the school is closed.
///
/// A date for which he only refuses something keeps the rest of its weekday.
pub fn windows_on(
    date: Date,
    rules: &[AvailabilityRule],
    closures: &[Closure],
    opening: &OpeningHours,
) -> DayWindows {
    let Some(hours) = opening.on(date.weekday()) else { return nothing() };
    if closures.iter().any(|closure| closure.holds_on(date)) {
        return nothing();
    }
    let counting = || rules.iter().filter(|rule| rule.counts_on(date));
    let is_dated = |rule: &&AvailabilityRule| matches!(rule.days, Days::On(_));
    let dated = counting().any(|rule| rule.open && is_dated(&rule));
    let chosen = |open: bool| {
        // Once something is offered for the date, the weekday has no say, neither in what it offers nor in what it refuses.
        counting()
            .filter(move |rule| rule.open == open && (is_dated(rule) || !dated))
            .map(|rule| rule.range)
            .collect::<Vec<_>>()
    };
    let offered = without(&union(chosen(true)), &union(chosen(false)));
    DayWindows { ranges: offered.iter().filter_map(|range| range.intersection(&hours)).collect(), dated }
}

const fn nothing() -> DayWindows {
    DayWindows { ranges: Vec::new(), dated: false }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::ClockTime;
    use jiff::civil::date;

    fn range(start: &str, end: &str) -> ClockRange {
        let [start, end] = [start, end].map(|text| ClockTime::parse(text).unwrap());
        ClockRange::new(start, end).unwrap()
    }

    fn rule(days: Days, start: &str, end: &str, open: bool) -> AvailabilityRule {
        AvailabilityRule { days, range: range(start, end), open, valid_from: None, valid_until: None }
    }

    fn shown(date: Date, rules: &[AvailabilityRule]) -> Vec<String> {
        let windows = windows_on(date, rules, &[], &OpeningHours::default());
        windows.ranges.iter().map(|range| format!("{}-{}", range.start(), range.end())).collect()
    }

    const MONDAY: Date = date(2025, 9, 8);

    /// Vector A6.
    #[test]
    fn a_date_replaces_its_weekday() {
        let rules = [
            rule(Days::Weekly(Weekday::Monday), "09:00", "12:00", true),
            rule(Days::On(MONDAY), "15:00", "16:00", true),
        ];
        assert_eq!(shown(MONDAY, &rules), ["15:00-16:00"]);
        assert_eq!(shown(date(2025, 9, 15), &rules), ["09:00-12:00"]);
        assert_eq!(shown(date(2025, 9, 9), &rules), [""; 0]);
    }

    #[test]
    fn a_refusal_takes_out_what_it_names() {
        let weekly = rule(Days::Weekly(Weekday::Monday), "09:00", "12:00", true);
        let morning = rule(Days::On(MONDAY), "10:00", "11:00", false);
        assert_eq!(shown(MONDAY, &[weekly.clone(), morning]), ["09:00-10:00", "11:00-12:00"]);
        let whole_day = rule(Days::On(MONDAY), "00:00", "23:59", false);
        assert_eq!(shown(MONDAY, &[weekly.clone(), whole_day]), [""; 0]);
        // What is refused every week does not cut into what is offered for the date.
        let never_at_three = rule(Days::Weekly(Weekday::Monday), "15:00", "16:00", false);
        let but_today = rule(Days::On(MONDAY), "15:00", "17:00", true);
        assert_eq!(shown(MONDAY, &[weekly, never_at_three, but_today]), ["15:00-17:00"]);
    }

    #[test]
    fn neighbours_are_one_and_the_opening_hours_bound_them() {
        let weekly = |start, end| rule(Days::Weekly(Weekday::Monday), start, end, true);
        let rules = [weekly("10:00", "11:00"), weekly("06:00", "10:00"), weekly("19:00", "20:30")];
        assert_eq!(shown(MONDAY, &rules), ["08:00-11:00", "19:00-20:00"]);
        let sunday = rule(Days::On(date(2025, 9, 7)), "10:00", "11:00", true);
        assert_eq!(shown(date(2025, 9, 7), &[sunday]), [""; 0]);
    }

    #[test]
    fn a_rule_counts_from_its_first_day_to_its_last() {
        let rules = [AvailabilityRule {
            valid_from: Some(date(2025, 9, 8)),
            valid_until: Some(date(2025, 9, 15)),
            ..rule(Days::Weekly(Weekday::Monday), "09:00", "10:00", true)
        }];
        for (day, counts) in [(1, false), (8, true), (15, true), (22, false)] {
            assert_eq!(!shown(date(2025, 9, day), &rules).is_empty(), counts, "{day}");
        }
    }

    #[test]
    fn holidays_close_everything() {
        let closure =
            Closure { first: date(2025, 9, 8), last: date(2025, 9, 14), label: "Vacances".to_owned() };
        let rules = [
            rule(Days::Weekly(Weekday::Monday), "09:00", "10:00", true),
            rule(Days::On(MONDAY), "9:00", "9:30", true),
        ];
        let open = |date| {
            !windows_on(date, &rules, std::slice::from_ref(&closure), &OpeningHours::default())
                .ranges
                .is_empty()
        };
        assert!(!open(MONDAY) && open(date(2025, 9, 15)));
    }
}
