use axum::http::HeaderMap;
use tracing::Span;

/// Continues the trace that a caller announces (`traceparent` of the W3C), whatever carries traces away.
pub trait TraceParent: Send + Sync {
    /// Makes the span of a request part of the trace that its headers announce; an unreadable announcement counts as none.
    fn adopt(&self, headers: &HeaderMap, span: &Span);
}
