//! School holidays, public holidays, the leave of a coach.

use super::availability::coach_of;
use super::reading::{date, wrong};
use super::refusal;
use crate::asked::Asked;
use crate::body::{JsonBody, QueryOf};
use crate::chassis::PageOf;
use crate::problem::Problem;
use crate::routes::identity_views::DoneBody;
use crate::state::SharedState;
use axum::Json;
use axum::extract::State;
use nexus_core::calendar::{Closure, StoredClosure, use_cases};
use nexus_core::{ErrorCode, Pagination, UserId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which days without lessons.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(crate) struct ClosureQuery {
    /// Whose, beside the school's; one's own when absent, everybody's for the office.
    coach_id: Option<String>,
    /// Those that are not over on this day; today when absent.
    start_date: Option<String>,
    /// From 1 on.
    #[allow(dead_code)] // read by `PageOf`
    page: Option<String>,
    /// 1 to 100.
    #[allow(dead_code)] // read by `PageOf`
    limit: Option<String>,
}

/// Days without lessons, as they are stored.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClosureBody {
    id: String,
    first: String,
    last: String,
    label: String,
    /// The account of the coach whose leave it is; the school's when `null`.
    #[schema(value_type = Option<String>)]
    coach_id: Option<UserId>,
}

impl From<StoredClosure> for ClosureBody {
    fn from(stored: StoredClosure) -> Self {
        let Closure { first, last, label } = stored.closure;
        Self {
            id: stored.id,
            first: first.to_string(),
            last: last.to_string(),
            label,
            coach_id: stored.coach,
        }
    }
}

/// A page of days without lessons.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ClosureList {
    success: bool,
    closures: Vec<ClosureBody>,
    #[schema(value_type = Object)]
    pagination: Pagination,
}

/// Lists days without lessons, by their first day.
#[utoipa::path(get, path = "/api/coaches/closures", tag = "disponibilités", params(ClosureQuery), responses(
    (status = 200, body = ClosureList, example = json!({
        "success": true,
        "closures": [{"id": "clo1", "first": "2026-12-21", "last": "2027-01-03", "label": "Vacances d'hiver", "coachId": null}],
        "pagination": {"page": 1, "limit": 20, "total": 1, "totalPages": 1}
    })),
))]
pub(crate) async fn list(
    State(state): State<SharedState>,
    asked: Asked,
    PageOf(page): PageOf,
    QueryOf(query): QueryOf<ClosureQuery>,
) -> Result<Json<ClosureList>, Problem> {
    let school = &state.calendar.policy.zone;
    let from = query.start_date.as_deref().map(|text| date("startDate", text, school)).transpose()?;
    let coach = query.coach_id.or_else(|| coach_of(&asked, None).ok());
    let (closures, total) =
        use_cases::list_closures(&state.calendar, asked.behalf(), coach.as_deref(), from, page)
            .await
            .map_err(refusal)?;
    Ok(Json(ClosureList {
        success: true,
        closures: closures.into_iter().map(ClosureBody::from).collect(),
        pagination: Pagination::of(page, total),
    }))
}

/// Days without lessons.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClosureRequest {
    first: String,
    last: String,
    label: String,
    /// Whose; the coach's own when absent, the school's for the office.
    coach_id: Option<String>,
}

/// What was written.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ClosureMade {
    success: bool,
    message: &'static str,
    id: String,
}

/// Closes days: for the school, or for one coach.
#[utoipa::path(post, path = "/api/coaches/closures", tag = "disponibilités",
    request_body(content = ClosureRequest, example = json!({
        "first": "2026-12-21", "last": "2027-01-03", "label": "Vacances d'hiver", "coachId": "rights-coach"
    })), responses(
    (status = 200, body = ClosureMade, example = json!({
        "success": true, "message": "Fermeture enregistrée.", "id": "clo1"
    })),
))]
pub(crate) async fn close(
    State(state): State<SharedState>,
    asked: Asked,
    JsonBody(request): JsonBody<ClosureRequest>,
) -> Result<Json<ClosureMade>, Problem> {
    let school = &state.calendar.policy.zone;
    let label = request.label.trim();
    if label.is_empty() || label.chars().count() > 120 || label.chars().any(char::is_control) {
        return Err(wrong("label", ErrorCode::InvalidField));
    }
    let closure = Closure {
        first: date("first", &request.first, school)?,
        last: date("last", &request.last, school)?,
        label: label.to_owned(),
    };
    let coach = request.coach_id.or_else(|| coach_of(&asked, None).ok());
    let id = use_cases::add_closure(&state.calendar, asked.behalf(), coach.as_deref(), &closure)
        .await
        .map_err(refusal)?;
    Ok(Json(ClosureMade { success: true, message: "Fermeture enregistrée.", id }))
}

/// Which days without lessons are taken back.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct WhichClosure {
    /// Their id.
    #[serde(rename = "id")]
    #[param(rename = "id")]
    closure: Option<String>,
}

/// Takes days without lessons back: what can be booked on them can be booked again.
#[utoipa::path(delete, path = "/api/coaches/closures", tag = "disponibilités", params(WhichClosure), responses(
    (status = 200, body = DoneBody, example = json!({"success": true, "message": "Fermeture retirée."})),
))]
pub(crate) async fn remove(
    State(state): State<SharedState>,
    asked: Asked,
    QueryOf(query): QueryOf<WhichClosure>,
) -> Result<Json<DoneBody>, Problem> {
    let id =
        query.closure.filter(|id| !id.is_empty()).ok_or_else(|| wrong("id", ErrorCode::FieldRequired))?;
    use_cases::remove_closure(&state.calendar, asked.behalf(), &id).await.map_err(refusal)?;
    Ok(Json(DoneBody::saying("Fermeture retirée.")))
}
