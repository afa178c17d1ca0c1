use super::Effect;
use crate::EffectId;
use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hkdf::Hkdf;
use secrecy::{ExposeSecret, SecretSlice, SecretString};
use sha2::Sha256;
use std::fmt;

/// The stored payload cannot be opened with these secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the payload of an effect cannot be opened")]
pub struct UnreadablePayload;

/// Keeps the payloads of effects unreadable to whoever has the database and not the secret: a payload may hold a one-time link.
///
/// AES-256-GCM. Key and nonce of a payload are derived (HKDF-SHA256) from a configured secret and the id of its effect, which
/// is never given twice, so that no key meets a nonce twice and no payload opens under the id of another effect. The newest
/// secret seals; all of them open, so that a secret can be replaced while effects wait.
#[derive(Clone)]
pub struct PayloadSeal {
    /// Newest first. Empty: payloads are written as they are.
    keys: Vec<Key>,
}

#[derive(Clone)]
struct Key {
    name: String,
    material: SecretSlice<u8>,
}

/// Marks a payload that is written as it is, and one that is sealed.
const CLEAR: &str = "clear";
const SEALED: &str = "v1";
/// Room for an effect before it has to grow, in bytes: a mail about a lesson with its calendar is half of it.
const USUAL_LENGTH: usize = 1024;

impl PayloadSeal {
    /// A seal of the configured secrets, newest first.
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a SecretString>) -> Self {
        Self { keys: secrets.into_iter().map(Key::of_secret).collect() }
    }

    /// No seal: for stores that never hold a link, and for tests. Payloads are erased when they are settled all the same.
    pub const fn none() -> Self {
        Self { keys: Vec::new() }
    }

    /// What is stored for a payload.
    ///
    /// # Errors
    /// Fails when the effect has no JSON form or does not fit into memory.
    pub fn seal(&self, id: &EffectId, effect: &Effect) -> Result<String, UnreadablePayload> {
        let mut json = Vec::with_capacity(USUAL_LENGTH);
        serde_json::to_writer(&mut json, effect).map_err(|_| UnreadablePayload)?;
        let Some(key) = self.keys.first() else {
            return Ok(format!("{CLEAR}.{}", URL_SAFE_NO_PAD.encode(json)));
        };
        let (cipher, nonce) = key.cipher(id)?;
        let payload = Payload { msg: &json, aad: SEALED.as_bytes() };
        let sealed = cipher.encrypt(&nonce.into(), payload).map_err(|_| UnreadablePayload)?;
        let mut stored = String::with_capacity(sealed.len() * 4 / 3 + 32);
        stored.extend([SEALED, ".", &key.name, "."]);
        URL_SAFE_NO_PAD.encode_string(sealed, &mut stored);
        Ok(stored)
    }

    /// Reads what [`Self::seal`] wrote.
    ///
    /// # Errors
    /// [`UnreadablePayload`] when no secret opens it, or when this version does not know such an effect.
    pub fn open(&self, id: &EffectId, stored: &str) -> Result<Effect, UnreadablePayload> {
        let parts: Vec<_> = stored.split('.').collect();
        let json = match parts.as_slice() {
            [CLEAR, text] => URL_SAFE_NO_PAD.decode(text).map_err(|_| UnreadablePayload)?,
            [SEALED, name, text] => {
                let key = self.keys.iter().find(|key| key.name == *name).ok_or(UnreadablePayload)?;
                let sealed = URL_SAFE_NO_PAD.decode(text).map_err(|_| UnreadablePayload)?;
                let (cipher, nonce) = key.cipher(id)?;
                let payload = Payload { msg: &sealed, aad: SEALED.as_bytes() };
                cipher.decrypt(&nonce.into(), payload).map_err(|_| UnreadablePayload)?
            }
            _ => return Err(UnreadablePayload),
        };
        serde_json::from_slice(&json).map_err(|_| UnreadablePayload)
    }

    /// A keyed fingerprint of an address: the same address can be found again, and the address cannot be guessed from it
    /// without the secret. `None` without a secret. A replaced secret changes it.
    pub fn fingerprint(&self, address: &str) -> Option<String> {
        let key = self.keys.first()?;
        let text = format!("nexus mail address\0{}", address.trim().to_lowercase());
        let bytes: [u8; 16] = key.derive(&text)?;
        Some(URL_SAFE_NO_PAD.encode(bytes))
    }
}

impl Key {
    fn of_secret(secret: &SecretString) -> Self {
        let (material, _) =
            Hkdf::<Sha256>::extract(Some(b"nexus outbox v1"), secret.expose_secret().as_bytes());
        let mut key = Self { name: String::new(), material: material.to_vec().into() };
        let name: [u8; 6] = key.derive("name").unwrap_or_default();
        key.name = URL_SAFE_NO_PAD.encode(name);
        key
    }

    fn derivation(&self) -> Option<Hkdf<Sha256>> {
        Hkdf::from_prk(self.material.expose_secret()).ok()
    }

    fn derive<const N: usize>(&self, purpose: &str) -> Option<[u8; N]> {
        expand(&self.derivation()?, &[purpose.as_bytes()])
    }

    fn cipher(&self, id: &EffectId) -> Result<(Aes256Gcm, [u8; 12]), UnreadablePayload> {
        let derivation = self.derivation().ok_or(UnreadablePayload)?;
        let id = id.as_str().as_bytes();
        let key: [u8; 32] = expand(&derivation, &[b"key\0", id]).ok_or(UnreadablePayload)?;
        let nonce = expand(&derivation, &[b"nonce\0", id]).ok_or(UnreadablePayload)?;
        Ok((Aes256Gcm::new(&key.into()), nonce))
    }
}

/// Bytes for a purpose, whose parts are one text.
fn expand<const N: usize>(derivation: &Hkdf<Sha256>, purpose: &[&[u8]]) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    derivation.expand_multi_info(purpose, &mut bytes).ok()?;
    Some(bytes)
}

impl fmt::Debug for PayloadSeal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "PayloadSeal({} keys)", self.keys.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::UserId;
    use crate::mail::{LinkPage, MailMessage, MailTo, OneTimeLink};
    use crate::outbox::SendMail;
    use jiff::Timestamp;

    fn effect() -> Effect {
        Effect::SendMail(SendMail {
            to: MailTo::Person(UserId::parse("u1").unwrap()),
            message: MailMessage::PasswordReset {
                link: OneTimeLink::new(LinkPage::ResetPassword, "very-secret-token"),
                valid_until: Timestamp::UNIX_EPOCH,
            },
        })
    }

    fn id(text: &str) -> EffectId {
        EffectId::parse(text).unwrap()
    }

    #[test]
    fn a_payload_reads_back_with_its_own_secret_and_id_only() {
        let (old, new) = (SecretString::from("a".repeat(32)), SecretString::from("b".repeat(32)));
        let before = PayloadSeal::new([&old]);
        let stored = before.seal(&id("e1"), &effect()).unwrap();
        assert_eq!(before.open(&id("e1"), &stored), Ok(effect()));
        assert_eq!(before.open(&id("e2"), &stored), Err(UnreadablePayload), "under another id");
        assert_eq!(PayloadSeal::new([&new, &old]).open(&id("e1"), &stored), Ok(effect()), "after a rotation");
        assert_eq!(PayloadSeal::new([&new]).open(&id("e1"), &stored), Err(UnreadablePayload));
        assert_eq!(PayloadSeal::none().open(&id("e1"), &stored), Err(UnreadablePayload));
    }

    /// What was sealed before stays readable: the derivation does not change.
    #[test]
    fn a_payload_that_was_sealed_once_opens_for_ever() {
        let seal = PayloadSeal::new([&SecretString::from("a".repeat(32))]);
        insta::assert_snapshot!(seal.seal(&id("e1"), &effect()).unwrap());
    }

    #[test]
    fn nothing_of_a_sealed_payload_is_readable_and_any_change_is_noticed() {
        let seal = PayloadSeal::new([&SecretString::from("a".repeat(32))]);
        let stored = seal.seal(&id("e1"), &effect()).unwrap();
        let (_, body) = stored.rsplit_once('.').unwrap();
        let bytes = URL_SAFE_NO_PAD.decode(body).unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains("secret"));
        for place in [0, bytes.len() / 2, bytes.len() - 1] {
            let mut changed = bytes.clone();
            changed[place] ^= 1;
            let changed = stored.replace(body, &URL_SAFE_NO_PAD.encode(changed));
            assert_eq!(seal.open(&id("e1"), &changed), Err(UnreadablePayload));
        }
        for text in ["", "v1", "v1..", "v2.a.b", "clear.%%%", "clear.e30"] {
            assert_eq!(seal.open(&id("e1"), text), Err(UnreadablePayload), "{text:?}");
        }
        assert!(!format!("{seal:?} {:?}", effect()).contains("secret"), "{:?}", effect());
    }

    #[test]
    fn the_same_address_has_the_same_fingerprint_under_one_secret() {
        let seal = PayloadSeal::new([&SecretString::from("a".repeat(32))]);
        let other = PayloadSeal::new([&SecretString::from("b".repeat(32))]);
        let print = seal.fingerprint("Marie@Example.test ").unwrap();
        assert_eq!(seal.fingerprint("marie@example.test").unwrap(), print);
        assert_ne!(seal.fingerprint("marie@example.tesu").unwrap(), print);
        assert_ne!(other.fingerprint("marie@example.test").unwrap(), print);
        assert_eq!(PayloadSeal::none().fingerprint("marie@example.test"), None);
    }
}
