//! The measures of the server, for the machine that collects them.

use crate::access::Permitted;
use crate::authentication::bearer;
use crate::state::{HttpState, SharedState};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use nexus_core::PoolUse;
use nexus_core::outbox::Backlog;
use std::time::Duration;

/// The text format of Prometheus.
const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// How long a collector waits for what the database counts.
const PATIENCE: Duration = Duration::from_secs(2);

/// Measures of this server, in the text format of Prometheus. For an administrator, or for a machine that shows the
/// configured token.
#[utoipa::path(get, path = "/metrics", tag = "exploitation", responses(
    (status = 200, body = String, content_type = "text/plain", example = "http_requests_total{method=\"GET\",route=\"/api/health\",status=\"200\"} 12"),
))]
pub(crate) async fn metrics(State(state): State<SharedState>, _: Permitted) -> Response {
    pools(&state.operations.store.pools());
    let counted = tokio::time::timeout(PATIENCE, state.bilans.store.backlog()).await;
    match counted {
        Ok(Ok(waiting)) => backlog(&waiting),
        // The measures of the process are needed all the more.
        Ok(Err(_)) | Err(_) => metrics::gauge!("nexus_database_up").set(0.0),
    }
    ([(CONTENT_TYPE, TEXT)], state.operations.measures.page()).into_response()
}

fn pools(pools: &[PoolUse]) {
    for pool in pools {
        for (word, count) in [("idle", pool.idle), ("in_use", pool.in_use), ("most", pool.most)] {
            metrics::gauge!("nexus_db_pool_connections", "pool" => pool.pool, "state" => word).set(count);
        }
    }
}

fn backlog(waiting: &Backlog) {
    metrics::gauge!("nexus_database_up").set(1.0);
    for (name, count) in [
        ("nexus_jobs_pending", waiting.jobs_pending),
        ("nexus_jobs_quarantined", waiting.jobs_quarantined),
        ("nexus_outbox_pending", waiting.outbox_pending),
        ("nexus_outbox_dead", waiting.outbox_dead),
        ("nexus_outbox_ambiguous", waiting.outbox_ambiguous),
    ] {
        metrics::gauge!(name).set(count as f64);
    }
}

/// Whether a request comes from the machine that shows the configured token: it may read the measures, and nothing else. It
/// is no person, and its token no session.
pub(crate) fn admits(state: &HttpState, headers: &HeaderMap) -> bool {
    let (Some(token), Some(presented)) = (&state.operations.metrics_token, bearer(headers)) else {
        return false;
    };
    token.accepts(presented)
}
