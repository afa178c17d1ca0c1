//! Where a sign-in comes from, as far as the throttle cares.

use super::email_address::EmailAddress;
use crate::secret_source::draw;
use crate::{Checksum, SecretSource};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The network of an address: the part that somebody cannot change at will. 24 bits of IPv4, 56 bits of IPv6 (what a
/// household is given). It names a neighbourhood rather than a person.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NetworkKey(String);

impl NetworkKey {
    /// The network of an address; an IPv4 address that is written as IPv6 is read as what it is.
    pub fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V4(address) => {
                let [first, second, third, _] = address.octets();
                format!("{}/24", Ipv4Addr::new(first, second, third, 0))
            }
            IpAddr::V6(address) => {
                let kept = u128::from(address) >> 72 << 72;
                format!("{}/56", Ipv6Addr::from(kept))
            }
        })
    }

    /// Takes the text of a store.
    pub const fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The text for a store: `192.0.2.0/24`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for NetworkKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// The account that somebody tries to enter, whether it exists or not: a digest of the address that was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AccountKey(Checksum);

impl AccountKey {
    /// The key of an address.
    pub fn of(address: &EmailAddress) -> Self {
        Self(Checksum::of_bytes(format!("sign-in\n{address}").as_bytes()))
    }

    /// Takes the digest of a store.
    pub const fn from_stored(digest: Checksum) -> Self {
        Self(digest)
    }

    /// The digest for a store.
    pub const fn digest(&self) -> &Checksum {
        &self.0
    }
}

/// A browser that was given a mark of its own: the digest of that mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DeviceKey(Checksum);

impl DeviceKey {
    /// Draws the mark of a browser that has none: 256 random bits in base64url, for its cookie.
    pub fn draw_mark(secrets: &dyn SecretSource) -> String {
        URL_SAFE_NO_PAD.encode(draw::<32>(secrets))
    }

    /// The key of a mark that a browser presents; `None` when it cannot be one.
    pub fn of_mark(mark: &str) -> Option<Self> {
        let is_mark = mark.len() == 43 && URL_SAFE_NO_PAD.decode(mark).is_ok();
        is_mark.then(|| Self(Checksum::of_bytes(format!("device\n{mark}").as_bytes())))
    }

    /// Takes the digest of a store.
    pub const fn from_stored(digest: Checksum) -> Self {
        Self(digest)
    }

    /// The digest for a store.
    pub const fn digest(&self) -> &Checksum {
        &self.0
    }
}

/// Where a sign-in comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Its network.
    pub network: NetworkKey,
    /// Its browser, when that was here before.
    pub device: Option<DeviceKey>,
}

impl Origin {
    /// A network and nothing else that would be known.
    pub const fn network(network: NetworkKey) -> Self {
        Self { network, device: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::SeededSecrets;

    fn network(address: &str) -> String {
        NetworkKey::of(address.parse().unwrap()).to_string()
    }

    #[test]
    fn neighbours_share_a_network() {
        assert_eq!(network("192.0.2.7"), "192.0.2.0/24");
        assert_eq!(network("::ffff:192.0.2.200"), "192.0.2.0/24");
        assert_eq!(network("2001:db8:1:2ff:1:2:3:4"), "2001:db8:1:200::/56");
        assert_eq!(network("2001:db8:1:2ab::9"), network("2001:db8:1:200::"));
        assert_ne!(network("2001:db8:1:300::"), network("2001:db8:1:200::"));
        assert_ne!(network("192.0.3.7"), network("192.0.2.7"));
    }

    #[test]
    fn the_key_of_an_account_does_not_depend_on_how_its_address_is_typed() {
        let key = |text: &str| AccountKey::of(&EmailAddress::parse(text).unwrap());
        assert_eq!(key(" Parent@Nexus.com"), key("parent@nexus.com"));
        assert_ne!(key("parent@nexus.com"), key("parents@nexus.com"));
    }

    #[test]
    fn a_device_is_known_by_a_mark_that_nobody_guesses() {
        let secrets = SeededSecrets::new(1);
        let (one, other) = (DeviceKey::draw_mark(&secrets), DeviceKey::draw_mark(&secrets));
        assert_eq!(DeviceKey::of_mark(&one), DeviceKey::of_mark(&one.clone()));
        assert_ne!(DeviceKey::of_mark(&one), DeviceKey::of_mark(&other));
        for text in ["", "x", &one[1..], &format!("{one}A"), &"é".repeat(22), &"A".repeat(100_000)] {
            assert_eq!(DeviceKey::of_mark(text), None);
        }
    }
}
