use crate::asked::Asked;
use crate::body::{JsonBody, StrictJsonBody};
use crate::problem::Problem;
use crate::state::SharedState;
use axum::Json;
use axum::extract::{Path, State};
use jiff::Timestamp;
use nexus_core::ledger::use_cases::{self, SpendCredits, TransferCredits};
use nexus_core::ledger::{Credits, LedgerError, MovementId, MovementLine};
use nexus_core::{ErrorCode, StudentId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// Movements that the page of a wallet shows.
const SHOWN: u32 = 50;

/// Adds to a refusal what the pages show beside it.
pub(super) fn ledger_problem(error: LedgerError) -> Problem {
    match error {
        LedgerError::MissingCredits { available, needed } => {
            let number = |credits: Credits| serde_json::to_value(credits).unwrap_or_default();
            Problem::from(error)
                .and("error", "Crédits insuffisants")
                .and("balance", number(available))
                .and("needed", number(needed))
        }
        error => Problem::from(error),
    }
}

/// One movement, as the existing page of a wallet reads it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WalletMovement {
    id: i64,
    wallet_id: i64,
    /// Credits; negative when they were spent.
    #[schema(value_type = f64)]
    delta: Credits,
    reason: String,
    /// The key of the movement.
    external_id: Option<String>,
    /// `USAGE`, `PURCHASE`…; absent for a movement of the existing application.
    kind: Option<&'static str>,
    at: Timestamp,
}

impl From<MovementLine> for WalletMovement {
    fn from(line: MovementLine) -> Self {
        let movement = line.movement;
        Self {
            id: movement.id.0,
            wallet_id: movement.wallet.0,
            delta: movement.delta,
            reason: movement.description,
            external_id: movement.key,
            kind: movement.kind.map(nexus_core::ledger::MovementKind::as_str),
            at: movement.at,
        }
    }
}

/// A wallet.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WalletBody {
    /// What can be spent.
    #[schema(value_type = f64)]
    balance: Credits,
    /// Its newest movements.
    tx: Vec<WalletMovement>,
}

/// One's own wallet.
#[utoipa::path(get, path = "/api/credits/wallet", tag = "crédits", responses(
    (status = 200, body = WalletBody, example = json!({"balance": 3.75, "tx": [{
        "id": 12, "walletId": 3, "delta": -1.25, "reason": "Cours de mathématiques", "externalId": null, "kind": "USAGE",
        "at": "2026-11-02T08:00:00Z"
    }]})),
))]
pub(crate) async fn wallet(
    State(state): State<SharedState>,
    asked: Asked,
) -> Result<Json<WalletBody>, Problem> {
    let reading =
        use_cases::own_wallet(&state.ledger, asked.behalf(), SHOWN).await.map_err(ledger_problem)?;
    let now = state.ledger.clock.now();
    Ok(Json(match reading {
        Some(reading) => WalletBody {
            balance: reading.balance(now),
            tx: reading.movements.into_iter().map(WalletMovement::from).collect(),
        },
        None => WalletBody { balance: Credits::ZERO, tx: Vec::new() },
    }))
}

/// Credits to be spent.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SpendRequest {
    /// Whose wallet.
    user_id: String,
    /// What they are spent on, at its price.
    usage_key: Option<String>,
    /// How many whole credits; the office only.
    credits: Option<i64>,
    /// At least 6 characters; the same key spends once.
    idempotency_key: Option<String>,
    metadata: Option<SpendMetadata>,
}

/// What goes with it.
#[derive(Deserialize, ToSchema)]
pub(crate) struct SpendMetadata {
    reason: Option<String>,
    /// Accepted for the pages that send it.
    #[allow(dead_code)]
    provider: Option<String>,
}

/// What became of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SpentBody {
    ok: bool,
    #[schema(value_type = f64)]
    balance: Credits,
    /// Whether the key had spent them before.
    already: bool,
}

/// Spends credits on something that has a price; the office may name an amount.
#[utoipa::path(post, path = "/api/credits/spend", tag = "crédits",
    request_body(content = SpendRequest, example = json!({"userId": "usr1", "usageKey": "SOS_30", "idempotencyKey": "sos-2026-11-02"})),
    responses((status = 200, body = SpentBody, example = json!({"ok": true, "balance": 4, "already": false}))))]
pub(crate) async fn spend(
    State(state): State<SharedState>,
    asked: Asked,
    JsonBody(request): JsonBody<SpendRequest>,
) -> Result<Json<SpentBody>, Problem> {
    let command = SpendCredits {
        user: request.user_id,
        usage: request.usage_key,
        credits: request.credits,
        key: request.idempotency_key,
        reason: request.metadata.and_then(|metadata| metadata.reason),
    };
    let spent =
        use_cases::spend_credits(&state.ledger, asked.behalf(), &command).await.map_err(ledger_problem)?;
    Ok(Json(SpentBody { ok: true, balance: spent.balance, already: spent.already }))
}

/// Credits of one's own for a child.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TransferRequest {
    student_id: String,
    /// More than nothing, at most three decimals: a number or a text.
    #[schema(value_type = f64)]
    credits: Value,
    /// At least 6 characters; the same key gives once.
    idempotency_key: Option<String>,
}

/// What became of it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TransferredBody {
    ok: bool,
    /// What is left to whoever gave.
    #[schema(value_type = f64)]
    balance: Credits,
    /// What the child can spend.
    #[schema(value_type = f64)]
    child_balance: Credits,
    /// Whether the key had given them before.
    already: bool,
}

/// Gives credits of one's own wallet to a child, whose lessons are paid from his. They keep their origin and their end.
#[utoipa::path(post, path = "/api/credits/transfer", tag = "crédits",
    request_body(content = TransferRequest, example = json!({"studentId": "stu1", "credits": 2.5, "idempotencyKey": "don-2026-11-02"})),
    responses(
        (status = 200, body = TransferredBody, example = json!({
            "ok": true, "balance": 7.5, "childBalance": 2.5, "already": false
        })),
        (status = 402, description = "Crédits insuffisants."),
    ))]
pub(crate) async fn transfer(
    State(state): State<SharedState>,
    asked: Asked,
    StrictJsonBody(request): StrictJsonBody<TransferRequest>,
) -> Result<Json<TransferredBody>, Problem> {
    let amount = use_cases::read_amount("credits", &request.credits).map_err(ledger_problem)?;
    let student =
        StudentId::parse(request.student_id).map_err(|_| Problem::new(ErrorCode::StudentNotFound))?;
    let command = TransferCredits { student, amount, key: request.idempotency_key };
    let done =
        use_cases::transfer_credits(&state.ledger, asked.behalf(), &command).await.map_err(ledger_problem)?;
    Ok(Json(TransferredBody {
        ok: true,
        balance: done.left,
        child_balance: done.available,
        already: done.already,
    }))
}

/// Why a movement is undone.
#[derive(Deserialize, ToSchema)]
pub(crate) struct ReverseRequest {
    reason: String,
}

/// The movement that undoes another one.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReversedBody {
    success: bool,
    id: i64,
    reversal_of: i64,
    #[schema(value_type = f64)]
    delta: Credits,
}

/// Undoes a movement, once. Lessons are refunded by cancelling them.
#[utoipa::path(post, path = "/api/credits/movements/{id}/reversal", tag = "crédits", params(("id" = String, Path)),
    request_body(content = ReverseRequest, example = json!({"reason": "Saisie en double"})),
    responses((status = 200, body = ReversedBody, example = json!({"success": true, "id": 14, "reversalOf": 12, "delta": 2}))))]
pub(crate) async fn reverse(
    State(state): State<SharedState>,
    asked: Asked,
    Path(id): Path<String>,
    StrictJsonBody(request): StrictJsonBody<ReverseRequest>,
) -> Result<Json<ReversedBody>, Problem> {
    // What is no number is no movement; an `i32` is what the column holds.
    let id = id.parse::<i32>().map_err(|_| Problem::new(ErrorCode::MovementNotFound))?;
    let id = MovementId(i64::from(id));
    let movement = use_cases::reverse_movement(&state.ledger, asked.behalf(), id, &request.reason)
        .await
        .map_err(ledger_problem)?;
    Ok(Json(ReversedBody { success: true, id: movement.id.0, reversal_of: id.0, delta: movement.delta }))
}
