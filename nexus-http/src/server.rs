//! The router with its layers, and the server around it.

use crate::access::Routes;
use crate::body::LARGEST_BODY;
use crate::problem::Problem;
use crate::routes;
use crate::routes::contract::ContractDocument;
use crate::state::HttpState;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Router};
use nexus_core::ErrorCode;
use nexus_core::rights::Action;
use nexus_core::{Actor, Role, UserId};
use std::any::Any;
use std::future::Future;
use tokio::net::TcpListener;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::{DefaultOnResponse, TraceLayer};
use tracing::Level;
use utoipa::openapi::OpenApi;
use utoipa_axum::routes;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Every route of Nexus.
pub fn router(state: HttpState) -> Router {
    let timeout = state.request_timeout;
    let layers = ServiceBuilder::new()
        .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
        .layer(
            TraceLayer::new_for_http().make_span_with(|request: &Request| {
            // The path holds opaque ids only; query and headers stay out of the log.
            let id = request.headers().get(&REQUEST_ID).and_then(|id| id.to_str().ok()).unwrap_or("");
            tracing::info_span!("request", method = %request.method(), path = request.uri().path(), id)
        })
            .on_response(DefaultOnResponse::new().level(Level::INFO)),
        )
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        .layer(SetResponseHeaderLayer::overriding(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ))
        .layer(SetResponseHeaderLayer::if_not_present(header::CACHE_CONTROL, HeaderValue::from_static("no-store")))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, timeout))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(from_fn(name_the_unnamed));

    let (router, contract) = every_route(state.clone());
    // Names, types and numbers always have a JSON form.
    let document = ContractDocument(contract.to_json().unwrap_or_default().into());
    router
        .layer(Extension(document))
        .fallback(|| async { Problem::new(ErrorCode::NotFound) })
        .layer(from_fn_with_state(state, identify))
        .layer(layers)
}

/// The contract of every route: OpenAPI 3.1.
pub fn contract(state: HttpState) -> OpenApi {
    every_route(state).1
}

fn every_route(state: HttpState) -> (Router, OpenApi) {
    use routes::{answering, bilan, contract, health, old_pdf, report, review, start, students};
    Routes::new(state)
        .add(Action::ReadHealth, routes!(health::health))
        .add(Action::ReadContract, routes!(contract::document))
        .add(Action::ReadContract, routes!(contract::entrance))
        .add(Action::ReadContract, routes!(contract::file))
        .add(Action::StartBilan, routes!(start::start))
        .add(Action::ReadReport, routes!(old_pdf::pdf))
        .add(Action::ReadReport, routes!(old_pdf::redirect))
        .add(Action::ReadBilan, routes!(bilan::state))
        .add(Action::ReadBilan, routes!(bilan::status))
        .add(Action::AnswerBilan, routes!(answering::questions))
        .add(Action::AnswerBilan, routes!(answering::save))
        .add(Action::AnswerBilan, routes!(answering::submit))
        .add(Action::ReadReport, routes!(report::report))
        .add(Action::ReadReport, routes!(report::download))
        .add(Action::ReviewBilan, routes!(review::review))
        .add(Action::ReviewBilan, routes!(review::publish))
        .add(Action::ReviewBilan, routes!(review::regenerate))
        .add(Action::ReviewBilan, routes!(review::retry))
        .add(Action::ReadBilan, routes!(students::bilans))
        .finish()
}

/// Until people can sign in, a key of the configuration stands for an administrator (docs/adr/0006).
async fn identify(State(state): State<HttpState>, mut request: Request, next: Next) -> Response {
    let presented = request
        .headers()
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .is_some_and(|(_, key)| state.keys.accept(key.trim()));
    if presented && let Ok(user) = UserId::parse("access-key") {
        request.extensions_mut().insert(Actor::without_profile(user, Role::Admin));
    }
    next.run(request).await
}

/// Serves until `stop` resolves, then lets the requests in flight finish.
pub async fn serve(
    listener: TcpListener,
    state: HttpState,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    axum::serve(listener, router(state)).with_graceful_shutdown(stop).await
}

fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    // The panic hook has written where it happened; its payload could hold data.
    Problem::new(ErrorCode::Internal).into_response()
}

/// Gives the bare answers of axum and tower-http (405, time-out, oversized body) the form of every other error.
async fn name_the_unnamed(request: Request, next: Next) -> Response {
    let is_head = request.method() == Method::HEAD;
    let response = next.run(request).await;
    let status = response.status();
    let bare = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"));
    if !bare || is_head || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let allow = response.headers().get(header::ALLOW).cloned();
    let code = match status {
        StatusCode::PAYLOAD_TOO_LARGE => ErrorCode::TooLarge,
        StatusCode::METHOD_NOT_ALLOWED => ErrorCode::MethodNotAllowed,
        StatusCode::NOT_FOUND => ErrorCode::NotFound,
        StatusCode::SERVICE_UNAVAILABLE => ErrorCode::StorageUnavailable,
        status if status.is_client_error() => ErrorCode::MalformedParameter,
        _ => ErrorCode::Internal,
    };
    let mut named = Problem::new(code).into_response();
    if let Some(allow) = allow {
        named.headers_mut().insert(header::ALLOW, allow);
    }
    named
}
