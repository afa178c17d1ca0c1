use super::bilan::{BilanView, view};
use crate::access::Permitted;
use crate::body::{BilanPath, JsonBody};
use crate::problem::{Problem, bilan_problem};
use crate::state::SharedState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use nexus_bilan::answers::Answer;
use nexus_bilan::bilan::AttemptAnswers;
use nexus_bilan::lifecycle::BilanState;
use nexus_bilan::questionnaire::{ExposedBank, ExposedSurvey};
use nexus_bilan::survey::SurveyAnswers;
use nexus_bilan::use_cases::{self, SaveAnswers};
use nexus_core::BilanId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a pupil needs in order to go on; no key is in it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct QuestionsView {
    #[schema(value_type = String)]
    id: BilanId,
    #[schema(value_type = String)]
    state: BilanState,
    /// To be sent back with the next save.
    revision: u64,
    expires_at: Timestamp,
    /// The questions, options in the order of this attempt.
    #[schema(value_type = Object)]
    questionnaire: ExposedBank,
    #[schema(value_type = Option<Object>)]
    survey: Option<ExposedSurvey>,
    /// What was saved so far.
    #[schema(value_type = Object)]
    saved: AttemptAnswers,
}

/// The questions of an attempt.
#[utoipa::path(get, path = "/api/bilans/{id}/questions", tag = "bilans", responses(
    (status = 200, body = QuestionsView, example = json!({
        "id": "bil1", "state": "DRAFT", "revision": 0, "expiresAt": "2026-12-02T08:00:00Z",
        "questionnaire": {"slug": "maths-terminale", "items": []}, "survey": null,
        "saved": {"answers": [], "survey": {}}
    })),
    (status = 409, description = "L'essai a expiré."),
))]
pub(crate) async fn questions(
    State(state): State<SharedState>,
    Permitted(permit): Permitted,
    BilanPath(id): BilanPath,
) -> Result<Json<QuestionsView>, Problem> {
    let sheet = use_cases::questions(&state.bilans, &permit, &id).await.map_err(bilan_problem)?;
    Ok(Json(QuestionsView {
        id: sheet.bilan.id,
        state: sheet.bilan.state,
        revision: sheet.bilan.revision,
        expires_at: sheet.bilan.expires_at,
        questionnaire: sheet.questions,
        survey: sheet.survey,
        saved: sheet.saved,
    }))
}

/// An autosave.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct SaveRequest {
    /// The revision that the page started from.
    revision: u64,
    /// Answers that changed.
    #[serde(default)]
    #[schema(value_type = Vec<Object>)]
    answers: Vec<Answer>,
    /// Answers of the survey that changed.
    #[serde(default)]
    #[schema(value_type = Object)]
    survey: SurveyAnswers,
}

/// The revision after an autosave.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SavedView {
    ok: bool,
    revision: u64,
}

/// Saves answers, item by item.
#[utoipa::path(patch, path = "/api/bilans/{id}/answers", tag = "bilans",
    request_body(content = SaveRequest, example = json!({
        "revision": 0, "answers": [{"itemId": "MTT-01", "value": {"kind": "dont_know"}}], "survey": {}
    })),
    responses((status = 200, body = SavedView, example = json!({"ok": true, "revision": 1})))
)]
pub(crate) async fn save(
    State(state): State<SharedState>,
    Permitted(permit): Permitted,
    BilanPath(id): BilanPath,
    JsonBody(request): JsonBody<SaveRequest>,
) -> Result<Json<SavedView>, Problem> {
    let changed = AttemptAnswers { answers: request.answers, survey: request.survey };
    let command = SaveAnswers { revision: request.revision, changed };
    let revision =
        use_cases::save_answers(&state.bilans, &permit, &id, &command).await.map_err(bilan_problem)?;
    Ok(Json(SavedView { ok: true, revision }))
}

/// The hand-in of an attempt.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct SubmitRequest {
    /// The revision that the pupil saw.
    revision: u64,
}

/// Hands the answers in; the report is made afterwards. Sending it again changes nothing.
#[utoipa::path(post, path = "/api/bilans/{id}/submit", tag = "bilans",
    request_body(content = SubmitRequest, example = json!({"revision": 4})),
    responses((status = 202, body = BilanView, example = json!({
        "ok": true, "id": "bil1", "studentId": "stu1", "bank": "maths-terminale", "subject": "MATHEMATIQUES",
        "niveau": "terminale", "state": "SUBMITTED", "label": "en cours de traitement", "status": "running",
        "revision": 4, "reportRevision": 1, "createdAt": "2026-11-02T08:00:00Z",
        "expiresAt": "2026-12-02T08:00:00Z", "submittedAt": "2026-11-03T17:20:00Z", "failure": null, "documents": []
    })))
)]
pub(crate) async fn submit(
    State(state): State<SharedState>,
    Permitted(permit): Permitted,
    BilanPath(id): BilanPath,
    JsonBody(request): JsonBody<SubmitRequest>,
) -> Result<(StatusCode, Json<BilanView>), Problem> {
    let bilan =
        use_cases::submit(&state.bilans, &permit, &id, request.revision).await.map_err(bilan_problem)?;
    state.wake.notify_one();
    Ok((StatusCode::ACCEPTED, Json(view(&bilan, &permit))))
}
