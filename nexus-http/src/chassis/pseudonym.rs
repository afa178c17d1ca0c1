//! Names under which people and networks are counted, without saying who they are.

use hmac::{Hmac, KeyInit, Mac};
use nexus_core::Checksum;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use std::fmt;

/// The key of pseudonyms. Whoever does not have it can neither read them back nor make one.
#[derive(Clone, PartialEq, Eq)]
pub struct PseudonymKey([u8; 32]);

impl PseudonymKey {
    /// Takes 32 bytes that cannot be guessed.
    pub const fn new(key: [u8; 32]) -> Self {
        Self(key)
    }

    /// Derives a key from a secret that serves other ends too: neither can be told from the other.
    pub fn derive(secret: &SecretString) -> Self {
        let secret = Self(Sha256::digest(secret.expose_secret().as_bytes()).into());
        Self(Pseudonyms::new(&secret).of(&[b"nexus: key of pseudonyms"]))
    }
}

impl fmt::Debug for PseudonymKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("PseudonymKey")
    }
}

/// Makes pseudonyms: HMAC-SHA256 over parts that cannot run into each other.
#[derive(Clone)]
pub(super) struct Pseudonyms(Hmac<Sha256>);

impl Pseudonyms {
    pub(super) fn new(key: &PseudonymKey) -> Self {
        // HMAC pads a key that is shorter than a block with zeros.
        let mut block = [0; 64];
        block[..32].copy_from_slice(&key.0);
        Self(Hmac::new(&block.into()))
    }

    /// The pseudonym of these parts, in this order.
    pub(super) fn of(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut hash = self.0.clone();
        for part in parts {
            // The length goes first, so that moving a byte from one part to the next gives another pseudonym.
            hash.update(&(part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        hash.finalize().into_bytes().into()
    }

    /// The first half of a pseudonym: enough to tell billions of callers apart.
    pub(super) fn short(&self, parts: &[&[u8]]) -> u128 {
        let [first, second] = halves(self.of(parts));
        first ^ second
    }

    /// A pseudonym that a store keeps.
    pub(super) fn stored(&self, parts: &[&[u8]]) -> Checksum {
        Checksum::from_bytes(self.of(parts))
    }
}

fn halves(whole: [u8; 32]) -> [u128; 2] {
    let (mut first, mut second) = ([0; 16], [0; 16]);
    first.copy_from_slice(&whole[..16]);
    second.copy_from_slice(&whole[16..]);
    [u128::from_le_bytes(first), u128::from_le_bytes(second)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_run_into_each_other_and_the_key_counts() {
        let pseudonyms = Pseudonyms::new(&PseudonymKey::new([7; 32]));
        assert_ne!(pseudonyms.of(&[b"ab", b"c"]), pseudonyms.of(&[b"a", b"bc"]));
        assert_ne!(pseudonyms.of(&[b"ab"]), pseudonyms.of(&[b"ab", b""]));
        assert_eq!(pseudonyms.short(&[b"ab"]), pseudonyms.short(&[b"ab"]));
        let other = Pseudonyms::new(&PseudonymKey::new([8; 32]));
        assert_ne!(pseudonyms.of(&[b"ab"]), other.of(&[b"ab"]));
        assert_eq!(format!("{:?}", PseudonymKey::new([7; 32])), "PseudonymKey");
    }
}
