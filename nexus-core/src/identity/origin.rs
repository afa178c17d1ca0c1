//! Where a sign-in comes from, as far as the throttle cares, and the names under which that is kept.
//!
//! What is kept is keyed: addresses can be guessed and networks are few, so whoever reads a plain digest of one finds out
//! whose it is by trying them all. A former secret's rows are never met again, and go when they are too old for any rule.

use super::email_address::EmailAddress;
use crate::pseudonyms::Pseudonyms;
use crate::secret_source::draw;
use crate::{Checksum, SecretSource};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The network of an address: the part that somebody cannot change at will. 24 bits of IPv4, 56 bits of IPv6 (what a
/// household is given). It names a neighbourhood rather than a person.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Network(String);

impl Network {
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
}

impl fmt::Display for Network {
    /// `192.0.2.0/24`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A network, as it is kept: its pseudonym.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct NetworkKey(Checksum);

impl NetworkKey {
    /// The key of a network.
    pub fn of(network: &Network, pseudonyms: &Pseudonyms) -> Self {
        Self(pseudonyms.of(&[b"sign-in network", network.0.as_bytes()]))
    }

    /// Takes the pseudonym of a store.
    pub const fn from_stored(pseudonym: Checksum) -> Self {
        Self(pseudonym)
    }

    /// The pseudonym for a store.
    pub const fn digest(&self) -> &Checksum {
        &self.0
    }
}

/// The account that somebody tries to enter, whether it exists or not: the pseudonym of the address that was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AccountKey(Checksum);

impl AccountKey {
    /// The key of an address.
    pub fn of(address: &EmailAddress, pseudonyms: &Pseudonyms) -> Self {
        Self(pseudonyms.of(&[b"sign-in account", address.as_str().as_bytes()]))
    }

    /// Takes the pseudonym of a store.
    pub const fn from_stored(pseudonym: Checksum) -> Self {
        Self(pseudonym)
    }

    /// The pseudonym for a store.
    pub const fn digest(&self) -> &Checksum {
        &self.0
    }
}

/// A browser that was given a mark of its own: the digest of that mark. It needs no key: nobody guesses 256 random bits.
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
    pub network: Network,
    /// Its browser, when that was here before.
    pub device: Option<DeviceKey>,
}

impl Origin {
    /// A network and nothing else that would be known.
    pub const fn network(network: Network) -> Self {
        Self { network, device: None }
    }

    /// The same, as it is kept.
    pub fn keyed(&self, pseudonyms: &Pseudonyms) -> OriginKey {
        OriginKey { network: NetworkKey::of(&self.network, pseudonyms), device: self.device }
    }
}

/// Where a sign-in comes from, as it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OriginKey {
    /// Its network.
    pub network: NetworkKey,
    /// Its browser, when that was here before.
    pub device: Option<DeviceKey>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PseudonymKey;
    use crate::testing::SeededSecrets;

    fn network(address: &str) -> String {
        Network::of(address.parse().unwrap()).to_string()
    }

    fn pseudonyms(secret: &str) -> Pseudonyms {
        Pseudonyms::new(&PseudonymKey::derive(&secret.into()))
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
        let names = pseudonyms("secret");
        let key = |text: &str| AccountKey::of(&EmailAddress::parse(text).unwrap(), &names);
        assert_eq!(key(" Parent@Nexus.com"), key("parent@nexus.com"));
        assert_ne!(key("parent@nexus.com"), key("parents@nexus.com"));
    }

    /// Whoever has the table and not the secret can try every address and every network, and none of them fits.
    #[test]
    fn what_is_kept_cannot_be_found_by_trying() {
        let address = EmailAddress::parse("parent@nexus.com").unwrap();
        let home = Network::of("192.0.2.7".parse().unwrap());
        let kept = |secret: &str| {
            let names = pseudonyms(secret);
            [*AccountKey::of(&address, &names).digest(), *NetworkKey::of(&home, &names).digest()]
        };
        assert_eq!(kept("secret"), kept("secret"));
        let [account, network] = kept("secret");
        for guess in ["parent@nexus.com", "sign-in\nparent@nexus.com", "192.0.2.0/24"] {
            assert!(![account, network].contains(&Checksum::of_bytes(guess.as_bytes())), "{guess}");
        }
        for (text, what) in [("parent@nexus.com", "sign-in account"), ("192.0.2.0/24", "sign-in network")] {
            let plain = Checksum::of_parts(&[what.as_bytes(), text.as_bytes()]);
            assert!(![account, network].contains(&plain), "{text}");
        }
        // After a change of the secret nothing is met again.
        let [other_account, other_network] = kept("another");
        assert!(account != other_account && network != other_network);
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
