use crate::chassis::{Origin, SecureTransport};
use crate::state::SharedState;
use axum::extract::FromRequestParts;
use axum::http::header::HOST;
use axum::http::request::Parts;
use std::convert::Infallible;
use std::fmt::Display;

/// The page on which people sign in, in the existing application.
const SIGN_IN_PAGE: &str = "/auth/signin";

/// Longest address that is kept for after the sign-in, in bytes.
const LONGEST_ADDRESS: usize = 2_048;

/// The site under which sessions are opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Site {
    origin: String,
    /// Whether it is reached through TLS.
    pub(crate) secure: bool,
}

impl Site {
    /// An address of the protocol.
    pub(super) fn api(&self, path: impl Display) -> String {
        format!("{}/api/auth/{path}", self.origin)
    }

    /// The page on which people sign in.
    pub(super) fn sign_in_page(&self, callback: &str, error: Option<&str>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("callbackUrl", callback);
        if let Some(error) = error {
            query.append_pair("error", error);
        }
        format!("{}{SIGN_IN_PAGE}?{}", self.origin, query.finish())
    }

    /// Where a page wants to go next, when that is an address of this site; its entrance otherwise.
    pub(super) fn callback(&self, wanted: Option<&str>) -> String {
        wanted.and_then(|wanted| self.own(wanted)).unwrap_or_else(|| self.origin.clone())
    }

    fn own(&self, wanted: &str) -> Option<String> {
        // Browsers drop control characters and read a backslash as a slash: neither is in an honest address.
        let is_plain = |byte: u8| (b'!'..=b'~').contains(&byte) && byte != b'\\';
        if wanted.len() > LONGEST_ADDRESS || !wanted.bytes().all(is_plain) {
            return None;
        }
        if wanted.starts_with('/') {
            // `//elsewhere` would be another site by itself; behind our own origin it is a path.
            return Some(format!("{}{wanted}", self.origin));
        }
        let (scheme, rest) = wanted.split_once("://")?;
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (host, path) = rest.split_at(end);
        let origin = Origin::parse(&format!("{scheme}://{host}")).ok()?;
        (origin.as_str() == self.origin).then(|| format!("{}{path}", self.origin))
    }
}

impl FromRequestParts<SharedState> for Site {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &SharedState) -> Result<Self, Infallible> {
        let SecureTransport(secure) = SecureTransport::from_request_parts(parts, state).await?;
        if let Some(public) = &state.chassis.settings().public_url {
            return Ok(Self { origin: public.to_string(), secure });
        }
        // Nobody said where the service is reached: the name under which it was called is all there is.
        let scheme = if secure { "https" } else { "http" };
        let host = parts.headers.get(HOST).and_then(|host| host.to_str().ok());
        let host = host
            .or_else(|| parts.uri.authority().map(axum::http::uri::Authority::as_str))
            .unwrap_or("localhost");
        let called = Origin::parse(&format!("{scheme}://{host}"));
        let origin = called.map_or_else(|_| format!("{scheme}://localhost"), |origin| origin.to_string());
        Ok(Self { origin, secure })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn site() -> Site {
        Site { origin: "https://nexus.example".to_owned(), secure: true }
    }

    #[test]
    fn nobody_is_sent_elsewhere() {
        for (wanted, reached) in [
            ("/dashboard/parent?onglet=1#haut", "/dashboard/parent?onglet=1#haut"),
            ("https://nexus.example/a", "/a"),
            ("HTTPS://NEXUS.example:443/a?b", "/a?b"),
            ("https://nexus.example?x=https://evil.example", "?x=https://evil.example"),
            ("https://nexus.example", ""),
            ("//evil.example/a", "//evil.example/a"),
        ] {
            assert_eq!(site().callback(Some(wanted)), format!("https://nexus.example{reached}"), "{wanted}");
        }
        for wanted in [
            "",
            "dashboard",
            "https://evil.example/",
            "https://nexus.example.evil.example/",
            "https://nexus.example@evil.example/",
            "https://evil.example#https://nexus.example",
            "http://nexus.example/",
            "https://nexus.example:8443/",
            "https:nexus.example/",
            "https:///nexus.example",
            "javascript:alert(1)",
            "javascript://nexus.example/%0aalert(1)",
            "data:text/html,x",
            "/\\evil.example",
            "/a\r\nSet-Cookie: a=b",
            "/\t/evil.example",
            "/é",
        ] {
            assert_eq!(site().callback(Some(wanted)), "https://nexus.example", "{wanted}");
        }
        assert_eq!(site().callback(Some(&"/".repeat(10_000))), "https://nexus.example");
        assert_eq!(site().callback(None), "https://nexus.example");
    }

    #[test]
    fn the_sign_in_page_is_told_why_and_where_to() {
        let page = site().sign_in_page("https://nexus.example/a?b=c&d", Some("CredentialsSignin"));
        assert_eq!(
            page,
            "https://nexus.example/auth/signin?callbackUrl=https%3A%2F%2Fnexus.example%2Fa%3Fb%3Dc%26d&error=CredentialsSignin"
        );
    }

    proptest! {
        #[test]
        fn whatever_is_wanted_the_origin_is_ours(wanted in "(https?:|/|//|\\\\)?[ -~]{0,60}|\\PC{0,60}") {
            let reached = site().callback(Some(&wanted));
            let rest = reached.strip_prefix("https://nexus.example").unwrap();
            prop_assert!(rest.is_empty() || rest.starts_with(['/', '?', '#']), "{}", reached);
            prop_assert!(reached.bytes().all(|byte| byte.is_ascii_graphic()));
        }
    }
}
