//! The router with its layers, and the server around it.

use crate::access::{Access, Routes};
use crate::body::LARGEST_BODY;
use crate::problem::Problem;
use crate::routes;
use crate::state::HttpState;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, patch, post};
use nexus_core::ErrorCode;
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

    Routes::new(state)
        .add(Access::Public, "/api/health", get(routes::health::health))
        .add(Access::Key, "/api/bilan/start", post(routes::start::start))
        .add(Access::Key, "/api/bilan/pdf", get(routes::old_pdf::pdf))
        .add(Access::Key, "/api/bilan/pdf/{id}", get(routes::old_pdf::redirect))
        .add(Access::Key, "/api/bilans/{id}", get(routes::bilan::state))
        .add(Access::Key, "/api/bilans/{id}/status", get(routes::bilan::status))
        .add(Access::Key, "/api/bilans/{id}/questions", get(routes::answering::questions))
        .add(Access::Key, "/api/bilans/{id}/answers", patch(routes::answering::save))
        .add(Access::Key, "/api/bilans/{id}/submit", post(routes::answering::submit))
        .add(Access::Key, "/api/bilans/{id}/report", get(routes::report::report))
        .add(Access::Key, "/api/bilans/{id}/download", get(routes::report::download))
        .add(Access::Key, "/api/bilans/{id}/review", post(routes::review::review))
        .add(Access::Key, "/api/bilans/{id}/publish", post(routes::review::publish))
        .add(Access::Key, "/api/bilans/{id}/regenerate", post(routes::review::regenerate))
        .add(Access::Key, "/api/bilans/{id}/retry", post(routes::review::retry))
        .add(Access::Key, "/api/students/{id}/bilans", get(routes::students::bilans))
        .finish()
        .fallback(|| async { Problem::new(ErrorCode::NotFound) })
        .layer(layers)
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
