use super::{OkBody, refusal};
use crate::asked::Asked;
use crate::body::StrictJsonBody;
use crate::problem::Problem;
use crate::state::SharedState;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use jiff::Timestamp;
use nexus_core::till::catalogue::{Pack, PackForm, PackId, UsageForm, UsagePrice};
use nexus_core::till::use_cases::{self, TillError};
use serde::{Deserialize, Serialize};
use serde_json::Number;
use utoipa::ToSchema;

/// A pack of credits.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PackBody {
    id: i64,
    credits: u32,
    /// In dinars.
    #[schema(value_type = f64)]
    price_tnd: Number,
    price_millimes: i64,
    bonus: u32,
    active: bool,
    updated_at: Timestamp,
}

impl From<Pack> for PackBody {
    fn from(pack: Pack) -> Self {
        Self {
            id: pack.id.get(),
            credits: pack.entry.credits,
            price_tnd: pack.entry.price.to_json(),
            price_millimes: pack.entry.price.minor(),
            bonus: pack.entry.bonus,
            active: pack.entry.active,
            updated_at: pack.updated_at,
        }
    }
}

/// A pack, whole or in part.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PackRequest {
    credits: Option<i64>,
    /// In dinars.
    #[schema(value_type = Option<f64>)]
    price_tnd: Option<Number>,
    bonus: Option<i64>,
    active: Option<bool>,
}

impl From<PackRequest> for PackForm {
    fn from(request: PackRequest) -> Self {
        Self {
            credits: request.credits,
            price_tnd: request.price_tnd,
            bonus: request.bonus,
            active: request.active,
        }
    }
}

fn pack_id(text: &str) -> Result<PackId, Problem> {
    PackId::parse(text).ok_or_else(|| refusal(TillError::PackNotFound))
}

/// The packs of credits, by credits.
#[utoipa::path(get, path = "/api/credits/packs", tag = "caisse", responses((status = 200, body = Vec<PackBody>, example = json!([{
    "id": 1, "credits": 50, "priceTnd": 500, "priceMillimes": 500_000, "bonus": 5, "active": true,
    "updatedAt": "2026-09-14T08:30:00Z"
}]))))]
pub(crate) async fn packs(State(state): State<SharedState>) -> Result<Json<Vec<PackBody>>, Problem> {
    let packs = state.till.context.store.packs().await?;
    Ok(Json(packs.into_iter().map(PackBody::from).collect()))
}

/// Puts a pack on sale.
#[utoipa::path(post, path = "/api/credits/packs", tag = "caisse",
    request_body(content = PackRequest, example = json!({"credits": 50, "priceTnd": 500, "bonus": 5})),
    responses((status = 201, body = PackBody, example = json!({
        "id": 1, "credits": 50, "priceTnd": 500, "priceMillimes": 500_000, "bonus": 5, "active": true,
        "updatedAt": "2026-09-14T08:30:00Z"
    })))
)]
pub(crate) async fn create_pack(
    State(state): State<SharedState>,
    asked: Asked,
    StrictJsonBody(request): StrictJsonBody<PackRequest>,
) -> Result<(StatusCode, Json<PackBody>), Problem> {
    let pack = use_cases::create_pack(&state.till.context, asked.behalf(), &request.into())
        .await
        .map_err(refusal)?;
    Ok((StatusCode::CREATED, Json(pack.into())))
}

/// Changes a pack; what is absent stays.
#[utoipa::path(put, path = "/api/credits/packs/{id}", tag = "caisse",
    request_body(content = PackRequest, example = json!({"priceTnd": 480.5})),
    responses((status = 200, body = PackBody, example = json!({
        "id": 1, "credits": 50, "priceTnd": 480.5, "priceMillimes": 480_500, "bonus": 5, "active": true,
        "updatedAt": "2026-09-14T08:30:00Z"
    })))
)]
pub(crate) async fn change_pack(
    State(state): State<SharedState>,
    asked: Asked,
    Path(id): Path<String>,
    StrictJsonBody(request): StrictJsonBody<PackRequest>,
) -> Result<Json<PackBody>, Problem> {
    let id = pack_id(&id)?;
    let pack = use_cases::change_pack(&state.till.context, asked.behalf(), id, &request.into()).await;
    Ok(Json(pack.map_err(refusal)?.into()))
}

/// Takes a pack off sale; it stays, because payments refer to it.
#[utoipa::path(delete, path = "/api/credits/packs/{id}", tag = "caisse", responses(
    (status = 200, body = OkBody, example = json!({"ok": true})),
))]
pub(crate) async fn retire_pack(
    State(state): State<SharedState>,
    asked: Asked,
    Path(id): Path<String>,
) -> Result<Json<OkBody>, Problem> {
    let id = pack_id(&id)?;
    use_cases::retire_pack(&state.till.context, asked.behalf(), id).await.map_err(refusal)?;
    Ok(Json(OkBody::DONE))
}

/// What something costs in credits.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UsageBody {
    key: String,
    credits: u32,
    updated_at: Timestamp,
}

impl From<UsagePrice> for UsageBody {
    fn from(usage: UsagePrice) -> Self {
        Self { key: usage.entry.key, credits: usage.entry.credits, updated_at: usage.updated_at }
    }
}

/// A price of a usage.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct UsageRequest {
    key: Option<String>,
    credits: Option<i64>,
}

impl From<UsageRequest> for UsageForm {
    fn from(request: UsageRequest) -> Self {
        Self { key: request.key, credits: request.credits }
    }
}

/// What usages cost in credits, by key.
#[utoipa::path(get, path = "/api/credits/usage", tag = "caisse", responses((status = 200, body = Vec<UsageBody>,
    example = json!([{"key": "SOS_15", "credits": 2, "updatedAt": "2026-09-14T08:30:00Z"}])
)))]
pub(crate) async fn usages(State(state): State<SharedState>) -> Result<Json<Vec<UsageBody>>, Problem> {
    let usages = state.till.context.store.usages().await?;
    Ok(Json(usages.into_iter().map(UsageBody::from).collect()))
}

/// Prices a usage.
#[utoipa::path(post, path = "/api/credits/usage", tag = "caisse",
    request_body(content = UsageRequest, example = json!({"key": "SOS_15", "credits": 2})),
    responses((status = 201, body = UsageBody, example = json!({
        "key": "SOS_15", "credits": 2, "updatedAt": "2026-09-14T08:30:00Z"
    })))
)]
pub(crate) async fn create_usage(
    State(state): State<SharedState>,
    asked: Asked,
    StrictJsonBody(request): StrictJsonBody<UsageRequest>,
) -> Result<(StatusCode, Json<UsageBody>), Problem> {
    let usage = use_cases::create_usage(&state.till.context, asked.behalf(), &request.into()).await;
    Ok((StatusCode::CREATED, Json(usage.map_err(refusal)?.into())))
}

/// Changes the price of a usage.
#[utoipa::path(put, path = "/api/credits/usage/{key}", tag = "caisse",
    request_body(content = UsageRequest, example = json!({"credits": 3})),
    responses((status = 200, body = UsageBody, example = json!({
        "key": "SOS_15", "credits": 3, "updatedAt": "2026-09-14T08:30:00Z"
    })))
)]
pub(crate) async fn change_usage(
    State(state): State<SharedState>,
    asked: Asked,
    Path(key): Path<String>,
    StrictJsonBody(request): StrictJsonBody<UsageRequest>,
) -> Result<Json<UsageBody>, Problem> {
    let usage = use_cases::change_usage(&state.till.context, asked.behalf(), &key, &request.into()).await;
    Ok(Json(usage.map_err(refusal)?.into()))
}

/// Removes the price of a usage.
#[utoipa::path(delete, path = "/api/credits/usage/{key}", tag = "caisse", responses(
    (status = 200, body = OkBody, example = json!({"ok": true})),
))]
pub(crate) async fn remove_usage(
    State(state): State<SharedState>,
    asked: Asked,
    Path(key): Path<String>,
) -> Result<Json<OkBody>, Problem> {
    use_cases::remove_usage(&state.till.context, asked.behalf(), &key).await.map_err(refusal)?;
    Ok(Json(OkBody::DONE))
}
