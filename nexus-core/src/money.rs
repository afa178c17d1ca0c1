//! Money: whole minor units of a currency, never a float.

mod desk;
mod exchange;
mod reading;
mod share;

pub use desk::{NoRates, RateDesk, RateProvider};
pub use exchange::{ExchangeRate, RateBook, RateError};
pub use share::{Percentage, TaxRate, TaxSplit};

use crate::{Coded, ErrorCode};
use serde::{Deserialize, Serialize};

/// The currencies that the school takes; a closed list, so that an amount always knows how many decimals it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Currency {
    /// Tunisian dinar: 1000 millimes.
    Tnd,
    /// Euro: 100 cents.
    Eur,
}

impl Currency {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Tnd, Self::Eur];

    /// The ISO 4217 code.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tnd => "TND",
            Self::Eur => "EUR",
        }
    }

    /// Decimals of an amount: the exponent of ISO 4217.
    pub const fn decimals(self) -> u32 {
        match self {
            Self::Tnd => 3,
            Self::Eur => 2,
        }
    }

    /// Minor units in one unit.
    pub const fn per_unit(self) -> i64 {
        10_i64.pow(self.decimals())
    }

    /// Reads an ISO code.
    ///
    /// # Errors
    /// [`MoneyError::UnknownCurrency`] for any other text, lower case included.
    pub fn parse(code: &str) -> Result<Self, MoneyError> {
        let known = Self::ALL.into_iter().find(|currency| currency.as_str() == code);
        known.ok_or_else(|| MoneyError::UnknownCurrency(shown(code)))
    }
}

/// What of an unknown code is told again: letters and digits, eight at most.
fn shown(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).take(8).collect()
}

/// Why something is no amount of money.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MoneyError {
    /// The school does not take this currency.
    #[error("the currency is not supported")]
    UnknownCurrency(String),
    /// What is written is no decimal number.
    #[error("not an amount")]
    Malformed,
    /// Less than nothing, where a price is asked for.
    #[error("the amount is negative")]
    Negative,
    /// More decimals than the currency has.
    #[error("the amount has more decimals than its currency")]
    TooManyDecimals,
    /// Larger than any amount that is kept.
    #[error("the amount is too large")]
    TooLarge,
    /// Two amounts of different currencies meet.
    #[error("the currencies differ")]
    CurrenciesDiffer,
}

impl Coded for MoneyError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::UnknownCurrency(_) => ErrorCode::UnknownCurrency,
            _ => ErrorCode::InvalidMoney,
        }
    }

    fn sentence(&self) -> String {
        match self {
            Self::UnknownCurrency(code) => format!("Devise non supportée: {code}"),
            Self::Malformed => "Ce montant n'est pas lisible.".to_owned(),
            Self::Negative => "Un montant ne peut pas être négatif.".to_owned(),
            Self::TooManyDecimals => "Ce montant a plus de décimales que sa devise.".to_owned(),
            Self::TooLarge => "Ce montant est trop grand.".to_owned(),
            Self::CurrenciesDiffer => "Ces montants ne sont pas dans la même devise.".to_owned(),
        }
    }
}

/// An amount of money: whole minor units (millimes, cents) of its currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

impl Money {
    /// Largest amount, in minor units: fifteen digits, which every reader of JSON takes back exactly.
    pub const LARGEST: i64 = 999_999_999_999_999;

    /// An amount in minor units.
    ///
    /// # Errors
    /// [`MoneyError::TooLarge`] beyond [`Self::LARGEST`], on either side of zero.
    pub const fn new(minor: i64, currency: Currency) -> Result<Self, MoneyError> {
        if minor > Self::LARGEST || minor < -Self::LARGEST {
            return Err(MoneyError::TooLarge);
        }
        Ok(Self { minor, currency })
    }

    /// So many millimes.
    ///
    /// # Errors
    /// [`MoneyError::TooLarge`].
    pub const fn millimes(minor: i64) -> Result<Self, MoneyError> {
        Self::new(minor, Currency::Tnd)
    }

    /// A number of whole dinars that a program knows.
    pub const fn dinars(count: u32) -> Self {
        Self { minor: count as i64 * Currency::Tnd.per_unit(), currency: Currency::Tnd }
    }

    /// Nothing.
    pub const fn zero(currency: Currency) -> Self {
        Self { minor: 0, currency }
    }

    /// The amount in minor units.
    pub const fn minor(self) -> i64 {
        self.minor
    }

    /// Its currency.
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// Whether it is more than nothing.
    pub const fn is_positive(self) -> bool {
        self.minor > 0
    }

    /// The sum of two amounts.
    ///
    /// # Errors
    /// [`MoneyError::CurrenciesDiffer`], [`MoneyError::TooLarge`].
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::CurrenciesDiffer);
        }
        Self::new(self.minor.saturating_add(other.minor), self.currency)
    }

    /// What is left of an amount.
    ///
    /// # Errors
    /// [`MoneyError::CurrenciesDiffer`], [`MoneyError::TooLarge`].
    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyError> {
        self.checked_add(Self { minor: -other.minor, ..other })
    }

    /// So many times an amount.
    ///
    /// # Errors
    /// [`MoneyError::TooLarge`].
    pub fn checked_mul(self, times: i64) -> Result<Self, MoneyError> {
        Self::new(self.minor.saturating_mul(times), self.currency)
    }

    /// The sum of several amounts of one currency.
    ///
    /// # Errors
    /// [`MoneyError::CurrenciesDiffer`], [`MoneyError::TooLarge`].
    pub fn sum(currency: Currency, amounts: impl IntoIterator<Item = Self>) -> Result<Self, MoneyError> {
        amounts.into_iter().try_fold(Self::zero(currency), Self::checked_add)
    }
}

/// A division of whole numbers that rounds halves away from zero, as people do; the divisor is positive.
fn divide_half_up(dividend: i128, divisor: i128) -> i128 {
    let (whole, rest) = (dividend / divisor, dividend % divisor);
    if rest.abs() * 2 >= divisor { whole + rest.signum() } else { whole }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn currencies_are_a_closed_list() {
        assert_eq!(Currency::parse("TND").unwrap().per_unit(), 1_000);
        assert_eq!(Currency::parse("EUR").unwrap().per_unit(), 100);
        let error = Currency::parse("USD").unwrap_err();
        assert_eq!(error.sentence(), "Devise non supportée: USD");
        for text in ["", "tnd", "TND ", "<script>"] {
            assert!(Currency::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn arithmetic_never_wraps_and_never_mixes() {
        let largest = Money::millimes(Money::LARGEST).unwrap();
        let one = Money::millimes(1).unwrap();
        assert_eq!(largest.checked_add(one), Err(MoneyError::TooLarge));
        assert_eq!(largest.checked_mul(i64::MAX), Err(MoneyError::TooLarge));
        assert_eq!(Money::millimes(i64::MIN), Err(MoneyError::TooLarge));
        assert_eq!(one.checked_sub(one), Ok(Money::zero(Currency::Tnd)));
        assert_eq!(one.checked_add(Money::zero(Currency::Eur)), Err(MoneyError::CurrenciesDiffer));
        assert_eq!(Money::sum(Currency::Tnd, [one, one, one]), Money::millimes(3));
        assert_eq!(Money::dinars(450).minor(), 450_000);
    }

    #[test]
    fn halves_go_up() {
        for (dividend, divisor, expected) in
            [(5, 2, 3), (-5, 2, -3), (4, 3, 1), (5, 3, 2), (1, 3, 0), (0, 7, 0)]
        {
            assert_eq!(divide_half_up(dividend, divisor), expected, "{dividend}/{divisor}");
        }
    }
}
