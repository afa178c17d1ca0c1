use serde::{Serialize, Serializer};
use std::fmt;

/// An amount of credits in thousandths: exact for every half hour of every kind of lesson. One credit is one hour of an
/// individual lesson online (decision 7).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Credits(i64);

/// A text that is no amount of credits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an amount of credits")]
pub struct InvalidCredits;

impl Credits {
    /// None.
    pub const ZERO: Self = Self(0);
    /// The largest amount that the columns hold: `NUMERIC(12,3)`.
    pub const LARGEST: Self = Self(999_999_999_999);

    /// So many thousandths, when the columns can hold them.
    pub const fn from_milli(thousandths: i64) -> Option<Self> {
        if thousandths.unsigned_abs() <= Self::LARGEST.0.unsigned_abs() {
            Some(Self(thousandths))
        } else {
            None
        }
    }

    /// So many whole credits, when the columns can hold them.
    pub const fn whole(count: i64) -> Option<Self> {
        match count.checked_mul(1_000) {
            Some(thousandths) => Self::from_milli(thousandths),
            None => None,
        }
    }

    /// Reads `12`, `1,25` or `-0.5`: at most three decimals, nothing else.
    ///
    /// # Errors
    /// [`InvalidCredits`] for what has more decimals, is too large or is no such number.
    pub fn parse(text: &str) -> Result<Self, InvalidCredits> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text),
        };
        let (whole, decimals) = digits.split_once(['.', ',']).unwrap_or((digits, "0"));
        let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !are_digits(whole) || !are_digits(decimals) || whole.len() > 9 || decimals.len() > 3 {
            return Err(InvalidCredits);
        }
        let thousandths: i64 = format!("{whole}{decimals:0<3}").parse().map_err(|_| InvalidCredits)?;
        Self::from_milli(if negative { -thousandths } else { thousandths }).ok_or(InvalidCredits)
    }

    /// Its thousandths.
    pub const fn milli(self) -> i64 {
        self.0
    }

    /// Whether it is more than nothing.
    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// Whether it is less than nothing.
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// Whether it is nothing.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// The sum, when the columns can hold it.
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        // Two amounts of at most 10¹² cannot leave an i64.
        Self::from_milli(self.0 + other.0)
    }

    /// The difference, when the columns can hold it.
    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        Self::from_milli(self.0 - other.0)
    }

    /// The same amount the other way.
    #[must_use]
    pub const fn negated(self) -> Self {
        Self(-self.0)
    }

    /// The sum of many amounts, when the columns can hold it.
    pub fn sum(amounts: impl IntoIterator<Item = Self>) -> Option<Self> {
        amounts.into_iter().try_fold(Self::ZERO, Self::checked_add)
    }

    /// The shortest decimal number, with this sign between its two parts: `3`, `2.5`, `0,625`.
    pub fn decimal(self, separator: char) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, rest) = (self.0.unsigned_abs() / 1_000, self.0.unsigned_abs() % 1_000);
        if rest == 0 {
            return format!("{sign}{whole}");
        }
        let decimals = format!("{rest:03}");
        format!("{sign}{whole}{separator}{}", decimals.trim_end_matches('0'))
    }
}

/// As French says it: `0 crédit`, `1,25 crédit`, `2 crédits`.
impl fmt::Display for Credits {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.0.unsigned_abs() < 2_000 { "" } else { "s" };
        write!(formatter, "{} crédit{plural}", self.decimal(','))
    }
}

/// A JSON number, as the existing pages read it: whole when the amount is.
impl Serialize for Credits {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 % 1_000 == 0 {
            serializer.serialize_i64(self.0 / 1_000)
        } else {
            // The double nearest to a number of at most twelve digits is written with these digits again.
            serializer.serialize_f64(self.0 as f64 / 1_000.0)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn french_counts_from_two() {
        for (milli, said) in [
            (0, "0 crédit"),
            (1_000, "1 crédit"),
            (1_250, "1,25 crédit"),
            (1_999, "1,999 crédit"),
            (2_000, "2 crédits"),
            (-2_500, "-2,5 crédits"),
            (-625, "-0,625 crédit"),
            (5, "0,005 crédit"),
        ] {
            assert_eq!(Credits(milli).to_string(), said);
        }
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for text in [
            "",
            "-",
            "1.",
            ".5",
            "1.2345",
            "1e3",
            "NaN",
            "Infinity",
            "--1",
            "+1",
            " 1",
            "1 ",
            "1,2,3",
            "1_000",
            "١",
            "1000000000",
            "9999999999999999999999",
        ] {
            assert_eq!(Credits::parse(text), Err(InvalidCredits), "{text:?}");
        }
        assert_eq!(Credits::parse("999999999,999"), Ok(Credits::LARGEST));
        assert_eq!(Credits::parse("-1.25"), Ok(Credits(-1_250)));
    }

    #[test]
    fn the_columns_have_an_end() {
        assert_eq!(Credits::LARGEST.checked_add(Credits(1)), None);
        assert_eq!(Credits::from_milli(i64::MIN), None);
        assert_eq!(Credits::whole(i64::MAX), None);
        assert_eq!(Credits::sum([Credits::LARGEST, Credits(1), Credits(-1)]), None);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(milli in -999_999_999_999_i64..=999_999_999_999) {
            let amount = Credits(milli);
            prop_assert_eq!(Credits::parse(&amount.decimal(',')), Ok(amount));
            prop_assert_eq!(Credits::parse(&amount.decimal('.')), Ok(amount));
            prop_assert_eq!(serde_json::to_string(&amount).unwrap(), amount.decimal('.'));
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".{0,20}") {
            if let Ok(amount) = Credits::parse(&text) {
                prop_assert!(amount <= Credits::LARGEST && amount >= Credits::LARGEST.negated());
            }
        }
    }
}
