//! One line per request. It holds the template of the route and never the path, the query, an address, a person or a token.

use super::context::RequestContext;
use axum::http::StatusCode;
use std::time::Duration;
use tracing::Span;

/// The span of everything that happens for a request: it carries the id that its lines have in common.
pub(super) fn span(context: &RequestContext) -> Span {
    let id = context.id();
    if context.policy.probe {
        tracing::debug_span!("request", id)
    } else {
        tracing::info_span!("request", id)
    }
}

/// Writes the line.
pub(super) fn answered(context: &RequestContext, method: &'static str, status: StatusCode, took: Duration) {
    let (route, status) = (&*context.route.template, status.as_u16());
    let role = context.role.get().map_or("none", |role| role.as_str());
    let milliseconds = took.as_secs_f64() * 1e3;
    if status >= 500 {
        tracing::warn!(method, route, status, milliseconds, role, "answered");
    } else if context.policy.probe {
        tracing::debug!(method, route, status, milliseconds, role, "answered");
    } else {
        tracing::info!(method, route, status, milliseconds, role, "answered");
    }
}
