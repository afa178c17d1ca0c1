use axum::http::{HeaderValue, Uri};
use std::fmt;

/// Where a page comes from: scheme, host and port, as browsers write it in `Origin` (`https://nexus.example`).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Origin(String);

/// A text that is no web address with a scheme and a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an http or https address")]
pub struct InvalidOrigin;

impl Origin {
    /// Reads the origin of an `http` or `https` address; its path is dropped, its host lower-cased, the usual port omitted.
    pub fn parse(text: &str) -> Result<Self, InvalidOrigin> {
        let address: Uri = text.trim().parse().map_err(|_| InvalidOrigin)?;
        let (Some(scheme), Some(authority)) = (address.scheme_str(), address.authority()) else {
            return Err(InvalidOrigin);
        };
        let usual = match scheme {
            "https" => 443,
            "http" => 80,
            _ => return Err(InvalidOrigin),
        };
        if authority.as_str().contains('@') || authority.host().is_empty() {
            return Err(InvalidOrigin);
        }
        let host = authority.host().to_ascii_lowercase();
        Ok(Self(match authority.port_u16() {
            Some(port) if port != usual => format!("{scheme}://{host}:{port}"),
            _ => format!("{scheme}://{host}"),
        }))
    }

    /// The origin as browsers write it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Host and port, as the `Host` header has them.
    pub fn host(&self) -> &str {
        self.0.split_once("://").map_or("", |(_, host)| host)
    }

    /// Whether it is reached through TLS.
    pub fn is_secure(&self) -> bool {
        self.0.starts_with("https://")
    }

    /// The origin as a header value.
    pub(super) fn header(&self) -> Option<HeaderValue> {
        HeaderValue::from_str(&self.0).ok()
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_the_same_for_a_browser_is_the_same() {
        for text in ["https://Nexus.Example", "https://nexus.example/", "https://nexus.example:443/a?b=c"] {
            assert_eq!(Origin::parse(text).unwrap().as_str(), "https://nexus.example", "{text}");
        }
        assert_eq!(Origin::parse("http://localhost:3000").unwrap().host(), "localhost:3000");
        for text in ["", "null", "nexus.example", "ftp://x", "https://", "https://a@b", "*", "https://x y"] {
            assert_eq!(Origin::parse(text), Err(InvalidOrigin), "{text:?}");
        }
    }
}
