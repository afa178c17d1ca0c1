//! Exact numbers of small magnitude: points, weights, keys.

use num_rational::Ratio;
use num_traits::{CheckedAdd, CheckedDiv, CheckedMul, CheckedSub, Signed, ToPrimitive, Zero};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// An exact rational number. In JSON it is a number (`2`, `0.5`) or a text (`"1/3"`); a number's decimal digits are read
/// as they are written, so that `0.1` is one tenth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Rational(Ratio<i64>);

/// A text that is not a rational of acceptable size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a rational number of acceptable size")]
pub struct InvalidRational;

impl Rational {
    /// Zero.
    pub const ZERO: Self = Self(Ratio::new_raw(0, 1));
    /// One.
    pub const ONE: Self = Self(Ratio::new_raw(1, 1));

    /// A whole number.
    pub const fn whole(value: i64) -> Self {
        Self(Ratio::new_raw(value, 1))
    }

    /// `numerator / denominator`; `None` when the denominator is zero or the reduced form does not fit.
    pub fn new(numerator: i64, denominator: i64) -> Option<Self> {
        // `Ratio::new` negates both for a negative denominator, which overflows on the extreme value only.
        (denominator != 0 && numerator != i64::MIN && denominator != i64::MIN)
            .then(|| Self(Ratio::new(numerator, denominator)))
    }

    /// Numerator of the reduced form.
    pub const fn numerator(self) -> i64 {
        *self.0.numer()
    }

    /// Denominator of the reduced form, positive.
    pub const fn denominator(self) -> i64 {
        *self.0.denom()
    }

    /// Whether it is zero.
    pub fn is_zero(self) -> bool {
        self.0.is_zero()
    }

    /// Absolute value.
    #[must_use]
    pub fn abs(self) -> Self {
        Self(self.0.abs())
    }

    /// Exact sum, `None` when it does not fit.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        if self.denominator() == 1 && other.denominator() == 1 {
            return self.numerator().checked_add(other.numerator()).map(Self::whole);
        }
        self.0.checked_add(&other.0).map(Self)
    }

    /// Exact difference, `None` when it does not fit.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(&other.0).map(Self)
    }

    /// Exact product, `None` when it does not fit.
    pub fn checked_mul(self, other: Self) -> Option<Self> {
        if self.denominator() == 1 && other.denominator() == 1 {
            return self.numerator().checked_mul(other.numerator()).map(Self::whole);
        }
        self.0.checked_mul(&other.0).map(Self)
    }

    /// Exact quotient, `None` when it does not fit or the divisor is zero.
    pub fn checked_div(self, other: Self) -> Option<Self> {
        if other.is_zero() { None } else { self.0.checked_div(&other.0).map(Self) }
    }

    /// Nearest whole number, halves rounded up (towards +∞), as JavaScript's `Math.round` does.
    pub fn round_half_up(self) -> i64 {
        let (numerator, denominator) = (i128::from(self.numerator()), i128::from(self.denominator()));
        let rounded = (2 * numerator + denominator).div_euclid(2 * denominator);
        i64::try_from(rounded).unwrap_or(if rounded < 0 { i64::MIN } else { i64::MAX })
    }

    /// Nearest number with `places` decimals (at most 9), halves up.
    #[must_use]
    pub fn round_to(self, places: u32) -> Self {
        let scale = 10_i64.pow(places.min(9));
        self.checked_mul(Self::whole(scale))
            .map(Self::round_half_up)
            .and_then(|scaled| Self::new(scaled, scale))
            .unwrap_or(self)
    }

    /// Nearest float; for statistics and drawings, never for points.
    pub fn to_f64(self) -> f64 {
        /// Whole numbers up to here are floats, and their quotient is rounded once.
        const EXACT: u64 = 1 << 53;
        let (numerator, denominator) = (self.numerator(), self.denominator());
        if numerator.unsigned_abs() <= EXACT && denominator.unsigned_abs() <= EXACT {
            return numerator as f64 / denominator as f64;
        }
        self.0.to_f64().unwrap_or(f64::NAN)
    }
}

impl fmt::Display for Rational {
    /// Writes a terminating decimal with a point when it has at most 9 digits after it, a fraction otherwise.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (numerator, denominator) = (self.numerator(), self.denominator());
        if denominator == 1 {
            return write!(formatter, "{numerator}");
        }
        for places in 1..=9_usize {
            let scale = 10_i128.pow(u32::try_from(places).unwrap_or(9));
            if scale % i128::from(denominator) == 0 {
                let scaled =
                    i128::from(numerator).unsigned_abs() * (scale / i128::from(denominator)).unsigned_abs();
                let scale = scale.unsigned_abs();
                let sign = if numerator < 0 { "-" } else { "" };
                return write!(formatter, "{sign}{}.{:0places$}", scaled / scale, scaled % scale);
            }
        }
        write!(formatter, "{numerator}/{denominator}")
    }
}

impl FromStr for Rational {
    type Err = InvalidRational;

    /// Reads `-3`, `0.25`, `1/3`; decimals have at most 9 digits after the point.
    fn from_str(text: &str) -> Result<Self, InvalidRational> {
        if let Some((numerator, denominator)) = text.split_once('/') {
            let (numerator, denominator) =
                (numerator.trim().parse::<Self>()?, denominator.trim().parse::<Self>()?);
            return numerator.checked_div(denominator).ok_or(InvalidRational);
        }
        let (digits, negative) = match text.trim().strip_prefix('-') {
            Some(rest) => (rest, true),
            None => (text.trim(), false),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty()
            || digits.ends_with('.')
            || fraction.len() > 9
            || !all_digits(whole)
            || !all_digits(fraction)
        {
            return Err(InvalidRational);
        }
        let scale = 10_i64.pow(u32::try_from(fraction.len()).map_err(|_| InvalidRational)?);
        let scaled: i64 = format!("{whole}{fraction}").parse().map_err(|_| InvalidRational)?;
        Self::new(if negative { -scaled } else { scaled }, scale).ok_or(InvalidRational)
    }
}

impl Serialize for Rational {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.denominator() == 1 {
            serializer.serialize_i64(self.numerator())
        } else {
            serializer.collect_str(self)
        }
    }
}

impl<'de> Deserialize<'de> for Rational {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // A JSON number keeps its shortest decimal form through `serde_json::Number`, which is what the author wrote.
        let value = serde_json::Value::deserialize(deserializer)?;
        let text = match &value {
            serde_json::Value::Number(number) => number.to_string(),
            serde_json::Value::String(text) => text.clone(),
            _ => return Err(serde::de::Error::custom(InvalidRational)),
        };
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rational(text: &str) -> Rational {
        text.parse().unwrap()
    }

    #[test]
    fn rounds_halves_up() {
        let cases =
            [("12.5", 13), ("2.5", 3), ("-2.5", -2), ("57.5", 58), ("0.49", 0), ("1/3", 0), ("2/3", 1)];
        for (text, rounded) in cases {
            assert_eq!(rational(text).round_half_up(), rounded, "{text}");
        }
    }

    #[test]
    fn reads_and_writes() {
        for (text, written) in
            [("1/5", "0.2"), ("-0.50", "-0.5"), ("1/3", "1/3"), ("6/3", "2"), ("-1/8", "-0.125")]
        {
            assert_eq!(rational(text).to_string(), written);
        }
        for text in ["", ".", "1.", ".5", "1/0", "a", "1e3", "--1", "9999999999999999999", "1.0000000001"] {
            assert_eq!(text.parse::<Rational>(), Err(InvalidRational), "{text:?}");
        }
        assert_eq!(serde_json::from_str::<Rational>("0.1").unwrap(), rational("1/10"));
        assert_eq!(serde_json::to_string(&rational("7.5")).unwrap(), "\"7.5\"");
    }

    proptest! {
        #[test]
        fn text_form_reads_back(numerator in -1_000_000_i64..1_000_000, denominator in 1_i64..10_000) {
            let value = Rational::new(numerator, denominator).unwrap();
            prop_assert_eq!(value.to_string().parse::<Rational>().unwrap(), value);
        }

        #[test]
        fn rounding_is_within_a_half(numerator in -1_000_000_i64..1_000_000, denominator in 1_i64..10_000) {
            let value = Rational::new(numerator, denominator).unwrap();
            let distance = value.checked_sub(Rational::whole(value.round_half_up())).unwrap();
            prop_assert!(distance >= rational("-0.5") && distance < rational("0.5"));
        }
    }
}
