use crate::body::StudentPath;
use crate::problem::{Problem, bilan_problem};
use crate::state::HttpState;
use axum::Json;
use axum::extract::State;
use nexus_bilan::use_cases;
use serde_json::{Value, json};

/// `GET /api/students/{id}/bilans`, newest first.
pub(crate) async fn bilans(
    State(state): State<HttpState>,
    StudentPath(id): StudentPath,
) -> Result<Json<Vec<Value>>, Problem> {
    let list = use_cases::list_for_student(&state.bilans, &id).await.map_err(bilan_problem)?;
    let line = |summary: &nexus_bilan::bilan::BilanSummary| {
        json!({
            "id": summary.id,
            "createdAt": summary.created_at,
            "niveau": summary.level,
            "subject": summary.subject,
            "percent": summary.percent,
            "state": summary.state,
        })
    };
    Ok(Json(list.iter().map(line).collect()))
}
