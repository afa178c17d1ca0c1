//! The router with its layers, and the server around it.

use crate::access::{Access, Routes};
use crate::chassis::RoutePolicies;
use crate::problem::Problem;
use crate::state::HttpState;
use crate::{routes, serving};
use axum::Router;
use axum::routing::{get, patch, post};
use nexus_core::ErrorCode;
use tokio::net::TcpListener;

/// Every route of Nexus.
pub fn router(state: HttpState) -> Router {
    let chassis = state.chassis.clone();
    let routes = Routes::new(state)
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
        .fallback(|| async { Problem::new(ErrorCode::NotFound) });
    chassis.around(routes, RoutePolicies::default())
}

/// Serves until `stop` resolves, then lets the requests in flight finish.
///
/// # Errors
/// The listener is broken.
pub async fn serve(
    listener: TcpListener,
    state: HttpState,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let chassis = state.chassis.clone();
    serving::serve(listener, router(state), &chassis, stop).await
}
