use super::credits::ledger_problem;
use super::student_credits::PupilBody;
use crate::asked::Asked;
use crate::body::JsonBody;
use crate::problem::Problem;
use crate::state::SharedState;
use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use nexus_core::ledger::{Credits, RequestLine, use_cases};
use nexus_core::{ErrorCode, FieldError, StudentId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// Credits that a family asks for.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreditRequestBody {
    student_id: String,
    /// More than nothing, at most three decimals: a number or a text.
    #[schema(value_type = f64)]
    credit_amount: Value,
    reason: Option<String>,
}

/// What was written.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RequestedBody {
    success: bool,
    message: &'static str,
    request_id: String,
}

/// Asks for credits for a child. They count once the office has decided.
#[utoipa::path(post, path = "/api/parent/credit-request", tag = "crédits",
    request_body(content = CreditRequestBody, example = json!({"studentId": "stu1", "creditAmount": 4, "reason": "Bac blanc"})),
    responses((status = 200, body = RequestedBody, example = json!({
        "success": true, "message": "Demande de crédits envoyée.", "requestId": "req1"
    }))))]
pub(crate) async fn ask(
    State(state): State<SharedState>,
    asked: Asked,
    JsonBody(request): JsonBody<CreditRequestBody>,
) -> Result<Json<RequestedBody>, Problem> {
    let amount = use_cases::read_amount("creditAmount", &request.credit_amount).map_err(ledger_problem)?;
    let student =
        StudentId::parse(request.student_id).map_err(|_| Problem::new(ErrorCode::StudentNotFound))?;
    let why = request.reason.as_deref();
    let written = use_cases::request_credits(&state.ledger, asked.behalf(), &student, amount, why)
        .await
        .map_err(ledger_problem)?;
    Ok(Json(RequestedBody {
        success: true, message: "Demande de crédits envoyée.", request_id: written.id
    }))
}

/// Whoever asked.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AskingParent {
    first_name: String,
    last_name: String,
    email: String,
}

/// A request that waits.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WaitingRequest {
    id: String,
    #[schema(value_type = f64)]
    amount: Credits,
    /// Why, in the family's words.
    description: String,
    created_at: Timestamp,
    student: PupilBody,
    parent: AskingParent,
}

impl From<RequestLine> for WaitingRequest {
    fn from(line: RequestLine) -> Self {
        let (first_name, last_name, email) = line.parent;
        Self {
            id: line.request.id,
            amount: line.request.amount,
            description: line.request.reason.unwrap_or_default(),
            created_at: line.request.created_at,
            student: line.pupil.into(),
            parent: AskingParent { first_name, last_name, email },
        }
    }
}

/// The requests that wait.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WaitingRequests {
    credit_requests: Vec<WaitingRequest>,
}

/// The requests for credits that nobody has decided yet, oldest first.
#[utoipa::path(get, path = "/api/assistant/credit-requests", tag = "crédits", responses(
    (status = 200, body = WaitingRequests, example = json!({"creditRequests": [{
        "id": "req1", "amount": 4, "description": "Bac blanc", "createdAt": "2026-11-02T08:00:00Z",
        "student": {"id": "stu1", "firstName": "Zoé", "lastName": "Ben Salah", "email": "zoe@example.tn",
                    "grade": "terminale", "school": null},
        "parent": {"firstName": "Hélène", "lastName": "Ben Salah", "email": "helene@example.tn"}
    }]})),
))]
pub(crate) async fn list(State(state): State<SharedState>) -> Result<Json<WaitingRequests>, Problem> {
    let lines = use_cases::list_credit_requests(&state.ledger).await?;
    Ok(Json(WaitingRequests { credit_requests: lines.into_iter().map(WaitingRequest::from).collect() }))
}

/// A decision.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DecisionRequest {
    request_id: String,
    /// `approve` or `reject`.
    action: String,
    reason: Option<String>,
}

/// What was decided.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DecidedBody {
    success: bool,
    message: &'static str,
}

/// Decides about a request, once: its credits are given, or nothing moves.
#[utoipa::path(post, path = "/api/assistant/credit-requests", tag = "crédits",
    request_body(content = DecisionRequest, example = json!({"requestId": "req1", "action": "approve"})),
    responses((status = 200, body = DecidedBody, example = json!({
        "success": true, "message": "Demande de crédits approuvée et crédits ajoutés"
    }))))]
pub(crate) async fn decide(
    State(state): State<SharedState>,
    asked: Asked,
    JsonBody(request): JsonBody<DecisionRequest>,
) -> Result<Json<DecidedBody>, Problem> {
    let (ledger, behalf) = (&state.ledger, asked.behalf());
    let (id, why) = (request.request_id.as_str(), request.reason.as_deref());
    let message = match request.action.as_str() {
        "approve" => {
            use_cases::approve_credit_request(ledger, behalf, id, why).await.map_err(ledger_problem)?;
            "Demande de crédits approuvée et crédits ajoutés"
        }
        "reject" => {
            use_cases::reject_credit_request(ledger, behalf, id, why).await.map_err(ledger_problem)?;
            "Demande de crédits rejetée"
        }
        _ => {
            let wrong = FieldError::new("action", ErrorCode::UnknownChoice);
            return Err(Problem::of_fields(ErrorCode::UnknownChoice, vec![wrong]));
        }
    };
    Ok(Json(DecidedBody { success: true, message }))
}
