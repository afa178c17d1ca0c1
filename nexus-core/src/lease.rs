//! The rule of everything that is claimed: a lease, a proof of the claim, tries further and further apart, and an end.
//! Jobs and effects share it.

use crate::{Checksum, Coded, ErrorCode, StoreError};
use jiff::{SignedDuration, Timestamp};

/// Why claimed work could not be prolonged or settled.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LeaseError {
    /// The lease ended and somebody else has, or has finished, the work.
    #[error("the lease was lost")]
    LeaseLost,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Coded for LeaseError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::LeaseLost => ErrorCode::Internal,
            Self::Store(error) => error.code(),
        }
    }
}

/// When failed work is tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Claims after which the work is given up.
    pub max_attempts: u32,
    /// Delay after the first failure; doubled after each one.
    pub base_delay: SignedDuration,
    /// Longest delay.
    pub max_delay: SignedDuration,
}

impl RetryPolicy {
    /// When work whose `attempt`-th claim failed is tried again; `None` when it is given up.
    ///
    /// The delay lies between the half and the whole of `base_delay` · 2^(attempt − 1), bounded by `max_delay`: work that
    /// failed together does not come back together. Where it lies depends on `seed` (the id of the work) and `attempt` alone.
    pub fn next_try(&self, attempt: u32, now: Timestamp, seed: &str) -> Option<Timestamp> {
        if attempt >= self.max_attempts {
            return None;
        }
        let factor = 2_i32.saturating_pow(attempt.saturating_sub(1).min(30));
        let longest = self.base_delay.checked_mul(factor).unwrap_or(self.max_delay).min(self.max_delay);
        let millis = longest.as_millis();
        let delay = millis - millis / 2 * i128::from(spread(seed, attempt)) / i128::from(u16::MAX);
        let delay = SignedDuration::from_millis(i64::try_from(delay).unwrap_or(i64::MAX));
        Some(now.checked_add(delay).unwrap_or(Timestamp::MAX))
    }
}

/// A number that looks drawn by lot and is the same every time.
fn spread(seed: &str, attempt: u32) -> u16 {
    let [high, low, ..] = Checksum::of_bytes(format!("{attempt}/{seed}").as_bytes()).to_bytes();
    u16::from_be_bytes([high, low])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashSet;

    const POLICY: RetryPolicy = RetryPolicy {
        max_attempts: 8,
        base_delay: SignedDuration::from_secs(2),
        max_delay: SignedDuration::from_secs(60),
    };

    fn delay(attempt: u32, seed: &str) -> Option<SignedDuration> {
        let at = POLICY.next_try(attempt, Timestamp::UNIX_EPOCH, seed)?;
        Some(at.duration_since(Timestamp::UNIX_EPOCH))
    }

    #[test]
    fn work_that_failed_together_comes_back_apart() {
        let delays: HashSet<_> = (0..100).map(|number| delay(5, &format!("id{number}"))).collect();
        assert!(delays.len() > 90, "{}", delays.len());
    }

    proptest! {
        #[test]
        fn delays_double_up_to_the_longest(attempt in 1_u32..200, seed in "[a-z0-9]{1,24}") {
            let Some(delay) = delay(attempt, &seed) else {
                prop_assert!(attempt >= POLICY.max_attempts);
                return Ok(());
            };
            prop_assert!(attempt < POLICY.max_attempts);
            let whole = (POLICY.base_delay * 2_i32.pow(attempt - 1)).min(POLICY.max_delay);
            prop_assert!(delay <= whole && delay * 2 >= whole, "{delay:?} of {whole:?}");
        }

        #[test]
        fn no_policy_and_no_instant_overflows(
            max_attempts: u32, base in 0_i64..i64::MAX, max in 0_i64..i64::MAX, attempt: u32, seconds in 0_i64..253_402_200_000
        ) {
            let policy = RetryPolicy {
                max_attempts,
                base_delay: SignedDuration::from_secs(base),
                max_delay: SignedDuration::from_secs(max),
            };
            let now = Timestamp::from_second(seconds).unwrap();
            if let Some(at) = policy.next_try(attempt, now, "x") {
                prop_assert!(at >= now);
            }
        }
    }
}
