//! The outermost layer: gives a request its id and its context, and each answer its headers, its line in the log and its
//! place in the measures.

use super::client::TrustedProxies;
use super::context::RequestContext;
use super::request_id::REQUEST_ID;
use super::{Parts as ChassisParts, log, meters};
use axum::body::Body;
use axum::http::{Method, Request, Response, StatusCode};
use pin_project_lite::pin_project;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, ready};
use std::time::Instant;
use tower::Service;
use tracing::Span;
use tracing::instrument::{Instrument, Instrumented};

#[derive(Clone)]
pub(super) struct Frame<S> {
    parts: Arc<ChassisParts>,
    inner: S,
}

impl<S> Frame<S> {
    pub(super) const fn new(parts: Arc<ChassisParts>, inner: S) -> Self {
        Self { parts, inner }
    }
}

impl<S> Frame<S>
where
    S: Service<Request<Body>, Response = Response<Body>>,
{
    /// Answers a request that came by a connection from this address, as far as it is known.
    pub(super) fn answer(
        &mut self,
        mut request: Request<Body>,
        peer: Option<IpAddr>,
    ) -> FrameFuture<S::Future> {
        let context = open(&self.parts, &request, peer);
        let span = log::span(&context);
        let entry = Entry::new(Arc::clone(&self.parts), Arc::clone(&context), span.clone(), request.method());
        if let Some(trace_parent) = &self.parts.trace_parent {
            trace_parent.adopt(request.headers(), &span);
        }
        request.extensions_mut().insert(context);
        let inner = span.in_scope(|| self.inner.call(request));
        FrameFuture { inner: inner.instrument(span), entry: Some(entry) }
    }
}

impl<S> Service<Request<Body>> for Frame<S>
where
    S: Service<Request<Body>, Response = Response<Body>>,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = FrameFuture<S::Future>;

    fn poll_ready(&mut self, task: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(task)
    }

    fn call(&mut self, request: Request<Body>) -> FrameFuture<S::Future> {
        let peer = TrustedProxies::peer(request.extensions());
        self.answer(request, peer)
    }
}

fn open(parts: &ChassisParts, request: &Request<Body>, peer: Option<IpAddr>) -> Arc<RequestContext> {
    let headers = request.headers();
    let route = parts.book.entry(request.uri().path());
    let way = parts.proxies.way(peer, headers);
    Arc::new(RequestContext {
        id: parts.ids.of(headers.get(REQUEST_ID)),
        client: way.client,
        secure: way.secure || parts.headers.is_secure(),
        policy: route.policy(request.method()),
        route,
        stalled: AtomicBool::new(false),
        role: OnceLock::new(),
    })
}

/// A request in flight. When its caller goes away before the answer, dropping it says so.
struct Entry {
    parts: Arc<ChassisParts>,
    context: Arc<RequestContext>,
    /// Its line in the log carries what the span knows.
    span: Span,
    method: &'static str,
    started: Instant,
    answered: bool,
}

/// Status, in logs and measures, of a request whose caller went away.
const CALLER_GONE: u16 = 499;

impl Entry {
    fn new(parts: Arc<ChassisParts>, context: Arc<RequestContext>, span: Span, method: &Method) -> Self {
        parts.in_flight.increment(1);
        let method = meters::word(method);
        Self { parts, context, span, method, started: Instant::now(), answered: false }
    }

    fn end(&mut self, status: StatusCode) {
        self.answered = true;
        let took = self.started.elapsed();
        self.parts.in_flight.decrement(1);
        self.context.route.meters.count(self.method, status, took);
        self.span.in_scope(|| log::answered(&self.context, self.method, status, took));
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        if !self.answered {
            self.end(StatusCode::from_u16(CALLER_GONE).unwrap_or(StatusCode::BAD_REQUEST));
        }
    }
}

pin_project! {
    /// The answer of the layers inside, on its way out.
    pub(super) struct FrameFuture<F> {
        #[pin]
        inner: Instrumented<F>,
        entry: Option<Entry>,
    }
}

impl<F, E> Future for FrameFuture<F>
where
    F: Future<Output = Result<Response<Body>, E>>,
{
    type Output = Result<Response<Body>, E>;

    fn poll(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let mut response = ready!(this.inner.poll(task))?;
        if let Some(mut entry) = this.entry.take() {
            entry.parts.headers.apply(response.headers_mut());
            response.headers_mut().insert(REQUEST_ID, entry.context.id.clone());
            entry.end(response.status());
        }
        Poll::Ready(Ok(response))
    }
}
