use super::{SuccessBody, refusal};
use crate::asked::Asked;
use crate::body::StrictJsonBody;
use crate::problem::Problem;
use crate::state::SharedState;
use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use nexus_core::till::ports::WaitingPayment;
use nexus_core::till::use_cases::{self, DecidePayment, TillError};
use nexus_core::{ErrorCode, FieldError, PaymentId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};
use utoipa::ToSchema;

/// Most orders of the list.
const MOST: u32 = 100;

/// A decision about an order.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ValidateRequest {
    payment_id: String,
    /// `approve` or `reject`.
    action: String,
    note: Option<String>,
}

/// Decides about an order, once; approved, what was paid for is given in the same step.
#[utoipa::path(post, path = "/api/payments/validate", tag = "caisse",
    request_body(content = ValidateRequest, example = json!({"paymentId": "pay1", "action": "approve"})),
    responses((status = 200, body = SuccessBody, example = json!({
        "success": true, "message": "Paiement validé avec succès"
    })))
)]
pub(crate) async fn validate(
    State(state): State<SharedState>,
    asked: Asked,
    StrictJsonBody(request): StrictJsonBody<ValidateRequest>,
) -> Result<Json<SuccessBody>, Problem> {
    let approve = match request.action.as_str() {
        "approve" => true,
        "reject" => false,
        _ => {
            let error = FieldError::new("action", ErrorCode::UnknownChoice);
            return Err(Problem::of_fields(ErrorCode::UnknownChoice, vec![error]));
        }
    };
    let payment = PaymentId::parse(request.payment_id).map_err(|_| refusal(TillError::PaymentNotFound))?;
    let command = DecidePayment { payment, approve, note: request.note };
    use_cases::decide_payment(&state.till.context, asked.behalf(), &command).await.map_err(refusal)?;
    let message = if approve { "Paiement validé avec succès" } else { "Paiement rejeté avec succès" };
    Ok(Json(SuccessBody { success: true, message }))
}

/// The orders that await a decision.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WaitingBody {
    payments: Vec<WaitingLine>,
}

/// An order that awaits a decision.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WaitingLine {
    #[schema(value_type = String)]
    id: PaymentId,
    method: Option<&'static str>,
    r#type: &'static str,
    /// In units of the currency.
    #[schema(value_type = f64)]
    amount: Number,
    amount_minor: i64,
    currency: &'static str,
    description: String,
    created_at: Timestamp,
    parent: Payer,
    metadata: Value,
}

/// Who placed an order.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Payer {
    #[schema(value_type = String)]
    id: UserId,
    email: String,
    first_name: Option<String>,
    last_name: Option<String>,
}

impl From<WaitingPayment> for WaitingLine {
    fn from(waiting: WaitingPayment) -> Self {
        let payment = waiting.payment;
        Self {
            id: payment.id,
            method: payment.method.map(nexus_core::till::payment::PaymentMethod::as_str),
            r#type: payment.kind.as_str(),
            amount: payment.amount.to_json(),
            amount_minor: payment.amount.minor(),
            currency: payment.amount.currency().as_str(),
            description: payment.description,
            created_at: payment.created_at,
            parent: Payer {
                id: payment.user,
                email: waiting.email,
                first_name: waiting.first_name,
                last_name: waiting.last_name,
            },
            metadata: payment.metadata,
        }
    }
}

/// The orders that await a decision, oldest first.
#[utoipa::path(get, path = "/api/assistant/payments", tag = "caisse", responses((status = 200, body = WaitingBody,
    example = json!({"payments": [{
        "id": "pay1", "method": "wise", "type": "SUBSCRIPTION", "amount": 450, "amountMinor": 450_000, "currency": "TND",
        "description": "Formule HYBRIDE", "createdAt": "2026-09-14T08:30:00Z",
        "parent": {"id": "usr1", "email": "parent@example.tn", "firstName": "Hélène", "lastName": "Ben Salah"},
        "metadata": {"studentId": "stu1", "itemKey": "HYBRIDE", "itemType": "subscription"}
    }]})
)))]
pub(crate) async fn waiting(State(state): State<SharedState>) -> Result<Json<WaitingBody>, Problem> {
    let payments = state.till.context.store.waiting_payments(MOST).await?;
    Ok(Json(WaitingBody { payments: payments.into_iter().map(WaitingLine::from).collect() }))
}
