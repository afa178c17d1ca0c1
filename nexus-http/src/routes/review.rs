use super::bilan::{BilanView, view};
use crate::access::Permitted;
use crate::body::{BilanPath, JsonBody};
use crate::problem::{Problem, bilan_problem};
use crate::state::SharedState;
use axum::Json;
use axum::extract::State;
use nexus_bilan::use_cases::{self, ReviewDecision};
use serde::Deserialize;
use utoipa::ToSchema;

/// What a member of staff decides about a report.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReviewRequest {
    /// `validate` or `reject`.
    #[schema(value_type = String, example = "validate")]
    decision: ReviewDecision,
}

/// Approves or refuses a report.
#[utoipa::path(post, path = "/api/bilans/{id}/review", tag = "bilans",
    request_body(content = ReviewRequest, example = json!({"decision": "validate"})),
    responses((status = 200, body = BilanView, example = json!({"ok": true, "id": "bil1", "state": "VALIDATED"})))
)]
pub(crate) async fn review(
    State(state): State<SharedState>,
    Permitted(permit): Permitted,
    BilanPath(id): BilanPath,
    JsonBody(request): JsonBody<ReviewRequest>,
) -> Result<Json<BilanView>, Problem> {
    let bilan =
        use_cases::review(&state.bilans, &permit, &id, request.decision).await.map_err(bilan_problem)?;
    Ok(Json(view(&bilan, &permit)))
}

/// Opens a validated report to the family.
#[utoipa::path(post, path = "/api/bilans/{id}/publish", tag = "bilans",
    responses((status = 200, body = BilanView, example = json!({"ok": true, "id": "bil1", "state": "PUBLISHED"})))
)]
pub(crate) async fn publish(
    State(state): State<SharedState>,
    Permitted(permit): Permitted,
    BilanPath(id): BilanPath,
) -> Result<Json<BilanView>, Problem> {
    let bilan = use_cases::publish(&state.bilans, &permit, &id).await.map_err(bilan_problem)?;
    Ok(Json(view(&bilan, &permit)))
}

/// Asks for a new revision of a report, from the same immutable score.
#[utoipa::path(post, path = "/api/bilans/{id}/regenerate", tag = "bilans",
    responses((status = 200, body = BilanView, example = json!({"ok": true, "id": "bil1", "state": "SCORED"})))
)]
pub(crate) async fn regenerate(
    State(state): State<SharedState>,
    Permitted(permit): Permitted,
    BilanPath(id): BilanPath,
) -> Result<Json<BilanView>, Problem> {
    let bilan = use_cases::regenerate(&state.bilans, &permit, &id).await.map_err(bilan_problem)?;
    state.wake.notify_one();
    Ok(Json(view(&bilan, &permit)))
}

/// Asks for another try after a failure.
#[utoipa::path(post, path = "/api/bilans/{id}/retry", tag = "bilans",
    responses((status = 200, body = BilanView, example = json!({"ok": true, "id": "bil1", "state": "SUBMITTED"})))
)]
pub(crate) async fn retry(
    State(state): State<SharedState>,
    Permitted(permit): Permitted,
    BilanPath(id): BilanPath,
) -> Result<Json<BilanView>, Problem> {
    let bilan = use_cases::retry(&state.bilans, &permit, &id).await.map_err(bilan_problem)?;
    state.wake.notify_one();
    Ok(Json(view(&bilan, &permit)))
}
