use crate::asked::Asked;
use crate::body::StrictJsonBody;
use crate::problem::Problem;
use crate::state::SharedState;
use axum::Json;
use axum::extract::State;
use nexus_core::audit::AuditEvent;
use nexus_core::money::Money;
use nexus_core::till::ports::OrderedPayment;
use nexus_core::{Coded, ErrorCode, FieldError, PaymentId};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

/// Least amount of a payment that is tried, in millimes.
const LEAST: i64 = 100;

/// Whether the providers are configured; never with what.
#[utoipa::path(get, path = "/api/admin/test-payments", tag = "caisse", responses((status = 200, body = Value, example = json!({
    "success": true, "configuration": {"konnect": {"apiKey": true, "webhookSecret": true}, "allConfigured": true}
}))))]
pub(crate) async fn configuration(State(state): State<SharedState>) -> Json<Value> {
    let konnect = &state.till.context.konnect;
    let (key, secret) = (konnect.can_open(), konnect.scheme().is_configured());
    Json(json!({
        "success": true,
        "configuration": {
            "konnect": {"apiKey": key, "walletId": key, "webhookSecret": secret},
            "allConfigured": key && secret,
        },
    }))
}

/// What is to be tried.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TestRequest {
    /// `test_connection`, `create_test_payment` or `check_status`.
    action: String,
    /// Millimes.
    amount: Option<i64>,
    payment_ref: Option<String>,
    #[serde(rename = "testMode")]
    #[schema(value_type = Option<bool>)]
    _test_mode: Option<bool>,
}

/// Tries the provider of payments by card. What it answers is told with 200, `success: false` included.
#[utoipa::path(post, path = "/api/admin/test-payments", tag = "caisse",
    request_body(content = TestRequest, example = json!({"action": "create_test_payment", "amount": 1_000})),
    responses((status = 200, body = Value, example = json!({"success": true, "paymentUrl": "https://…"})))
)]
pub(crate) async fn run(
    State(state): State<SharedState>,
    asked: Asked,
    StrictJsonBody(request): StrictJsonBody<TestRequest>,
) -> Result<Json<Value>, Problem> {
    let context = &state.till.context;
    let wrong = |field: &str, word: &str| {
        let field = FieldError::with_detail(field, ErrorCode::InvalidField, word);
        Problem::of_fields(ErrorCode::InvalidField, vec![field])
    };
    let now = context.clock.now();
    let event = AuditEvent::new(asked.behalf().permit.audit_name(), "PAYMENT_TEST", now);
    let mut tx = context.store.begin().await?;
    tx.record(&event.in_request(asked.behalf().request).with(json!({"action": request.action}))).await?;
    let outcome = match request.action.as_str() {
        "test_connection" => {
            tx.commit().await?;
            json!({"success": context.konnect.can_open()})
        }
        "create_test_payment" => {
            let amount = request.amount.unwrap_or(1_000);
            if amount < LEAST {
                return Err(wrong("amount", "Montant minimum: 100 millimes (0.1 TND)"));
            }
            let amount =
                Money::millimes(amount).map_err(|_| wrong("amount", "Ce montant est trop grand."))?;
            tx.commit().await?;
            let site = &context.settings.site;
            let ordered = OrderedPayment {
                id: PaymentId::generate(&*context.ids),
                amount,
                description: "Essai de paiement".to_owned(),
                success_url: format!("{site}/admin"),
                failure_url: format!("{site}/admin"),
            };
            match context.konnect.open(&ordered).await {
                Ok(opened) => {
                    json!({"success": true, "paymentRef": opened.reference, "paymentUrl": opened.url})
                }
                Err(error) => json!({"success": false, "error": error.code().sentence()}),
            }
        }
        "check_status" => {
            let reference = request.payment_ref.filter(|reference| !reference.is_empty());
            let reference = reference.ok_or_else(|| wrong("paymentRef", "Référence de paiement requise"))?;
            tx.commit().await?;
            match context.konnect.status(&reference).await {
                Ok(status) => json!({"success": true, "status": status}),
                Err(error) => json!({"success": false, "error": error.code().sentence()}),
            }
        }
        _ => return Err(wrong("action", "Action non reconnue")),
    };
    Ok(Json(outcome))
}
