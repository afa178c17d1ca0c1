//! The token by which a page proves that it is one of ours, as NextAuth makes it: a random text in the page, and the same in
//! a cookie beside a digest that only we can make.

use crate::SecretSource;
use crate::secret_source::draw;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use std::fmt::Write;
use subtle::ConstantTimeEq;

/// Characters of a token and of a digest: 256 bits in hexadecimal.
const CHARACTERS: usize = 64;

/// Makes and checks tokens.
#[derive(Debug, Clone)]
pub struct CsrfTokens {
    current: SecretString,
    former: Vec<SecretString>,
}

impl CsrfTokens {
    /// With the secret that makes tokens, and the former ones whose tokens are still accepted.
    pub const fn new(current: SecretString, former: Vec<SecretString>) -> Self {
        Self { current, former }
    }

    /// Draws a token for somebody who has none.
    pub fn issue(&self, secrets: &dyn SecretSource) -> String {
        hexadecimal(&draw::<32>(secrets))
    }

    /// The cookie that goes with a token: `token|digest`.
    pub fn cookie(&self, token: &str) -> String {
        format!("{token}|{}", digest(token, &self.current))
    }

    /// The token of a cookie; `None` when it was not made here.
    pub fn token_of<'a>(&self, cookie: &'a str) -> Option<&'a str> {
        let (token, presented) = cookie.split_once('|')?;
        if token.len() != CHARACTERS || presented.len() != CHARACTERS {
            return None;
        }
        let made_here = |secret| digest(token, secret).as_bytes().ct_eq(presented.as_bytes()).into();
        std::iter::once(&self.current).chain(&self.former).any(made_here).then_some(token)
    }

    /// Whether a page presents the token of its cookie.
    pub fn verify(&self, cookie: &str, presented: &str) -> bool {
        self.token_of(cookie).is_some_and(|token| token.as_bytes().ct_eq(presented.as_bytes()).into())
    }
}

fn digest(token: &str, secret: &SecretString) -> String {
    hexadecimal(&Sha256::new().chain_update(token).chain_update(secret.expose_secret()).finalize())
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing into a text never fails.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::SeededSecrets;
    use proptest::prelude::*;

    fn tokens(current: &str, former: &[&str]) -> CsrfTokens {
        CsrfTokens::new(current.into(), former.iter().map(|secret| (*secret).into()).collect())
    }

    /// Made by next-auth 4.24 (`createCSRFToken`) with the secret `secret`.
    #[test]
    fn a_cookie_of_next_auth() {
        let token = "7d9f0c0d1e2f3a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3";
        let cookie = format!("{token}|54418cb81a5a639e2c68fefdfe1d4b9a413ff7de57095a2a83c964cd69b5ff09");
        assert_eq!(tokens("secret", &[]).cookie(token), cookie);
        assert_eq!(tokens("secret", &[]).token_of(&cookie), Some(token));
        assert!(tokens("new", &["secret"]).verify(&cookie, token));
        assert!(!tokens("new", &[]).verify(&cookie, token));
    }

    #[test]
    fn a_page_must_present_the_token_of_its_own_cookie() {
        let (tokens, secrets) = (tokens("secret", &[]), SeededSecrets::new(1));
        let (one, other) = (tokens.issue(&secrets), tokens.issue(&secrets));
        assert!(tokens.verify(&tokens.cookie(&one), &one));
        assert!(!tokens.verify(&tokens.cookie(&one), &other));
        for cookie in
            ["", "|", &one, &format!("{one}|"), &format!("{one}|{}", "0".repeat(64)), &"|".repeat(100_000)]
        {
            assert!(!tokens.verify(cookie, &one) && !tokens.verify(cookie, ""));
        }
    }

    proptest! {
        #[test]
        fn nothing_but_our_own_cookie_is_accepted(cookie in "[0-9a-f]{64}\\|[0-9a-f]{64}|\\PC{0,140}") {
            prop_assert!(tokens("secret", &[]).token_of(&cookie).is_none());
        }
    }
}
