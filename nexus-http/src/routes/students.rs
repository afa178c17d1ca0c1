use crate::access::Permitted;
use crate::body::StudentPath;
use crate::problem::{Problem, bilan_problem};
use crate::state::SharedState;
use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use nexus_bilan::bilan::BilanSummary;
use nexus_bilan::lifecycle::BilanState;
use nexus_bilan::report::Audience;
use nexus_bilan::use_cases;
use nexus_core::BilanId;
use serde::Serialize;
use utoipa::ToSchema;

/// One bilan of a list.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SummaryView {
    #[schema(value_type = String)]
    id: BilanId,
    created_at: Timestamp,
    niveau: Option<String>,
    subject: Option<String>,
    /// Share of the points, 0 to 100; absent before the score, and for a family before publication.
    percent: Option<u8>,
    #[schema(value_type = String)]
    state: BilanState,
}

/// The bilans of a pupil, newest first.
#[utoipa::path(get, path = "/api/students/{id}/bilans", tag = "bilans", responses(
    (status = 200, body = Vec<SummaryView>, example = json!([{
        "id": "bil1", "createdAt": "2026-11-02T08:00:00Z", "niveau": "terminale", "subject": "MATHEMATIQUES",
        "percent": 62, "state": "PUBLISHED"
    }])),
))]
pub(crate) async fn bilans(
    State(state): State<SharedState>,
    Permitted(permit): Permitted,
    StudentPath(id): StudentPath,
) -> Result<Json<Vec<SummaryView>>, Problem> {
    let list = use_cases::list_for_student(&state.bilans, &permit, &id).await.map_err(bilan_problem)?;
    let audience = Audience::of(&permit);
    let line = |summary: BilanSummary| SummaryView {
        id: summary.id,
        created_at: summary.created_at,
        niveau: summary.level,
        subject: summary.subject,
        percent: summary.percent.filter(|_| audience.is_open(summary.state)),
        state: summary.state,
    };
    Ok(Json(list.into_iter().map(line).collect()))
}
