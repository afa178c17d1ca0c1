//! The router with its layers, and the server around it.

use crate::access::Routes;
use crate::authentication::Identification;
use crate::chassis::RoutePolicies;
use crate::problem::Problem;
use crate::routes::contract::ContractDocument;
use crate::state::HttpState;
use crate::{routes, serving};
use axum::{Extension, Router};
use nexus_core::ErrorCode;
use nexus_core::rights::Action;
use std::sync::Arc;
use tokio::net::TcpListener;
use utoipa::openapi::OpenApi;
use utoipa_axum::routes;

/// Every route of Nexus, inside the chassis.
pub fn router(state: HttpState) -> Router {
    let identification = Identification { keys: state.keys.clone(), sessions: state.sessions.clone() };
    let chassis = state.chassis.clone().or_authentication(Arc::new(identification));
    let (router, contract, policies) = every_route(state);
    // Names, types and numbers always have a JSON form.
    let document = ContractDocument(contract.to_json().unwrap_or_default().into());
    let router = router.layer(Extension(document)).fallback(|| async { Problem::new(ErrorCode::NotFound) });
    chassis.around(router, policies)
}

/// The contract of every route: OpenAPI 3.1.
pub fn contract(state: HttpState) -> OpenApi {
    every_route(state).1
}

fn every_route(state: HttpState) -> (Router, OpenApi, RoutePolicies) {
    use routes::auth::{csrf, entrance, providers, session, sign_in, sign_out, stream};
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
        .add(Action::SignIn, routes!(csrf::csrf))
        .add(Action::SignIn, routes!(providers::providers))
        .add(Action::SignIn, routes!(session::session, session::update))
        .add(Action::SignIn, routes!(entrance::sign_in_page))
        .add(Action::SignIn, routes!(entrance::error_page))
        .add(Action::SignIn, routes!(entrance::begin))
        .add(Action::SignIn, routes!(entrance::client_log))
        .add(Action::SignIn, routes!(sign_in::callback))
        .add(Action::SignIn, routes!(sign_out::sign_out))
        .add(Action::ReadAccount, routes!(stream::stream))
        .finish()
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
    serving::serve_router(listener, router(state), &chassis, stop).await
}
