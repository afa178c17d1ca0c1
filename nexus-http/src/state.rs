use crate::authentication::Sessions;
use crate::chassis::Chassis;
use crate::operations::Operations;
use crate::routes::contract::ContractDocument;
use crate::till::Till;
use nexus_bilan::use_cases::BilanContext;
use nexus_core::calendar::use_cases::CalendarContext;
use nexus_core::identity::use_cases::IdentityContext;
use nexus_core::ledger::use_cases::LedgerContext;
use nexus_core::subscriptions::use_cases::SubscriptionContext;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use std::ops::Deref;
use std::sync::Arc;
use tokio::sync::Notify;

/// Everything that the routes lean on.
#[derive(Clone, Debug)]
pub struct HttpState {
    /// Bilans.
    pub bilans: BilanContext,
    /// Accounts.
    pub identity: IdentityContext,
    /// The till.
    pub till: Till,
    /// Credits.
    pub ledger: LedgerContext,
    /// Lessons and availability.
    pub calendar: CalendarContext,
    /// Subscriptions.
    pub subscriptions: SubscriptionContext,
    /// The sessions of people.
    pub sessions: Sessions,
    /// The keys of programs.
    pub keys: AccessKeys,
    /// Version that `/api/health` tells.
    pub version: &'static str,
    /// What every request goes through.
    pub chassis: Chassis,
    /// What the routes of the machine room lean on.
    pub operations: Operations,
    /// Rung when a job was written, so that a worker of this process does not wait for its next look.
    pub wake: Arc<Notify>,
}

/// What the routes lean on, and what is known only once they are all there.
pub(crate) struct ServerState {
    pub(crate) http: HttpState,
    pub(crate) contract: ContractDocument,
}

impl Deref for ServerState {
    type Target = HttpState;

    fn deref(&self) -> &HttpState {
        &self.http
    }
}

/// The state as the routes have it: each of a request's layers takes a copy, which must cost next to nothing.
pub(crate) type SharedState = Arc<ServerState>;

/// The bearer keys by which programs are known. Only their hashes are kept.
#[derive(Clone)]
pub struct AccessKeys(Vec<[u8; 32]>);

/// A key that is too short to resist guessing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an access key has fewer than {} characters", AccessKeys::SHORTEST)]
pub struct TooWeakKey;

impl AccessKeys {
    /// Fewest characters of a key.
    pub const SHORTEST: usize = 16;

    /// Takes the configured keys.
    pub fn new(keys: &[SecretString]) -> Result<Self, TooWeakKey> {
        keys.iter()
            .map(|key| {
                let key = key.expose_secret();
                if key.chars().count() < Self::SHORTEST { Err(TooWeakKey) } else { Ok(hash(key)) }
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Whether there is no key, so that nobody can call.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a presented key is one of them. Hashes are compared, so the time taken tells nothing about a key.
    pub fn accept(&self, presented: &str) -> bool {
        let presented = hash(presented);
        self.0.contains(&presented)
    }
}

fn hash(key: &str) -> [u8; 32] {
    Sha256::digest(key.as_bytes()).into()
}

impl std::fmt::Debug for AccessKeys {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "AccessKeys({})", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_keys_are_refused_and_others_compared_whole() {
        assert_eq!(AccessKeys::new(&["court".into()]).map(|_| ()), Err(TooWeakKey));
        let keys = AccessKeys::new(&["une-clef-assez-longue".into()]).unwrap();
        assert!(keys.accept("une-clef-assez-longue"));
        for presented in ["", "une-clef", "une-clef-assez-longue ", "UNE-CLEF-ASSEZ-LONGUE"] {
            assert!(!keys.accept(presented), "{presented:?}");
        }
        assert_eq!(format!("{keys:?}"), "AccessKeys(1)");
    }
}
