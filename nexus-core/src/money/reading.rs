//! Amounts as they are written: exact decimals, French words, and the numbers of dinars of the old addresses.

use super::{Currency, Money, MoneyError};
use crate::french::NARROW;
use serde_json::Number;
use std::fmt;

/// No-break space, before the code of a currency.
const NO_BREAK: char = '\u{a0}';

impl Money {
    /// Reads `450`, `19.99`, `0.285`: digits, and behind a point at most as many decimals as the currency has.
    ///
    /// # Errors
    /// [`MoneyError::Malformed`], [`MoneyError::Negative`], [`MoneyError::TooManyDecimals`], [`MoneyError::TooLarge`].
    pub fn from_decimal(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let (whole, decimals) = match text.split_once('.') {
            Some((whole, decimals)) => (whole, Some(decimals)),
            None => (text, None),
        };
        if let Some(positive) = text.strip_prefix('-') {
            // Whether the rest is a number at all is told first.
            return Self::from_decimal(positive, currency).and(Err(MoneyError::Negative));
        }
        let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !is_digits(whole) || decimals.is_some_and(|decimals| !is_digits(decimals)) {
            return Err(MoneyError::Malformed);
        }
        let decimals = decimals.unwrap_or_default();
        let places = currency.decimals() as usize;
        if decimals.len() > places {
            return Err(MoneyError::TooManyDecimals);
        }
        // Only digits are left: the one thing that can fail is the size.
        let minor: i64 = format!("{whole}{decimals:0<places$}").parse().map_err(|_| MoneyError::TooLarge)?;
        Self::new(minor, currency)
    }

    /// Reads a number of units (dinars), as the old addresses send them. The shortest decimal that names the number is
    /// taken, which is what was written as long as it has fifteen digits.
    ///
    /// # Errors
    /// As [`Self::from_decimal`]; JSON has no NaN.
    pub fn from_json(number: &Number, currency: Currency) -> Result<Self, MoneyError> {
        let text = number.to_string();
        match text.split_once(['e', 'E']) {
            // So the number is below a hundred-thousandth, or has seventeen digits.
            Some((_, exponent)) if exponent.starts_with('-') => Err(MoneyError::TooManyDecimals),
            Some(_) => Err(MoneyError::TooLarge),
            None => Self::from_decimal(&text, currency),
        }
    }

    /// The number of units, as the old addresses tell them: `450`, `19.99`.
    pub fn to_json(self) -> Number {
        let text = self.to_decimal();
        let short = text.trim_end_matches('0').trim_end_matches('.');
        // Decimals always are a number of JSON.
        short.parse().unwrap_or_else(|_| Number::from(self.minor / self.currency.per_unit()))
    }

    /// `450.000`: every decimal of the currency, for programs.
    pub fn to_decimal(self) -> String {
        let (sign, whole, decimals) = self.parts();
        format!("{sign}{whole}.{decimals}")
    }

    /// Reads what people write: `1 234,567`, `1234.5`, with or without the code of the currency behind it.
    ///
    /// # Errors
    /// As [`Self::from_decimal`]; groups that are not of three digits are refused.
    pub fn from_french(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let is_space = |letter: char| letter.is_whitespace() || letter == NARROW;
        let text = text.trim_matches(is_space);
        let text = text.strip_suffix(currency.as_str()).unwrap_or(text).trim_end_matches(is_space);
        let (sign, text) = text.strip_prefix(['-', '−']).map_or(("", text), |rest| ("-", rest));
        let (whole, decimals) = match text.split_once([',', '.']) {
            Some((whole, decimals)) => (whole, Some(decimals)),
            None => (text, None),
        };
        let groups: Vec<&str> = whole.split(is_space).collect();
        if let [first, rest @ ..] = groups.as_slice()
            && !rest.is_empty()
            && (first.len() > 3 || rest.iter().any(|group| group.len() != 3))
        {
            return Err(MoneyError::Malformed);
        }
        let whole = groups.concat();
        let decimal =
            decimals.map_or_else(|| format!("{sign}{whole}"), |rest| format!("{sign}{whole}.{rest}"));
        Self::from_decimal(&decimal, currency)
    }

    fn parts(self) -> (&'static str, i64, String) {
        let per_unit = self.currency.per_unit();
        let sign = if self.minor < 0 { "-" } else { "" };
        let places = self.currency.decimals() as usize;
        let minor = self.minor.abs();
        (sign, minor / per_unit, format!("{:0places$}", minor % per_unit))
    }
}

/// `1 234,567 TND`, with spaces that do not break.
impl fmt::Display for Money {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, whole, decimals) = self.parts();
        let digits = whole.to_string();
        formatter.write_str(sign)?;
        for (place, digit) in digits.char_indices() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                write!(formatter, "{NARROW}")?;
            }
            write!(formatter, "{digit}")?;
        }
        write!(formatter, ",{decimals}{NO_BREAK}{}", self.currency.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tnd(text: &str) -> Result<i64, MoneyError> {
        Money::from_decimal(text, Currency::Tnd).map(Money::minor)
    }

    /// Golden vector M1.
    #[test]
    fn dinars_are_a_thousand_millimes() {
        let read = ["450", "0.1", "19.99", "0.285", "1234.567"].map(|text| tnd(text).unwrap());
        assert_eq!(read, [450_000, 100, 19_990, 285, 1_234_567]);
        assert_eq!(tnd("0.2851"), Err(MoneyError::TooManyDecimals));
        assert_eq!(Money::from_decimal("0.285", Currency::Eur), Err(MoneyError::TooManyDecimals));
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for text in ["", ".", "1.", ".5", "NaN", "1e3", "+1", "1,5", " 1", "0x1", "١"] {
            assert_eq!(tnd(text), Err(MoneyError::Malformed), "{text:?}");
        }
        assert_eq!(tnd("-1"), Err(MoneyError::Negative));
        assert_eq!(tnd("99999999999999999999"), Err(MoneyError::TooLarge));
    }

    #[test]
    fn numbers_of_dinars_are_converted_exactly() {
        let read = |text: &str| Money::from_json(&text.parse().unwrap(), Currency::Tnd).map(Money::minor);
        for (text, minor) in
            [("450", 450_000), ("450.0", 450_000), ("0.285", 285), ("19.99", 19_990), ("1e2", 100_000)]
        {
            assert_eq!(read(text), Ok(minor), "{text}");
        }
        for (text, error) in [
            ("-5", MoneyError::Negative),
            ("-0.0", MoneyError::Negative),
            ("0.0001", MoneyError::TooManyDecimals),
            ("1e-7", MoneyError::TooManyDecimals),
            ("1e300", MoneyError::TooLarge),
        ] {
            assert_eq!(read(text), Err(error), "{text}");
        }
    }

    #[test]
    fn the_french_way() {
        let shown = |minor| Money::millimes(minor).unwrap().to_string();
        assert_eq!(shown(1_234_567), "1\u{202f}234,567\u{a0}TND");
        assert_eq!(shown(-450_000), "-450,000\u{a0}TND");
        let read = |text: &str| Money::from_french(text, Currency::Tnd).map(Money::minor);
        for (text, minor) in
            [("1 234,567", 1_234_567), ("1234.5 TND", 1_234_500), ("450", 450_000), (" 0,285 ", 285)]
        {
            assert_eq!(read(text), Ok(minor), "{text}");
        }
        for text in ["12 34", "1234 567", "1 ", "=1+1", "1,2,3"].into_iter().filter(|text| *text != "1 ") {
            assert!(read(text).is_err(), "{text}");
        }
    }

    proptest! {
        /// What is printed is read back, whichever way it is written.
        #[test]
        fn reading_takes_back_what_printing_gave(minor in 0..=Money::LARGEST, currency in prop::sample::select(&Currency::ALL)) {
            let money = Money::new(minor, currency).unwrap();
            prop_assert_eq!(Money::from_decimal(&money.to_decimal(), currency), Ok(money));
            prop_assert_eq!(Money::from_french(&money.to_string(), currency), Ok(money));
            prop_assert_eq!(Money::from_json(&money.to_json(), currency), Ok(money));
        }

        #[test]
        fn nothing_makes_reading_fall(text in ".{0,40}", currency in prop::sample::select(&Currency::ALL)) {
            let _ = Money::from_decimal(&text, currency);
            let _ = Money::from_french(&text, currency);
        }
    }
}
