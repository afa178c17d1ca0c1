use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq};

/// The secrets that a provider may sign with: that of today and, while it is being changed, the former one.
#[derive(Debug, Clone, Default)]
pub struct WebhookSecrets(Vec<SecretString>);

impl WebhookSecrets {
    /// Takes the configured secrets; blank ones are none.
    pub fn new(secrets: impl IntoIterator<Item = SecretString>) -> Self {
        Self(secrets.into_iter().filter(|secret| !secret.expose_secret().trim().is_empty()).collect())
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the HMAC-SHA256 of the parts, one behind the other, is what was presented. Every secret is tried, whichever
    /// is right.
    pub(super) fn signed(&self, parts: &[&[u8]], presented: &[u8; 32]) -> bool {
        let tried = self.0.iter().map(|secret| mac(secret, parts).ct_eq(presented));
        tried.fold(Choice::from(0), |found, right| found | right).into()
    }
}

fn mac(secret: &SecretString, parts: &[&[u8]]) -> [u8; 32] {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes()) else {
        // HMAC takes keys of every length.
        return [0; 32];
    };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// Sixty-four lower-case hexadecimal digits as bytes; `None` for anything else, upper case included.
pub(super) fn lower_hexadecimal(text: &[u8]) -> Option<[u8; 32]> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    if text.len() != 64 {
        return None;
    }
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
        let [high, low] = pair else { return None };
        *byte = digit(*high)? << 4 | digit(*low)?;
    }
    Some(bytes)
}
