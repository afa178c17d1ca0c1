//! Numbers as pupils type them.

use super::expression::{Expression, constant};
use super::notation::plain;
use super::unit::{canonical_unit, without_unit};
use crate::scoring::Rational;

/// Reads one number: `-3`, `−3`, `0,2`, `0.2`, `1 000`, `1/5`, `\frac{3}{5}`, `20 %`, `2·10^-1`, `2e-1`, `(1/5)`, `+4`.
///
/// Decisions. A point and a comma are both decimal marks, never thousands separators, and a number has at most one of
/// them: `1.000` is one. Thousands are separated by spaces in groups of exactly three digits. A mixed number (`1 1/2`)
/// is not French notation and is not read. A calculation (`1+1`) is not a number.
pub fn parse_number(text: &str) -> Option<Rational> {
    parse_plain(&plain(text)?)
}

/// As [`parse_number`] on plain notation.
pub(super) fn parse_plain(text: &str) -> Option<Rational> {
    let mut reader = Reader { rest: text.trim().trim_end_matches('.').trim_end() };
    let value = reader.number(0)?;
    reader.rest.trim().is_empty().then_some(value)
}

/// Reads an unsigned decimal, without fraction or power, at the start of a plain text and gives what follows it.
pub(super) fn parse_decimal(text: &str) -> Option<(Rational, &str)> {
    let mut reader = Reader { rest: text };
    let value = reader.decimal()?;
    Some((value, reader.rest))
}

/// Whether an answer is the number of the key, within its tolerance.
///
/// It may be introduced (`x = 3`), be the end of a calculation that is right (`3 + 5×2 = 13`), and be followed by the unit
/// of the item, when the item has one; another unit makes it wrong.
pub fn number_matches(answer: &str, value: Rational, tolerance: Rational, unit: Option<&str>) -> bool {
    let matches = || {
        let answer = plain(answer)?;
        let (before, last) =
            answer.rsplit_once('=').map_or((None, answer.as_str()), |(before, last)| (Some(before), last));
        let read = match unit.and_then(plain).map(|unit| canonical_unit(&unit)) {
            // The unit is looked for first: with the unit `%`, `20 %` is 20.
            Some(unit) => without_unit(last, &unit).or_else(|| parse_plain(last)),
            None => parse_plain(last),
        }?;
        let led_to = before.is_none_or(|before| leads_to(before, read, tolerance));
        Some(led_to && is_within(read, value, tolerance))
    };
    matches().unwrap_or(false)
}

/// Whether what stands before the last equal sign is a name, then calculations of this value.
fn leads_to(before: &str, value: Rational, tolerance: Rational) -> bool {
    let accepted = tolerance.to_f64() + 1e-9 * value.to_f64().abs();
    before.split('=').enumerate().all(|(place, member)| {
        (place == 0 && is_name(member))
            || Expression::parse(member, &[])
                .and_then(|calculation| constant(&calculation))
                .is_some_and(|result| (result - value.to_f64()).abs() <= accepted)
    })
}

/// What stands after `name =`; the text itself when there is no equal sign, `None` when what stands before is no name.
pub(super) fn introduced(text: &str) -> Option<&str> {
    match text.split_once('=') {
        None => Some(text),
        Some((before, after)) => (is_name(before) && !after.contains('=')).then_some(after),
    }
}

/// Whether a text names a quantity: `x`, `u_5`, `x1`, `f(2)`, `f'(x)`, `P(A)`, `AB`.
pub(super) fn is_name(text: &str) -> bool {
    let text = text.trim();
    let (name, argument) = match text.split_once('(') {
        Some((name, rest)) => match rest.strip_suffix(')') {
            Some(argument) => (name, argument),
            None => return false,
        },
        None => (text, ""),
    };
    let mut characters = name.trim().chars();
    characters.next().is_some_and(char::is_alphabetic)
        && name.trim().chars().count() <= 12
        && characters.all(|next| next.is_alphanumeric() || matches!(next, '_' | '\''))
        && argument.chars().count() <= 12
        && argument.chars().all(|next| next.is_alphanumeric() || matches!(next, ' ' | '-' | '.' | ',' | ';'))
}

/// Whether |read − value| ≤ tolerance, exactly where the products fit in 128 bits.
fn is_within(read: Rational, value: Rational, tolerance: Rational) -> bool {
    if read == value {
        return true;
    }
    let exact = || {
        let [a, b, c, d] =
            [read.numerator(), read.denominator(), value.numerator(), value.denominator()].map(i128::from);
        let distance = a.checked_mul(d)?.checked_sub(c.checked_mul(b)?)?.unsigned_abs();
        let scale = b.checked_mul(d)?.unsigned_abs();
        let numerator = u128::from(tolerance.numerator().max(0).unsigned_abs());
        let denominator = u128::from(tolerance.denominator().unsigned_abs());
        Some(distance.checked_mul(denominator)? <= scale.checked_mul(numerator)?)
    };
    exact().unwrap_or_else(|| (read.to_f64() - value.to_f64()).abs() <= tolerance.to_f64())
}

/// Reads from the start of a plain text.
struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn skip_spaces(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn eat(&mut self, symbol: char) -> bool {
        match self.rest.trim_start().strip_prefix(symbol) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// `[±] simple [/ simple] [· 10^n] [%]`
    fn number(&mut self, depth: u8) -> Option<Rational> {
        let negative = self.sign();
        let mut value = self.simple(depth)?;
        if self.eat('/') {
            let negative = self.sign();
            let divisor = self.simple(depth)?;
            value =
                value.checked_div(if negative { Rational::ZERO.checked_sub(divisor)? } else { divisor })?;
        }
        value = scaled(value, self.power_of_ten()?)?;
        if self.eat('%') {
            value = value.checked_div(Rational::whole(100))?;
        }
        if negative { Rational::ZERO.checked_sub(value) } else { Some(value) }
    }

    fn sign(&mut self) -> bool {
        if self.eat('-') {
            return true;
        }
        self.eat('+');
        false
    }

    /// A decimal, or a number in parentheses.
    fn simple(&mut self, depth: u8) -> Option<Rational> {
        if self.eat('(') {
            if depth >= 8 {
                return None;
            }
            let value = self.number(depth + 1)?;
            return self.eat(')').then_some(value);
        }
        self.decimal()
    }

    fn digits(&mut self) -> &str {
        let end = self.rest.find(|next: char| !next.is_ascii_digit()).unwrap_or(self.rest.len());
        let (digits, rest) = self.rest.split_at(end);
        self.rest = rest;
        digits
    }

    fn decimal(&mut self) -> Option<Rational> {
        self.skip_spaces();
        let mut whole = self.digits().to_owned();
        // Thousands: a first group of one to three digits, then groups of exactly three.
        if (1..=3).contains(&whole.len()) {
            while let Some(rest) = self.rest.strip_prefix(' ') {
                let group = rest.bytes().take_while(u8::is_ascii_digit).count();
                if group != 3 {
                    break;
                }
                let (digits, rest) = rest.split_at(group);
                whole.push_str(digits);
                self.rest = rest;
            }
        }
        let mut fraction = "";
        let mut after = Reader { rest: self.rest };
        if after.rest.starts_with(['.', ',']) {
            after.rest = after.rest.get(1..)?;
            let digits = after.digits().len();
            if digits > 0 {
                fraction = self.rest.get(1..=digits)?;
                self.rest = after.rest;
                // `1.234,5` and `1,2,3` are no numbers.
                if self.rest.starts_with(['.', ',']) && self.rest.get(1..).is_some_and(starts_with_digit) {
                    return None;
                }
            }
        }
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let fraction = fraction.trim_end_matches('0');
        let places = u32::try_from(fraction.len()).ok()?;
        let numerator: i64 = format!("{whole}{fraction}").parse().ok()?;
        Rational::new(numerator, 10_i64.checked_pow(places)?)
    }

    /// `· 10^n` or `e n`: 0 when there is none, `None` when its exponent cannot be read.
    fn power_of_ten(&mut self) -> Option<i32> {
        let Some(exponent) = after_ten(self.rest) else { return Some(0) };
        self.rest = exponent;
        let parenthesis = self.eat('(');
        let negative = self.sign();
        self.skip_spaces();
        let power = self.digits().parse::<i32>().ok()?;
        let closed = !parenthesis || self.eat(')');
        closed.then_some(if negative { -power } else { power })
    }
}

/// What follows `· 10^`, or the `e` of `2e-1` as calculators write it, without spaces.
fn after_ten(text: &str) -> Option<&str> {
    if let Some(rest) = text.trim_start().strip_prefix('*') {
        return rest.trim_start().strip_prefix("10")?.trim_start().strip_prefix('^');
    }
    let exponent = text.strip_prefix(['e', 'E'])?;
    starts_with_digit(exponent.strip_prefix(['-', '+']).unwrap_or(exponent)).then_some(exponent)
}

fn starts_with_digit(text: &str) -> bool {
    text.starts_with(|next: char| next.is_ascii_digit())
}

fn scaled(value: Rational, power: i32) -> Option<Rational> {
    let scale = Rational::whole(10_i64.checked_pow(power.unsigned_abs())?);
    if power < 0 { value.checked_div(scale) } else { value.checked_mul(scale) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn number(text: &str) -> Option<String> {
        parse_number(text).map(|value| value.to_string())
    }

    #[test]
    fn reads_numbers() {
        let cases = [
            ("0,2", "0.2"),
            ("0.2", "0.2"),
            ("1/5", "0.2"),
            ("20 %", "0.2"),
            ("20\u{202f}%", "0.2"),
            (r"20\,\%", "0.2"),
            ("2·10^-1", "0.2"),
            (r"2\times10^{-1}", "0.2"),
            ("2×10^{-1}", "0.2"),
            ("2 * 10⁻¹", "0.2"),
            ("2e-1", "0.2"),
            ("-3", "-3"),
            ("−3", "-3"),
            ("+ 3", "3"),
            (r"\frac{3}{5}", "0.6"),
            (r"-\tfrac{3}{5}", "-0.6"),
            (r"\dfrac{-3}{5}", "-0.6"),
            (r"\frac35", "0.6"),
            ("½", "0.5"),
            ("0{,}2", "0.2"),
            (r"1\,000", "1000"),
            ("1 000", "1000"),
            ("1\u{a0}000,5", "1000.5"),
            ("12 345 678", "12345678"),
            ("1.000", "1"),
            (".5", "0.5"),
            ("5.", "5"),
            ("5,00", "5"),
            ("(3)/(-6)", "-0.5"),
            ("$5$", "5"),
            ("0,333333333333", "333333333333/1000000000000"),
        ];
        for (text, value) in cases {
            assert_eq!(number(text).as_deref(), Some(value), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_number() {
        let cases = [
            "",
            " ",
            "x",
            "1 1/2",
            "1½",
            "1+1",
            "2*3",
            "1,234.5",
            "1.234,5",
            "1,2,3",
            "1 00",
            "1 0000",
            "--3",
            "1/0",
            "10^2x",
            "1/2/3",
            "3 cm",
            "√4",
            "99999999999999999999",
            "2·10^99",
            "5..5",
            "(3",
            "3)",
            "0x10",
            "1e",
        ];
        for text in cases {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn matches_with_tolerance_introduction_and_unit() {
        let rational = |text: &str| text.parse::<Rational>().unwrap();
        let cases = [
            ("0,2", "0.2", "0", None, true),
            ("x = 0,2", "0.2", "0", None, true),
            ("u_5=13", "13", "0", None, true),
            ("f(2) = -1", "-1", "0", None, true),
            ("y+1 = 3", "3", "0", None, false),
            ("a=b=3", "3", "0", None, false),
            ("3+5*2 = 13", "13", "0", None, true),
            ("u_5 = 3+5×2 = 13", "13", "0", None, true),
            ("u_5 = 3+5×3 = 13", "13", "0", None, false),
            ("E = 12×0,5×1800 = 10 800 J", "10800", "0", Some("J"), true),
            ("3+5*2", "13", "0", None, false),
            ("0,33", "1/3", "0.01", None, true),
            ("0,32", "1/3", "0.01", None, false),
            ("0.201", "0.2", "0.001", None, true),
            ("0.2011", "0.2", "0.001", None, false),
            ("12 m/s", "12", "0", Some("m·s⁻¹"), true),
            ("12 m.s-1", "12", "0", Some("m/s"), true),
            (r"12\,\text{m·s}^{-1}", "12", "0", Some("m/s"), true),
            ("12", "12", "0", Some("m/s"), true),
            ("12 km/h", "12", "0", Some("m/s"), false),
            ("12 m/s", "12", "0", None, false),
            ("20 %", "20", "0", Some("%"), true),
            ("20 %", "0.2", "0", None, true),
            ("20", "0.2", "0", None, false),
            ("3 €", "3", "0", Some("€"), true),
            ("3,5 kJ.", "3.5", "0", Some("kJ"), true),
        ];
        for (answer, value, tolerance, unit, expected) in cases {
            let matched = number_matches(answer, rational(value), rational(tolerance), unit);
            assert_eq!(matched, expected, "{answer:?} for {value} {unit:?}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in ".{0,80}", typed in r"[0-9 .,/%*^()e+=\\{}x-]{0,40}", unit in ".{0,8}") {
            for text in [&text, &typed] {
                let _ = parse_number(text);
                let _ = number_matches(text, Rational::ONE, Rational::ZERO, Some(&unit));
            }
        }

        #[test]
        fn any_rational_reads_back(numerator in -1_000_000_i64..1_000_000, denominator in 1_i64..10_000) {
            let value = Rational::new(numerator, denominator).unwrap();
            for text in [
                value.to_string(),
                value.to_string().replace('.', ","),
                format!("{numerator}/{denominator}"),
                format!(r"\frac{{{numerator}}}{{{denominator}}}"),
                format!("x = {numerator} / {denominator}"),
            ] {
                prop_assert!(number_matches(&text, value, Rational::ZERO, None), "{}", text);
            }
        }

        #[test]
        fn the_distance_is_exact(numerator in -1000_i64..1000, step in 0_i64..100) {
            let value = Rational::new(numerator, 1000).unwrap();
            let answer = Rational::new(numerator + step, 1000).unwrap();
            let tolerance = Rational::new(50, 1000).unwrap();
            prop_assert_eq!(number_matches(&answer.to_string(), value, tolerance, None), step <= 50);
        }
    }
}
