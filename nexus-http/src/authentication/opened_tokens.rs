use super::presented::Presented;
use jiff::Timestamp;
use moka::sync::Cache;
use nexus_core::identity::session_token::{SessionClaims, SessionCookie, SessionKeys, TokenError};
use std::sync::Arc;
use std::time::Duration;

/// Most bytes that are remembered: some thousands of tokens.
const MOST_BYTES: u64 = 4 << 20;

/// What an entry takes: its token, at most as much again for what the token says, and its places in the cache.
fn weight(token: &str) -> u32 {
    u32::try_from(2 * token.len() + 512).unwrap_or(u32::MAX)
}

/// How long a token is remembered: a page asks for a dozen things at once, and again with the next click.
const REMEMBERED: Duration = Duration::from_mins(10);

/// Opens tokens, and remembers what those say that were genuine: a browser shows the same one with every request.
///
/// What a token says never changes. What does (whether it has ended, whether the session still counts) is looked at each time.
#[derive(Clone)]
pub(super) struct OpenedTokens {
    keys: SessionKeys,
    known: Cache<String, Opened>,
}

#[derive(Clone)]
struct Opened {
    /// The cookie in which it came: in another one it may mean nothing.
    cookie: Option<SessionCookie>,
    claims: Arc<SessionClaims>,
}

impl OpenedTokens {
    pub(super) fn new(keys: SessionKeys) -> Self {
        let known = Cache::builder()
            .weigher(|token: &String, _: &Opened| weight(token))
            .max_capacity(MOST_BYTES)
            .time_to_live(REMEMBERED)
            .build();
        Self { keys, known }
    }

    /// What a token says.
    pub(super) fn open(
        &self,
        presented: &Presented<'_>,
        now: Timestamp,
    ) -> Result<Arc<SessionClaims>, TokenError> {
        let (token, cookie) = (presented.token.as_ref(), presented.cookie);
        match self.known.get(token) {
            Some(known) if known.cookie == cookie && known.claims.is_over(now) => Err(TokenError::Expired),
            Some(known) if known.cookie == cookie => Ok(known.claims),
            _ => {
                let claims = Arc::new(self.keys.open(token, cookie, now)?);
                self.known.insert(token.to_owned(), Opened { cookie, claims: Arc::clone(&claims) });
                Ok(claims)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::SignedDuration;
    use nexus_core::identity::session_token::Profile;
    use nexus_core::{SecretSource, UserId};

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

    fn shown(token: &str, cookie: Option<SessionCookie>) -> Presented<'_> {
        Presented { token: token.into(), cookie }
    }

    #[test]
    fn what_is_remembered_is_what_was_read() {
        let (tokens, token, now) = tokens();
        let shown = shown(&token, Some(SessionCookie::AuthJs));
        let first = tokens.open(&shown, now).unwrap();
        let again = tokens.open(&shown, now).unwrap();
        assert!(Arc::ptr_eq(&first, &again));
        assert_eq!((again.user.as_str(), again.session_version), ("u1", Some(3)));
    }

    #[test]
    fn a_remembered_token_ends_with_its_time() {
        let (tokens, token, now) = tokens();
        let shown = shown(&token, Some(SessionCookie::AuthJs));
        assert!(tokens.open(&shown, now).is_ok());
        let later = now + SignedDuration::from_hours(1) + SignedDuration::from_secs(14);
        assert!(tokens.open(&shown, later).is_ok());
        let over = tokens.open(&shown, later + SignedDuration::from_secs(1));
        assert!(matches!(over, Err(TokenError::Expired)), "{over:?}");
    }

    #[test]
    fn a_remembered_token_means_nothing_in_another_cookie() {
        let (tokens, token, now) = tokens();
        assert!(tokens.open(&shown(&token, Some(SessionCookie::AuthJs)), now).is_ok());
        assert!(tokens.open(&shown(&token, Some(SessionCookie::SecureAuthJs)), now).is_err());
        assert!(tokens.open(&shown(&token, Some(SessionCookie::NextAuth)), now).is_err());
    }

    #[test]
    fn what_is_refused_is_not_remembered() {
        let (tokens, token, now) = tokens();
        let forged = format!("{token}x");
        assert!(tokens.open(&shown(&forged, Some(SessionCookie::AuthJs)), now).is_err());
        tokens.known.run_pending_tasks();
        assert_eq!(tokens.known.entry_count(), 0);
    }
}
