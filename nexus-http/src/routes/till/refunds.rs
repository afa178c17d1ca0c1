use super::refusal;
use crate::asked::Asked;
use crate::body::{QueryOf, StrictJsonBody, read_whole};
use crate::problem::Problem;
use crate::state::SharedState;
use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use nexus_core::money::{Currency, Money};
use nexus_core::till::catalogue::RecordId;
use nexus_core::till::order::Refund;
use nexus_core::till::payment::PaymentMethod;
use nexus_core::till::reconciliation::write_row;
use nexus_core::till::use_cases::{self, Reconciliation, RefundPayment, TillError};
use nexus_core::{Coded, ErrorCode, FieldError, PaymentId};
use serde::{Deserialize, Serialize};
use serde_json::Number;
use utoipa::{IntoParams, ToSchema};

/// Money to be given back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RefundRequest {
    /// In dinars; everything that is left when absent.
    #[schema(value_type = Option<f64>)]
    amount_tnd: Option<Number>,
    reason: Option<String>,
    /// The same key is the same refund; the header `Idempotency-Key` wins over it.
    key: Option<String>,
}

impl RefundRequest {
    fn command(self, headers: &HeaderMap) -> Result<RefundPayment, Problem> {
        let header = headers.get("idempotency-key").and_then(|key| key.to_str().ok()).map(str::to_owned);
        let key = header.or(self.key).ok_or_else(|| super::cash::missing(&["key"]))?;
        let amount = self.amount_tnd.map(|number| Money::from_json(&number, Currency::Tnd)).transpose();
        let amount = amount.map_err(|error| {
            let field = FieldError::with_detail("amountTnd", error.code(), error.sentence());
            Problem::of_fields(error.code(), vec![field])
        })?;
        Ok(RefundPayment { amount, reason: self.reason, key })
    }
}

/// Money that was given back.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RefundBody {
    success: bool,
    refund_id: String,
    amount_minor: i64,
    currency: &'static str,
    /// Thousandths of a credit that were taken back.
    milli_credits: i64,
}

impl From<Refund> for RefundBody {
    fn from(refund: Refund) -> Self {
        Self {
            success: true,
            refund_id: refund.id,
            amount_minor: refund.amount.minor(),
            currency: refund.amount.currency().as_str(),
            milli_credits: refund.credits.milli(),
        }
    }
}

/// Gives the money of a pack back, whole or in part, and takes back as large a part of its credits.
#[utoipa::path(post, path = "/api/admin/payments/records/{id}/refund", tag = "caisse",
    request_body(content = RefundRequest, example = json!({"amountTnd": 100, "reason": "Départ en cours d'année", "key": "r-1"})),
    responses((status = 200, body = RefundBody, example = json!({
        "success": true, "refundId": "ref1", "amountMinor": 100_000, "currency": "TND", "milliCredits": 11_000
    })))
)]
pub(crate) async fn record(
    State(state): State<SharedState>,
    asked: Asked,
    Path(id): Path<String>,
    headers: HeaderMap,
    StrictJsonBody(request): StrictJsonBody<RefundRequest>,
) -> Result<Json<RefundBody>, Problem> {
    let id = RecordId::parse(&id).ok_or_else(|| refusal(TillError::ReservationNotFound))?;
    let command = request.command(&headers)?;
    let refund = use_cases::refund_record(&state.till.context, asked.behalf(), id, &command).await;
    Ok(Json(refund.map_err(refusal)?.into()))
}

/// Gives the money of an order back, whole or in part; given back whole, the order is refunded.
#[utoipa::path(post, path = "/api/admin/payments/{paymentId}/refund", tag = "caisse",
    request_body(content = RefundRequest, example = json!({"reason": "Double paiement", "key": "r-2"})),
    responses((status = 200, body = RefundBody, example = json!({
        "success": true, "refundId": "ref2", "amountMinor": 450_000, "currency": "TND", "milliCredits": 0
    })))
)]
pub(crate) async fn payment(
    State(state): State<SharedState>,
    asked: Asked,
    Path(id): Path<String>,
    headers: HeaderMap,
    StrictJsonBody(request): StrictJsonBody<RefundRequest>,
) -> Result<Json<RefundBody>, Problem> {
    let id = PaymentId::parse(id).map_err(|_| refusal(TillError::PaymentNotFound))?;
    let command = request.command(&headers)?;
    let refund = use_cases::refund_payment(&state.till.context, asked.behalf(), &id, &command).await;
    Ok(Json(refund.map_err(refusal)?.into()))
}

/// Which payments a statement is compared with.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct StatementQuery {
    /// `konnect` or `wise`; `konnect` when absent.
    method: Option<String>,
    /// First instant, included.
    since: Option<String>,
    /// Last instant, excluded.
    until: Option<String>,
}

/// Compares a provider's statement (CSV) with what is paid here; answers a CSV whose cells no spreadsheet takes for formulas.
#[utoipa::path(post, path = "/api/admin/payments/reconcile", tag = "caisse", params(StatementQuery),
    request_body(content = String, content_type = "text/csv", example = "reference,amount,currency\npay-1,450.000,TND\n"),
    responses((status = 200, content_type = "text/csv", body = String,
        example = "\"reference\",\"result\",\"here\",\"there\",\"currency\"\r\n"))
)]
pub(crate) async fn reconcile_statement(
    State(state): State<SharedState>,
    QueryOf(query): QueryOf<StatementQuery>,
    request: Request,
) -> Result<Response, Problem> {
    let wrong = |field: &str, code| Problem::of_fields(code, vec![FieldError::new(field, code)]);
    let instant = |field: &str, text: Option<String>, default| match text.filter(|text| !text.is_empty()) {
        None => Ok(default),
        Some(text) => text.parse::<Timestamp>().map_err(|_| wrong(field, ErrorCode::InvalidDate)),
    };
    let method = query.method.filter(|method| !method.is_empty());
    let method = PaymentMethod::parse(method.as_deref().unwrap_or("konnect"))
        .ok_or_else(|| wrong("method", ErrorCode::UnknownChoice))?;
    let since = instant("since", query.since, Timestamp::UNIX_EPOCH)?;
    let until = instant("until", query.until, state.till.context.clock.now())?;
    let statement = read_whole(request.into_body()).await?;
    let with = Reconciliation { method, since, until };
    let lines =
        use_cases::reconcile_statement(&state.till.context, with, &statement).await.map_err(refusal)?;
    let mut table = write_row(["reference", "result", "here", "there", "currency"]);
    for line in lines {
        let shown = |amount: Option<Money>| amount.map_or_else(String::new, Money::to_decimal);
        let currency = line.here.or(line.there).map_or("", |amount| amount.currency().as_str());
        let cells = [
            line.reference.as_str(),
            line.comparison.as_str(),
            &shown(line.here),
            &shown(line.there),
            currency,
        ];
        table.push_str(&write_row(cells));
    }
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"rapprochement.csv\""),
    ];
    Ok((headers, table).into_response())
}
