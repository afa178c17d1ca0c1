//! Whose request it is, on the network: the address of the connection, or what a trusted proxy says.

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use ipnet::IpNet;
use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

const FORWARDED_FOR: &str = "x-forwarded-for";
const FORWARDED_PROTO: &str = "x-forwarded-proto";

/// The address that a request comes from, as far as it can be known. It never goes into a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClientAddress(IpAddr);

/// The part of an address that stands for one subscriber: a whole IPv4 address, the first 64 bits of an IPv6 one (whoever
/// has one of its addresses has all of them).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SubscriberKey([u8; 9]);

impl ClientAddress {
    /// A client that nothing is known of.
    pub const UNKNOWN: Self = Self(IpAddr::V4(Ipv4Addr::UNSPECIFIED));

    /// Takes an address; an IPv4 address that is written as IPv6 is IPv4.
    pub const fn new(address: IpAddr) -> Self {
        Self(address.to_canonical())
    }

    /// The address.
    pub const fn ip(self) -> IpAddr {
        self.0
    }

    /// What limits are counted by.
    pub const fn subscriber(self) -> SubscriberKey {
        match self.0 {
            IpAddr::V4(address) => {
                let [a, b, c, d] = address.octets();
                SubscriberKey([4, a, b, c, d, 0, 0, 0, 0])
            }
            IpAddr::V6(address) => {
                let octets = address.octets();
                let mut key = [6; 9];
                let mut place = 0;
                while place < 8 {
                    key[place + 1] = octets[place];
                    place += 1;
                }
                SubscriberKey(key)
            }
        }
    }
}

impl SubscriberKey {
    /// The key as bytes, for a hash.
    pub const fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl<S: Send + Sync> FromRequestParts<S> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(super::context::of(&parts.extensions).map_or(Self::UNKNOWN, |context| context.client))
    }
}

/// Whether the client speaks TLS with the service, as far as is known: the public address is `https`, or a trusted proxy
/// says so. Decides about the `Secure` mark and the name of cookies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecureTransport(pub bool);

impl<S: Send + Sync> FromRequestParts<S> for SecureTransport {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(super::context::of(&parts.extensions).is_some_and(|context| context.secure)))
    }
}

/// Whom to believe.
#[derive(Debug, Clone)]
pub(super) struct TrustedProxies(Vec<IpNet>);

/// What is known of the way that a request came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Way {
    pub(super) client: ClientAddress,
    /// Whether the client spoke TLS, as a trusted proxy says.
    pub(super) secure: bool,
}

impl TrustedProxies {
    pub(super) fn new(networks: &[IpNet]) -> Self {
        Self(networks.to_owned())
    }

    /// The connection that a request came by.
    pub(super) fn peer(extensions: &axum::http::Extensions) -> Option<IpAddr> {
        extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip().to_canonical())
    }

    /// Walks from the connection towards the client, as long as each hop is trusted.
    pub(super) fn way(&self, peer: Option<IpAddr>, headers: &HeaderMap) -> Way {
        let Some(peer) = peer else {
            return Way { client: ClientAddress::UNKNOWN, secure: false };
        };
        if !self.trusts(peer) {
            return Way { client: ClientAddress(peer), secure: false };
        }
        let secure = headers.get(FORWARDED_PROTO).is_some_and(|proto| {
            // Each hop appends; the nearest one is the one that is trusted.
            let nearest = proto.as_bytes().rsplit(|byte| *byte == b',').next().unwrap_or_default();
            nearest.trim_ascii().eq_ignore_ascii_case(b"https")
        });
        let mut client = peer;
        let hops = headers.get_all(FORWARDED_FOR).iter().rev();
        for hop in hops.flat_map(|value| value.as_bytes().rsplit(|byte| *byte == b',')) {
            // What cannot be read was written by somebody who is not trusted: the hop before it is all that is known.
            let Some(address) = read_hop(hop) else { break };
            client = address;
            if !self.trusts(address) {
                break;
            }
        }
        Way { client: ClientAddress(client), secure }
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

/// An address, with or without a port.
fn read_hop(text: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(text).ok()?.trim();
    let address = text
        .parse::<IpAddr>()
        .or_else(|_| text.parse::<SocketAddr>().map(|address| address.ip()))
        .or_else(|_| text.trim_start_matches('[').trim_end_matches(']').parse::<Ipv6Addr>().map(IpAddr::V6));
    address.ok().map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;
    use proptest::prelude::*;

    fn way(trusted: &[&str], peer: &str, forwarded: &[&str]) -> String {
        let networks: Vec<IpNet> = trusted.iter().map(|network| network.parse().unwrap()).collect();
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(FORWARDED_FOR, HeaderValue::from_str(value).unwrap());
        }
        TrustedProxies::new(&networks).way(Some(peer.parse().unwrap()), &headers).client.ip().to_string()
    }

    #[test]
    fn nobody_is_believed_by_default() {
        assert_eq!(way(&[], "203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(way(&["10.0.0.0/8"], "203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
    }

    #[test]
    fn the_first_hop_that_is_not_trusted_is_the_client() {
        let trusted = ["10.0.0.0/8", "fd00::/8"];
        for (forwarded, client) in [
            (vec!["198.51.100.1"], "198.51.100.1"),
            // Whatever a client put there before the proxies did is behind his own address.
            (vec!["1.2.3.4, 198.51.100.1, 10.1.1.1"], "198.51.100.1"),
            (vec!["1.2.3.4", "198.51.100.1", "10.1.1.1"], "198.51.100.1"),
            (vec!["10.2.2.2, 10.1.1.1"], "10.2.2.2"),
            (vec![], "10.0.0.1"),
            (vec!["198.51.100.1, unknown"], "10.0.0.1"),
            (vec!["198.51.100.1, "], "10.0.0.1"),
            (vec!["198.51.100.1:4711"], "198.51.100.1"),
            (vec!["[2001:db8::1]:4711, fd00::2"], "2001:db8::1"),
            (vec!["[2001:db8::1]"], "2001:db8::1"),
            (vec!["::ffff:198.51.100.1"], "198.51.100.1"),
        ] {
            assert_eq!(way(&trusted, "10.0.0.1", &forwarded), client, "{forwarded:?}");
        }
    }

    #[test]
    fn the_scheme_is_taken_from_a_trusted_proxy_only() {
        let mut headers = HeaderMap::new();
        headers.insert(FORWARDED_PROTO, HeaderValue::from_static("http, https"));
        let proxies = TrustedProxies::new(&["10.0.0.0/8".parse().unwrap()]);
        assert!(proxies.way(Some([10, 0, 0, 1].into()), &headers).secure);
        assert!(!proxies.way(Some([11, 0, 0, 1].into()), &headers).secure);
        assert!(!proxies.way(None, &headers).secure);
    }

    #[test]
    fn whoever_has_a_network_is_one() {
        let network = |text: &str| ClientAddress::new(text.parse().unwrap()).subscriber();
        assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff::9"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_eq!(network("::ffff:192.0.2.1"), network("192.0.2.1"));
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
    }

    proptest! {
        #[test]
        fn without_trust_no_header_moves_the_address(values in prop::collection::vec("[ -~]{0,80}", 0..4)) {
            let values: Vec<&str> = values.iter().map(String::as_str).collect();
            prop_assert_eq!(way(&["10.0.0.0/8"], "203.0.113.9", &values), "203.0.113.9");
        }

        #[test]
        fn what_a_client_writes_stays_behind_the_address_that_the_proxy_saw(forged in "[ -~]{0,80}") {
            let value = format!("{forged}, 198.51.100.1");
            prop_assert_eq!(way(&["10.0.0.0/8"], "10.0.0.1", &[&value]), "198.51.100.1");
        }
    }
}
