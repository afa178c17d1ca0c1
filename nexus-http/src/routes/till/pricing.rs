use super::{OkBody, refusal};
use crate::asked::Asked;
use crate::body::StrictJsonBody;
use crate::problem::Problem;
use crate::state::SharedState;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use jiff::Timestamp;
use nexus_core::till::catalogue::{PricingForm, PricingId, PricingVariable};
use nexus_core::till::use_cases::{self, TillError};
use serde::{Deserialize, Serialize};
use serde_json::Number;
use utoipa::ToSchema;

/// A price that the pages show under a name.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PricingBody {
    id: i64,
    service: String,
    variable: String,
    /// In units of the currency.
    #[schema(value_type = f64)]
    valeur: Number,
    devise: &'static str,
    updated_at: Timestamp,
}

impl From<PricingVariable> for PricingBody {
    fn from(variable: PricingVariable) -> Self {
        Self {
            id: variable.id.get(),
            service: variable.entry.service,
            variable: variable.entry.variable,
            valeur: variable.entry.value.to_json(),
            devise: variable.entry.value.currency().as_str(),
            updated_at: variable.updated_at,
        }
    }
}

/// A price, whole or in part.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct PricingRequest {
    service: Option<String>,
    variable: Option<String>,
    #[schema(value_type = Option<f64>)]
    valeur: Option<Number>,
    devise: Option<String>,
}

impl From<PricingRequest> for PricingForm {
    fn from(request: PricingRequest) -> Self {
        Self {
            service: request.service,
            variable: request.variable,
            valeur: request.valeur,
            devise: request.devise,
        }
    }
}

fn pricing_id(text: &str) -> Result<PricingId, Problem> {
    PricingId::parse(text).ok_or_else(|| refusal(TillError::PricingNotFound).and("error", "Invalid id"))
}

/// The words of the existing pages.
fn pricing_refusal(error: TillError) -> Problem {
    let has_fields = matches!(error, TillError::Fields(_));
    let problem = refusal(error);
    if has_fields { problem.and("error", "Invalid body") } else { problem }
}

/// The prices that the pages show, newest first.
#[utoipa::path(get, path = "/api/pricing", tag = "caisse", responses((status = 200, body = Vec<PricingBody>, example = json!([{
    "id": 1, "service": "credits", "variable": "pack_50_credits", "valeur": 550, "devise": "TND",
    "updatedAt": "2026-09-14T08:30:00Z"
}]))))]
pub(crate) async fn list(State(state): State<SharedState>) -> Result<Json<Vec<PricingBody>>, Problem> {
    let pricing = state.till.context.store.pricing().await?;
    Ok(Json(pricing.into_iter().map(PricingBody::from).collect()))
}

/// Writes a price.
#[utoipa::path(post, path = "/api/pricing", tag = "caisse",
    request_body(content = PricingRequest, example = json!({
        "service": "credits", "variable": "pack_50_credits", "valeur": 550, "devise": "TND"
    })),
    responses((status = 201, body = PricingBody, example = json!({
        "id": 1, "service": "credits", "variable": "pack_50_credits", "valeur": 550, "devise": "TND",
        "updatedAt": "2026-09-14T08:30:00Z"
    })))
)]
pub(crate) async fn create(
    State(state): State<SharedState>,
    asked: Asked,
    StrictJsonBody(request): StrictJsonBody<PricingRequest>,
) -> Result<(StatusCode, Json<PricingBody>), Problem> {
    let variable = use_cases::create_pricing(&state.till.context, asked.behalf(), &request.into()).await;
    Ok((StatusCode::CREATED, Json(variable.map_err(pricing_refusal)?.into())))
}

/// Changes a price; what is absent stays.
#[utoipa::path(put, path = "/api/pricing/{id}", tag = "caisse",
    request_body(content = PricingRequest, example = json!({"valeur": 19.99})),
    responses((status = 200, body = PricingBody, example = json!({
        "id": 1, "service": "credits", "variable": "pack_50_credits", "valeur": 19.99, "devise": "TND",
        "updatedAt": "2026-09-14T08:30:00Z"
    })))
)]
pub(crate) async fn change(
    State(state): State<SharedState>,
    asked: Asked,
    Path(id): Path<String>,
    StrictJsonBody(request): StrictJsonBody<PricingRequest>,
) -> Result<Json<PricingBody>, Problem> {
    let id = pricing_id(&id)?;
    let variable = use_cases::change_pricing(&state.till.context, asked.behalf(), id, &request.into()).await;
    Ok(Json(variable.map_err(pricing_refusal)?.into()))
}

/// Removes a price.
#[utoipa::path(delete, path = "/api/pricing/{id}", tag = "caisse", responses(
    (status = 200, body = OkBody, example = json!({"ok": true})),
))]
pub(crate) async fn remove(
    State(state): State<SharedState>,
    asked: Asked,
    Path(id): Path<String>,
) -> Result<Json<OkBody>, Problem> {
    let id = pricing_id(&id)?;
    use_cases::remove_pricing(&state.till.context, asked.behalf(), id).await.map_err(refusal)?;
    Ok(Json(OkBody::DONE))
}
