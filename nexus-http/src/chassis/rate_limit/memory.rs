use super::keys::{BoundedKeys, GovernedClock};
use super::{Decision, LimitKey, LimiterUnavailable, Quota, RateLimiter};
use async_trait::async_trait;
use governor::middleware::StateInformationMiddleware;
use jiff::Timestamp;
use nexus_core::Clock;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

/// Counts in the memory of this process.
///
/// Its memory is bounded: idle keys are forgotten, and when more keys than its capacity are active at once, those that come
/// anew share one quota (somebody has very many addresses; whoever is known already is not concerned).
pub struct MemoryRateLimiter {
    clock: Arc<dyn Clock>,
    capacity: usize,
    limiters: RwLock<Vec<(Quota, Arc<Limiter>)>>,
}

type Limiter = governor::RateLimiter<LimitKey, BoundedKeys, GovernedClock, StateInformationMiddleware>;

/// Keys of one quota that are remembered at once, by default: some megabytes.
const CAPACITY: usize = 100_000;

impl MemoryRateLimiter {
    /// A limiter of the usual size.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self::with_capacity(clock, CAPACITY)
    }

    /// A limiter that remembers about so many keys of each quota.
    pub fn with_capacity(clock: Arc<dyn Clock>, capacity: usize) -> Self {
        Self { clock, capacity, limiters: RwLock::default() }
    }

    /// Keys that are remembered now.
    pub fn remembered(&self) -> usize {
        let limiters = self.limiters.read().unwrap_or_else(PoisonError::into_inner);
        limiters.iter().map(|(_, limiter)| limiter.len()).sum()
    }

    /// Uses one request of a quota up, when there is one; never waits.
    pub fn count(&self, key: LimitKey, quota: Quota) -> Decision {
        self.count_now(key, quota).0
    }

    /// The same, and the time at which it was done: a clock is read once for each request.
    pub(super) fn count_now(&self, key: LimitKey, quota: Quota) -> (Decision, Timestamp) {
        let limiter = self.limiter(quota);
        let decision = match limiter.check_key(&key) {
            Ok(state) => {
                let remaining = state.remaining_burst_capacity();
                let used = quota.most.get().saturating_sub(remaining);
                let whole_again = limiter.clock().latest().after(quota.interval() * used);
                Decision { allowed: true, remaining, reset_at: whole_again }
            }
            Err(refusal) => Decision {
                allowed: false,
                remaining: 0,
                reset_at: refusal.earliest_possible().after(Duration::ZERO),
            },
        };
        (decision, limiter.clock().latest().after(Duration::ZERO))
    }

    fn limiter(&self, quota: Quota) -> Arc<Limiter> {
        let limiters = self.limiters.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(limiter) = find(&limiters, quota) {
            return limiter;
        }
        drop(limiters);
        let mut limiters = self.limiters.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(limiter) = find(&limiters, quota) {
            return limiter;
        }
        let clock = GovernedClock::new(Arc::clone(&self.clock));
        let keys = BoundedKeys::new(self.capacity, quota.interval() * quota.most.get(), clock.clone());
        let limiter: Arc<Limiter> = Arc::new(governor::RateLimiter::new(governed(quota), keys, clock));
        limiters.push((quota, Arc::clone(&limiter)));
        limiter
    }
}

fn find(limiters: &[(Quota, Arc<Limiter>)], quota: Quota) -> Option<Arc<Limiter>> {
    limiters.iter().find(|(known, _)| *known == quota).map(|(_, limiter)| Arc::clone(limiter))
}

fn governed(quota: Quota) -> governor::Quota {
    // The interval is never zero, so the other branch is never taken.
    governor::Quota::with_period(quota.interval())
        .unwrap_or(governor::Quota::per_minute(quota.most))
        .allow_burst(quota.most)
}

#[async_trait]
impl RateLimiter for MemoryRateLimiter {
    async fn check(&self, key: LimitKey, quota: Quota) -> Result<Decision, LimiterUnavailable> {
        Ok(self.count(key, quota))
    }
}

impl std::fmt::Debug for MemoryRateLimiter {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("MemoryRateLimiter")
            .field("remembered", &self.remembered())
            .finish_non_exhaustive()
    }
}
