//! Units after numbers.

use super::number::parse_plain;
use crate::scoring::Rational;

/// The number before the unit, when the text is a number followed by exactly this unit.
pub(super) fn without_unit(text: &str, unit: &[(String, i32)]) -> Option<Rational> {
    let text = text.trim().trim_end_matches('.').trim_end();
    // The first place where the rest is the unit; a unit may itself begin with an `e` or a `%`.
    text.char_indices().rev().find_map(|(place, _)| {
        let (number, rest) = text.split_at(place);
        if canonical_unit(rest) == unit { parse_plain(number) } else { None }
    })
}

/// A unit as sorted (symbol, exponent) pairs: `m·s^-1`, `m/s` and `m.s-1` are the same.
pub(super) fn canonical_unit(text: &str) -> Vec<(String, i32)> {
    let mut factors: Vec<(String, i32)> = Vec::new();
    let mut characters = text.chars().filter(|next| !matches!(next, '(' | ')' | '^')).peekable();
    let mut sign = 1_i32;
    while let Some(next) = characters.next() {
        match next {
            '/' => sign = -1,
            ' ' | '*' | '.' => {}
            _ => {
                let mut symbol = String::from(next);
                let is_symbol = |next: &char| !matches!(next, '/' | ' ' | '*' | '.' | '-' | '0'..='9');
                while let Some(next) = characters.next_if(is_symbol) {
                    symbol.push(next);
                }
                let negative = characters.next_if_eq(&'-').is_some();
                let mut exponent = 0_i32;
                while let Some(digit) = characters.next_if(char::is_ascii_digit) {
                    let digit = i32::try_from(digit.to_digit(10).unwrap_or(0)).unwrap_or(0);
                    exponent = exponent.saturating_mul(10).saturating_add(digit);
                }
                let exponent = if exponent == 0 { 1 } else { exponent };
                factors.push((symbol, sign * if negative { -exponent } else { exponent }));
            }
        }
    }
    factors.sort();
    factors
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_form_for_one_unit() {
        for (left, right) in
            [("m*s^(-1)", "m/s"), ("m.s-1", "m/s"), ("kg m / s^2", "m*kg*s^(-2)"), (" L", "L")]
        {
            assert_eq!(canonical_unit(left), canonical_unit(right), "{left} {right}");
        }
        for (left, right) in [("m/s", "m*s"), ("m", "M"), ("m^2", "m^3"), ("", "m")] {
            assert_ne!(canonical_unit(left), canonical_unit(right), "{left} {right}");
        }
    }
}
