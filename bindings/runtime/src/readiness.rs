//! Asks a running server of this machine whether it may be given work.

use crate::configuration::Configuration;
use crate::http_client;
use serde_json::Value;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

/// Longest wait for the answer.
const PATIENCE: Duration = Duration::from_secs(3);

/// What a server said about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readiness {
    /// Whether it may be given work.
    pub ready: bool,
    /// The names of the checks that failed.
    pub failed: Vec<String>,
}

/// Nobody answered, or somebody else did.
#[derive(Debug, thiserror::Error)]
#[error("no server answers")]
pub struct NoServer(#[source] Option<reqwest::Error>);

/// Asks the server that listens where this configuration says.
///
/// # Errors
/// [`NoServer`].
pub async fn ask_readiness(configuration: &Configuration) -> Result<Readiness, NoServer> {
    let failed = |error: reqwest::Error| NoServer(Some(error.without_url()));
    // A proxy of the environment has no part in this.
    let client = http_client::builder(PATIENCE).no_proxy().build().map_err(failed)?;
    let address = reachable(configuration.listen);
    let answer = client.get(format!("http://{address}/health/ready")).send().await.map_err(failed)?;
    let body: Value = answer.json().await.map_err(failed)?;
    let (Some(ready), Some(checks)) = (body["ready"].as_bool(), body["checks"].as_object()) else {
        return Err(NoServer(None));
    };
    let wrong = checks.iter().filter(|(_, good)| **good != Value::Bool(true));
    Ok(Readiness { ready, failed: wrong.map(|(name, _)| name.clone()).collect() })
}

/// Whoever listens everywhere is reached here.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let address = match listen.ip() {
        IpAddr::V4(address) if address.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(address) if address.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        address => address,
    };
    SocketAddr::new(address, listen.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_listens_everywhere_is_reached_here() {
        for (listen, expected) in
            [("0.0.0.0:80", "127.0.0.1:80"), ("[::]:80", "[::1]:80"), ("10.0.0.1:8080", "10.0.0.1:8080")]
        {
            assert_eq!(reachable(listen.parse().unwrap()).to_string(), expected);
        }
    }
}
