//! How often somebody may ask.
//!
//! Every class of routes has a quota. Whoever is signed in has one of his own; everybody else shares the one of his network.
//! An identity counts only once it was proved, and a network only as far as the proxies in between are trusted: nobody can
//! use up, or fill the memory with, the quota of somebody else by what he writes into a request.

mod keys;
mod limits;
mod memory;
#[cfg(feature = "redis")]
mod redis;

pub use memory::MemoryRateLimiter;
#[cfg(feature = "redis")]
pub use redis::{RedisLimiterError, RedisRateLimiter};

pub(super) use limits::Limits;

use super::policy::RateClass;
use async_trait::async_trait;
use jiff::Timestamp;
use std::num::NonZeroU32;
use std::time::Duration;

/// So many requests in so much time; all of them may come at once, and come back one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Quota {
    /// Most requests at once.
    pub most: NonZeroU32,
    /// Time after which they are all there again.
    pub within: Duration,
}

impl Quota {
    /// So many requests in a minute.
    pub const fn per_minute(most: NonZeroU32) -> Self {
        Self { most, within: Duration::from_mins(1) }
    }

    /// Time after which one request more is there again, in whole milliseconds: the finest time that is stored.
    pub fn interval(&self) -> Duration {
        let milliseconds = self.within.as_millis() / u128::from(self.most.get());
        Duration::from_millis(u64::try_from(milliseconds).unwrap_or(u64::MAX).max(1))
    }
}

/// The quota of each class.
#[derive(Debug, Clone, Copy)]
pub struct RateQuotas {
    /// Of [`RateClass::Usual`].
    pub usual: Quota,
    /// Of [`RateClass::Heavy`].
    pub heavy: Quota,
    /// Of [`RateClass::Sensitive`].
    pub sensitive: Quota,
}

impl RateQuotas {
    /// The quota of a class; none for what is unlimited.
    pub const fn of(&self, class: RateClass) -> Option<Quota> {
        match class {
            RateClass::Unlimited => None,
            RateClass::Usual => Some(self.usual),
            RateClass::Heavy => Some(self.heavy),
            RateClass::Sensitive => Some(self.sensitive),
        }
    }
}

const fn per_minute(most: u32) -> Quota {
    Quota::per_minute(match NonZeroU32::new(most) {
        Some(most) => most,
        None => NonZeroU32::MIN,
    })
}

impl Default for RateQuotas {
    /// A page of the existing application asks for a dozen things at once; a class of thirty shares one address and signs in
    /// within a minute.
    fn default() -> Self {
        Self { usual: per_minute(300), heavy: per_minute(20), sensitive: per_minute(40) }
    }
}

/// Whom a limiter counts: a hash, so that no store of limits knows who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LimitKey(u128);

impl LimitKey {
    /// Takes a hash.
    pub const fn new(hash: u128) -> Self {
        Self(hash)
    }

    /// The hash.
    pub const fn hash(self) -> u128 {
        self.0
    }
}

/// What a limiter says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// Whether the request may pass.
    pub allowed: bool,
    /// Requests that may follow at once.
    pub remaining: u32,
    /// Of a refused request: from when on one is accepted again. Of an accepted one: from when on the whole quota is there
    /// again, if nothing else comes.
    pub reset_at: Timestamp,
}

/// The limiter cannot count now.
#[derive(Debug, thiserror::Error)]
#[error("the limiter cannot be reached")]
pub struct LimiterUnavailable(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// Counts requests.
///
/// # Contract
/// * Of any number of simultaneous checks of one key, at most `quota.most` are allowed at once, and in the long run at most
///   `quota.most` per `quota.within`: the generic cell rate algorithm.
/// * A refused check uses nothing up.
/// * Keys are independent of each other, and a key that is not asked for is forgotten.
/// * Time is the one of the limiter's own clock.
#[async_trait]
pub trait RateLimiter: Send + Sync {
    /// Uses one request of a quota up, when there is one.
    ///
    /// # Errors
    /// Nobody can count now: the caller decides what that means.
    async fn check(&self, key: LimitKey, quota: Quota) -> Result<Decision, LimiterUnavailable>;
}
