//! Intervals of numbers and their unions.

mod inequality;

use super::expression::{Expression, constant, is_rational_calculation};
use super::notation::plain;
use super::number::{introduced, parse_plain};
use crate::scoring::Rational;
use std::cmp::Ordering;

/// Intervals of an answer at most.
const MAX_PARTS: usize = 16;
/// Ends that have no exact form (√2, ln 2) are the same when they are this close, relatively.
const END_TOLERANCE: f64 = 1e-10;

/// Whether an answer is the same set of numbers as the key.
///
/// Both may be written as intervals in French notation (`]-∞ ; 2] ∪ [3 ; +∞[`), with round brackets for open ends,
/// as inequalities (`x > 2`, `-1 < x ≤ 4`, `x < 1 ou x > 2`, `x ≠ 3`), as ℝ, ℝ∖{3}, {2}, ∅, and be introduced (`S =`, `x ∈`).
///
/// Decisions. The name of the unknown is free. The separator is the semicolon, or the comma when there is no semicolon
/// and exactly one comma (`(0, 1)`). A closed bracket at an infinity and ends in the wrong order are errors of the
/// answer, not readings. An end may be a number or a constant formula that is not a calculation on rationals (√2, ln 2).
pub fn interval_matches(answer: &str, canonical: &str) -> bool {
    let read = |text: &str| RealSet::parse(&plain(text)?);
    match (read(answer), read(canonical)) {
        (Some(answer), Some(key)) => answer == key,
        // A key beyond this notation is compared as it is written.
        (_, None) => {
            !canonical.trim().is_empty() && answer.split_whitespace().eq(canonical.split_whitespace())
        }
        (None, Some(_)) => false,
    }
}

/// A number at the end of an interval.
#[derive(Debug, Clone, Copy)]
struct Value {
    exact: Option<Rational>,
    approximate: f64,
}

impl Value {
    fn parse(text: &str) -> Option<Self> {
        if let Some(exact) = parse_plain(text) {
            return Some(Self { exact: Some(exact), approximate: exact.to_f64() });
        }
        let expression = Expression::parse(text, &[])?;
        if is_rational_calculation(&expression) {
            return None;
        }
        Some(Self { exact: None, approximate: constant(&expression)? })
    }

    fn order(self, other: Self) -> Ordering {
        match (self.exact, other.exact) {
            (Some(left), Some(right)) => left.cmp(&right),
            _ => {
                let size = self.approximate.abs().max(other.approximate.abs()).max(1.0);
                if (self.approximate - other.approximate).abs() <= END_TOLERANCE * size {
                    Ordering::Equal
                } else {
                    self.approximate.total_cmp(&other.approximate)
                }
            }
        }
    }
}

/// An end of an interval.
#[derive(Debug, Clone, Copy)]
enum End {
    Infinite,
    Finite { value: Value, closed: bool },
}

/// An interval that is not empty.
#[derive(Debug, Clone, Copy)]
struct Interval {
    low: End,
    high: End,
}

impl Interval {
    /// `None` when nothing is between the ends.
    fn new(low: End, high: End) -> Option<Self> {
        if let (End::Finite { value: low, closed: left }, End::Finite { value: high, closed: right }) =
            (low, high)
        {
            match low.order(high) {
                Ordering::Less => {}
                Ordering::Equal if left && right => {}
                _ => return None,
            }
        }
        Some(Self { low, high })
    }

    fn point(value: Value) -> Self {
        let end = End::Finite { value, closed: true };
        Self { low: end, high: end }
    }

    fn low_order(&self, other: &Self) -> Ordering {
        low_order(self.low, other.low)
    }
}

/// Orders lower ends: −∞ first, a closed one before an open one at the same value.
fn low_order(left: End, right: End) -> Ordering {
    match (left, right) {
        (End::Infinite, End::Infinite) => Ordering::Equal,
        (End::Infinite, End::Finite { .. }) => Ordering::Less,
        (End::Finite { .. }, End::Infinite) => Ordering::Greater,
        (End::Finite { value: a, closed: ca }, End::Finite { value: b, closed: cb }) => {
            a.order(b).then(cb.cmp(&ca))
        }
    }
}

/// Orders upper ends: an open one before a closed one at the same value, +∞ last.
fn high_order(left: End, right: End) -> Ordering {
    match (left, right) {
        (End::Infinite, End::Infinite) => Ordering::Equal,
        (End::Infinite, End::Finite { .. }) => Ordering::Greater,
        (End::Finite { .. }, End::Infinite) => Ordering::Less,
        (End::Finite { value: a, closed: ca }, End::Finite { value: b, closed: cb }) => {
            a.order(b).then(ca.cmp(&cb))
        }
    }
}

/// A union of disjoint intervals that do not touch, in ascending order: one form for one set.
#[derive(Debug, Clone)]
pub(super) struct RealSet(Vec<Interval>);

impl PartialEq for RealSet {
    fn eq(&self, other: &Self) -> bool {
        self.0.len() == other.0.len()
            && self.0.iter().zip(&other.0).all(|(left, right)| {
                low_order(left.low, right.low).is_eq() && high_order(left.high, right.high).is_eq()
            })
    }
}

impl RealSet {
    const fn everything() -> Interval {
        Interval { low: End::Infinite, high: End::Infinite }
    }

    fn of(mut intervals: Vec<Interval>) -> Self {
        intervals.sort_by(Interval::low_order);
        let mut merged: Vec<Interval> = Vec::with_capacity(intervals.len());
        for interval in intervals {
            match merged.last_mut() {
                Some(last) if touches(last.high, interval.low) => {
                    if high_order(interval.high, last.high).is_gt() {
                        last.high = interval.high;
                    }
                }
                _ => merged.push(interval),
            }
        }
        Self(merged)
    }

    fn intersection(&self, other: &Self) -> Self {
        let mut common = Vec::new();
        for left in &self.0 {
            for right in &other.0 {
                let low = if low_order(left.low, right.low).is_ge() { left.low } else { right.low };
                let high = if high_order(left.high, right.high).is_le() { left.high } else { right.high };
                common.extend(Interval::new(low, high));
            }
        }
        Self::of(common)
    }

    /// Everything but these points.
    fn without(points: &[Value]) -> Self {
        points.iter().fold(Self(vec![Self::everything()]), |rest, point| {
            let end = End::Finite { value: *point, closed: false };
            let around =
                vec![Interval { low: End::Infinite, high: end }, Interval { low: end, high: End::Infinite }];
            rest.intersection(&Self(around))
        })
    }

    /// Reads a plain text.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim().trim_end_matches('.').trim();
        let text = match text.split_once('∈') {
            Some((_, set)) => set.trim(),
            None if text.contains(['[', ']', '{', '∅', '∪']) || text.ends_with('R') => {
                introduced(text)?.trim()
            }
            None => text,
        };
        // Without a bracket a `<` or `>` makes inequalities.
        if text.contains(['<', '>', '≠']) {
            return inequality::parse(text);
        }
        let mut intervals = Vec::new();
        for part in union_parts(text) {
            intervals.extend(Self::part(part.trim())?.0);
            if intervals.len() > MAX_PARTS {
                return None;
            }
        }
        Some(Self::of(intervals))
    }

    fn part(text: &str) -> Option<Self> {
        match text {
            "R" => return Some(Self(vec![Self::everything()])),
            "R*" | "R^*" => return Self::parse("R∖{0}"),
            "∅" => return Some(Self(Vec::new())),
            _ => {}
        }
        if let Some(rest) = text.strip_prefix('R') {
            // `R\{3}` as typed loses its backslash, which LaTeX reads as part of the brace.
            let removed = rest.trim().trim_start_matches(['∖', '-']).trim();
            return Some(Self::without(&points(removed)?));
        }
        if text.starts_with('{') {
            return Some(Self::of(points(text)?.into_iter().map(Interval::point).collect()));
        }
        let mut characters = text.chars();
        let left_closed = match characters.next()? {
            '[' => true,
            ']' | '(' => false,
            _ => return None,
        };
        let right_closed = match characters.next_back()? {
            ']' => true,
            '[' | ')' => false,
            _ => return None,
        };
        let (low, high) = ends(characters.as_str())?;
        let end = |text: &str, negative: bool, closed: bool| match infinity(text) {
            Some(sign) => (sign == negative && !closed).then_some(End::Infinite),
            None => Some(End::Finite { value: Value::parse(text)?, closed }),
        };
        let interval = Interval::new(end(low, true, left_closed)?, end(high, false, right_closed)?)?;
        Some(Self(vec![interval]))
    }
}

/// Whether an upper end reaches a lower end that comes after it.
fn touches(high: End, low: End) -> bool {
    match (high, low) {
        (End::Infinite, _) | (_, End::Infinite) => true,
        (End::Finite { value: high, closed: left }, End::Finite { value: low, closed: right }) => {
            match high.order(low) {
                Ordering::Greater => true,
                Ordering::Equal => left || right,
                Ordering::Less => false,
            }
        }
    }
}

/// Splits at ∪, at a capital U and at the word `ou`.
fn union_parts(text: &str) -> Vec<&str> {
    text.split(['∪', 'U']).flat_map(|part| part.split(" ou ")).collect()
}

fn ends(inside: &str) -> Option<(&str, &str)> {
    let separator = if inside.contains(';') { ';' } else { ',' };
    let (low, high) = inside.split_once(separator)?;
    (!high.contains(separator)).then_some((low.trim(), high.trim()))
}

/// The points of `{a ; b}`.
fn points(text: &str) -> Option<Vec<Value>> {
    let inside = text.strip_prefix('{')?.strip_suffix('}')?;
    let separator = if inside.contains(';') { ';' } else { ',' };
    // `{1,5}` is one point: without a semicolon a text that reads as one number is one.
    if let Some(value) = Value::parse(inside) {
        return Some(vec![value]);
    }
    let points: Option<Vec<Value>> =
        inside.split(separator).map(|point| Value::parse(point.trim())).collect();
    points.filter(|points| points.len() <= MAX_PARTS)
}

/// Whether a text is an infinity, and if so whether it is the negative one.
fn infinity(text: &str) -> Option<bool> {
    let (negative, name) = match text.strip_prefix('-') {
        Some(name) => (true, name),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let name = name.trim().to_lowercase();
    matches!(name.as_str(), "oo" | "inf" | "infini" | "infinity" | "infty").then_some(negative)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn intervals() {
        let cases = [
            ("]-oo ; 2]", "]-oo ; 2]", true),
            ("]-∞;2]", "]-oo ; 2]", true),
            (r"\left]-\infty ; 2\right]", "]-oo ; 2]", true),
            ("(-inf, 2]", "]-oo ; 2]", true),
            ("x ≤ 2", "]-oo ; 2]", true),
            ("2 >= t", "]-oo ; 2]", true),
            ("S = ]-∞ ; 2]", "]-oo ; 2]", true),
            ("x ∈ ]-∞ ; 2]", "]-oo ; 2]", true),
            ("]-∞;2[", "]-oo ; 2]", false),
            ("]-∞;3]", "]-oo ; 2]", false),
            ("[-∞;2]", "]-oo ; 2]", false),
            ("]2;-∞]", "]-oo ; 2]", false),
            ("x > 2", "]2 ; +oo[", true),
            ("x  >   2", "x > 2", true),
            ("x>2", "x > 2", true),
            ("2 < x", "x > 2", true),
            ("x >= 2", "x > 2", false),
            ("-1 < x <= 4", "]-1 ; 4]", true),
            ("4 ≥ x > −1", "]-1 ; 4]", true),
            ("-1 < x > 4", "]-1 ; 4]", false),
            ("x > -1 et x ≤ 4", "]-1 ; 4]", true),
            ("x < 1 ou x > 2", "]-∞;1[ ∪ ]2;+∞[", true),
            ("]2;+∞[ U ]-∞;1[", "]-∞;1[ ∪ ]2;+∞[", true),
            (r"]-\infty;1[\cup]2;+\infty[", "]-∞;1[ ∪ ]2;+∞[", true),
            ("[0;1] ∪ [1;2]", "[0;2]", true),
            ("[0;1[ ∪ ]1;2]", "[0;2]", false),
            ("[0;1[ ∪ {1} ∪ ]1;2]", "[0;2]", true),
            ("ℝ", "]-∞;+∞[", true),
            (r"\mathbb{R}\setminus\{3\}", "]-∞;3[ ∪ ]3;+∞[", true),
            ("x ≠ 3", "]-∞;3[ ∪ ]3;+∞[", true),
            ("R\\{3}", "]-∞;3[ ∪ ]3;+∞[", true),
            ("ℝ*", "x ≠ 0", true),
            ("∅", "∅", true),
            ("∅", "[0;1]", false),
            ("[0,5 ; 1,5]", "[1/2 ; 3/2]", true),
            ("[0, 1]", "[0 ; 1]", true),
            ("[0,5, 1,5]", "[1/2 ; 3/2]", false),
            ("[√2 ; +∞[", "x >= sqrt(2)", true),
            ("[1,41421356 ; +∞[", "x >= sqrt(2)", false),
            ("]-∞ ; ln 2[", "x < ln(2)", true),
            ("[1+1 ; 3]", "[2 ; 3]", false),
            ("[3;2]", "[2;3]", false),
            ("]2;2[", "∅", false),
            ("[2;2]", "{2}", true),
            ("2", "{2}", false),
            ("", "[0;1]", false),
            ("[0;1", "[0;1]", false),
            ("[0;1;2]", "[0;1]", false),
            ("[0;1] ∪", "[0;1]", false),
            ("x > y", "x > 2", false),
            ("x > 2 ou y > 3", "x > 2", false),
        ];
        for (answer, key, expected) in cases {
            assert_eq!(interval_matches(answer, key), expected, "{answer:?} for {key:?}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in ".{0,80}", typed in r"[0-9;,. ouetxURo\[\]()<>={}∪∞≠-]{0,40}") {
            for text in [&text, &typed] {
                let _ = interval_matches(text, "]0 ; 1]");
                let _ = interval_matches("]0 ; 1]", text);
            }
        }

        #[test]
        fn inequality_and_interval_agree(low in -50_i64..50, width in 1_i64..50, left: bool, right: bool) {
            let high = low + width;
            let interval = format!(
                "{}{low} ; {high}{}", if left { '[' } else { ']' }, if right { ']' } else { '[' }
            );
            let inequality = format!(
                "{low} {} x {} {high}", if left { "≤" } else { "<" }, if right { "<=" } else { "<" }
            );
            prop_assert!(interval_matches(&inequality, &interval), "{} {}", inequality, interval);
            let other = format!(
                "{low} {} x {} {high}", if left { "<" } else { "≤" }, if right { "<=" } else { "<" }
            );
            prop_assert!(!interval_matches(&other, &interval));
        }
    }
}
