use crate::body::JsonBody;
use crate::problem::{Problem, bilan_problem};
use crate::state::HttpState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use nexus_bilan::questionnaire::{read_level, read_subject};
use nexus_bilan::use_cases::{self, StartBilan};
use nexus_core::{ErrorCode, StudentId};
use serde::Deserialize;
use serde_json::{Value, json};

/// Body of `POST /api/bilan/start`: a bank by name, or by subject and level.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StartRequest {
    #[serde(alias = "student_id")]
    student_id: StudentId,
    bank: Option<String>,
    subject: Option<String>,
    #[serde(alias = "niveau", alias = "level")]
    grade: Option<String>,
}

/// `POST /api/bilan/start`.
pub(crate) async fn start(
    State(state): State<HttpState>,
    JsonBody(request): JsonBody<StartRequest>,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let command = StartBilan {
        student: request.student_id,
        bank: request.bank,
        subject: read("subject", request.subject, read_subject)?,
        level: read("grade", request.grade, read_level)?,
    };
    let bilan = use_cases::start(&state.bilans, &command).await.map_err(bilan_problem)?;
    let body = json!({
        "ok": true,
        "id": bilan.id,
        "bilanId": bilan.id,
        "state": bilan.state,
        "bank": bilan.bank.slug,
        "subject": bilan.subject,
        "grade": bilan.level,
        "expiresAt": bilan.expires_at,
        "volet2Required": use_cases::needs_survey(&state.bilans, &bilan),
    });
    Ok((StatusCode::CREATED, Json(body)))
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
