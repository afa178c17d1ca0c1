//! The two content encryptions (RFC 7518 §5), with a key that is ready for use.

use super::compact::{self, Compact, Encryption};
use crate::SecretSource;
use crate::secret_source::draw;
use aes::Aes256;
use aes::cipher::block_padding::Pkcs7;
use aes::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use secrecy::{ExposeSecret, SecretBox, SecretString};
use sha2::{Digest, Sha256, Sha512};
use subtle::ConstantTimeEq;

/// Bytes of a tag of AES-GCM, which follows the content.
const GCM_TAG: usize = 16;

pub(super) enum Cipher {
    Gcm(Box<Aes256Gcm>),
    CbcHmac { mac: Box<Hmac<Sha512>>, key: SecretBox<[u8; 32]>, name: String },
}

/// Derives bytes from a secret as both libraries do: HKDF-SHA-256, with the salt named in the info when there is one.
pub(super) fn derive<const LENGTH: usize>(
    secret: &SecretString,
    library: &str,
    salt: &str,
) -> Option<[u8; LENGTH]> {
    let info = match salt {
        "" => format!("{library} Generated Encryption Key"),
        salt => format!("{library} Generated Encryption Key ({salt})"),
    };
    let mut bytes = [0; LENGTH];
    let keys = Hkdf::<Sha256>::new(Some(salt.as_bytes()), secret.expose_secret().as_bytes());
    keys.expand(info.as_bytes(), &mut bytes).ok().map(|()| bytes)
}

impl Cipher {
    pub(super) fn next_auth(secret: &SecretString, salt: &str) -> Option<Self> {
        let key: [u8; 32] = derive(secret, "NextAuth.js", salt)?;
        Some(Self::Gcm(Box::new(Aes256Gcm::new_from_slice(&key).ok()?)))
    }

    pub(super) fn auth_js(secret: &SecretString, salt: &str) -> Option<Self> {
        let keys: [u8; 64] = derive(secret, "Auth.js", salt)?;
        let (mac, key) = keys.split_at(32);
        // RFC 7638: the digest of the key as a JWK, its members in order.
        let jwk = format!(r#"{{"k":"{}","kty":"oct"}}"#, URL_SAFE_NO_PAD.encode(keys));
        Some(Self::CbcHmac {
            mac: Box::new(Hmac::new_from_slice(mac).ok()?),
            key: SecretBox::new(Box::new(key.try_into().ok()?)),
            name: URL_SAFE_NO_PAD.encode(Sha512::digest(jwk)),
        })
    }

    /// Whether a token may have been sealed with this key, before any decryption.
    pub(super) fn fits(&self, token: &Compact<'_>) -> bool {
        match self {
            Self::Gcm(_) => token.encryption == Encryption::A256GCM,
            Self::CbcHmac { name, .. } => {
                token.encryption == Encryption::A256CbcHs512
                    && token.key.as_ref().is_none_or(|key| key == name)
            }
        }
    }

    /// The content of a token; `None` when it was not sealed with this key, or changed since.
    pub(super) fn open(&self, token: &Compact<'_>) -> Option<Vec<u8>> {
        match self {
            Self::Gcm(cipher) => {
                let nonce: [u8; 12] = token.nonce.as_slice().try_into().ok()?;
                if token.tag.len() != GCM_TAG {
                    return None;
                }
                let sealed = [token.content.as_slice(), &token.tag].concat();
                cipher
                    .decrypt(&Nonce::from(nonce), Payload { msg: &sealed, aad: token.header.as_bytes() })
                    .ok()
            }
            Self::CbcHmac { mac, key, .. } => {
                let nonce: [u8; 16] = token.nonce.as_slice().try_into().ok()?;
                let tag = tag(mac, token.header, &nonce, &token.content);
                if !bool::from(tag.ct_eq(token.tag.as_slice())) {
                    return None;
                }
                // Authenticated first: a wrong padding tells nothing to somebody without the key.
                let cipher = cbc::Decryptor::<Aes256>::new_from_slices(key.expose_secret(), &nonce).ok()?;
                cipher.decrypt_padded_vec::<Pkcs7>(&token.content).ok()
            }
        }
    }

    /// Seals a content into a token.
    pub(super) fn seal(&self, content: &[u8], secrets: &dyn SecretSource) -> Option<String> {
        match self {
            Self::Gcm(cipher) => {
                let header = compact::header(Encryption::A256GCM, None);
                let nonce: [u8; 12] = draw(secrets);
                let payload = Payload { msg: content, aad: header.as_bytes() };
                let sealed = cipher.encrypt(&Nonce::from(nonce), payload).ok()?;
                let (content, tag) = sealed.split_at_checked(sealed.len().checked_sub(GCM_TAG)?)?;
                Some(compact::write(&header, &nonce, content, tag))
            }
            Self::CbcHmac { mac, key, name } => {
                let header = compact::header(Encryption::A256CbcHs512, Some(name));
                let nonce: [u8; 16] = draw(secrets);
                let cipher = cbc::Encryptor::<Aes256>::new_from_slices(key.expose_secret(), &nonce).ok()?;
                let content = cipher.encrypt_padded_vec::<Pkcs7>(content);
                let tag = tag(mac, &header, &nonce, &content);
                Some(compact::write(&header, &nonce, &content, &tag))
            }
        }
    }
}

/// The first half of HMAC-SHA-512 over header, nonce, content and the header's length in bits.
fn tag(mac: &Hmac<Sha512>, header: &str, nonce: &[u8], content: &[u8]) -> Vec<u8> {
    let bits = u64::try_from(header.len()).unwrap_or(u64::MAX).saturating_mul(8);
    let mut mac = mac.clone();
    for part in [header.as_bytes(), nonce, content, &bits.to_be_bytes()] {
        mac.update(part);
    }
    mac.finalize().into_bytes().iter().take(32).copied().collect()
}
