use crate::access::Permitted;
use crate::body::JsonBody;
use crate::problem::{Problem, bilan_problem};
use crate::state::SharedState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use nexus_bilan::lifecycle::BilanState;
use nexus_bilan::questionnaire::{Level, Subject, read_level, read_subject};
use nexus_bilan::use_cases::{self, StartBilan};
use nexus_core::{BilanId, ErrorCode, StudentId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A bank by name, or by subject and level.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StartRequest {
    #[serde(alias = "student_id")]
    #[schema(value_type = String)]
    student_id: StudentId,
    /// Slug of the questionnaire.
    bank: Option<String>,
    subject: Option<String>,
    #[serde(alias = "niveau", alias = "level")]
    grade: Option<String>,
}

/// The attempt that was opened.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StartedView {
    ok: bool,
    #[schema(value_type = String)]
    id: BilanId,
    /// The same, under the name of the existing pages.
    #[schema(value_type = String)]
    bilan_id: BilanId,
    #[schema(value_type = String)]
    state: BilanState,
    bank: String,
    #[schema(value_type = Option<String>)]
    subject: Option<Subject>,
    #[schema(value_type = Option<String>)]
    grade: Option<Level>,
    expires_at: Timestamp,
    /// Whether a pedagogical survey goes with it.
    volet2_required: bool,
}

/// Opens an attempt.
#[utoipa::path(post, path = "/api/bilan/start", tag = "bilans",
    request_body(content = StartRequest, example = json!({"studentId": "stu1", "bank": "maths-terminale"})),
    responses(
        (status = 201, body = StartedView, example = json!({
            "ok": true, "id": "bil1", "bilanId": "bil1", "state": "DRAFT", "bank": "maths-terminale",
            "subject": "MATHEMATIQUES", "grade": "terminale", "expiresAt": "2026-12-02T08:00:00Z",
            "volet2Required": true
        })),
        (status = 404, description = "Cet élève n'existe pas, ou n'est pas visible."),
    )
)]
pub(crate) async fn start(
    State(state): State<SharedState>,
    Permitted(permit): Permitted,
    JsonBody(request): JsonBody<StartRequest>,
) -> Result<(StatusCode, Json<StartedView>), Problem> {
    let command = StartBilan {
        student: request.student_id,
        bank: request.bank,
        subject: read("subject", request.subject, read_subject)?,
        level: read("grade", request.grade, read_level)?,
    };
    let bilan = use_cases::start(&state.bilans, &permit, &command).await.map_err(bilan_problem)?;
    let view = StartedView {
        ok: true,
        bilan_id: bilan.id.clone(),
        state: bilan.state,
        bank: bilan.bank.slug.clone(),
        subject: bilan.subject,
        grade: bilan.level,
        expires_at: bilan.expires_at,
        volet2_required: use_cases::needs_survey(&state.bilans, &bilan),
        id: bilan.id,
    };
    Ok((StatusCode::CREATED, Json(view)))
}

fn read<T>(
    field: &str,
    text: Option<String>,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, Problem> {
    text.map(|text| {
        parse(&text).ok_or_else(|| {
            Problem::with_detail(
                ErrorCode::UnknownChoice,
                format!("La valeur du champ « {field} » n'est pas acceptée."),
            )
            .and("field", field)
        })
    })
    .transpose()
}
