//! Names under which people and networks are counted, without saying who they are.

use crate::Checksum;
use hmac::{Hmac, KeyInit, Mac};
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

    /// Derives a key from a secret that serves other ends too: neither can be told from the other. Another secret gives other
    /// pseudonyms: what was counted under a former one is forgotten.
    pub fn derive(secret: &SecretString) -> Self {
        let secret = Self(Sha256::digest(secret.expose_secret().as_bytes()).into());
        Self(Pseudonyms::new(&secret).of(&[b"nexus: key of pseudonyms"]).into_bytes())
    }
}

impl fmt::Debug for PseudonymKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("PseudonymKey")
    }
}

/// Makes pseudonyms: HMAC-SHA256 over parts that cannot run into each other.
#[derive(Clone)]
pub struct Pseudonyms(Hmac<Sha256>);

impl Pseudonyms {
    /// Prepares a key for use.
    pub fn new(key: &PseudonymKey) -> Self {
        // HMAC pads a key that is shorter than a block with zeros.
        let mut block = [0; 64];
        block[..32].copy_from_slice(&key.0);
        Self(Hmac::new(&block.into()))
    }

    /// The pseudonym of these parts, in this order. The first part says what is named, so that the same text never has one
    /// pseudonym in two places.
    pub fn of(&self, parts: &[&[u8]]) -> Checksum {
        let mut hash = self.0.clone();
        for part in parts {
            // The length goes first, so that moving a byte from one part to the next gives another pseudonym.
            hash.update(&(part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        Checksum::from_bytes(hash.finalize().into_bytes().into())
    }
}

impl fmt::Debug for Pseudonyms {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Pseudonyms")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_run_into_each_other_and_the_key_counts() {
        let pseudonyms = Pseudonyms::new(&PseudonymKey::new([7; 32]));
        assert_ne!(pseudonyms.of(&[b"ab", b"c"]), pseudonyms.of(&[b"a", b"bc"]));
        assert_ne!(pseudonyms.of(&[b"ab"]), pseudonyms.of(&[b"ab", b""]));
        assert_eq!(pseudonyms.of(&[b"ab"]), pseudonyms.of(&[b"ab"]));
        let other = Pseudonyms::new(&PseudonymKey::new([8; 32]));
        assert_ne!(pseudonyms.of(&[b"ab"]), other.of(&[b"ab"]));
        assert_ne!(pseudonyms.of(&[b"ab"]), Checksum::of_bytes(b"ab"));
    }

    #[test]
    fn a_key_depends_on_its_secret_and_does_not_show_it() {
        let [one, other] = ["a secret", "another"].map(|secret| PseudonymKey::derive(&secret.into()));
        assert_eq!(one, PseudonymKey::derive(&"a secret".into()));
        assert_ne!(one, other);
        assert_ne!(one, PseudonymKey::new(Checksum::of_bytes(b"a secret").into_bytes()));
        assert_eq!(format!("{one:?} {:?}", Pseudonyms::new(&one)), "PseudonymKey Pseudonyms");
    }
}
