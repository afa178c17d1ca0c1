//! Requests that a page of another site sends in the name of a person who is signed in here.
//!
//! Browsers add the session's cookie by themselves, wherever a request comes from. So a request that changes something and
//! shows nothing but that cookie must also show that it comes from a page that may send it: by what browsers themselves say
//! (`Sec-Fetch-Site`, `Origin`), or by an anti-forgery token of `NextAuth` that only such a page can read.

use super::origin::Origin;
use super::settings::ChassisSettings;
use crate::authentication::cookies;
use crate::problem::Problem;
use axum::http::header::{AUTHORIZATION, HOST, ORIGIN};
use axum::http::{HeaderMap, Method};
use nexus_core::ErrorCode;
use nexus_core::identity::csrf_token::CsrfTokens;

/// What browsers say about where a request comes from.
const FETCH_SITE: &str = "sec-fetch-site";
/// Where a page repeats its anti-forgery token.
const TOKEN_HEADER: &str = "x-csrf-token";

/// Names of the session's cookie, without prefix and without the number of a piece.
const SESSION_COOKIES: [&str; 2] = ["next-auth.session-token", "authjs.session-token"];
/// Names of the cookie of the anti-forgery token, without prefix.
const TOKEN_COOKIES: [&str; 2] = ["next-auth.csrf-token", "authjs.csrf-token"];

/// The pages that may send requests with cookies.
#[derive(Debug)]
pub(super) struct SameSite {
    public: Option<Origin>,
    allowed: Vec<Origin>,
    tokens: Option<CsrfTokens>,
}

impl SameSite {
    pub(super) fn new(settings: &ChassisSettings) -> Self {
        let tokens = settings
            .csrf_secrets
            .split_first()
            .map(|(current, former)| CsrfTokens::new(current.clone(), former.to_vec()));
        Self { public: settings.public_url.clone(), allowed: settings.allowed_origins.clone(), tokens }
    }

    /// Refuses what does not come from such a page.
    pub(super) fn check(&self, method: &Method, headers: &HeaderMap) -> Result<(), Problem> {
        let changes_nothing = matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS);
        if changes_nothing || has_bearer(headers) || !has_session_cookie(headers) {
            return Ok(());
        }
        if self.comes_from_here(headers) || self.shows_token(headers) {
            return Ok(());
        }
        Err(Problem::new(ErrorCode::CrossSiteRequest))
    }

    fn comes_from_here(&self, headers: &HeaderMap) -> bool {
        if headers.get(FETCH_SITE).is_some_and(|site| site == "same-origin") {
            return true;
        }
        let Some(origin) = headers.get(ORIGIN).and_then(|origin| origin.to_str().ok()) else { return false };
        let Ok(origin) = Origin::parse(origin) else { return false };
        let is_public = self.public.as_ref().map_or_else(
            // Nobody said where the service is reached: the name under which it was called is all there is.
            || {
                headers
                    .get(HOST)
                    .is_some_and(|host| host.as_bytes().eq_ignore_ascii_case(origin.host().as_bytes()))
            },
            |public| *public == origin,
        );
        is_public || self.allowed.contains(&origin)
    }

    fn shows_token(&self, headers: &HeaderMap) -> bool {
        let shown = headers.get(TOKEN_HEADER).and_then(|token| token.to_str().ok());
        let (Some(shown), Some(tokens)) = (shown, &self.tokens) else { return false };
        token_cookies(headers).any(|cookie| tokens.verify(&cookie, shown))
    }
}

/// The anti-forgery cookies of a request, as they were before browsers and servers wrote them into headers.
pub(crate) fn token_cookies(headers: &HeaderMap) -> impl Iterator<Item = String> {
    cookies(headers)
        .filter(|(name, _)| TOKEN_COOKIES.contains(&plain(name)))
        .map(|(_, cookie)| cookie.replace("%7C", "|").replace("%7c", "|"))
}

/// A request that shows a key of its own was not sent by a browser on its own.
fn has_bearer(headers: &HeaderMap) -> bool {
    headers.get(AUTHORIZATION).is_some_and(|value| {
        value.as_bytes().get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"bearer "))
    })
}

fn has_session_cookie(headers: &HeaderMap) -> bool {
    cookies(headers).any(|(name, _)| {
        let name = plain(name);
        // A large token is split into pieces: `…session-token.0`, `….1`.
        let name = name.rsplit_once('.').filter(|(_, piece)| is_number(piece)).map_or(name, |(name, _)| name);
        SESSION_COOKIES.contains(&name)
    })
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn plain(name: &str) -> &str {
    name.strip_prefix("__Secure-").or_else(|| name.strip_prefix("__Host-")).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderName, HeaderValue};
    use nexus_core::testing::SeededSecrets;

    fn site(public: Option<&str>) -> SameSite {
        SameSite::new(&ChassisSettings {
            public_url: public.map(|url| Origin::parse(url).unwrap()),
            allowed_origins: vec![Origin::parse("https://app.nexus.example").unwrap()],
            csrf_secrets: vec!["the secret of today".into(), "the secret of yesterday".into()],
            ..ChassisSettings::default()
        })
    }

    fn allows(site: &SameSite, method: &Method, pairs: &[(&str, &str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            let name: HeaderName = name.parse().unwrap();
            headers.append(name, HeaderValue::from_str(value).unwrap());
        }
        site.check(method, &headers).is_ok()
    }

    const SESSION: (&str, &str) = ("cookie", "a=b; next-auth.session-token=x");

    #[test]
    fn only_what_changes_something_with_nothing_but_a_cookie_is_looked_at() {
        let site = site(Some("https://nexus.example"));
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::TRACE] {
            assert!(!allows(&site, &method, &[SESSION]), "{method}");
            assert!(allows(&site, &method, &[]), "{method}");
            assert!(allows(&site, &method, &[SESSION, ("authorization", "bearer abc")]), "{method}");
            assert!(!allows(&site, &method, &[SESSION, ("authorization", "Basic abc")]), "{method}");
        }
        for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
            assert!(allows(&site, &method, &[SESSION, ("origin", "https://evil.example")]), "{method}");
        }
    }

    #[test]
    fn every_form_of_the_session_cookie_is_known() {
        let site = site(Some("https://nexus.example"));
        for name in [
            "next-auth.session-token",
            "__Secure-next-auth.session-token",
            "authjs.session-token",
            "__Secure-authjs.session-token",
            "__Secure-next-auth.session-token.0",
            "authjs.session-token.12",
        ] {
            assert!(!allows(&site, &Method::POST, &[("cookie", &format!("{name}=x"))]), "{name}");
        }
        assert!(allows(&site, &Method::POST, &[("cookie", "next-auth.callback-url=x; theme=dark")]));
    }

    #[test]
    fn a_page_of_the_site_may_and_another_may_not() {
        let site = site(Some("https://nexus.example"));
        for (headers, expected) in [
            (vec![("origin", "https://nexus.example")], true),
            (vec![("origin", "https://app.nexus.example")], true),
            (vec![("sec-fetch-site", "same-origin")], true),
            (vec![("origin", "http://nexus.example")], false),
            (vec![("origin", "https://nexus.example.evil.example")], false),
            (vec![("origin", "https://nexus.example:8443")], false),
            (vec![("origin", "null")], false),
            (vec![("origin", "https://evil.example"), ("host", "evil.example")], false),
            (vec![("sec-fetch-site", "same-site")], false),
            (vec![("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")], false),
            (vec![("sec-fetch-site", "none")], false),
            (vec![("referer", "https://nexus.example/")], false),
        ] {
            let all: Vec<_> = [SESSION].into_iter().chain(headers.clone()).collect();
            assert_eq!(allows(&site, &Method::POST, &all), expected, "{headers:?}");
        }
    }

    #[test]
    fn without_a_public_address_the_name_that_was_called_counts() {
        let site = site(None);
        let called = ("host", "localhost:8080");
        assert!(allows(&site, &Method::POST, &[SESSION, called, ("origin", "http://localhost:8080")]));
        assert!(!allows(&site, &Method::POST, &[SESSION, called, ("origin", "http://localhost:3000")]));
    }

    #[test]
    fn a_token_that_only_the_site_can_read_is_enough() {
        let site = site(Some("https://nexus.example"));
        let token = |seed| CsrfTokens::new("".into(), vec![]).issue(&SeededSecrets::new(seed));
        let cookie = |token: &str, secret: &str| {
            let pair = CsrfTokens::new(secret.into(), vec![]).cookie(token).replace('|', "%7C");
            format!("next-auth.session-token=x; __Host-next-auth.csrf-token={pair}")
        };
        let shown = |cookie: &str, token: &str| {
            allows(&site, &Method::POST, &[("cookie", cookie), ("x-csrf-token", token)])
        };
        let (ours, other) = (token(1), token(2));
        assert!(shown(&cookie(&ours, "the secret of today"), &ours));
        assert!(shown(&cookie(&ours, "the secret of yesterday").replace("%7C", "|"), &ours));
        assert!(!shown(&cookie(&ours, "the secret of today"), &other));
        assert!(!shown(&cookie(&ours, "another secret"), &ours));
        assert!(!shown(&format!("next-auth.session-token=x; next-auth.csrf-token={ours}"), &ours));
        assert!(!shown(&cookie("", "the secret of today"), ""));
    }
}
