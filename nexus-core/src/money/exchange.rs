//! From one currency to another, by a rate that is an exact decimal and grows old.

use super::{Currency, Money, MoneyError, divide_half_up};
use crate::{Coded, ErrorCode};
use jiff::{SignedDuration, Timestamp};

/// Most decimals of a rate.
const MOST_DECIMALS: usize = 9;

/// Why an amount cannot be converted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RateError {
    /// The rate is no positive decimal number.
    #[error("not a rate of exchange")]
    Malformed,
    /// No rate is known that is young enough. An old one is not used in its stead, and no constant is.
    #[error("no fresh rate of exchange is known")]
    Stale,
    /// Whoever tells rates does not answer.
    #[error("the provider of rates cannot be reached")]
    Unreachable,
    /// The amount is of another currency, or the outcome is too large.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

impl Coded for RateError {
    fn code(&self) -> ErrorCode {
        match self {
            // Nobody who asks for an amount can do anything about what a provider writes.
            Self::Malformed | Self::Unreachable | Self::Stale => ErrorCode::RateUnavailable,
            Self::Money(error) => error.code(),
        }
    }
}

/// A rate: so many units of one currency for one unit of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExchangeRate {
    from: Currency,
    to: Currency,
    mantissa: u64,
    scale: u32,
    at: Timestamp,
}

impl ExchangeRate {
    /// Reads a rate as a provider writes it: `0.2985`.
    ///
    /// # Errors
    /// [`RateError::Malformed`] for zero, a sign, an exponent, or more than nine decimals.
    pub fn parse(from: Currency, to: Currency, text: &str, at: Timestamp) -> Result<Self, RateError> {
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !is_digits(whole) || !is_digits(decimals) || decimals.len() > MOST_DECIMALS {
            return Err(RateError::Malformed);
        }
        let mantissa: u64 = format!("{whole}{decimals}").parse().map_err(|_| RateError::Malformed)?;
        let scale = u32::try_from(decimals.len()).map_err(|_| RateError::Malformed)?;
        if mantissa == 0 { Err(RateError::Malformed) } else { Ok(Self { from, to, mantissa, scale, at }) }
    }

    /// When it was told.
    pub const fn at(self) -> Timestamp {
        self.at
    }

    /// Converts an amount; rounded once, halves up.
    ///
    /// # Errors
    /// [`MoneyError::CurrenciesDiffer`], [`MoneyError::TooLarge`].
    pub fn convert(self, amount: Money) -> Result<Money, MoneyError> {
        if amount.currency() != self.from {
            return Err(MoneyError::CurrenciesDiffer);
        }
        let dividend = i128::from(amount.minor())
            .checked_mul(i128::from(self.mantissa))
            .and_then(|product| product.checked_mul(i128::from(self.to.per_unit())))
            .ok_or(MoneyError::TooLarge)?;
        let divisor = i128::from(self.from.per_unit()) * 10_i128.pow(self.scale);
        let minor = i64::try_from(divide_half_up(dividend, divisor)).map_err(|_| MoneyError::TooLarge)?;
        Money::new(minor, self.to)
    }
}

/// The last rate that a provider told. A provider that fails tells nothing: a failure is never remembered as a rate.
#[derive(Debug, Clone, Copy)]
pub struct RateBook {
    last: Option<ExchangeRate>,
    lifetime: SignedDuration,
}

impl RateBook {
    /// An empty book whose rates live so long.
    pub const fn new(lifetime: SignedDuration) -> Self {
        Self { last: None, lifetime }
    }

    /// Takes a rate, unless a later one is known.
    pub fn learn(&mut self, rate: ExchangeRate) {
        if self.last.is_none_or(|last| last.at <= rate.at) {
            self.last = Some(rate);
        }
    }

    /// The rate of now.
    ///
    /// # Errors
    /// [`RateError::Stale`] when none is known or the last one is too old.
    pub fn rate(&self, now: Timestamp) -> Result<ExchangeRate, RateError> {
        let fresh = |rate: &ExchangeRate| now.duration_since(rate.at) < self.lifetime;
        self.last.filter(fresh).ok_or(RateError::Stale)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rate(text: &str, second: i64) -> Result<ExchangeRate, RateError> {
        ExchangeRate::parse(Currency::Tnd, Currency::Eur, text, Timestamp::from_second(second).unwrap())
    }

    #[test]
    fn a_conversion_is_exact_and_rounded_once() {
        let convert = |text, minor| rate(text, 0).unwrap().convert(Money::millimes(minor).unwrap()).unwrap();
        assert_eq!(convert("0.30", 450_000), Money::new(13_500, Currency::Eur).unwrap());
        // 0.285 dinar × 0.2985 = 0.0850725 euro.
        assert_eq!(convert("0.2985", 285).minor(), 9);
        let euros = Money::new(1, Currency::Eur).unwrap();
        assert_eq!(rate("0.3", 0).unwrap().convert(euros), Err(MoneyError::CurrenciesDiffer));
    }

    #[test]
    fn what_is_no_rate_is_refused() {
        for text in ["", "0", "0.0", "-1", "NaN", "1e3", "0.1234567891", "1,2", ".5"] {
            assert_eq!(rate(text, 0), Err(RateError::Malformed), "{text:?}");
        }
    }

    #[test]
    fn a_rate_grows_old_and_a_failure_is_not_remembered() {
        let now = |second| Timestamp::from_second(second).unwrap();
        let mut book = RateBook::new(SignedDuration::from_secs(100));
        assert_eq!(book.rate(now(0)), Err(RateError::Stale));
        book.learn(rate("0.3", 50).unwrap());
        book.learn(rate("0.9", 10).unwrap());
        assert_eq!(book.rate(now(149)).unwrap(), rate("0.3", 50).unwrap());
        assert_eq!(book.rate(now(150)), Err(RateError::Stale));
    }

    proptest! {
        /// The outcome lies within half a minor unit of the exact one.
        #[test]
        fn rounding_is_within_half_a_cent(minor in 0_i64..1_000_000_000_000, mantissa in 1_u64..10_000_000) {
            let rate = ExchangeRate { from: Currency::Tnd, to: Currency::Eur, mantissa, scale: 6, at: Timestamp::UNIX_EPOCH };
            if let Ok(euros) = rate.convert(Money::millimes(minor).unwrap()) {
                let exact = i128::from(minor) * i128::from(mantissa) * 100;
                let distance = (exact - i128::from(euros.minor()) * 1_000_000_000).abs();
                prop_assert!(distance * 2 <= 1_000_000_000);
            }
        }
    }
}
