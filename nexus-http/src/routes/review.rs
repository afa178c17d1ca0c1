use super::bilan::view;
use crate::body::{BilanPath, JsonBody};
use crate::problem::{Problem, bilan_problem};
use crate::state::HttpState;
use axum::Json;
use axum::extract::State;
use nexus_bilan::use_cases::{self, ReviewDecision};
use serde::Deserialize;
use serde_json::Value;

/// Body of `POST /api/bilans/{id}/review`.
#[derive(Debug, Deserialize)]
pub(crate) struct ReviewRequest {
    decision: ReviewDecision,
}

/// `POST /api/bilans/{id}/review`.
pub(crate) async fn review(
    State(state): State<HttpState>,
    BilanPath(id): BilanPath,
    JsonBody(request): JsonBody<ReviewRequest>,
) -> Result<Json<Value>, Problem> {
    let bilan = use_cases::review(&state.bilans, &id, request.decision).await.map_err(bilan_problem)?;
    Ok(Json(view(&bilan)))
}

/// `POST /api/bilans/{id}/publish`.
pub(crate) async fn publish(
    State(state): State<HttpState>,
    BilanPath(id): BilanPath,
) -> Result<Json<Value>, Problem> {
    let bilan = use_cases::publish(&state.bilans, &id).await.map_err(bilan_problem)?;
    Ok(Json(view(&bilan)))
}

/// `POST /api/bilans/{id}/regenerate`.
pub(crate) async fn regenerate(
    State(state): State<HttpState>,
    BilanPath(id): BilanPath,
) -> Result<Json<Value>, Problem> {
    let bilan = use_cases::regenerate(&state.bilans, &id).await.map_err(bilan_problem)?;
    state.wake.notify_one();
    Ok(Json(view(&bilan)))
}

/// `POST /api/bilans/{id}/retry`.
pub(crate) async fn retry(
    State(state): State<HttpState>,
    BilanPath(id): BilanPath,
) -> Result<Json<Value>, Problem> {
    let bilan = use_cases::retry(&state.bilans, &id).await.map_err(bilan_problem)?;
    state.wake.notify_one();
    Ok(Json(view(&bilan)))
}
