//! What governor leans on: the clock of Nexus, and a bounded place for keys.

use super::LimitKey;
use governor::clock::{Clock as GovernorClock, Reference};
use governor::nanos::Nanos;
use governor::state::StateStore;
use governor::state::keyed::ShrinkableKeyedStateStore;
use jiff::{SignedDuration, Timestamp};
use nexus_core::Clock;
use std::collections::HashMap;
use std::ops::Add;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The clock of Nexus, as governor reads it: once for each request; the rest of its counting goes by that reading.
///
/// governor counts from the first reading that it takes. That one is 1970, so that a clock that is put back later is still
/// behind it.
#[derive(Clone)]
pub(super) struct GovernedClock {
    clock: Arc<dyn Clock>,
    latest: Arc<AtomicU64>,
}

/// No reading yet.
const UNREAD: u64 = 0;

impl GovernedClock {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, latest: Arc::new(AtomicU64::new(UNREAD)) }
    }

    /// The latest reading; another request may have taken it a moment later.
    pub(super) fn latest(&self) -> Moment {
        Moment(self.latest.load(Ordering::Relaxed))
    }
}

impl std::fmt::Debug for GovernedClock {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("GovernedClock")
    }
}

impl GovernorClock for GovernedClock {
    type Instant = Moment;

    fn now(&self) -> Moment {
        let now = u64::try_from(self.clock.now().as_nanosecond()).unwrap_or(UNREAD);
        if self.latest.swap(now, Ordering::Relaxed) == UNREAD { Moment(UNREAD) } else { Moment(now) }
    }
}

/// Nanoseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Moment(u64);

impl Moment {
    /// The instant that much later.
    pub(super) fn after(self, time: Duration) -> Timestamp {
        let start = Timestamp::from_nanosecond(i128::from(self.0)).unwrap_or(Timestamp::MAX);
        let time = SignedDuration::try_from(time).unwrap_or(SignedDuration::MAX);
        start.checked_add(time).unwrap_or(Timestamp::MAX)
    }
}

impl Add<Nanos> for Moment {
    type Output = Self;

    fn add(self, time: Nanos) -> Self {
        Self(self.0.saturating_add(time.as_u64()))
    }
}

impl Reference for Moment {
    fn duration_since(&self, earlier: Self) -> Nanos {
        Nanos::new(self.0.saturating_sub(earlier.0))
    }

    fn saturating_sub(&self, time: Nanos) -> Self {
        Self(self.0.checked_sub(time.as_u64()).unwrap_or(self.0))
    }
}

/// Parts of the map that are locked on their own, so that requests hardly ever wait for each other.
const SHARDS: usize = 16;

/// How long idle keys stay at most, when nothing presses.
const SWEEP: Nanos = Nanos::new(60 * 1_000_000_000);

/// How long a part that is full is not swept again.
const PRESSED_SWEEP: Nanos = Nanos::new(1_000_000_000);

/// Keys and their theoretical arrival times, not more of them than a capacity.
pub(super) struct BoundedKeys {
    shards: [Mutex<Shard>; SHARDS],
    /// Keys that a part holds.
    capacity: usize,
    /// An arrival time further ahead than this was written before the clock was put back.
    whole: Nanos,
    clock: GovernedClock,
}

#[derive(Debug, Default)]
struct Shard {
    arrivals: HashMap<LimitKey, Nanos>,
    /// The one arrival time of all keys that there is no room for.
    others: Option<Nanos>,
    swept: Nanos,
}

impl BoundedKeys {
    pub(super) fn new(capacity: usize, whole: Duration, clock: GovernedClock) -> Self {
        let capacity = capacity.div_ceil(SHARDS).max(1);
        Self { shards: Default::default(), capacity, whole: whole.into(), clock }
    }

    fn shard(&self, key: LimitKey) -> MutexGuard<'_, Shard> {
        // Keys are hashes: any of their bits are as good as the others.
        let place = key.hash().to_le_bytes()[0] as usize % SHARDS;
        self.shards[place].lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn believable(&self, arrival: Option<Nanos>, now: Nanos) -> Option<Nanos> {
        arrival.filter(|arrival| *arrival <= now + self.whole)
    }
}

impl Shard {
    /// Makes room for a new key, when it can.
    fn has_room(&mut self, capacity: usize, now: Nanos) -> bool {
        let full = self.arrivals.len() >= capacity;
        if now >= self.swept + if full { PRESSED_SWEEP } else { SWEEP } {
            self.swept = now;
            // Whoever's time has come is as good as new.
            self.arrivals.retain(|_, arrival| *arrival > now);
            self.arrivals.shrink_to(self.arrivals.len() * 2);
        }
        self.arrivals.len() < capacity
    }
}

impl StateStore for BoundedKeys {
    type Key = LimitKey;

    fn measure_and_replace<T, F, E>(&self, key: &LimitKey, decide: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let now = Nanos::new(self.clock.latest().0);
        let mut shard = self.shard(*key);
        if let Some(arrival) = shard.arrivals.get_mut(key) {
            let (outcome, next) = decide(self.believable(Some(*arrival), now))?;
            *arrival = next;
            return Ok(outcome);
        }
        if shard.has_room(self.capacity, now) {
            let (outcome, next) = decide(None)?;
            shard.arrivals.insert(*key, next);
            return Ok(outcome);
        }
        let (outcome, next) = decide(self.believable(shard.others, now))?;
        shard.others = Some(next);
        Ok(outcome)
    }
}

impl ShrinkableKeyedStateStore<LimitKey> for BoundedKeys {
    fn retain_recent(&self, drop_below: Nanos) {
        for shard in &self.shards {
            let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
            shard.arrivals.retain(|_, arrival| *arrival > drop_below);
        }
    }

    fn len(&self) -> usize {
        self.shards
            .iter()
            .map(|shard| shard.lock().unwrap_or_else(PoisonError::into_inner).arrivals.len())
            .sum()
    }

    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
