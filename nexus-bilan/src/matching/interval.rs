//! Intervals of numbers and their unions.

mod inequality;
mod real_set;

use super::notation::plain;
use super::number::introduced;
pub(super) use real_set::RealSet;
use real_set::{End, Interval, Value};

/// Intervals of an answer at most.
const MAX_PARTS: usize = 16;

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

impl RealSet {
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
