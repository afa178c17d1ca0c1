//! Reading and writing cookies.

use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};
use cookie::{Cookie, SameSite, time};
use jiff::SignedDuration;

/// The cookies of a request, in the order in which they came.
pub(crate) fn cookies(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| std::str::from_utf8(value.as_bytes()).ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .map(|(name, value)| (name, value.trim_matches('"')))
}

/// A cookie of ours: only the server reads it, and browsers add it to nothing that another site sends.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OwnCookie<'a> {
    /// Its name, with the prefix that fits the transport.
    pub(crate) name: &'a str,
    /// The addresses to which browsers add it.
    pub(crate) path: &'static str,
    /// Whether browsers send it through TLS only.
    pub(crate) secure: bool,
}

impl OwnCookie<'_> {
    /// The header that gives it; without a lifetime, it ends with the browser.
    pub(crate) fn give(self, value: &str, lifetime: Option<SignedDuration>) -> Option<HeaderValue> {
        let mut cookie = Cookie::build((self.name, value))
            .path(self.path)
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(self.secure)
            .build();
        cookie.set_max_age(lifetime.map(|lifetime| time::Duration::seconds(lifetime.as_secs())));
        HeaderValue::from_str(&cookie.encoded().to_string()).ok()
    }

    /// The header that takes it back.
    pub(crate) fn take_back(self) -> Option<HeaderValue> {
        self.give("", Some(SignedDuration::ZERO))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COOKIE_OF_TESTS: OwnCookie<'static> = OwnCookie { name: "a", path: "/", secure: true };

    #[test]
    fn cookies_of_one_or_several_headers() {
        let mut headers = HeaderMap::new();
        for value in ["a=1; b=\"2\";c=3=4", "; ;d", "a=5"] {
            headers.append(COOKIE, HeaderValue::from_static(value));
        }
        headers.append(COOKIE, HeaderValue::from_bytes(b"e=\xff").unwrap());
        let read: Vec<_> = cookies(&headers).collect();
        assert_eq!(read, [("a", "1"), ("b", "2"), ("c", "3=4"), ("a", "5")]);
    }

    #[test]
    fn a_cookie_is_out_of_reach_of_pages_and_of_other_sites() {
        let given = COOKIE_OF_TESTS.give("x|y", Some(SignedDuration::from_hours(1))).unwrap();
        assert_eq!(given, "a=x%7Cy; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=3600");
        let plain = OwnCookie { secure: false, ..COOKIE_OF_TESTS };
        assert_eq!(plain.give("x", None).unwrap(), "a=x; HttpOnly; SameSite=Lax; Path=/");
        assert_eq!(plain.take_back().unwrap(), "a=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0");
    }
}
