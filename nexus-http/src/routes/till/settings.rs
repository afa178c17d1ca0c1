use super::refusal;
use crate::asked::Asked;
use crate::body::StrictJsonBody;
use crate::problem::Problem;
use crate::state::SharedState;
use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use nexus_core::till::catalogue::{BillingPolicy, BillingPolicyForm, PaymentSettings, PaymentSettingsForm};
use nexus_core::till::use_cases;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How annual plans are paid.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PolicyBody {
    id: u8,
    annual_deposit_pct: u8,
    #[serde(rename = "scheduleEndISO")]
    schedule_end: String,
    updated_at: Option<Timestamp>,
}

impl From<BillingPolicy> for PolicyBody {
    fn from(policy: BillingPolicy) -> Self {
        Self {
            id: 1,
            annual_deposit_pct: policy.deposit.get(),
            schedule_end: policy.schedule_end,
            updated_at: policy.updated_at,
        }
    }
}

/// A billing policy, whole or in part.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PolicyRequest {
    annual_deposit_pct: Option<i64>,
    #[serde(rename = "scheduleEndISO")]
    schedule_end: Option<String>,
}

/// How annual plans are paid; reading it writes nothing.
#[utoipa::path(get, path = "/api/billing/policy", tag = "caisse", responses((status = 200, body = PolicyBody,
    example = json!({"id": 1, "annualDepositPct": 20, "scheduleEndISO": "2026-06-30", "updatedAt": null})
)))]
pub(crate) async fn policy(State(state): State<SharedState>) -> Result<Json<PolicyBody>, Problem> {
    Ok(Json(state.till.context.store.billing_policy().await?.into()))
}

/// Changes how annual plans are paid; what is absent stays.
#[utoipa::path(put, path = "/api/billing/policy", tag = "caisse",
    request_body(content = PolicyRequest, example = json!({"annualDepositPct": 25, "scheduleEndISO": "2027-06-30"})),
    responses((status = 200, body = PolicyBody, example = json!({
        "id": 1, "annualDepositPct": 25, "scheduleEndISO": "2027-06-30", "updatedAt": "2026-09-14T08:30:00Z"
    })))
)]
pub(crate) async fn change_policy(
    State(state): State<SharedState>,
    asked: Asked,
    StrictJsonBody(request): StrictJsonBody<PolicyRequest>,
) -> Result<Json<PolicyBody>, Problem> {
    let form = BillingPolicyForm {
        annual_deposit_pct: request.annual_deposit_pct,
        schedule_end: request.schedule_end,
    };
    let policy = use_cases::change_billing_policy(&state.till.context, asked.behalf(), &form).await;
    Ok(Json(policy.map_err(refusal)?.into()))
}

/// Which ways of paying the school offers.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SettingsBody {
    id: u8,
    allow_card: bool,
    allow_wire: bool,
    allow_cash: bool,
    iban: Option<String>,
    cash_note: Option<String>,
    updated_at: Option<Timestamp>,
    /// Whether a new account number waits for a second person; told to whoever changes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    iban_pending: Option<bool>,
}

impl From<PaymentSettings> for SettingsBody {
    fn from(settings: PaymentSettings) -> Self {
        Self {
            id: 1,
            allow_card: settings.allow_card,
            allow_wire: settings.allow_wire,
            allow_cash: settings.allow_cash,
            iban: settings.iban,
            cash_note: settings.cash_note,
            updated_at: settings.updated_at,
            iban_pending: None,
        }
    }
}

/// Settings of payments, whole or in part; an empty text is removed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SettingsRequest {
    allow_card: Option<bool>,
    allow_wire: Option<bool>,
    allow_cash: Option<bool>,
    iban: Option<String>,
    cash_note: Option<String>,
}

/// Which ways of paying the school offers; reading it writes nothing.
#[utoipa::path(get, path = "/api/payments/settings", tag = "caisse", responses((status = 200, body = SettingsBody,
    example = json!({
        "id": 1, "allowCard": true, "allowWire": true, "allowCash": true, "iban": null, "cashNote": null, "updatedAt": null
    })
)))]
pub(crate) async fn settings(State(state): State<SharedState>) -> Result<Json<SettingsBody>, Problem> {
    Ok(Json(state.till.context.store.payment_settings().await?.into()))
}

/// Changes the ways of paying at once; a new account number waits for a second person.
#[utoipa::path(put, path = "/api/payments/settings", tag = "caisse",
    request_body(content = SettingsRequest, example = json!({"allowCash": false, "iban": "TN5910006035183598478831"})),
    responses((status = 200, body = SettingsBody, example = json!({
        "id": 1, "allowCard": true, "allowWire": true, "allowCash": false, "iban": null, "cashNote": null,
        "updatedAt": "2026-09-14T08:30:00Z", "ibanPending": true
    })))
)]
pub(crate) async fn change_settings(
    State(state): State<SharedState>,
    asked: Asked,
    StrictJsonBody(request): StrictJsonBody<SettingsRequest>,
) -> Result<Json<SettingsBody>, Problem> {
    let form = PaymentSettingsForm {
        allow_card: request.allow_card,
        allow_wire: request.allow_wire,
        allow_cash: request.allow_cash,
        iban: request.iban,
        cash_note: request.cash_note,
    };
    let changed = use_cases::change_payment_settings(&state.till.context, asked.behalf(), &form).await;
    let changed = changed.map_err(refusal)?;
    let body = SettingsBody::from(changed.settings);
    Ok(Json(SettingsBody { iban_pending: Some(changed.waiting.is_some()), ..body }))
}

/// A decision about a new account number.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct IbanDecision {
    approve: bool,
}

/// A second person accepts or refuses a new account number.
#[utoipa::path(post, path = "/api/payments/settings/iban", tag = "caisse",
    request_body(content = IbanDecision, example = json!({"approve": true})),
    responses((status = 200, body = SettingsBody, example = json!({
        "id": 1, "allowCard": true, "allowWire": true, "allowCash": true, "iban": "TN5910006035183598478831",
        "cashNote": null, "updatedAt": "2026-09-14T08:30:00Z", "ibanPending": false
    })))
)]
pub(crate) async fn decide_iban(
    State(state): State<SharedState>,
    asked: Asked,
    StrictJsonBody(request): StrictJsonBody<IbanDecision>,
) -> Result<Json<SettingsBody>, Problem> {
    let settings = use_cases::decide_iban(&state.till.context, asked.behalf(), request.approve).await;
    Ok(Json(SettingsBody { iban_pending: Some(false), ..SettingsBody::from(settings.map_err(refusal)?) }))
}

/// The account for transfers.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WireBody {
    available: bool,
    message: &'static str,
    rib: Option<String>,
}

/// The account for transfers, when the school offers them.
#[utoipa::path(get, path = "/api/payments/wire/info", tag = "caisse", responses((status = 200, body = WireBody,
    example = json!({"available": false, "message": "Le virement n'est pas proposé en ce moment.", "rib": null})
)))]
pub(crate) async fn wire(State(state): State<SharedState>) -> Result<Json<WireBody>, Problem> {
    let settings = state.till.context.store.payment_settings().await?;
    let rib = settings.iban.filter(|_| settings.allow_wire);
    let message = match rib {
        Some(_) => "Indiquez la référence de votre commande dans le motif du virement.",
        None => "Le virement n'est pas proposé en ce moment.",
    };
    Ok(Json(WireBody { available: rib.is_some(), message, rib }))
}
