//! Which other sites' pages may read answers. None, unless the configuration names them.

use super::settings::ChassisSettings;
use axum::http::header::{
    ACCEPT, AUTHORIZATION, CONTENT_DISPOSITION, CONTENT_TYPE, ETAG, IF_MATCH, IF_NONE_MATCH, RETRY_AFTER,
};
use axum::http::{HeaderName, HeaderValue, Method};
use std::time::Duration;
use tower_http::cors::{AllowOrigin, CorsLayer};

/// How long a browser remembers what it was told.
const REMEMBERED: Duration = Duration::from_mins(10);

/// The layer that answers browsers; absent when no other site is named, so that nothing is said to anybody.
pub(super) fn layer(settings: &ChassisSettings) -> Option<CorsLayer> {
    let origins: Vec<HeaderValue> =
        settings.allowed_origins.iter().filter_map(super::origin::Origin::header).collect();
    if origins.is_empty() {
        return None;
    }
    let own = |name: &'static str| HeaderName::from_static(name);
    Some(
        CorsLayer::new()
            .allow_origin(AllowOrigin::list(origins))
            .allow_credentials(true)
            .allow_methods([
                Method::GET,
                Method::HEAD,
                Method::POST,
                Method::PUT,
                Method::PATCH,
                Method::DELETE,
            ])
            .allow_headers([
                ACCEPT,
                AUTHORIZATION,
                CONTENT_TYPE,
                IF_MATCH,
                IF_NONE_MATCH,
                own("idempotency-key"),
                own("x-csrf-token"),
                own("x-request-id"),
            ])
            .expose_headers([
                CONTENT_DISPOSITION,
                ETAG,
                RETRY_AFTER,
                own("idempotency-replayed"),
                own("ratelimit-limit"),
                own("ratelimit-remaining"),
                own("ratelimit-reset"),
                own("x-request-id"),
            ])
            .max_age(REMEMBERED),
    )
}
