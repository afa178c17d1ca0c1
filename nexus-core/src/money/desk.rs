//! Where rates of exchange come from, and how long one is used.

use super::{Currency, ExchangeRate, RateBook, RateError};
use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// Tells rates of exchange.
///
/// # Contract
/// * A rate is what was told, as an exact decimal; whoever cannot tell one says so, and invents none.
/// * A call ends in bounded time.
#[async_trait]
pub trait RateProvider: Send + Sync {
    /// The rate of now, so many units of `to` for one of `from`.
    ///
    /// # Errors
    /// [`RateError::Stale`] when none is known for this day, [`RateError::Unreachable`], [`RateError::Malformed`].
    async fn rate(&self, from: Currency, to: Currency, now: Timestamp) -> Result<ExchangeRate, RateError>;
}

/// Nobody tells rates.
#[derive(Debug, Clone, Copy)]
pub struct NoRates;

#[async_trait]
impl RateProvider for NoRates {
    async fn rate(&self, _: Currency, _: Currency, _: Timestamp) -> Result<ExchangeRate, RateError> {
        Err(RateError::Stale)
    }
}

/// Asks for the rate from dinars to euros, and uses what it was told for a while. A failure is told to whoever asks and is not
/// kept: the next one asks again.
#[derive(Clone)]
pub struct RateDesk {
    provider: Arc<dyn RateProvider>,
    book: Arc<Mutex<RateBook>>,
}

impl RateDesk {
    /// Over a provider, whose rates are used for so long.
    pub fn new(provider: Arc<dyn RateProvider>, lifetime: SignedDuration) -> Self {
        Self { provider, book: Arc::new(Mutex::new(RateBook::new(lifetime))) }
    }

    /// The rate of now.
    ///
    /// # Errors
    /// [`RateError`], from the provider.
    pub async fn rate(&self, now: Timestamp) -> Result<ExchangeRate, RateError> {
        let known = self.book.lock().unwrap_or_else(PoisonError::into_inner).rate(now);
        if let Ok(rate) = known {
            return Ok(rate);
        }
        let rate = self.provider.rate(Currency::Tnd, Currency::Eur, now).await?;
        let mut book = self.book.lock().unwrap_or_else(PoisonError::into_inner);
        book.learn(rate);
        // One that was told too long ago is none.
        book.rate(now)
    }
}

impl fmt::Debug for RateDesk {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("RateDesk").finish_non_exhaustive()
    }
}
