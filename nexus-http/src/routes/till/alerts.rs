use super::refusal;
use crate::asked::Asked;
use crate::body::{QueryOf, StrictJsonBody};
use crate::problem::Problem;
use crate::state::SharedState;
use axum::Json;
use axum::extract::{Path, State};
use jiff::Timestamp;
use nexus_core::till::alert::{Alert, AlertDecision, AlertId};
use nexus_core::till::use_cases::{self, DecideAlert, TillError};
use nexus_core::{ErrorCode, FieldError};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Rows of a list, at most.
const MOST: u32 = 500;

/// A notice that was put aside.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AlertBody {
    id: i64,
    provider: String,
    payment_id: String,
    /// `mismatch`: another amount or currency; `contradiction`: another state than the order's.
    reason: String,
    /// What the notice said; absent for what was put aside before that was kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    told: Option<ToldBody>,
    received_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<DecisionBody>,
}

/// What a notice said.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ToldBody {
    status: &'static str,
    transaction: String,
    amount_minor: Option<i64>,
    currency: Option<String>,
}

/// What somebody decided.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DecisionBody {
    decision: &'static str,
    reason: String,
    decided_by: String,
    decided_at: Timestamp,
}

impl From<AlertDecision> for DecisionBody {
    fn from(decision: AlertDecision) -> Self {
        Self {
            decision: if decision.accepted { "accept" } else { "dismiss" },
            reason: decision.reason,
            decided_by: decision.by,
            decided_at: decision.at,
        }
    }
}

impl From<Alert> for AlertBody {
    fn from(alert: Alert) -> Self {
        Self {
            id: alert.id.get(),
            provider: alert.provider,
            payment_id: alert.payment.to_string(),
            reason: alert.reason,
            told: alert.told.map(|told| ToldBody {
                status: told.status.as_str(),
                transaction: told.key,
                amount_minor: told.minor,
                currency: told.currency,
            }),
            received_at: alert.received_at,
            decision: alert.decision.map(DecisionBody::from),
        }
    }
}

/// Which alerts are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct AlertsQuery {
    /// `open` (by default) or `all`.
    state: Option<String>,
}

/// The notices of payments that were put aside, newest first.
#[utoipa::path(get, path = "/api/admin/payments/alerts", tag = "caisse", params(AlertsQuery), responses(
    (status = 200, body = Vec<AlertBody>, example = json!([{
        "id": 7, "provider": "konnect", "paymentId": "pay1", "reason": "mismatch",
        "told": {"status": "completed", "transaction": "tx-1", "amountMinor": 1_000, "currency": "TND"},
        "receivedAt": "2026-09-14T08:30:00Z"
    }])),
))]
pub(crate) async fn list(
    State(state): State<SharedState>,
    QueryOf(query): QueryOf<AlertsQuery>,
) -> Result<Json<Vec<AlertBody>>, Problem> {
    let waiting = match query.state.as_deref() {
        None | Some("" | "open") => true,
        Some("all") => false,
        Some(_) => return Err(unknown("state")),
    };
    let alerts = state.till.context.store.alerts(waiting, MOST).await?;
    Ok(Json(alerts.into_iter().map(AlertBody::from).collect()))
}

/// What is decided about an alert.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct AlertRequest {
    /// `accept`: money came, the order is paid; `dismiss`: nothing changes.
    decision: Option<String>,
    /// Why; mandatory.
    reason: Option<String>,
}

/// Decides about a notice that was put aside, once. Accepted, the order is paid and gives what it was placed for.
#[utoipa::path(post, path = "/api/admin/payments/alerts/{id}", tag = "caisse",
    request_body(content = AlertRequest, example = json!({"decision": "accept", "reason": "Virement vu sur le relevé du 14"})),
    responses(
        (status = 200, body = AlertBody, example = json!({
            "id": 7, "provider": "konnect", "paymentId": "pay1", "reason": "contradiction",
            "receivedAt": "2026-09-14T08:30:00Z",
            "decision": {"decision": "accept", "reason": "Virement vu sur le relevé du 14", "decidedBy": "ADMIN:usr1",
                "decidedAt": "2026-09-14T09:00:00Z"}
        })),
        (status = 404, description = "Cette alerte n'existe pas."),
        (status = 409, description = "Quelqu'un a déjà décidé, ou il n'y a rien à accepter."),
    )
)]
pub(crate) async fn decide(
    State(state): State<SharedState>,
    asked: Asked,
    Path(id): Path<String>,
    StrictJsonBody(request): StrictJsonBody<AlertRequest>,
) -> Result<Json<AlertBody>, Problem> {
    let alert = AlertId::parse(&id).ok_or_else(|| refusal(TillError::AlertNotFound))?;
    let accept = match request.decision.as_deref() {
        Some("accept") => true,
        Some("dismiss") => false,
        Some(_) => return Err(unknown("decision")),
        None => return Err(super::cash::missing(&["decision"])),
    };
    let command = DecideAlert { alert, accept, reason: request.reason };
    let decided = use_cases::decide_alert(&state.till.context, asked.behalf(), &command).await;
    Ok(Json(decided.map_err(refusal)?.into()))
}

fn unknown(field: &str) -> Problem {
    let error = FieldError::new(field, ErrorCode::UnknownChoice);
    Problem::of_fields(ErrorCode::UnknownChoice, vec![error])
}
