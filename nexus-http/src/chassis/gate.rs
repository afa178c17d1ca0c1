//! The innermost layer: lets a request through to its handler, or refuses it, and gives each answer its final form.
//!
//! The order is the one of the cost of being wrong: what can be seen from the head alone comes first, then who it is, then how
//! often he asked, and only then is anything read of the body.

use super::authentication::{Authentication, Identity};
use super::compressed::AsItIs;
use super::context::{self, RequestContext};
use super::entity_tag::{self, Known};
use super::policy::{BodyClass, RoutePolicy};
use super::{Parts, body_guard, drain, head, idempotent, watch};
use crate::problem::Problem;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use nexus_core::rights::Permit;
use nexus_core::{Actor, ErrorCode};
use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};
use std::time::Duration;
use tower::{Layer, Service};

#[derive(Clone)]
pub(super) struct GateLayer(pub(super) Arc<Parts>);

impl<S> Layer<S> for GateLayer {
    type Service = Gate<S>;

    fn layer(&self, inner: S) -> Gate<S> {
        Gate { parts: Arc::clone(&self.0), inner }
    }
}

#[derive(Clone)]
pub(super) struct Gate<S> {
    parts: Arc<Parts>,
    inner: S,
}

impl<S> Service<Request<Body>> for Gate<S>
where
    S: Service<Request<Body>, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, task: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(task)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        // The one that is ready is used; the clone waits for its turn.
        let next = self.inner.clone();
        let inner = std::mem::replace(&mut self.inner, next);
        let parts = Arc::clone(&self.parts);
        Box::pin(async move { Ok(answer(&parts, inner, request).await) })
    }
}

/// What a handler is handed to, once.
pub(super) trait Handler: Send + 'static {
    fn run(self, request: Request<Body>) -> impl Future<Output = Response> + Send;
}

impl<S> Handler for S
where
    S: Service<Request<Body>, Response = Response, Error = Infallible> + Send + 'static,
    S::Future: Send,
{
    async fn run(mut self, request: Request<Body>) -> Response {
        self.call(request).await.unwrap_or_else(|never| match never {})
    }
}

async fn answer(parts: &Arc<Parts>, handler: impl Handler, request: Request<Body>) -> Response {
    let Some(context) = context::of(request.extensions()).map(Arc::clone) else {
        // The frame is always around: see `Chassis::around`.
        return Problem::new(ErrorCode::Internal).into_response();
    };
    let method = request.method().clone();
    let known = if method == Method::GET { Known::of(request.headers()) } else { None };
    let passed = AssertUnwindSafe(pass(parts, &context, handler, request)).catch_unwind().await;
    let response = match passed {
        Ok(Ok(response)) => response,
        Ok(Err(problem)) => problem.into_response(),
        Err(_) => {
            // The panic hook has written where it happened; its payload could hold data.
            tracing::error!(route = &*context.route.template, "a handler panicked");
            Problem::new(ErrorCode::Internal).into_response()
        }
    };
    finish(parts, &context, &method, known.as_ref(), response).await
}

async fn pass(
    parts: &Arc<Parts>,
    context: &Arc<RequestContext>,
    handler: impl Handler,
    request: Request<Body>,
) -> Result<Response, Problem> {
    let policy = context.policy;
    let (mut head, body) = request.into_parts();
    head::check(&head, &parts.settings.heads)?;
    if !policy.own_csrf {
        parts.same_site.check(&head.method, &head.headers)?;
    }
    let identity = identify(parts, &head, policy).await?;
    let user = identity.as_ref().map(|identity| identity.actor.user.clone());
    if let Some(identity) = &identity {
        let _ = context.role.set(identity.actor.role);
        head.extensions.insert(identity.actor.clone());
    }
    let allowance = parts.limits.pass(policy.rate, user.as_ref(), context.client).await?;
    let request = Request::from_parts(head, body);
    let request = body_guard::guard(context, request, largest(parts, policy), &parts.settings.bodies)?;
    let time = if policy.long { parts.settings.times.long } else { parts.settings.times.usual };
    let answered = match idempotent::Attempt::of(parts, context, user.as_ref(), &request)? {
        Some(attempt) => attempt.run(parts, context, handler, request, time).await,
        None => within(time, handler.run(request)).await,
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
    if head.extensions.get::<Permit>().is_some() {
        // A machine that may do one thing has been let in for it; it is nobody.
        return Ok(None);
    }
    let shows_something =
        head.headers.contains_key(header::AUTHORIZATION) || head.headers.contains_key(header::COOKIE);
    match &parts.authentication {
        // Nobody need be known where everybody may ask, every few seconds.
        Some(authentication) if shows_something && !(policy.probe && policy.public) => {
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
    let mut response = name_the_unnamed(context, method, response);
    if response.status().is_client_error() || response.status().is_server_error() {
        Problem::name_request(&mut response, context.id());
    } else if *method == Method::GET && !context.policy.probe {
        response = entity_tag::tag(response, known, parts.settings.largest_tagged).await;
    }
    if context.policy.secret {
        response.extensions_mut().insert(AsItIs);
    }
    drain::end_with(&parts.drain, response)
}

/// Gives the bare answers of axum and its readers (405, a path that cannot be decoded…) the form of every other error.
fn name_the_unnamed(context: &RequestContext, method: &Method, response: Response) -> Response {
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    if !is_error || *method == Method::HEAD {
        return response;
    }
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
