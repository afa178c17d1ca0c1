use super::bilan::view;
use crate::body::{BilanPath, JsonBody};
use crate::problem::{Problem, bilan_problem};
use crate::state::HttpState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use nexus_bilan::answers::Answer;
use nexus_bilan::bilan::AttemptAnswers;
use nexus_bilan::survey::SurveyAnswers;
use nexus_bilan::use_cases::{self, SaveAnswers};
use serde::Deserialize;
use serde_json::{Value, json};

/// `GET /api/bilans/{id}/questions`.
pub(crate) async fn questions(
    State(state): State<HttpState>,
    BilanPath(id): BilanPath,
) -> Result<Json<Value>, Problem> {
    let sheet = use_cases::questions(&state.bilans, &id).await.map_err(bilan_problem)?;
    Ok(Json(json!({
        "id": sheet.bilan.id,
        "state": sheet.bilan.state,
        "revision": sheet.bilan.revision,
        "expiresAt": sheet.bilan.expires_at,
        "questionnaire": sheet.questions,
        "survey": sheet.survey,
        "saved": sheet.saved,
    })))
}

/// Body of `PATCH /api/bilans/{id}/answers`.
#[derive(Debug, Deserialize)]
pub(crate) struct SaveRequest {
    revision: u64,
    #[serde(default)]
    answers: Vec<Answer>,
    #[serde(default)]
    survey: SurveyAnswers,
}

/// `PATCH /api/bilans/{id}/answers`.
pub(crate) async fn save(
    State(state): State<HttpState>,
    BilanPath(id): BilanPath,
    JsonBody(request): JsonBody<SaveRequest>,
) -> Result<Json<Value>, Problem> {
    let changed = AttemptAnswers { answers: request.answers, survey: request.survey };
    let command = SaveAnswers { revision: request.revision, changed };
    let revision = use_cases::save_answers(&state.bilans, &id, &command).await.map_err(bilan_problem)?;
    Ok(Json(json!({"ok": true, "revision": revision})))
}

/// Body of `POST /api/bilans/{id}/submit`.
#[derive(Debug, Deserialize)]
pub(crate) struct SubmitRequest {
    revision: u64,
}

/// `POST /api/bilans/{id}/submit`.
pub(crate) async fn submit(
    State(state): State<HttpState>,
    BilanPath(id): BilanPath,
    JsonBody(request): JsonBody<SubmitRequest>,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let bilan = use_cases::submit(&state.bilans, &id, request.revision).await.map_err(bilan_problem)?;
    state.wake.notify_one();
    Ok((StatusCode::ACCEPTED, Json(view(&bilan))))
}
