//! Secrets that must be read again (unlike passwords), kept so that a copy of the database does not give them away.

use crate::SecretSource;
use crate::secret_source::draw;
use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hkdf::Hkdf;
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

/// Marks the form of a sealed text, so that another one can follow.
const PREFIX: &str = "v1.";
const PURPOSE: &[u8] = b"Nexus sealed secret";
const NONCE: usize = 12;

/// Seals and opens small secrets with keys derived from the secrets of the configuration: AES-256-GCM, HKDF-SHA-256.
#[derive(Clone)]
pub struct Sealer(Vec<Aes256Gcm>);

/// There is no secret to derive a key from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no secret to seal with")]
pub struct NoSecret;

impl Sealer {
    /// Derives the keys: the first secret seals, all of them open.
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a SecretString>) -> Result<Self, NoSecret> {
        let keys: Vec<_> = secrets.into_iter().filter_map(derive).collect();
        if keys.is_empty() { Err(NoSecret) } else { Ok(Self(keys)) }
    }

    /// Seals a secret. `place` says where it is kept, and must be given again to open it: what was copied from one row into
    /// another opens nothing.
    pub fn seal(&self, place: &str, secret: &[u8], secrets: &dyn SecretSource) -> String {
        let nonce: [u8; NONCE] = draw(secrets);
        // The cipher refuses texts of 64 GiB and more; a small secret is none.
        let sealed = self
            .0
            .first()
            .and_then(|key| {
                key.encrypt(&Nonce::from(nonce), Payload { msg: secret, aad: place.as_bytes() }).ok()
            })
            .unwrap_or_default();
        format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode([nonce.as_slice(), &sealed].concat()))
    }

    /// Opens a sealed text; `None` when it was sealed by none of the secrets, for another place, or changed.
    pub fn open(&self, place: &str, sealed: &str) -> Option<Vec<u8>> {
        let bytes = URL_SAFE_NO_PAD.decode(sealed.strip_prefix(PREFIX)?).ok()?;
        let (nonce, text) = bytes.split_at_checked(NONCE)?;
        let nonce: [u8; NONCE] = nonce.try_into().ok()?;
        let payload = || Payload { msg: text, aad: place.as_bytes() };
        self.0.iter().find_map(|key| key.decrypt(&Nonce::from(nonce), payload()).ok())
    }

    /// The same content sealed with the secret of today; `None` when it is already, or does not open.
    pub fn seal_again(&self, place: &str, sealed: &str, secrets: &dyn SecretSource) -> Option<String> {
        let of_today = Self(self.0.first().cloned().into_iter().collect());
        if of_today.open(place, sealed).is_some() {
            return None;
        }
        self.open(place, sealed).map(|content| self.seal(place, &content, secrets))
    }
}

fn derive(secret: &SecretString) -> Option<Aes256Gcm> {
    let mut key = [0; 32];
    Hkdf::<Sha256>::new(None, secret.expose_secret().as_bytes()).expand(PURPOSE, &mut key).ok()?;
    Aes256Gcm::new_from_slice(&key).ok()
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Sealer({} keys)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::SeededSecrets;
    use proptest::prelude::*;

    fn sealer(secrets: &[&str]) -> Sealer {
        Sealer::new(&secrets.iter().map(|secret| SecretString::from(*secret)).collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn only_the_same_place_and_a_known_secret_open() {
        let chance = SeededSecrets::new(1);
        let old = sealer(&["old"]);
        let sealed = old.seal("totp u1", b"secret", &chance);
        assert_ne!(sealed, old.seal("totp u1", b"secret", &chance));
        assert_eq!(old.open("totp u1", &sealed).as_deref(), Some(b"secret".as_slice()));
        assert_eq!(old.open("totp u2", &sealed), None);
        assert_eq!(sealer(&["new"]).open("totp u1", &sealed), None);
        assert_eq!(sealer(&["new", "old"]).open("totp u1", &sealed).as_deref(), Some(b"secret".as_slice()));
        assert_eq!(Sealer::new(&[]).map(|_| ()), Err(NoSecret));
    }

    #[test]
    fn what_a_former_secret_sealed_is_sealed_again() {
        let chance = SeededSecrets::new(1);
        let (old, both, new) = (sealer(&["old"]), sealer(&["new", "old"]), sealer(&["new"]));
        let sealed = old.seal("totp u1", b"secret", &chance);
        let again = both.seal_again("totp u1", &sealed, &chance).unwrap();
        assert_eq!(new.open("totp u1", &again).as_deref(), Some(b"secret".as_slice()));
        assert_eq!(both.seal_again("totp u1", &again, &chance), None);
        assert_eq!(both.seal_again("totp u2", &sealed, &chance), None);
        assert_eq!(new.seal_again("totp u1", &sealed, &chance), None);
    }

    proptest! {
        #[test]
        fn whatever_is_sealed_is_opened(secret in proptest::collection::vec(any::<u8>(), 0..200), place in any::<String>(), seed in any::<u64>()) {
            let sealer = sealer(&["secret"]);
            let sealed = sealer.seal(&place, &secret, &SeededSecrets::new(seed));
            prop_assert_eq!(sealer.open(&place, &sealed), Some(secret));
        }

        #[test]
        fn what_was_changed_opens_nothing(text in "(v1\\.)?[A-Za-z0-9_-]{0,80}", place in 0_usize..50, letter in "[A-Za-z0-9_-]") {
            let sealer = sealer(&["secret"]);
            prop_assert_eq!(sealer.open("place", &text), None);
            let mut sealed = sealer.seal("place", b"secret", &SeededSecrets::new(1));
            let place = place % sealed.len();
            let before = sealed.clone();
            sealed.replace_range(place..=place, &letter);
            prop_assume!(sealed != before);
            prop_assert_eq!(sealer.open("place", &sealed), None);
        }
    }
}
