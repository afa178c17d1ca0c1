use super::book::RouteEntry;
use super::client::ClientAddress;
use super::policy::RoutePolicy;
use axum::http::{Extensions, HeaderValue};
use nexus_core::Role;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

/// What the chassis found out about a request before anything else looked at it.
pub(super) struct RequestContext {
    pub(super) id: HeaderValue,
    pub(super) client: ClientAddress,
    pub(super) secure: bool,
    pub(super) route: Arc<RouteEntry>,
    pub(super) policy: RoutePolicy,
    /// Whether its body came too slowly: readers that do not know of it answer as if it were malformed.
    pub(super) stalled: AtomicBool,
    /// Known once the request was authenticated.
    pub(super) role: OnceLock<Role>,
}

impl RequestContext {
    /// The request's id; it is ASCII by construction.
    pub(super) fn id(&self) -> &str {
        self.id.to_str().unwrap_or_default()
    }
}

/// The context of a request.
pub(super) fn of(extensions: &Extensions) -> Option<&Arc<RequestContext>> {
    extensions.get()
}
