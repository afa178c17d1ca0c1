use super::{OkBody, refusal};
use crate::asked::Asked;
use crate::body::StrictJsonBody;
use crate::problem::Problem;
use crate::state::SharedState;
use axum::Json;
use axum::extract::State;
use nexus_core::till::catalogue::{PackId, RecordId};
use nexus_core::till::payment::Confirmation;
use nexus_core::till::use_cases::{self, ReserveCash, TillError};
use nexus_core::{ErrorCode, FieldError, UserId};
use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};
use utoipa::ToSchema;

/// A pack to be paid over the counter.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReserveRequest {
    user_id: Option<String>,
    pack_id: Option<i64>,
    /// What the page shows; the price is the one of the catalogue.
    #[serde(rename = "amountTnd")]
    #[schema(value_type = Option<f64>)]
    _amount_tnd: Option<Number>,
    note: Option<String>,
    /// Nobody is written to at an address that a request names.
    #[serde(rename = "parentEmail")]
    #[schema(value_type = Option<String>)]
    _parent_email: Option<Value>,
}

/// A reservation.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReservedBody {
    ok: bool,
    record_id: i64,
    status: &'static str,
    message: &'static str,
    reference: String,
    /// In dinars.
    #[schema(value_type = f64)]
    amount_tnd: Number,
    amount_millimes: i64,
    credits: u32,
}

/// Reserves a pack that will be paid at the school, at the price of the catalogue.
#[utoipa::path(post, path = "/api/payments/cash/reserve", tag = "caisse",
    request_body(content = ReserveRequest, example = json!({"userId": "usr1", "packId": 1, "note": "Je passe samedi."})),
    responses((status = 200, body = ReservedBody, example = json!({
        "ok": true, "recordId": 12, "status": "pending",
        "message": "Réservation créée — validation après paiement au centre.", "reference": "PR-12", "amountTnd": 500,
        "amountMillimes": 500_000, "credits": 55
    })))
)]
pub(crate) async fn reserve(
    State(state): State<SharedState>,
    asked: Asked,
    StrictJsonBody(request): StrictJsonBody<ReserveRequest>,
) -> Result<Json<ReservedBody>, Problem> {
    let (Some(user), Some(pack)) = (request.user_id, request.pack_id) else {
        return Err(missing(&["userId", "packId"]).and("error", "userId, packId, amountTnd requis"));
    };
    let user = UserId::parse(user).map_err(|_| refusal(TillError::AccountNotFound))?;
    let pack = PackId::new(pack).ok_or_else(|| refusal(TillError::PackNotFound))?;
    let command = ReserveCash { user, pack, note: request.note };
    let reserved =
        use_cases::reserve_cash(&state.till.context, asked.behalf(), &command).await.map_err(refusal)?;
    Ok(Json(ReservedBody {
        ok: true,
        record_id: reserved.record.id.get(),
        status: reserved.record.state.as_str(),
        message: "Réservation créée — validation après paiement au centre.",
        reference: reserved.record.shown_reference(),
        amount_tnd: reserved.record.amount.to_json(),
        amount_millimes: reserved.record.amount.minor(),
        credits: reserved.credits,
    }))
}

/// Which reservation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecordRequest {
    record_id: Option<i64>,
    /// Nobody is written to at an address that a request names.
    #[serde(rename = "parentEmail")]
    #[schema(value_type = Option<String>)]
    _parent_email: Option<Value>,
}

impl RecordRequest {
    fn id(&self) -> Result<RecordId, Problem> {
        let Some(id) = self.record_id else {
            return Err(missing(&["recordId"]).and("error", "recordId requis"));
        };
        RecordId::new(id).ok_or_else(|| refusal(TillError::ReservationNotFound))
    }
}

pub(super) fn missing(fields: &[&str]) -> Problem {
    let fields = fields.iter().map(|field| FieldError::new(*field, ErrorCode::FieldRequired)).collect();
    Problem::of_fields(ErrorCode::FieldRequired, fields)
}

/// Confirms that the money is there: the credits are given in the same step. Whoever reserved does not confirm.
#[utoipa::path(post, path = "/api/payments/cash/confirm", tag = "caisse",
    request_body(content = RecordRequest, example = json!({"recordId": 12})),
    responses((status = 200, body = OkBody, example = json!({"ok": true})))
)]
pub(crate) async fn confirm(
    State(state): State<SharedState>,
    asked: Asked,
    StrictJsonBody(request): StrictJsonBody<RecordRequest>,
) -> Result<Json<OkBody>, Problem> {
    let id = request.id()?;
    let confirmed =
        use_cases::confirm_cash(&state.till.context, asked.behalf(), id).await.map_err(refusal)?;
    Ok(Json(match confirmed {
        Confirmation::Now => OkBody::DONE,
        Confirmation::Before => OkBody::saying("Déjà validé"),
    }))
}

/// Gives a reservation up before any money came.
#[utoipa::path(post, path = "/api/payments/cash/cancel", tag = "caisse",
    request_body(content = RecordRequest, example = json!({"recordId": 12})),
    responses((status = 200, body = OkBody, example = json!({"ok": true})))
)]
pub(crate) async fn cancel(
    State(state): State<SharedState>,
    asked: Asked,
    StrictJsonBody(request): StrictJsonBody<RecordRequest>,
) -> Result<Json<OkBody>, Problem> {
    let id = request.id()?;
    use_cases::cancel_cash(&state.till.context, asked.behalf(), id).await.map_err(refusal)?;
    Ok(Json(OkBody::DONE))
}
