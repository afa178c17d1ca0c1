//! Handlers that several files call.

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::Method;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use nexus_http::JsonBody;
use nexus_http::chassis::{RoutePolicies, RoutePolicy};
use serde_json::{Value, json};

/// `GET /hello`, `POST /json` (tells what it read), `POST /raw` (tells how many bytes it read).
pub(crate) fn routes() -> Router {
    Router::new()
        .route("/hello", get(async || Json(json!({"hello": "world"}))))
        .route("/json", post(async |JsonBody(value): JsonBody<Value>| Json(value)))
        .route("/raw", post(async |body: Bytes| body.len().to_string()))
        .fallback(async || nexus_http::Problem::new(nexus_core::ErrorCode::NotFound).into_response())
}

/// One route with a policy.
pub(crate) fn policy(method: Method, path: &str, policy: RoutePolicy) -> RoutePolicies {
    let mut policies = RoutePolicies::default();
    policies.add(method, path, policy);
    policies
}

/// A `POST` of JSON.
pub(crate) fn post_json(path: &str, body: impl Into<Body>) -> Request<Body> {
    Request::post(path).header("content-type", "application/json").body(body.into()).unwrap()
}
