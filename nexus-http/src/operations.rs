//! What the routes of the machine room lean on.

use async_trait::async_trait;
use nexus_core::StoreHealth;
use nexus_core::consistency::SchoolCounting;
use nexus_core::invariants::InvariantReading;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// What the routes of the machine room lean on.
#[derive(Clone)]
pub struct Operations {
    /// The database, as the machine room sees it.
    pub store: Arc<dyn StoreHealth>,
    /// What the database holds.
    pub school: Arc<dyn SchoolCounting>,
    /// What its data must keep.
    pub invariants: Arc<dyn InvariantReading>,
    /// The services beside the database.
    pub services: Arc<dyn ServiceProbe>,
    /// The measures of this process.
    pub measures: Arc<dyn Measures>,
    /// What a machine shows that reads the measures; without it, only an administrator does.
    pub metrics_token: Option<MetricsToken>,
    /// Whether sessions can be opened and sealed.
    pub has_session_secret: bool,
}

impl fmt::Debug for Operations {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Operations")
            .field("metrics_token", &self.metrics_token)
            .finish_non_exhaustive()
    }
}

/// How a service answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServiceAnswer {
    /// As it should.
    Good,
    /// Not as it should; a stable word says how.
    Failed(&'static str),
    /// It is not installed or not switched on, and nothing waits for it; a stable word says which.
    Absent(&'static str),
}

/// A service beside the database, as it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceState {
    /// Its name in `/api/status`: `rag`, `llm`, `pdf`.
    pub name: &'static str,
    /// How it answers.
    pub answer: ServiceAnswer,
    /// How long that took.
    pub took: Duration,
}

/// Looks at the services beside the database.
///
/// # Contract
/// The answer comes within a few seconds, whatever the services do.
#[async_trait]
pub trait ServiceProbe: Send + Sync {
    /// Looks at each of them, together.
    async fn examine(&self) -> Vec<ServiceState>;
}

/// The measures of this process.
pub trait Measures: Send + Sync {
    /// Writes all of them in the text format of Prometheus.
    fn page(&self) -> String;
}

/// The token of a machine that reads the measures. Only its hash is kept.
#[derive(Clone)]
pub struct MetricsToken([u8; 32]);

impl MetricsToken {
    /// Takes the configured token.
    pub fn new(token: &SecretString) -> Self {
        Self(hash(token.expose_secret()))
    }

    /// Whether a presented token is the one. Hashes are compared, so the time taken tells nothing about the token.
    pub fn accepts(&self, presented: &str) -> bool {
        self.0 == hash(presented)
    }
}

impl fmt::Debug for MetricsToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("MetricsToken")
    }
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_compared_whole_and_never_shown() {
        let token = MetricsToken::new(&"un-jeton-de-mesure".into());
        assert!(token.accepts("un-jeton-de-mesure"));
        for presented in ["", "un-jeton", "un-jeton-de-mesure ", "UN-JETON-DE-MESURE"] {
            assert!(!token.accepts(presented), "{presented:?}");
        }
        assert_eq!(format!("{token:?}"), "MetricsToken");
    }
}
