//! The router with its layers, and the server around it.

use crate::access::Routes;
use crate::authentication::Identification;
use crate::chassis::{Enclosed, RoutePolicies};
use crate::problem::Problem;
use crate::routes::contract::ContractDocument;
use crate::state::{HttpState, ServerState, SharedState};
use crate::{routes, serving};
use axum::Router;
use nexus_core::ErrorCode;
use nexus_core::rights::Action;
use std::sync::Arc;
use tokio::net::TcpListener;
use utoipa::openapi::OpenApi;
use utoipa_axum::routes;

/// Every route of Nexus, inside the chassis, for a router of somebody else.
pub fn router(state: HttpState) -> Router {
    Router::new().fallback_service(enclosed(state))
}

/// Every route of Nexus, inside the chassis.
pub fn enclosed(state: HttpState) -> Enclosed {
    let document = ContractDocument::default();
    let state = Arc::new(ServerState { http: state, contract: document.clone() });
    let identification = Identification { keys: state.keys.clone(), sessions: state.sessions.clone() };
    let chassis = state.chassis.clone().or_authentication(Arc::new(identification));
    let (router, contract, policies) = every_route(state);
    // Names, types and numbers always have a JSON form.
    document.write(contract.to_json().unwrap_or_default());
    chassis.around(router.fallback(|| async { Problem::new(ErrorCode::NotFound) }), policies)
}

/// The contract of every route: OpenAPI 3.1.
pub fn contract(state: HttpState) -> OpenApi {
    every_route(Arc::new(ServerState { http: state, contract: ContractDocument::default() })).1
}

fn every_route(state: SharedState) -> (Router, OpenApi, RoutePolicies) {
    use routes::auth::{csrf, entrance, providers, session, sign_in, sign_out, stream};
    use routes::{
        account, admin_users, answering, bilan, children, coaches, contract, credit_requests, credits,
        health, metrics, old_pdf, password, registration, report, review, second_factor, start,
        student_credits, students, subscriptions,
    };
    Routes::new(state)
        .add(Action::ReadHealth, routes!(health::health))
        .probe(Action::ReadHealth, routes!(health::live))
        .add(Action::ReadHealth, routes!(health::ready))
        .add(Action::ReadAdministration, routes!(health::status))
        .admitting(Action::ReadMetrics, metrics::admits, routes!(metrics::metrics))
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
        .add(Action::ReadCredits, routes!(credits::wallet))
        .add(Action::SpendCredits, routes!(credits::spend))
        .add(Action::AdjustCredits, routes!(credits::reverse))
        .add(Action::ReadPupilCredits, routes!(student_credits::own))
        .add(Action::ReadPupilCredits, routes!(student_credits::explanation))
        .add(Action::ReadPupilCredits, routes!(student_credits::statement))
        .add(Action::AdjustCredits, routes!(student_credits::list, student_credits::adjust))
        .add(Action::RequestCredits, routes!(credit_requests::ask))
        .add(Action::AdjustCredits, routes!(credit_requests::list, credit_requests::decide))
        .add(Action::RequestCredits, routes!(subscriptions::change))
        .add(Action::RequestCredits, routes!(subscriptions::children, subscriptions::subscribe))
        .add(Action::RequestCredits, routes!(subscriptions::own_requests, subscriptions::ask))
        .add(Action::DecideSubscription, routes!(subscriptions::queue, subscriptions::decide))
        .add(Action::Register, routes!(registration::register))
        .add(Action::ReadAccount, routes!(account::read))
        .add(Action::RedeemLink, routes!(account::activate))
        .add(Action::RedeemLink, routes!(account::confirm_email))
        .add(Action::RedeemLink, routes!(account::consent))
        .add(Action::ManageAccount, routes!(account::change_email))
        .add(Action::ManageAccount, routes!(account::sign_out_everywhere))
        .add(Action::RedeemLink, routes!(password::forgot))
        .add(Action::RedeemLink, routes!(password::reset))
        .add(Action::ManageAccount, routes!(password::change))
        .add(Action::ManageAccount, routes!(second_factor::begin))
        .add(Action::ManageAccount, routes!(second_factor::confirm))
        .add(Action::ManageAccount, routes!(second_factor::disable))
        .add(Action::ManageAccount, routes!(second_factor::renew_codes))
        .add(Action::InviteChild, routes!(children::invite))
        .add(Action::GiveConsent, routes!(children::give_consent))
        .add(Action::GiveConsent, routes!(children::withdraw_consent))
        .add(Action::ManageUsers, routes!(admin_users::list))
        .add(Action::ManageUsers, routes!(admin_users::create))
        .add(Action::ManageUsers, routes!(admin_users::update))
        .add(Action::ManageUsers, routes!(admin_users::delete))
        .add(Action::ManageUsers, routes!(admin_users::disable))
        .add(Action::ManageUsers, routes!(admin_users::enable))
        .add(Action::ManageUsers, routes!(admin_users::invite))
        .add(Action::ManageUsers, routes!(admin_users::remove_second_factor))
        .add(Action::ReadCoaches, routes!(coaches::list))
        .add(Action::ManageCoaches, routes!(coaches::create))
        .add(Action::ManageCoaches, routes!(coaches::update))
        .add(Action::DeleteCoach, routes!(coaches::delete))
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
    serving::serve_enclosed(listener, enclosed(state), &chassis, stop).await
}
