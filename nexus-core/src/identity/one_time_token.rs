//! The secret in a link that opens something once.

use crate::secret_source::draw;
use crate::{Checksum, SecretSource};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;

/// Random bytes of a token: 256 bits, which nobody guesses.
const BYTES: usize = 32;
/// Characters of a token in a link.
const CHARACTERS: usize = 43;

/// The secret of one link: 256 random bits, written as 43 characters of base64url.
///
/// It exists in the link only. What is stored is its [`digest`](Self::digest), by which it is found again; since it holds
/// as much chance as the digest has bits, a digest without salt gives nothing away.
#[derive(Debug, Clone)]
pub struct OneTimeToken(SecretString);

impl OneTimeToken {
    /// Draws a new one.
    pub fn generate(secrets: &dyn SecretSource) -> Self {
        Self(URL_SAFE_NO_PAD.encode(draw::<BYTES>(secrets)).into())
    }

    /// Reads the token of a link; `None` when it cannot be one.
    pub fn parse(text: &str) -> Option<Self> {
        // The length first, so that a large text costs nothing. Decoding refuses two spellings of the same bytes.
        let bytes = (text.len() == CHARACTERS).then(|| URL_SAFE_NO_PAD.decode(text).ok()).flatten()?;
        (bytes.len() == BYTES).then(|| Self(text.into()))
    }

    /// The text for the link. It goes into a mail and nowhere else.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// SHA-256 of the token: what is stored.
    pub fn digest(&self) -> Checksum {
        Checksum::of_bytes(self.0.expose_secret().as_bytes())
    }

    /// Whether this is the token that was stored, in a time that tells nothing about it.
    pub fn is(&self, stored: &Checksum) -> bool {
        self.digest().as_bytes().ct_eq(stored.as_bytes()).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::SeededSecrets;
    use proptest::prelude::*;

    #[test]
    fn a_token_is_found_again_by_its_digest() {
        let secrets = SeededSecrets::new(1);
        let (one, other) = (OneTimeToken::generate(&secrets), OneTimeToken::generate(&secrets));
        let presented = OneTimeToken::parse(one.expose()).unwrap();
        assert!(presented.is(&one.digest()) && !presented.is(&other.digest()));
        assert_eq!(presented.digest(), one.digest());
    }

    #[test]
    fn it_goes_into_an_address_as_it_is_and_into_no_log() {
        let token = OneTimeToken::generate(&SeededSecrets::new(2));
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        assert!(token.expose().len() == CHARACTERS && token.expose().bytes().all(is_plain));
        assert!(!format!("{token:?}").contains(token.expose()));
    }

    #[test]
    fn what_is_not_a_token_opens_nothing() {
        let token = OneTimeToken::generate(&SeededSecrets::new(3)).expose().to_owned();
        for text in [
            "",
            "../..",
            &token[1..],
            &format!("{token}="),
            &format!("{}+", &token[..42]),
            &"A".repeat(100_000),
        ] {
            assert!(OneTimeToken::parse(text).is_none(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn another_character_is_another_token(place in 0..CHARACTERS, letter in "[A-Za-z0-9_-]") {
            let token = OneTimeToken::generate(&SeededSecrets::new(4));
            let mut text = token.expose().to_owned();
            text.replace_range(place..=place, &letter);
            prop_assume!(text != token.expose());
            prop_assert!(OneTimeToken::parse(&text).is_none_or(|other| !other.is(&token.digest())));
        }
    }
}
