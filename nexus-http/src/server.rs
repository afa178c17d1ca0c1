//! The router with its layers, and the server around it.

use crate::access::Routes;
use crate::authentication::Identification;
use crate::chassis::Enclosed;
use crate::problem::Problem;
use crate::route_list::every_route;
use crate::routes::contract::ContractDocument;
use crate::serving;
use crate::state::{HttpState, ServerState};
use axum::Router;
use nexus_core::ErrorCode;
use std::sync::Arc;
use tokio::net::TcpListener;
use utoipa::openapi::OpenApi;

/// Every route of Nexus, inside the chassis, for a router of somebody else.
pub fn router(state: HttpState) -> Router {
    Router::new().fallback_service(enclosed(state))
}

/// Every route of Nexus, inside the chassis.
pub fn enclosed(state: HttpState) -> Enclosed {
    let state = Arc::new(ServerState { http: state, contract: ContractDocument::default() });
    let identification = Identification { keys: state.keys.clone(), sessions: state.sessions.clone() };
    let chassis = state.chassis.clone().or_authentication(Arc::new(identification));
    let (router, policies) = every_route(Routes::to_serve(state)).into_router();
    chassis.around(router.fallback(|| async { Problem::new(ErrorCode::NotFound) }), policies)
}

/// The contract of every route: OpenAPI 3.1.
pub fn contract(state: HttpState) -> OpenApi {
    let state = Arc::new(ServerState { http: state, contract: ContractDocument::default() });
    every_route(Routes::to_describe(state)).into_contract()
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
    serving::serve_enclosed(listener, enclosed(state), &chassis, stop).await
}
