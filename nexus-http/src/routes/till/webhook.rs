use super::refusal;
use crate::body::read_whole;
use crate::problem::Problem;
use crate::state::{HttpState, SharedState};
use axum::Json;
use axum::extract::{Path, Request, State};
use nexus_core::ErrorCode;
use nexus_core::till::use_cases::receive_notice;
use nexus_core::till::webhook::{LARGEST_NOTICE, RawNotice};
use serde::Serialize;
use utoipa::ToSchema;

/// What a provider is told.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NoticeBody {
    success: bool,
    /// Whether the event was known already.
    #[serde(skip_serializing_if = "Option::is_none")]
    idempotent: Option<bool>,
}

/// A notice of Konnect about a payment: `x-konnect-signature` is the HMAC-SHA256 of the raw body, in lower-case hexadecimal.
/// Copies of one event change nothing. An amount or a currency that is not the order's is accepted, put aside, and told to the
/// office.
#[utoipa::path(post, path = "/api/webhooks/konnect", tag = "caisse",
    request_body(content = serde_json::Value, example = json!({
        "payment_id": "pay1", "status": "completed", "transaction_id": "tx-1", "amount": 450_000, "currency": "TND"
    })),
    responses(
        (status = 200, body = NoticeBody, example = json!({"success": true})),
        (status = 401, description = "La signature manque ou n'est pas la bonne."),
        (status = 404, description = "Ce paiement n'existe pas."),
    )
)]
pub(crate) async fn konnect(
    State(state): State<SharedState>,
    request: Request,
) -> Result<Json<NoticeBody>, Problem> {
    received(&state, "konnect", request).await
}

/// A notice of another provider, signed as that provider signs: `clictopay` (`x-clictopay-signature`, the HMAC-SHA256 of the raw
/// body) or `standard` (`webhook-id`, and `webhook-signature: t=…,v1=…` over `id.time.body`, five minutes at most from now).
/// What it says is looked at as a notice of Konnect is. A provider without a secret here answers 503, an unknown one 404.
#[utoipa::path(post, path = "/api/webhooks/{provider}", tag = "caisse",
    request_body(content = serde_json::Value, example = json!({
        "payment_id": "pay1", "status": "completed", "transaction_id": "tx-1", "amount": 450_000, "currency": "TND"
    })),
    responses(
        (status = 200, body = NoticeBody, example = json!({"success": true})),
        (status = 401, description = "La signature manque ou n'est pas la bonne."),
        (status = 404, description = "Ce fournisseur ou ce paiement n'existent pas."),
        (status = 503, description = "Ce fournisseur n'est pas configuré."),
    )
)]
pub(crate) async fn provider(
    State(state): State<SharedState>,
    Path(provider): Path<String>,
    request: Request,
) -> Result<Json<NoticeBody>, Problem> {
    received(&state, &provider, request).await
}

async fn received(state: &HttpState, provider: &str, request: Request) -> Result<Json<NoticeBody>, Problem> {
    let context = &state.till.context;
    let provider = context.provider(provider).ok_or_else(|| Problem::new(ErrorCode::NotFound))?;
    let (head, body) = request.into_parts();
    let body = read_whole(body).await?;
    if body.len() > LARGEST_NOTICE {
        return Err(Problem::new(ErrorCode::TooLarge));
    }
    let header = |name: &str| head.headers.get(name).map(|value| value.as_bytes().to_vec());
    let notice = RawNotice { header: &header, body: &body };
    let answer = receive_notice(context, provider.scheme(), notice).await.map_err(refusal)?;
    let name = provider.scheme().provider();
    if answer.verdict.is_alarming() {
        tracing::error!(
            provider = name,
            verdict = answer.verdict.as_str(),
            "a notice of a payment was put aside; somebody has to look"
        );
    }
    metrics::counter!("nexus_payment_notices_total", "provider" => name, "outcome" => answer.verdict.as_str())
        .increment(1);
    Ok(Json(NoticeBody { success: true, idempotent: answer.idempotent.then_some(true) }))
}
