//! Rates of exchange: the school's own table, or a provider over HTTP.

use crate::configuration::Configuration;
use crate::http_client;
use async_trait::async_trait;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, civil::Date};
use nexus_core::money::{Currency, ExchangeRate, NoRates, RateDesk, RateError, RateProvider};
use reqwest::Client;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Longest answer that is read, in bytes.
const LONGEST_ANSWER: usize = 64 * 1024;

/// The rates that the school has written down: each counts from its day until the next one.
#[derive(Debug, Clone)]
pub struct RateTable {
    rows: Vec<(Date, String)>,
    zone: TimeZone,
}

impl RateTable {
    /// Reads `2026-09-01=0.2985, 2026-10-01=0.301`: euros for one dinar; days are days of the zone.
    pub fn parse(text: &str, zone: TimeZone) -> Option<Self> {
        let read = |row: &str| {
            let (day, rate) = row.trim().split_once('=')?;
            let (day, rate) = (day.trim().parse::<Date>().ok()?, rate.trim().to_owned());
            ExchangeRate::parse(Currency::Tnd, Currency::Eur, &rate, Timestamp::UNIX_EPOCH).ok()?;
            Some((day, rate))
        };
        let rows = text.split(',').filter(|row| !row.trim().is_empty());
        let mut rows = rows.map(read).collect::<Option<Vec<_>>>()?;
        rows.sort();
        Some(Self { rows, zone })
    }
}

#[async_trait]
impl RateProvider for RateTable {
    async fn rate(&self, from: Currency, to: Currency, now: Timestamp) -> Result<ExchangeRate, RateError> {
        if (from, to) != (Currency::Tnd, Currency::Eur) {
            return Err(RateError::Stale);
        }
        let today = now.to_zoned(self.zone.clone()).date();
        let row = self.rows.iter().rev().find(|(day, _)| *day <= today);
        let (_, rate) = row.ok_or(RateError::Stale)?;
        ExchangeRate::parse(from, to, rate, now)
    }
}

/// A provider that answers `{"rates": {"EUR": 0.2985}}` to a GET.
#[derive(Debug, Clone)]
pub struct HttpRates {
    client: Client,
    address: String,
}

impl HttpRates {
    /// At an address, with the patience of this program.
    ///
    /// # Errors
    /// No HTTP client can be made on this machine.
    pub fn new(address: String) -> Result<Self, reqwest::Error> {
        Self::with_patience(address, PATIENCE)
    }

    /// As [`Self::new`], with another patience.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn with_patience(address: String, patience: Duration) -> Result<Self, reqwest::Error> {
        Ok(Self { client: http_client::builder(patience).build()?, address })
    }

    async fn told(&self) -> Result<Value, reqwest::Error> {
        let mut response = self.client.get(&self.address).send().await?.error_for_status()?;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            body.extend_from_slice(&chunk);
            if body.len() > LONGEST_ANSWER {
                return Ok(Value::Null);
            }
        }
        Ok(serde_json::from_slice(&body).unwrap_or_default())
    }
}

#[async_trait]
impl RateProvider for HttpRates {
    async fn rate(&self, from: Currency, to: Currency, now: Timestamp) -> Result<ExchangeRate, RateError> {
        let told = self.told().await.map_err(|error| {
            tracing::warn!(
                error = &error.without_url() as &dyn std::error::Error,
                "no rate of exchange is told"
            );
            RateError::Unreachable
        })?;
        // A number is the shortest decimal that names it, which is what the provider wrote.
        match &told["rates"][to.as_str()] {
            Value::Number(number) => ExchangeRate::parse(from, to, &number.to_string(), now),
            Value::String(text) => ExchangeRate::parse(from, to, text, now),
            _ => Err(RateError::Malformed),
        }
    }
}

/// The desk as it is configured: a provider over HTTP, otherwise the school's table, otherwise nobody.
pub(crate) fn rates(configuration: &Configuration) -> Result<RateDesk, reqwest::Error> {
    let table = RateTable::parse(&configuration.exchange_rates, configuration.zone.clone());
    let provider: Arc<dyn RateProvider> = match (&configuration.exchange_url, table) {
        (Some(address), _) => Arc::new(HttpRates::new(address.clone())?),
        (None, Some(table)) => Arc::new(table),
        (None, None) => Arc::new(NoRates),
    };
    let lifetime = SignedDuration::try_from(configuration.exchange_lifetime);
    Ok(RateDesk::new(provider, lifetime.unwrap_or(SignedDuration::from_hours(3))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_rate_of_the_table_counts_from_its_day_on() {
        let zone = TimeZone::get("Africa/Tunis").unwrap();
        let table = RateTable::parse("2026-10-01=0.301, 2026-09-01=0.2985", zone.clone()).unwrap();
        let at = async |instant: &str| {
            let now = instant.parse().unwrap();
            table.rate(Currency::Tnd, Currency::Eur, now).await
        };
        let rate = |text| ExchangeRate::parse(Currency::Tnd, Currency::Eur, text, Timestamp::UNIX_EPOCH);
        let thousand = nexus_core::money::Money::dinars(1_000);
        assert_eq!(at("2026-08-31T22:59:59Z").await, Err(RateError::Stale));
        // Midnight at the school is an hour before midnight in UTC.
        for (instant, told) in [("2026-08-31T23:00:00Z", "0.2985"), ("2026-09-30T23:00:00Z", "0.301")] {
            let expected = rate(told).unwrap().convert(thousand);
            assert_eq!(at(instant).await.unwrap().convert(thousand), expected, "{instant}");
        }
        for wrong in
            ["0.3", "2026-09-01=", "2026-09-01=0", "2026-09-01=-0.3", "2026-02-31=0.3", "2026-09-01=1e-1"]
        {
            assert!(RateTable::parse(wrong, zone.clone()).is_none(), "{wrong}");
        }
        assert!(RateTable::parse("", zone).is_some());
    }
}
