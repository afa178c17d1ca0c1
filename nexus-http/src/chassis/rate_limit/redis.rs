use super::{Decision, LimitKey, LimiterUnavailable, Quota, RateLimiter};
use async_trait::async_trait;
use jiff::Timestamp;
use nexus_core::Clock;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, Script};
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;
use std::time::Duration;

/// Counts in Redis, for all servers that share it.
///
/// Each check is one atomic script. The servers' clocks are assumed to agree within a fraction of a quota's time.
pub struct RedisRateLimiter {
    connection: ConnectionManager,
    script: Script,
    clock: Arc<dyn Clock>,
}

/// The address of Redis cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the address of Redis cannot be used")]
pub struct RedisLimiterError(#[source] redis::RedisError);

/// The generic cell rate algorithm on one key, which holds the theoretical arrival time in milliseconds.
const SCRIPT: &str = include_str!("generic_cell_rate.lua");

/// Longest time that a request waits for Redis.
const PATIENCE: Duration = Duration::from_millis(250);

/// Longest pause between two attempts to reach a Redis that went away.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

impl RedisRateLimiter {
    /// A limiter on this Redis (`redis://…`); it is reached at the first check, and again whenever it was away.
    pub fn new(address: &SecretString, clock: Arc<dyn Clock>) -> Result<Self, RedisLimiterError> {
        let client = Client::open(address.expose_secret()).map_err(RedisLimiterError)?;
        let configuration = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(PATIENCE))
            .set_max_delay(LONGEST_PAUSE)
            .set_number_of_retries(1);
        let connection =
            ConnectionManager::new_lazy_with_config(client, configuration).map_err(RedisLimiterError)?;
        Ok(Self { connection, script: Script::new(SCRIPT), clock })
    }

    /// Asks whether somebody is there.
    ///
    /// # Errors
    /// Nobody is, or not for whom the address names.
    pub async fn reach(&self) -> Result<(), LimiterUnavailable> {
        let mut connection = self.connection.clone();
        let ping = redis::cmd("PING");
        match tokio::time::timeout(PATIENCE * 2, ping.exec_async(&mut connection)).await {
            Ok(answer) => answer.map_err(|error| LimiterUnavailable(error.into())),
            Err(elapsed) => Err(LimiterUnavailable(elapsed.into())),
        }
    }
}

#[async_trait]
impl RateLimiter for RedisRateLimiter {
    async fn check(&self, key: LimitKey, quota: Quota) -> Result<Decision, LimiterUnavailable> {
        let interval = u64::try_from(quota.interval().as_millis()).unwrap_or(u64::MAX);
        let mut connection = self.connection.clone();
        let mut call = self.script.key(format!("nexus:limit:{:032x}", key.hash()));
        call.arg(self.clock.now().as_millisecond()).arg(interval).arg(quota.most.get());
        let counted = tokio::time::timeout(PATIENCE * 2, call.invoke_async(&mut connection)).await;
        let (allowed, remaining, reset): (bool, u32, i64) = match counted {
            Ok(counted) => counted.map_err(|error| LimiterUnavailable(error.into()))?,
            Err(elapsed) => return Err(LimiterUnavailable(elapsed.into())),
        };
        let reset_at =
            Timestamp::from_millisecond(reset).map_err(|error| LimiterUnavailable(error.into()))?;
        Ok(Decision { allowed, remaining, reset_at })
    }
}

impl std::fmt::Debug for RedisRateLimiter {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("RedisRateLimiter")
    }
}
