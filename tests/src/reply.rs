//! An answer of the HTTP side, whoever gave it.

use axum::http::{HeaderMap, StatusCode};
use serde_json::Value;

/// Status, headers and body.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Vec<u8>,
}

impl Reply {
    /// The headers without what differs from one request to the next whatever is asked: its id, and what is left to ask for.
    pub fn lasting_headers(&self) -> HeaderMap {
        let mut headers = self.headers.clone();
        for name in ["x-request-id", "ratelimit-remaining", "ratelimit-reset"] {
            headers.remove(name);
        }
        headers
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error} in {:?}", String::from_utf8_lossy(&self.body)))
    }

    /// A header as text; empty when absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The cookies that it gives and takes back.
    pub fn cookies(&self) -> Vec<&str> {
        self.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).collect()
    }

    /// The body, once the status is the expected one.
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", String::from_utf8_lossy(&self.body));
        self.json()
    }

    /// The body of a refusal, once it is a well-formed problem with this status and code.
    pub fn problem(&self, status: u16, code: &str) -> Value {
        let body = self.expect(status);
        assert_eq!(body["code"], code, "{body}");
        assert_eq!(self.header("content-type"), "application/problem+json; charset=utf-8");
        assert_eq!(body["type"], "about:blank");
        assert_eq!(body["success"], false);
        assert!(body["error"].is_string(), "{body}");
        // The pages that poll read a word where RFC 9457 has the number.
        assert!(body["status"] == status || body["status"] == "error", "{body}");
        for field in ["title", "detail"] {
            let text = body[field].as_str().unwrap_or_else(|| panic!("{field} is absent: {body}"));
            assert!(
                text.ends_with('.') && text.starts_with(|c: char| c.is_uppercase() || c == '«'),
                "{text}"
            );
            assert_is_for_people(text);
        }
        body
    }
}

/// Panics when a text holds words of a library, a database or a machine.
pub fn assert_is_for_people(text: &str) {
    let raw = [
        "expected",
        "invalid",
        "missing field",
        "unknown variant",
        "at line",
        "EOF",
        "trailing",
        "sqlx",
        "SQLITE",
        "SELECT",
        "INSERT",
        "UNIQUE",
        "constraint",
        "database is",
        "panicked",
        "RUST_BACKTRACE",
        "Some(",
        "Err(",
        "os error",
        "serde",
        "No such file",
        "Permission denied",
        "rejection",
    ];
    for word in raw {
        assert!(!text.contains(word), "« {word} » in « {text} »");
    }
}
