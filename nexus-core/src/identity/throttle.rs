//! How often somebody may try to sign in: the guesses of an attacker are bounded, and he cannot lock anybody out.
//!
//! Failures slow down what they have in common with the present attempt, each more than the last, and nothing is ever closed:
//!
//! * the same account **from the same place** (a known browser, otherwise the network): [`PLACE`];
//! * any account from the same network: [`NETWORK`];
//! * the same account from any unknown place: [`ACCOUNT`].
//!
//! The last two are for places where the account was never entered. Whoever comes from where its owner has signed in within
//! [`KNOWN_FOR`] answers for his own failures only, whatever others do elsewhere.
//!
//! An attempt is written **before** the password is compared, as a failure, in the transaction that looked at the history
//! and holds it; a success then replaces it. So that many attempts at one time are no way around the rule. An attempt
//! that must wait is not written: knocking does not prolong the wait.

#[cfg(test)]
mod tests;

use super::origin::{AccountKey, DeviceKey, NetworkKey, OriginKey};
use jiff::{SignedDuration, Timestamp};
use std::collections::HashSet;

/// An attempt that was let through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastAttempt {
    /// The account that was tried.
    pub account: AccountKey,
    /// Where from.
    pub origin: OriginKey,
    /// When.
    pub at: Timestamp,
    /// Whether it opened the account.
    pub succeeded: bool,
}

/// What the present attempt may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Throttle {
    /// Go on.
    Allow,
    /// Come back after this time: whole seconds, at least one.
    Wait(SignedDuration),
}

/// How failures slow down: the first ones not at all, then twice as long with each, up to a longest time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slowing {
    /// Failures that cost nothing.
    pub free: u32,
    /// Seconds after the first failure that does.
    pub first: u32,
    /// Longest time between two attempts, in seconds.
    pub longest: u32,
    /// Failures older than this do not count.
    pub memory: SignedDuration,
}

/// For failures on one account from one place; a success from there forgives them.
pub const PLACE: Slowing =
    Slowing { free: 5, first: 2, longest: 15 * 60, memory: SignedDuration::from_hours(24) };
/// For failures from one network, on whatever account. A whole class may share it.
pub const NETWORK: Slowing =
    Slowing { free: 40, first: 2, longest: 5 * 60, memory: SignedDuration::from_hours(1) };
/// For failures on one account from all the places where it was never entered.
pub const ACCOUNT: Slowing =
    Slowing { free: 20, first: 2, longest: 2 * 60, memory: SignedDuration::from_hours(6) };

/// How long a success makes a place known. A store keeps successes for this time, and failures for [`PLACE`]'s memory.
pub const KNOWN_FOR: SignedDuration = SignedDuration::from_hours(90 * 24);

/// Decides about an attempt that is made now.
///
/// `history` holds, in any order, at least the attempts on this account within [`KNOWN_FOR`], and those from this network
/// within [`NETWORK`]'s memory.
pub fn check(account: &AccountKey, origin: &OriginKey, history: &[PastAttempt], now: Timestamp) -> Throttle {
    let history = History::of(account, history, now);
    let until = match history.place(origin) {
        Place::KnownDevice(device) => history.at_device(&device),
        Place::KnownNetwork => history.at_network(&origin.network),
        Place::Unknown => {
            let place = history.at_network(&origin.network);
            place.max(history.of_network(&origin.network)).max(history.of_account())
        }
    };
    let wait = until.map_or(SignedDuration::ZERO, |until| until.duration_since(now));
    if wait.is_positive() {
        let seconds = wait.as_secs() + i64::from(wait.subsec_nanos() > 0);
        Throttle::Wait(SignedDuration::from_secs(seconds))
    } else {
        Throttle::Allow
    }
}

/// Where an attempt comes from, for the account that it tries.
enum Place {
    KnownDevice(DeviceKey),
    KnownNetwork,
    Unknown,
}

struct History<'a> {
    all: &'a [PastAttempt],
    on_account: Vec<&'a PastAttempt>,
    known_devices: HashSet<DeviceKey>,
    known_networks: HashSet<&'a NetworkKey>,
    now: Timestamp,
}

impl<'a> History<'a> {
    fn of(account: &AccountKey, all: &'a [PastAttempt], now: Timestamp) -> Self {
        let since = now.checked_sub(KNOWN_FOR).unwrap_or(Timestamp::MIN);
        let on_account: Vec<_> = all.iter().filter(|past| past.account == *account).collect();
        let entered = || on_account.iter().filter(|past| past.succeeded && past.at >= since);
        Self {
            all,
            known_devices: entered().filter_map(|past| past.origin.device).collect(),
            known_networks: entered().map(|past| &past.origin.network).collect(),
            on_account,
            now,
        }
    }

    fn place(&self, origin: &OriginKey) -> Place {
        match origin.device.filter(|device| self.known_devices.contains(device)) {
            Some(device) => Place::KnownDevice(device),
            None if self.known_networks.contains(&origin.network) => Place::KnownNetwork,
            None => Place::Unknown,
        }
    }

    /// When the failures of a known browser let the next attempt through.
    fn at_device(&self, device: &DeviceKey) -> Option<Timestamp> {
        self.since_last_success(|past| past.origin.device.as_ref() == Some(device))
    }

    /// When the failures from a network, those of known browsers aside, let the next attempt on this account through.
    fn at_network(&self, network: &NetworkKey) -> Option<Timestamp> {
        self.since_last_success(|past| {
            past.origin.network == *network && !matches!(self.place(&past.origin), Place::KnownDevice(_))
        })
    }

    /// When the failures from a network, on whatever account, let the next attempt through.
    fn of_network(&self, network: &NetworkKey) -> Option<Timestamp> {
        NETWORK.until(
            self.now,
            self.all.iter().filter(|past| !past.succeeded && past.origin.network == *network),
        )
    }

    /// When the failures on this account from unknown places let the next attempt through.
    fn of_account(&self) -> Option<Timestamp> {
        let unknown =
            |past: &&PastAttempt| !past.succeeded && matches!(self.place(&past.origin), Place::Unknown);
        ACCOUNT.until(self.now, self.on_account.iter().copied().filter(unknown))
    }

    fn since_last_success(&self, from: impl Fn(&PastAttempt) -> bool) -> Option<Timestamp> {
        let here = || self.on_account.iter().copied().filter(|past| from(past));
        let success = here().filter(|past| past.succeeded).map(|past| past.at).max();
        let counts = |past: &&PastAttempt| !past.succeeded && success.is_none_or(|success| past.at > success);
        PLACE.until(self.now, here().filter(counts))
    }
}

impl Slowing {
    /// When failures let the next attempt through; `None` when there is none to look at.
    fn until<'a>(self, now: Timestamp, failures: impl Iterator<Item = &'a PastAttempt>) -> Option<Timestamp> {
        let since = now.checked_sub(self.memory).unwrap_or(Timestamp::MIN);
        // The clocks of two servers differ a little: what is ahead has just happened.
        let counted: Vec<_> = failures.map(|past| past.at.min(now)).filter(|at| *at > since).collect();
        let last = counted.iter().max()?;
        let count = u32::try_from(counted.len()).unwrap_or(u32::MAX);
        last.checked_add(self.after(count)).ok()
    }

    /// The time between a number of failures and the next attempt.
    pub fn after(self, failures: u32) -> SignedDuration {
        let Some(step) = failures.checked_sub(self.free + 1) else { return SignedDuration::ZERO };
        // Beyond 20 doublings every first time is longer than any longest one.
        let seconds = (u64::from(self.first) << step.min(20)).min(u64::from(self.longest));
        SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX))
    }
}
