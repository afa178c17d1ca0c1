use super::believed::Believed;
use super::presented::Presented;
use jiff::{SignedDuration, Timestamp};
use nexus_core::UserId;
use nexus_core::identity::session_token::{SessionClaims, SessionCookie, SessionKeys, TokenError};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use std::sync::Arc;

/// Most bytes that are remembered: some thousands of tokens.
const MOST_BYTES: u64 = 4 << 20;

/// Tokens that this is, about.
const ABOUT: usize = 4_000;

/// What an entry takes: its token, at most as much again for what the token says, and its places in the cache.
#[derive(Clone)]
struct Weight;

impl Weighter<String, Arc<Opened>> for Weight {
    fn weight(&self, token: &String, _: &Arc<Opened>) -> u64 {
        2 * token.len() as u64 + 512
    }
}

/// How long a token is remembered: a page asks for a dozen things at once, and again with the next click.
const REMEMBERED: SignedDuration = SignedDuration::from_mins(10);

/// Opens tokens, and remembers what those say that were genuine: a browser shows the same one with every request.
///
/// What a token says never changes. What does (whether it has ended, whether the session still counts) is looked at each time.
#[derive(Clone)]
pub(super) struct OpenedTokens {
    keys: SessionKeys,
    known: Arc<Cache<String, Arc<Opened>, Weight>>,
}

/// A genuine token.
pub(super) struct Opened {
    /// The cookie in which it came: in another one it may mean nothing.
    cookie: Option<SessionCookie>,
    /// What it says.
    pub(super) claims: Arc<SessionClaims>,
    /// What is believed of whose it is.
    pub(super) person: Arc<Believed>,
    read_at: Timestamp,
}

impl Opened {
    fn is_remembered(&self, now: Timestamp) -> bool {
        (SignedDuration::ZERO..REMEMBERED).contains(&now.duration_since(self.read_at))
    }
}

impl OpenedTokens {
    pub(super) fn new(keys: SessionKeys) -> Self {
        Self { keys, known: Arc::new(Cache::with_weighter(ABOUT, MOST_BYTES, Weight)) }
    }

    /// A token that is remembered and has not ended.
    pub(super) fn known(&self, presented: &Presented<'_>, now: Timestamp) -> Option<Arc<Opened>> {
        let known = self.known.get(presented.token.as_ref())?;
        let counts =
            known.cookie == presented.cookie && known.is_remembered(now) && !known.claims.is_over(now);
        counts.then_some(known)
    }

    /// What a token says, and what is believed of its owner, whom `person` finds.
    pub(super) fn open(
        &self,
        presented: &Presented<'_>,
        now: Timestamp,
        person: impl FnOnce(&UserId) -> Arc<Believed>,
    ) -> Result<Arc<Opened>, TokenError> {
        if let Some(known) = self.known(presented, now) {
            return Ok(known);
        }
        let (token, cookie) = (presented.token.as_ref(), presented.cookie);
        let claims = Arc::new(self.keys.open(token, cookie, now)?);
        let person = person(&claims.user);
        let opened = Arc::new(Opened { cookie, claims, person, read_at: now });
        self.known.insert(token.to_owned(), Arc::clone(&opened));
        Ok(opened)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nexus_core::SecretSource;
    use nexus_core::identity::session_token::Profile;

    struct Counting;

    impl SecretSource for Counting {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.iter_mut().zip(1..).for_each(|(byte, number)| *byte = number);
        }
    }

    fn tokens() -> (OpenedTokens, String, Timestamp) {
        let keys = SessionKeys::new(&"un secret de trente-deux caractères".into(), []).unwrap();
        let now: Timestamp = "2026-09-14T08:30:00Z".parse().unwrap();
        let claims = SessionClaims {
            user: UserId::parse("u1").unwrap(),
            profile: Profile::default(),
            session_version: Some(3),
            issued_at: Some(now),
            expires_at: now + SignedDuration::from_hours(1),
        };
        let token = keys.seal(&claims, SessionCookie::AuthJs, &Counting);
        (OpenedTokens::new(keys), token, now)
    }

    fn nobody(_: &UserId) -> Arc<Believed> {
        Arc::default()
    }

    fn shown(token: &str, cookie: Option<SessionCookie>) -> Presented<'_> {
        Presented { token: token.into(), cookie }
    }

    #[test]
    fn what_is_remembered_is_what_was_read() {
        let (tokens, token, now) = tokens();
        let shown = shown(&token, Some(SessionCookie::AuthJs));
        let first = tokens.open(&shown, now, nobody).unwrap();
        let again = tokens.open(&shown, now, nobody).unwrap();
        assert!(Arc::ptr_eq(&first, &again));
        assert_eq!((again.claims.user.as_str(), again.claims.session_version), ("u1", Some(3)));
    }

    #[test]
    fn a_remembered_token_ends_with_its_time() {
        let (tokens, token, now) = tokens();
        let shown = shown(&token, Some(SessionCookie::AuthJs));
        assert!(tokens.open(&shown, now, nobody).is_ok());
        let later = now + SignedDuration::from_hours(1) + SignedDuration::from_secs(14);
        assert!(tokens.open(&shown, later, nobody).is_ok());
        let over = tokens.open(&shown, later + SignedDuration::from_secs(1), nobody);
        assert!(matches!(over, Err(TokenError::Expired)), "{:?}", over.err());
    }

    #[test]
    fn a_remembered_token_means_nothing_in_another_cookie() {
        let (tokens, token, now) = tokens();
        assert!(tokens.open(&shown(&token, Some(SessionCookie::AuthJs)), now, nobody).is_ok());
        assert!(tokens.open(&shown(&token, Some(SessionCookie::SecureAuthJs)), now, nobody).is_err());
        assert!(tokens.open(&shown(&token, Some(SessionCookie::NextAuth)), now, nobody).is_err());
    }

    #[test]
    fn what_is_refused_is_not_remembered() {
        let (tokens, token, now) = tokens();
        let forged = format!("{token}x");
        assert!(tokens.open(&shown(&forged, Some(SessionCookie::AuthJs)), now, nobody).is_err());
        assert!(tokens.known.is_empty());
    }
}
