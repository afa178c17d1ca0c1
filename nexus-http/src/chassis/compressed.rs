//! Which answers are compressed.
//!
//! The length of a compressed answer tells about its content. Where an answer mixes a secret with something that a stranger
//! can send, he could find the secret by trying (BREACH). So what a route marks as secret, and whatever sets a cookie, is
//! never compressed; and since answers are JSON of the person who asks, without anti-forgery tokens in them, the others hold
//! no secret that somebody else's input stands beside.

use super::settings::ChassisSettings;
use axum::http::header::{CONTENT_TYPE, SET_COOKIE};
use axum::http::{Extensions, HeaderMap, StatusCode, Version};
use tower_http::compression::predicate::{Predicate, SizeAbove};
use tower_http::compression::{CompressionLayer, CompressionLevel};

/// The mark of an answer that must not be compressed.
#[derive(Debug, Clone, Copy)]
pub(super) struct AsItIs;

/// Kinds of answers that become smaller. Server-sent events are not among them: each must leave at once.
const COMPRESSIBLE: [&[u8]; 8] = [
    b"application/json",
    b"application/problem+json",
    b"application/javascript",
    b"image/svg+xml",
    b"text/css",
    b"text/html",
    b"text/javascript",
    b"text/plain",
];

/// The layer.
pub(super) fn layer(settings: &ChassisSettings) -> CompressionLayer<impl Predicate + use<>> {
    let predicate = SizeAbove::new(settings.smallest_compressed).and(may_be_compressed as Condition);
    // The default of brotli is made for files that are compressed once; 4 is what gzip's own default costs.
    CompressionLayer::new().quality(CompressionLevel::Precise(4)).compress_when(predicate)
}

type Condition = fn(StatusCode, Version, &HeaderMap, &Extensions) -> bool;

fn may_be_compressed(_: StatusCode, _: Version, headers: &HeaderMap, extensions: &Extensions) -> bool {
    let kind = headers.get(CONTENT_TYPE).map(axum::http::HeaderValue::as_bytes).unwrap_or_default();
    COMPRESSIBLE.iter().any(|known| kind.starts_with(known))
        && !headers.contains_key(SET_COOKIE)
        && extensions.get::<AsItIs>().is_none()
}
