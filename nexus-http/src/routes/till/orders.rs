use super::{SuccessBody, refusal};
use crate::asked::Asked;
use crate::body::{StrictJsonBody, body_problem};
use crate::problem::Problem;
use crate::state::SharedState;
use axum::Json;
use axum::extract::{Multipart, State};
use axum::http::HeaderMap;
use nexus_core::till::payment::PaymentMethod;
use nexus_core::till::use_cases::{self, OrderPlaced, PlaceOrder, SubmitProof, TillError, UploadedFile};
use nexus_core::{ErrorCode, PaymentId, StudentId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// An order for a child.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrderRequest {
    /// `subscription`, `addon` or `pack`.
    r#type: String,
    /// The key of the product.
    key: String,
    student_id: String,
    /// The header `Idempotency-Key` wins over it.
    idempotency_key: Option<String>,
}

async fn placed(
    state: &SharedState,
    asked: &Asked,
    headers: &HeaderMap,
    method: PaymentMethod,
    request: OrderRequest,
) -> Result<OrderPlaced, Problem> {
    let malformed = || Problem::new(ErrorCode::MalformedIdempotencyKey);
    let header =
        headers.get("idempotency-key").map(|key| key.to_str().map_err(|_| malformed())).transpose()?;
    let order_key = header.map(str::to_owned).or(request.idempotency_key);
    let is_key =
        |key: &String| (1..=255).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
    if order_key.as_ref().is_some_and(|key| !is_key(key)) {
        return Err(malformed());
    }
    let student = StudentId::parse(request.student_id).map_err(|_| refusal(TillError::StudentNotFound))?;
    let command = PlaceOrder { method, kind: request.r#type, key: request.key, student, order_key };
    use_cases::place_order(&state.till.context, asked.behalf(), &command).await.map_err(refusal)
}

/// An order that is paid by card.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KonnectBody {
    success: bool,
    #[schema(value_type = String)]
    payment_id: PaymentId,
    payment_url: Option<String>,
    message: &'static str,
}

/// Orders a product for a child, to be paid by card. The same key is the same order.
#[utoipa::path(post, path = "/api/payments/konnect", tag = "caisse",
    request_body(content = OrderRequest, example = json!({"type": "subscription", "key": "HYBRIDE", "studentId": "stu1"})),
    responses((status = 200, body = KonnectBody, example = json!({
        "success": true, "paymentId": "pay1", "paymentUrl": "https://gateway.konnect.network/pay?payment_ref=abc",
        "message": "Session de paiement Konnect créée"
    })))
)]
pub(crate) async fn konnect(
    State(state): State<SharedState>,
    asked: Asked,
    headers: HeaderMap,
    StrictJsonBody(request): StrictJsonBody<OrderRequest>,
) -> Result<Json<KonnectBody>, Problem> {
    let placed = placed(&state, &asked, &headers, PaymentMethod::Konnect, request).await?;
    let message = if placed.already {
        "Session de paiement Konnect récupérée (idempotent)"
    } else {
        "Session de paiement Konnect créée"
    };
    Ok(Json(KonnectBody {
        success: true,
        payment_id: placed.payment.id,
        payment_url: placed.payment.provider.map(|opened| opened.url),
        message,
    }))
}

/// An order that is paid by transfer.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WiseBody {
    success: bool,
    #[schema(value_type = String)]
    order_id: PaymentId,
    message: &'static str,
}

/// Orders a product for a child, to be paid by transfer. The same key is the same order.
#[utoipa::path(post, path = "/api/payments/wise", tag = "caisse",
    request_body(content = OrderRequest, example = json!({"type": "subscription", "key": "HYBRIDE", "studentId": "stu1"})),
    responses((status = 200, body = WiseBody, example = json!({
        "success": true, "orderId": "pay1", "message": "Commande créée pour paiement Wise"
    })))
)]
pub(crate) async fn wise(
    State(state): State<SharedState>,
    asked: Asked,
    headers: HeaderMap,
    StrictJsonBody(request): StrictJsonBody<OrderRequest>,
) -> Result<Json<WiseBody>, Problem> {
    let placed = placed(&state, &asked, &headers, PaymentMethod::Wise, request).await?;
    let message = if placed.already {
        "Commande Wise récupérée (idempotent)"
    } else {
        "Commande créée pour paiement Wise"
    };
    Ok(Json(WiseBody { success: true, order_id: placed.payment.id, message }))
}

/// The proof of a transfer, as a form with files.
#[derive(Debug, ToSchema)]
#[allow(dead_code)] // only its schema is used: the form is read part by part
pub(crate) struct ProofForm {
    #[schema(rename = "orderId")]
    order_id: String,
    #[schema(rename = "transferReference")]
    transfer_reference: String,
    /// `2026-09-14`.
    #[schema(rename = "transferDate")]
    transfer_date: String,
    /// In dinars: `450,000`.
    #[schema(rename = "transferAmount")]
    transfer_amount: String,
    /// A PDF, PNG or JPEG of at most 5 MB.
    #[schema(value_type = Option<String>, format = Binary)]
    file: Option<String>,
}

/// Sends the proof of a transfer; the office is told.
#[utoipa::path(post, path = "/api/payments/wise/confirm", tag = "caisse",
    request_body(content = ProofForm, content_type = "multipart/form-data"),
    responses((status = 200, body = SuccessBody, example = json!({
        "success": true, "message": "Preuve de virement enregistrée. Validation sous 24-48h."
    })))
)]
pub(crate) async fn confirm_transfer(
    State(state): State<SharedState>,
    asked: Asked,
    form: Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Result<Json<SuccessBody>, Problem> {
    let mut form = form.map_err(|_| Problem::new(ErrorCode::UnsupportedType))?;
    let mut command = SubmitProof::default();
    while let Some(part) = form.next_field().await.map_err(|error| body_problem(&error))? {
        let name = part.name().unwrap_or_default().to_owned();
        let content = part.bytes().await.map_err(|error| body_problem(&error))?;
        if matches!(name.as_str(), "file" | "proof" | "screenshot") {
            if !content.is_empty() {
                command.file = Some(UploadedFile { content: content.to_vec() });
            }
            continue;
        }
        let text = String::from_utf8(content.to_vec()).map_err(|_| Problem::new(ErrorCode::MalformedBody))?;
        match name.as_str() {
            "orderId" => command.order = Some(text),
            "transferReference" => command.reference = Some(text),
            "transferDate" => command.date = Some(text),
            "transferAmount" => command.amount = Some(text),
            _ => {}
        }
    }
    use_cases::submit_proof(&state.till.context, asked.behalf(), &command).await.map_err(
        |error| match error {
            TillError::PaymentNotFound => refusal(error).and("error", "Commande non trouvée ou déjà traitée"),
            error => refusal(error),
        },
    )?;
    let message = "Preuve de virement enregistrée. Validation sous 24-48h.";
    Ok(Json(SuccessBody { success: true, message }))
}

/// A pack to be paid by card, as the existing pages ask for it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code)] // these routes of the existing application never opened a payment, and do not here
pub(crate) struct CardRequest {
    provider: Option<String>,
    user_id: Option<String>,
    pack_id: Option<i64>,
    #[schema(value_type = Option<f64>)]
    amount_tnd: Option<Value>,
    success_url: Option<String>,
    cancel_url: Option<String>,
}

fn not_by_card() -> Problem {
    let detail = "Les packs se règlent au centre, ou par carte depuis la page d'un enfant (POST /api/payments/konnect).";
    Problem::with_detail(ErrorCode::PaymentMethodOff, detail).and("available", false).and("ok", false)
}

/// Packs by card go through an order for a child; nothing is written here.
#[utoipa::path(post, path = "/api/payments/checkout", tag = "caisse",
    request_body(content = CardRequest, example = json!({"provider": "konnect", "userId": "usr1", "packId": 1})),
    responses((status = 409, description = "Voir POST /api/payments/konnect."))
)]
pub(crate) async fn checkout(StrictJsonBody(_request): StrictJsonBody<CardRequest>) -> Problem {
    not_by_card()
}

/// Packs by card go through an order for a child; nothing is written here.
#[utoipa::path(post, path = "/api/payments/konnect/intent", tag = "caisse",
    request_body(content = CardRequest, example = json!({"userId": "usr1", "packId": 1})),
    responses((status = 409, description = "Voir POST /api/payments/konnect."))
)]
pub(crate) async fn intent(StrictJsonBody(_request): StrictJsonBody<CardRequest>) -> Problem {
    not_by_card()
}
