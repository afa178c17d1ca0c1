//! The tokens that a request shows.

use super::cookies::cookies;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use nexus_core::identity::session_token::{LONGEST_TOKEN, SessionCookie};
use smallvec::{SmallVec, smallvec};
use std::borrow::Cow;

/// Most pieces of a split cookie. Browsers keep 4 kB in each.
const MOST_PIECES: usize = 8;

/// What the names of all session cookies have in common.
const MARK: &str = ".session-token";

/// A token, and the cookie in which it came.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Presented<'a> {
    /// The token, put together.
    pub(crate) token: Cow<'a, str>,
    /// Its cookie; absent for a bearer token.
    pub(crate) cookie: Option<SessionCookie>,
}

impl<'a> Presented<'a> {
    /// Every token that a request shows, in the order in which they are tried. A bearer token was shown on purpose: it is the
    /// only one, whatever cookies a browser added.
    pub(crate) fn all(headers: &'a HeaderMap) -> SmallVec<[Self; 1]> {
        if let Some(token) = bearer(headers) {
            return smallvec![Self { token: Cow::Borrowed(token), cookie: None }];
        }
        // Read once: a token is long, and there are four names under which it may come.
        let shown: SmallVec<[_; MOST_PIECES]> =
            cookies(headers).filter(|(name, _)| name.contains(MARK)).collect();
        SessionCookie::ALL.into_iter().filter_map(|cookie| Self::in_cookie(&shown, cookie)).collect()
    }

    fn in_cookie(shown: &[(&'a str, &'a str)], cookie: SessionCookie) -> Option<Self> {
        let whole = shown.iter().find(|(name, value)| *name == cookie.name() && !value.is_empty());
        let token = match whole {
            Some((_, token)) => Cow::Borrowed(*token),
            None => Cow::Owned(joined(shown, cookie)?),
        };
        Some(Self { token, cookie: Some(cookie) })
    }
}

/// The pieces `.0`, `.1`… of a cookie put together; `None` when there is none, or more than is accepted.
fn joined(shown: &[(&str, &str)], cookie: SessionCookie) -> Option<String> {
    let mut pieces: [Option<&str>; MOST_PIECES] = [None; MOST_PIECES];
    for (name, value) in shown {
        let Some(number) = piece_of(name, cookie) else { continue };
        let place = pieces.get_mut(number)?;
        // Of two cookies of one name, browsers send the nearer one first.
        place.get_or_insert(*value);
    }
    let count = pieces.iter().take_while(|piece| piece.is_some()).count();
    let token: Vec<&str> = pieces.iter().flatten().copied().collect();
    let length: usize = token.iter().map(|piece| piece.len()).sum();
    // A hole in the middle: a piece was lost or is of another token.
    (count > 0 && token.len() == count && length <= LONGEST_TOKEN).then(|| token.concat())
}

/// The number of a piece of a cookie.
fn piece_of(name: &str, cookie: SessionCookie) -> Option<usize> {
    let number = name.strip_prefix(cookie.name())?.strip_prefix('.')?;
    let is_number = (1..=3).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    number.parse().ok().filter(|_| is_number)
}

/// The names of all session cookies that a request shows, whole or in pieces.
pub(crate) fn shown_cookies(headers: &HeaderMap) -> Vec<(SessionCookie, &str)> {
    let mut shown: Vec<(SessionCookie, &str)> = Vec::new();
    for (name, _) in cookies(headers) {
        let of = |cookie: &SessionCookie| name == cookie.name() || piece_of(name, *cookie).is_some();
        if let Some(cookie) = SessionCookie::ALL.into_iter().find(of)
            && !shown.iter().any(|(_, known)| *known == name)
        {
            shown.push((cookie, name));
        }
    }
    shown
}

/// The token of `Authorization: Bearer`.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;
    use axum::http::header::COOKIE;
    use proptest::prelude::*;

    fn headers(cookie: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, HeaderValue::from_str(cookie).unwrap());
        headers
    }

    fn tokens(cookie: &str) -> Vec<(String, Option<SessionCookie>)> {
        let headers = headers(cookie);
        Presented::all(&headers).into_iter().map(|shown| (shown.token.into_owned(), shown.cookie)).collect()
    }

    #[test]
    fn each_cookie_is_found_whole_and_in_pieces() {
        for cookie in SessionCookie::ALL {
            let name = cookie.name();
            let found = [("abc".to_owned(), Some(cookie))];
            assert_eq!(tokens(&format!("x=1; {name}=abc; y=2")), found);
            assert_eq!(tokens(&format!("{name}.1=b; {name}.0=a; {name}.2=c")), found);
            // A browser may keep the pieces of an older, longer token.
            assert_eq!(tokens(&format!("{name}.0=x; {name}=abc")), found);
            assert_eq!(tokens(&format!("{name}=abc; {name}=other")), found);
        }
    }

    #[test]
    fn the_mark_is_in_every_name() {
        assert!(SessionCookie::ALL.iter().all(|cookie| cookie.name().contains(MARK)));
    }

    #[test]
    fn pieces_that_are_not_a_token() {
        let name = SessionCookie::NextAuth.name();
        for pieces in [
            format!("{name}.1=b"),
            format!("{name}.0=a; {name}.2=c"),
            format!("{name}.x=a"),
            format!("{name}.-1=a; {name}.+0=b"),
            format!("{name}.0=a; {name}.9=b"),
            format!("{name}.999999999999999999999=a"),
            format!("{name}="),
            format!("{name}x=a"),
            (0..8)
                .map(|number| format!("{name}.{number}={}", "a".repeat(3_000)))
                .collect::<Vec<_>>()
                .join("; "),
        ] {
            assert_eq!(tokens(&pieces), [], "{pieces}");
        }
    }

    #[test]
    fn a_bearer_token_is_the_only_one() {
        let mut headers = headers("next-auth.session-token=abc");
        headers.insert(AUTHORIZATION, HeaderValue::from_static("bearer  xyz"));
        assert_eq!(Presented::all(&headers).as_slice(), [Presented { token: "xyz".into(), cookie: None }]);
        // What a proxy asks for is no session.
        headers.insert(AUTHORIZATION, HeaderValue::from_static("Basic xyz"));
        assert_eq!(Presented::all(&headers).len(), 1);
        assert!(Presented::all(&headers).iter().all(|shown| shown.cookie.is_some()));
    }

    #[test]
    fn everything_that_is_to_be_taken_back_is_found() {
        let shown = headers(
            "next-auth.session-token.1=b; x=1; __Secure-authjs.session-token=c; next-auth.session-token.1=d",
        );
        let names: Vec<_> = shown_cookies(&shown).into_iter().map(|(_, name)| name).collect();
        assert_eq!(names, ["next-auth.session-token.1", "__Secure-authjs.session-token"]);
    }

    proptest! {
        #[test]
        fn a_split_token_is_put_together(token in "[A-Za-z0-9._-]{1,4000}", size in 500_usize..4_000) {
            let name = SessionCookie::SecureAuthJs.name();
            let bytes: Vec<char> = token.chars().collect();
            let mut pieces: Vec<String> = bytes
                .chunks(size)
                .enumerate()
                .map(|(number, piece)| format!("{name}.{number}={}", piece.iter().collect::<String>()))
                .collect();
            pieces.reverse();
            prop_assert_eq!(tokens(&pieces.join("; ")), [(token, Some(SessionCookie::SecureAuthJs))]);
        }

        #[test]
        fn no_header_is_a_panic(text in "[ -~]{0,200}") {
            let _ = tokens(&text);
            let _ = shown_cookies(&headers(&text)).len();
        }
    }
}
