//! Entity tags: what lets a page ask « has this changed? » and say « only if this has not changed ».

use crate::problem::Problem;
use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::header::{
    CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, IF_MATCH, IF_NONE_MATCH, LAST_MODIFIED,
};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http_body_util::BodyExt;
use nexus_core::ErrorCode;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::convert::Infallible;
use std::fmt;

/// The strong tag of a representation: equal exactly when its bytes are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityTag(String);

impl EntityTag {
    /// The tag of these bytes.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        let hash = Sha256::digest(bytes);
        // 128 bits: nobody finds two representations of one tag by chance.
        Self(format!("\"{}\"", URL_SAFE_NO_PAD.encode(&hash[..16])))
    }

    /// The tag that the JSON answer with this value has.
    ///
    /// # Errors
    /// The value has no JSON form.
    pub fn of_json(value: &impl Serialize) -> Result<Self, serde_json::Error> {
        serde_json::to_vec(value).map(|bytes| Self::of_bytes(&bytes))
    }

    fn header(&self) -> Option<HeaderValue> {
        HeaderValue::from_str(&self.0).ok()
    }
}

impl fmt::Display for EntityTag {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Endings of tags whose representation was compressed on its way. Such a representation is another one, with another tag,
/// of the same state.
const CODINGS: [(&str, &str); 2] = [("gzip", "-gzip"), ("br", "-br")];

/// Marks the tag of a compressed answer.
pub(super) fn mark_encoded(headers: &mut HeaderMap) {
    let Some(coding) = headers.get(CONTENT_ENCODING) else { return };
    let Some((_, ending)) = CODINGS.iter().find(|(name, _)| coding == name) else { return };
    let marked = headers.get(ETAG).and_then(|tag| tag.to_str().ok()).and_then(|tag| {
        let open = tag.strip_suffix('"')?;
        HeaderValue::from_str(&format!("{open}{ending}\"")).ok()
    });
    if let Some(marked) = marked {
        headers.insert(ETAG, marked);
    }
}

/// A tag without the mark of its coding.
fn unmarked(tag: &str) -> String {
    for (_, ending) in CODINGS {
        if let Some(open) = tag.strip_suffix('"').and_then(|tag| tag.strip_suffix(ending)) {
            return format!("{open}\"");
        }
    }
    tag.to_owned()
}

/// The tags of a condition, one by one; a comma may be part of a tag.
fn listed(headers: &HeaderMap, name: axum::http::HeaderName) -> Vec<String> {
    let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    let mut tags = Vec::new();
    for value in values {
        let mut rest = value.trim_start();
        while !rest.is_empty() {
            let weak = rest.starts_with("W/");
            let open = rest.trim_start_matches("W/");
            let quoted = open.strip_prefix('"').and_then(|inside| inside.split_once('"'));
            let (tag, behind) = if let Some((inside, behind)) = quoted {
                (format!("{}\"{inside}\"", if weak { "W/" } else { "" }), behind)
            } else {
                let (word, behind) = open.split_once(',').unwrap_or((open, ""));
                (word.trim().to_owned(), behind)
            };
            tags.push(tag);
            rest = behind.trim_start_matches([' ', '\t', ',']);
        }
    }
    tags
}

/// What a request to read already has.
#[derive(Debug)]
pub(super) struct Known(Vec<String>);

impl Known {
    /// The condition of a request, when it has one.
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        headers.contains_key(IF_NONE_MATCH).then(|| Self(listed(headers, IF_NONE_MATCH)))
    }

    /// Whether the caller has this representation already. Weak comparison: a marked or weak tag of the same state counts.
    fn has(&self, tag: &str) -> bool {
        let plain = |tag: &str| unmarked(tag.trim_start_matches("W/"));
        let tag = plain(tag);
        self.0.iter().any(|known| known == "*" || plain(known) == tag)
    }
}

/// Gives a JSON answer its tag, and shortens an answer that the caller has already.
pub(super) async fn tag(mut response: Response, known: Option<&Known>, largest: u64) -> Response {
    if response.status() != StatusCode::OK {
        return response;
    }
    if !response.headers().contains_key(ETAG) && is_small_json(&response, largest) {
        let (mut parts, body) = response.into_parts();
        // The body is in memory already: its whole size was known.
        let Ok(collected) = body.collect().await else {
            return Problem::new(ErrorCode::Internal).into_response();
        };
        let bytes = collected.to_bytes();
        if let Some(tag) = EntityTag::of_bytes(&bytes).header() {
            parts.headers.insert(ETAG, tag);
        }
        response = Response::from_parts(parts, Body::from(bytes));
    }
    let is_known = known.is_some_and(|known| {
        response.headers().get(ETAG).and_then(|tag| tag.to_str().ok()).is_some_and(|tag| known.has(tag))
    });
    if is_known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        *response.body_mut() = Body::empty();
        for name in [CONTENT_TYPE, CONTENT_LENGTH, CONTENT_ENCODING, LAST_MODIFIED] {
            response.headers_mut().remove(name);
        }
    }
    response
}

fn is_small_json(response: &Response, largest: u64) -> bool {
    use axum::body::HttpBody;
    let is_json = response
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    is_json && response.body().size_hint().exact().is_some_and(|size| (1..=largest).contains(&size))
}

/// The condition of a change: the state that the caller saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IfMatch(Option<Vec<String>>);

impl IfMatch {
    /// Refuses a change of something that is no longer what the caller saw. Without a condition nothing is refused.
    ///
    /// # Errors
    /// `precondition_failed` (412).
    pub fn check(&self, current: &EntityTag) -> Result<(), Problem> {
        let Some(seen) = &self.0 else { return Ok(()) };
        // Strong comparison: a weak tag never matches.
        let same = seen.iter().any(|tag| tag == "*" || unmarked(tag) == current.0);
        if same { Ok(()) } else { Err(Problem::new(ErrorCode::PreconditionFailed)) }
    }

    /// Whether the request has a condition.
    pub const fn is_given(&self) -> bool {
        self.0.is_some()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let headers = &parts.headers;
        Ok(Self(headers.contains_key(IF_MATCH).then(|| listed(headers, IF_MATCH))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: axum::http::HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_str(value).unwrap())])
    }

    #[test]
    fn lists_are_read_tag_by_tag() {
        for (value, tags) in [
            ("\"a\"", vec!["\"a\""]),
            ("\"a\" , W/\"b\",\"c,d\"", vec!["\"a\"", "W/\"b\"", "\"c,d\""]),
            ("*", vec!["*"]),
            ("", vec![]),
            ("abc, \"d\"", vec!["abc", "\"d\""]),
            ("\"open", vec!["\"open"]),
        ] {
            assert_eq!(listed(&headers(IF_NONE_MATCH, value), IF_NONE_MATCH), tags, "{value}");
        }
    }

    #[test]
    fn a_compressed_representation_has_a_tag_of_its_own_and_counts_as_the_same_state() {
        let tag = EntityTag::of_bytes(b"{}");
        let mut sent = headers(ETAG, &tag.0);
        sent.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        mark_encoded(&mut sent);
        let marked = sent[ETAG].to_str().unwrap();
        assert_ne!(marked, tag.0);
        assert!(Known::of(&headers(IF_NONE_MATCH, marked)).unwrap().has(&tag.0));
        assert!(IfMatch(Some(vec![marked.to_owned()])).check(&tag).is_ok());
    }

    #[test]
    fn reading_compares_weakly_and_changing_strongly() {
        let tag = EntityTag::of_bytes(b"{}");
        let weak = format!("W/{tag}");
        assert!(Known::of(&headers(IF_NONE_MATCH, &weak)).unwrap().has(&tag.0));
        assert!(IfMatch(Some(vec![weak])).check(&tag).is_err());
        assert!(IfMatch(Some(vec!["\"other\"".into(), tag.0.clone()])).check(&tag).is_ok());
        assert!(IfMatch(Some(vec!["*".into()])).check(&tag).is_ok());
        assert!(IfMatch(Some(Vec::new())).check(&tag).is_err());
        assert!(IfMatch(None).check(&tag).is_ok());
    }

    #[test]
    fn the_tag_of_a_value_is_the_one_of_its_json() {
        let value = serde_json::json!({"b": 1, "a": "é"});
        assert_eq!(EntityTag::of_json(&value).unwrap(), EntityTag::of_bytes(value.to_string().as_bytes()));
    }
}
