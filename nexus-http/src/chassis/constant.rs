//! Answers that never change: whether the process lives is asked every few seconds, by everybody, and costs nothing more than
//! to say it.
//!
//! Everything that an answer has, such an answer has too (headers, an id, its place in the measures). What it does not need
//! is a router, a context, a future: nobody need be known, and nothing is read.

use super::head;
use super::request_id::REQUEST_ID;
use super::{Parts, meters};
use axum::body::{Body, Bytes, HttpBody};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue, Method, Request, StatusCode};
use axum::response::Response;
use std::time::Instant;

/// An answer (200) to `GET` that is the same for everybody, for ever.
#[derive(Debug, Clone)]
pub struct Constant {
    /// Its type, as in `Content-Type`.
    pub content_type: &'static str,
    /// What it says.
    pub body: &'static str,
}

/// Such an answer with all its headers but its id.
pub(super) struct PreparedConstant {
    headers: HeaderMap,
    body: Bytes,
}

impl Constant {
    pub(super) fn prepare(&self, apply: impl FnOnce(&mut HeaderMap)) -> PreparedConstant {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        apply(&mut headers);
        PreparedConstant { headers, body: Bytes::from_static(self.body.as_bytes()) }
    }
}

/// The answer to a request that asks for a constant and for nothing else. Whatever is not plain (a body, a head that is too
/// large, callers of other sites, a log or a trace that wants to know) goes the way of every request, which gives the same
/// answer.
pub(super) fn answer(parts: &Parts, request: &Request<Body>) -> Option<Response> {
    let route = parts.book.constant(request.uri().path())?;
    let constant = route.constant.as_ref()?;
    let is_plain = request.method() == Method::GET
        && request.body().is_end_stream()
        && parts.trace_parent.is_none()
        && !parts.shares_with_other_sites
        && !tracing::enabled!(tracing::Level::DEBUG)
        && head::check(request.uri(), request.headers(), &parts.settings.heads).is_ok();
    if !is_plain {
        return None;
    }
    let started = Instant::now();
    let mut response = Response::new(Body::from(constant.body.clone()));
    *response.headers_mut() = constant.headers.clone();
    response.headers_mut().insert(REQUEST_ID, parts.ids.of(request.headers().get(REQUEST_ID)));
    route.meters.count(meters::word(&Method::GET), StatusCode::OK, started.elapsed());
    Some(response)
}
