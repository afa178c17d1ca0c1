//! Limits of a request's head, and encodings that are not accepted.

use super::settings::HeadLimits;
use crate::problem::Problem;
use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING};
use axum::http::{HeaderMap, HeaderValue, Uri};
use nexus_core::ErrorCode;

/// Refuses a head that is larger than what pages and programs send.
pub(super) fn check(uri: &Uri, headers: &HeaderMap, limits: &HeadLimits) -> Result<(), Problem> {
    let address = uri.path_and_query().map_or(0, |address| address.as_str().len());
    if address > limits.address {
        return Err(Problem::new(ErrorCode::AddressTooLong));
    }
    if headers.len() > limits.count || size(headers) > limits.headers {
        return Err(Problem::new(ErrorCode::HeadersTooLarge));
    }
    check_encoding(headers)
}

fn size(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum()
}

/// A compressed body is not opened: its size says nothing about what it becomes.
fn check_encoding(headers: &HeaderMap) -> Result<(), Problem> {
    let is_plain = |coding: &HeaderValue| coding.as_bytes().trim_ascii().eq_ignore_ascii_case(b"identity");
    if headers.get_all(CONTENT_ENCODING).iter().all(is_plain) {
        return Ok(());
    }
    Err(Problem::new(ErrorCode::UnsupportedEncoding)
        .with_header(ACCEPT_ENCODING, HeaderValue::from_static("identity")))
}
