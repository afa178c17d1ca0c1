//! Numbers and dates as a French reader expects them.

use crate::scoring::{CredibleInterval, Rational};
use crate::texts::french;
use jiff::civil::Date;

/// Narrow unbreakable space, before `%` and between thousands.
const NARROW: char = '\u{202f}';
/// Unbreakable space, between a number and its unit.
const SPACE: char = '\u{a0}';

/// A number with a decimal comma and at most two decimals.
pub(super) fn number(value: Rational) -> String {
    french::number(value).replace('-', "−")
}

/// Points obtained over points possible: `4,5 / 6`.
pub(super) fn points(obtained: Rational, possible: Rational) -> String {
    format!("{}{SPACE}/{SPACE}{}", number(obtained), number(possible))
}

/// A percentage: `63 %`, or a dash when nothing was evaluated.
pub(super) fn percent(value: Option<u8>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value}{NARROW}%"))
}

/// A percentage with at most one decimal: `16,7 %`.
pub(super) fn share(value: Rational) -> String {
    format!("{}{NARROW}%", value.round_to(1).to_string().replace('.', ","))
}

/// The two ends of an interval, in whole percent: `18–82 %`; a dash without an interval.
pub(super) fn interval(ends: Option<(f64, f64)>) -> String {
    ends.map_or_else(|| "–".to_owned(), |(low, high)| format!("{low:.0}–{high:.0}{NARROW}%"))
}

/// The ends of an interval, within 0 and 100 and in order; `None` when one of them is not a number.
pub(super) fn ends(interval: CredibleInterval) -> Option<(f64, f64)> {
    let (low, high) = (interval.low, interval.high);
    (low.is_finite() && high.is_finite() && low <= high)
        .then(|| (low.clamp(0.0, 100.0), high.clamp(0.0, 100.0)))
}

/// A duration in minutes: `45 min`, `1 h 30`.
pub(super) fn duration(minutes: u32) -> String {
    match (minutes / 60, minutes % 60) {
        (0, rest) => format!("{rest}{SPACE}min"),
        (hours, 0) => format!("{hours}{SPACE}h"),
        (hours, rest) => format!("{hours}{SPACE}h{SPACE}{rest:02}"),
    }
}

/// A day in words that stays on one line: `22 novembre 2026`, `1er mars 2027`.
pub(super) fn date(day: Date) -> String {
    french::long_date(day).replace(' ', &SPACE.to_string())
}

/// Answers given over questions: `5 / 6`.
pub(super) fn answered(given: u32, asked: u32) -> String {
    format!("{given}{SPACE}/{SPACE}{asked}")
}

#[cfg(test)]
mod tests {
    use super::{answered, date, duration, ends, interval, number, percent, points, share};
    use crate::scoring::{CredibleInterval, Rational};

    #[test]
    fn numbers_have_a_comma() {
        assert_eq!(number(Rational::new(9, 2).unwrap()), "4,5");
        assert_eq!(number(Rational::new(1, 3).unwrap()), "0,33");
        assert_eq!(number(Rational::whole(-2)), "−2");
        assert_eq!(points(Rational::new(9, 2).unwrap(), Rational::whole(6)), "4,5\u{a0}/\u{a0}6");
        assert_eq!(answered(5, 6), "5\u{a0}/\u{a0}6");
    }

    #[test]
    fn percentages_have_a_narrow_space() {
        assert_eq!(percent(Some(63)), "63\u{202f}%");
        assert_eq!(percent(None), "–");
        assert_eq!(share(Rational::new(50, 3).unwrap()), "16,7\u{202f}%");
        assert_eq!(interval(Some((18.2, 81.7))), "18–82\u{202f}%");
        assert_eq!(interval(None), "–");
    }

    #[test]
    fn intervals_are_bounded() {
        assert_eq!(ends(CredibleInterval { low: -3.0, high: 120.0 }), Some((0.0, 100.0)));
        assert_eq!(ends(CredibleInterval { low: f64::NAN, high: 50.0 }), None);
        assert_eq!(ends(CredibleInterval { low: 60.0, high: 50.0 }), None);
    }

    #[test]
    fn durations_and_days_are_in_words() {
        assert_eq!(duration(45), "45\u{a0}min");
        assert_eq!(duration(90), "1\u{a0}h\u{a0}30");
        assert_eq!(duration(120), "2\u{a0}h");
        assert_eq!(duration(65), "1\u{a0}h\u{a0}05");
        assert_eq!(date(jiff::civil::date(2026, 11, 22)), "22\u{a0}novembre\u{a0}2026");
        assert_eq!(date(jiff::civil::date(2027, 3, 1)), "1er\u{a0}mars\u{a0}2027");
    }
}
