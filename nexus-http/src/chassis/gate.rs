//! The innermost layer: lets a request through to its handler, or refuses it, and gives each answer its final form.
//!
//! The order is the one of the cost of being wrong: what can be seen from the head alone comes first, then who it is, then how
//! often he asked, and only then is anything read of the body.

use super::authentication::{Authentication, Identity};
use super::compressed::{Accepted, AsItIs};
use super::context::{self, RequestContext};
use super::entity_tag::{self, Known};
use super::policy::{BodyClass, RoutePolicy};
use super::{Parts, body_guard, drain, head, idempotent, watch};
use crate::problem::Problem;
use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, CatchUnwind};
use nexus_core::{Actor, ErrorCode};
use pin_project_lite::pin_project;
use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tower::Service;

/// The gate before a router.
#[derive(Clone)]
pub(super) struct Gate {
    parts: Arc<Parts>,
    router: Router,
}

impl Gate {
    pub(super) const fn new(parts: Arc<Parts>, router: Router) -> Self {
        Self { parts, router }
    }
}

impl Service<Request<Body>> for Gate {
    type Response = Response;
    type Error = Infallible;
    type Future = GateFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        // A router is always ready.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> GateFuture {
        let Some(context) = context::of(request.extensions()).map(Arc::clone) else {
            // The frame is always around: see `Enclosed::new`.
            return GateFuture::refused(Problem::new(ErrorCode::Internal).into_response());
        };
        if context.policy.is_open() {
            return self.wave_through(context, request);
        }
        let (parts, router) = (Arc::clone(&self.parts), self.router.clone());
        GateFuture::Guarded {
            answer: Box::pin(async move { answer(&parts, &context, router, request).await }),
        }
    }
}

impl Gate {
    /// What touches nothing, and is always answered, only has to be of a sane size: nobody need be known, counted or waited
    /// for. So it is handed on at once.
    fn wave_through(&mut self, context: Arc<RequestContext>, request: Request<Body>) -> GateFuture {
        let is_head = request.method() == Method::HEAD;
        if let Err(problem) = head::check(request.uri(), request.headers(), &self.parts.settings.heads) {
            return GateFuture::refused(named(&context, is_head, problem.into_response()));
        }
        let answer = AssertUnwindSafe(self.router.call(request)).catch_unwind();
        GateFuture::Open { answer, context, is_head }
    }
}

type Routed = <Router as Service<Request<Body>>>::Future;

pin_project! {
    /// The answer of the gate, on its way.
    #[project = GateStep]
    pub(super) enum GateFuture {
        /// Nothing stands between the request and its handler.
        Open {
            #[pin]
            answer: CatchUnwind<AssertUnwindSafe<Routed>>,
            context: Arc<RequestContext>,
            is_head: bool,
        },
        /// The request goes through everything. In a place of its own: what is pinned here is moved with every request.
        Guarded { answer: BoxFuture<'static, Response> },
        /// The answer was there at once.
        Refused { answer: Option<Response> },
    }
}

impl GateFuture {
    const fn refused(answer: Response) -> Self {
        Self::Refused { answer: Some(answer) }
    }
}

impl Future for GateFuture {
    type Output = Result<Response, Infallible>;

    fn poll(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Self::Output> {
        Poll::Ready(Ok(match self.project() {
            GateStep::Open { answer, context, is_head } => {
                let response = match ready!(answer.poll(task)) {
                    Ok(Ok(response)) => response,
                    Err(_) => panicked(context),
                };
                named(context, *is_head, response)
            }
            GateStep::Guarded { answer } => ready!(answer.as_mut().poll(task)),
            GateStep::Refused { answer } => answer
                .take()
                // A future that is polled after its end: there is no right answer.
                .unwrap_or_else(|| Problem::new(ErrorCode::Internal).into_response()),
        }))
    }
}

/// Runs a handler.
pub(super) async fn run(mut router: Router, request: Request<Body>) -> Response {
    router.call(request).await.unwrap_or_else(|never| match never {})
}

fn panicked(context: &RequestContext) -> Response {
    // The panic hook has written where it happened; its payload could hold data.
    tracing::error!(route = &*context.route.template, "a handler panicked");
    Problem::new(ErrorCode::Internal).into_response()
}

async fn answer(
    parts: &Arc<Parts>,
    context: &Arc<RequestContext>,
    router: Router,
    request: Request<Body>,
) -> Response {
    let method = request.method().clone();
    let accepted = Accepted::of(request.headers());
    let known = if method == Method::GET { Known::of(request.headers()) } else { None };
    let passed = AssertUnwindSafe(pass(parts, context, router, request)).catch_unwind().await;
    let response = match passed {
        Ok(Ok(response)) => response,
        Ok(Err(problem)) => problem.into_response(),
        Err(_) => panicked(context),
    };
    let response = finish(parts, context, &method, known.as_ref(), response).await;
    parts.compressor.compress(accepted, response)
}

async fn pass(
    parts: &Arc<Parts>,
    context: &Arc<RequestContext>,
    router: Router,
    request: Request<Body>,
) -> Result<Response, Problem> {
    let policy = context.policy;
    let (mut head, body) = request.into_parts();
    head::check(&head.uri, &head.headers, &parts.settings.heads)?;
    if !policy.own_csrf {
        parts.same_site.check(&head.method, &head.headers)?;
    }
    let identity = identify(parts, &head, policy).await?;
    let user = identity.as_ref().map(|identity| &identity.actor.user);
    if let Some(identity) = &identity {
        let _ = context.role.set(identity.actor.role);
        head.extensions.insert(identity.actor.clone());
    }
    let allowance = parts.limits.pass(policy.rate, user, context.client).await?;
    let request = Request::from_parts(head, body);
    let request = body_guard::guard(context, request, largest(parts, policy), &parts.settings.bodies)?;
    let time = if policy.long { parts.settings.times.long } else { parts.settings.times.usual };
    let answered = match idempotent::Attempt::of(parts, context, user, &request)? {
        Some(attempt) => attempt.run(parts, context, router, request, time).await,
        None => within(time, run(router, request)).await,
    };
    let mut response = answered.unwrap_or_else(IntoResponse::into_response);
    if let Some(allowance) = allowance {
        allowance.tell(response.headers_mut());
    }
    Ok(watch::end_with(parts.authentication.as_ref(), identity, response))
}

/// Runs a handler for so long and no longer.
pub(super) async fn within(
    time: Duration,
    handler: impl Future<Output = Response>,
) -> Result<Response, Problem> {
    tokio::time::timeout(time, handler).await.map_err(|_| Problem::new(ErrorCode::Timeout))
}

async fn identify(
    parts: &Parts,
    head: &axum::http::request::Parts,
    policy: RoutePolicy,
) -> Result<Option<Identity>, Problem> {
    if let Some(actor) = head.extensions.get::<Actor>() {
        // Whoever embeds the routes has found out already.
        return Ok(Some(Identity::lasting(actor.clone())));
    }
    let shows_something =
        head.headers.contains_key(header::AUTHORIZATION) || head.headers.contains_key(header::COOKIE);
    match &parts.authentication {
        // Nobody need be known where everybody may ask, every few seconds.
        Some(authentication) if shows_something && !(policy.probe && policy.public) => {
            if let Some(identity) = authentication.identify_at_once(head) {
                return Ok(Some(identity));
            }
            match Authentication::identify(&**authentication, head).await {
                Err(_) if policy.public => Ok(None),
                identified => identified,
            }
        }
        _ => Ok(None),
    }
}

fn largest(parts: &Parts, policy: RoutePolicy) -> u64 {
    let limits = &parts.settings.bodies;
    match policy.body {
        BodyClass::Small => limits.small,
        BodyClass::Usual => limits.usual,
        BodyClass::File => limits.file,
    }
}

async fn finish(
    parts: &Parts,
    context: &RequestContext,
    method: &Method,
    known: Option<&Known>,
    response: Response,
) -> Response {
    let mut response = named(context, *method == Method::HEAD, response);
    let is_good = !response.status().is_client_error() && !response.status().is_server_error();
    if is_good && *method == Method::GET && !context.policy.probe {
        response = entity_tag::tag(response, known, parts.settings.largest_tagged).await;
    }
    if context.policy.secret {
        response.extensions_mut().insert(AsItIs);
    }
    drain::end_with(&parts.drain, response)
}

/// Gives an error its form and the id of its request.
fn named(context: &RequestContext, is_head: bool, response: Response) -> Response {
    if !response.status().is_client_error() && !response.status().is_server_error() {
        return response;
    }
    let mut response = if is_head { response } else { name_the_unnamed(context, response) };
    Problem::name_request(&mut response, context.id());
    response
}

/// Gives the bare answers of axum and its readers (405, a path that cannot be decoded…) the form of every other error.
fn name_the_unnamed(context: &RequestContext, response: Response) -> Response {
    let status = response.status();
    let bare = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"));
    if !bare {
        return response;
    }
    let code = match status {
        StatusCode::NOT_FOUND => ErrorCode::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => ErrorCode::MethodNotAllowed,
        StatusCode::PAYLOAD_TOO_LARGE => ErrorCode::TooLarge,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => ErrorCode::UnsupportedType,
        StatusCode::SERVICE_UNAVAILABLE => ErrorCode::StorageUnavailable,
        status if status.is_client_error() && context.stalled.load(Ordering::Relaxed) => ErrorCode::TooSlow,
        status if status.is_client_error() => ErrorCode::MalformedParameter,
        _ => ErrorCode::Internal,
    };
    let problem = Problem::new(code);
    match response.headers().get(header::ALLOW).cloned() {
        Some(allow) => problem.with_header(header::ALLOW, allow).into_response(),
        None => problem.into_response(),
    }
}
