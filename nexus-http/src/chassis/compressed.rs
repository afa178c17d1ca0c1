//! Which answers are compressed.
//!
//! The length of a compressed answer tells about its content. Where an answer mixes a secret with something that a stranger
//! can send, he could find the secret by trying (BREACH). So what a route marks as secret, and whatever sets a cookie, is
//! never compressed; and since answers are JSON of the person who asks, without anti-forgery tokens in them, the others hold
//! no secret that somebody else's input stands beside.

use super::entity_tag;
use super::settings::ChassisSettings;
use crate::problem::Problem;
use axum::body::Body;
use axum::http::header::{ACCEPT_ENCODING, CONTENT_TYPE, SET_COOKIE};
use axum::http::{Extensions, HeaderMap, HeaderValue, Request, StatusCode, Version};
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use futures_util::future::ready;
use nexus_core::ErrorCode;
use tower::{Layer, ServiceExt, service_fn};
use tower_http::compression::predicate::{And, Predicate, SizeAbove};
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

/// When an answer is compressed: by its size and by what it is.
type Condition = And<SizeAbove, Kind>;

type Kind = fn(StatusCode, Version, &HeaderMap, &Extensions) -> bool;

/// The codings that a request accepts, as it says.
#[derive(Debug, Default)]
pub(super) struct Accepted(Vec<HeaderValue>);

impl Accepted {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        Self(headers.get_all(ACCEPT_ENCODING).iter().cloned().collect())
    }

    /// A request that says nothing else.
    fn request(self) -> Request<()> {
        let mut request = Request::new(());
        for coding in self.0 {
            request.headers_mut().append(ACCEPT_ENCODING, coding);
        }
        request
    }
}

/// Compresses answers.
pub(super) struct Compressor {
    layer: CompressionLayer<Condition>,
    condition: Condition,
}

impl Compressor {
    pub(super) fn new(settings: &ChassisSettings) -> Self {
        let condition = SizeAbove::new(settings.smallest_compressed).and(may_be_compressed as Kind);
        // The default of brotli is made for files that are compressed once; 4 is what gzip's own default costs.
        let layer = CompressionLayer::new().quality(CompressionLevel::Precise(4));
        Self { layer: layer.compress_when(condition), condition }
    }

    /// Compresses an answer, when that is worth it, for whoever accepts it. The layer itself does not stand around the routes:
    /// an answer with room for an encoder is several kilobytes large, and would be moved by every layer outside of it.
    pub(super) fn compress(&self, accepted: Accepted, response: Response) -> Response {
        if !self.condition.should_compress(&response) {
            return response;
        }
        let status = response.status();
        let mut there = Some(response);
        let give = service_fn(move |_: Request<()>| ready(there.take().ok_or(())));
        let compressed = self.layer.layer(give).oneshot(accepted.request()).now_or_never();
        let Some(Ok(compressed)) = compressed else {
            // The answer was there: nothing had to be waited for.
            return Problem::new(ErrorCode::Internal).into_response();
        };
        let mut compressed = compressed.map(Body::new);
        // Whoever accepts no form of an answer at all is told all the same what became of his request.
        *compressed.status_mut() = status;
        entity_tag::mark_encoded(compressed.headers_mut());
        compressed
    }
}

fn may_be_compressed(_: StatusCode, _: Version, headers: &HeaderMap, extensions: &Extensions) -> bool {
    let kind = headers.get(CONTENT_TYPE).map(axum::http::HeaderValue::as_bytes).unwrap_or_default();
    COMPRESSIBLE.iter().any(|known| kind.starts_with(known))
        && !headers.contains_key(SET_COOKIE)
        && extensions.get::<AsItIs>().is_none()
}
