use super::TokenError;
use super::cipher::Cipher;
use super::claims::SessionClaims;
use super::compact::Compact;
use super::cookie::SessionCookie;
use crate::SecretSource;
use crate::identity::sealing::NoSecret;
use crate::secret_source::draw;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use secrecy::SecretString;
use std::sync::Arc;

/// Every key under which a session may come, derived once.
#[derive(Clone)]
pub struct SessionKeys(Arc<[Key]>);

struct Key {
    /// The cookie for which it is; any of NextAuth when absent.
    cookie: Option<SessionCookie>,
    cipher: Cipher,
}

impl Key {
    fn is_for(&self, cookie: SessionCookie) -> bool {
        self.cookie.map_or(!cookie.is_auth_js(), |own| own == cookie)
    }
}

impl SessionKeys {
    /// Derives the keys of the secret that seals, and of the former ones that still open while it is being changed.
    pub fn new<'a>(
        current: &'a SecretString,
        former: impl IntoIterator<Item = &'a SecretString>,
    ) -> Result<Self, NoSecret> {
        let keys: Vec<_> = std::iter::once(current).chain(former).filter_map(keys_of).flatten().collect();
        if keys.is_empty() { Err(NoSecret) } else { Ok(Self(keys.into())) }
    }

    /// Opens a token; `cookie` is the one in which it came, absent for a bearer token.
    pub fn open(
        &self,
        token: &str,
        cookie: Option<SessionCookie>,
        now: Timestamp,
    ) -> Result<SessionClaims, TokenError> {
        let token = Compact::parse(token)?;
        let content = self
            .0
            .iter()
            .filter(|key| cookie.is_none_or(|cookie| key.is_for(cookie)) && key.cipher.fits(&token))
            .find_map(|key| key.cipher.open(&token))
            .ok_or(TokenError::Forged)?;
        SessionClaims::from_json(&content, now)
    }

    /// Seals a session for a cookie.
    pub fn seal(&self, claims: &SessionClaims, cookie: SessionCookie, secrets: &dyn SecretSource) -> String {
        let content = claims.to_json(URL_SAFE_NO_PAD.encode(draw::<16>(secrets)));
        // The keys of the current secret come first, and there is one for every cookie. Encryption fails only for contents
        // of gigabytes; an empty token opens nothing.
        let key = self.0.iter().find(|key| key.is_for(cookie));
        key.and_then(|key| key.cipher.seal(&content, secrets)).unwrap_or_default()
    }
}

/// The keys of one secret: NextAuth without a salt, as it is used, before those with one.
fn keys_of(secret: &SecretString) -> Option<Vec<Key>> {
    let mut keys = vec![Key { cookie: None, cipher: Cipher::next_auth(secret, "")? }];
    for cookie in SessionCookie::ALL {
        let name = cookie.name();
        let cipher = if cookie.is_auth_js() {
            Cipher::auth_js(secret, name)?
        } else {
            Cipher::next_auth(secret, name)?
        };
        keys.push(Key { cookie: Some(cookie), cipher });
    }
    Some(keys)
}

impl std::fmt::Debug for SessionKeys {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "SessionKeys({} keys)", self.0.len())
    }
}
