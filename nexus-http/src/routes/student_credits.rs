use super::credits::ledger_problem;
use crate::asked::Asked;
use crate::body::{JsonBody, QueryOf};
use crate::problem::Problem;
use crate::state::SharedState;
use axum::Json;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use nexus_core::ledger::use_cases::{self, Adjustment};
use nexus_core::ledger::{
    Credits, MovementKind, MovementLine, Pupil, Statement, WalletReading, statement_csv,
};
use nexus_core::{ErrorCode, FieldError, StudentId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

/// Movements that the pages of a pupil show.
const SHOWN: u32 = 200;

/// Which pupil; oneself when none is named.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(crate) struct WhichPupil {
    student_id: Option<String>,
}

impl WhichPupil {
    /// What cannot be an identifier does not exist.
    fn id(&self) -> Result<Option<StudentId>, Problem> {
        let read = |id: &String| StudentId::parse(id.as_str());
        self.student_id.as_ref().map(read).transpose().map_err(|_| Problem::new(ErrorCode::StudentNotFound))
    }
}

/// The word by which the existing pages know a kind of movement.
pub(super) const fn old_word(kind: Option<MovementKind>, positive: bool) -> &'static str {
    match kind {
        Some(MovementKind::Adjustment) if positive => "CREDIT_ADD",
        Some(kind) => kind.as_str(),
        None if positive => "PURCHASE",
        None => "USAGE",
    }
}

/// One movement, as the existing pages of a pupil read it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PupilMovement {
    id: String,
    r#type: &'static str,
    /// Credits; negative when they were spent.
    #[schema(value_type = f64)]
    amount: Credits,
    description: String,
    session_id: Option<String>,
    /// When what it gave ends.
    expires_at: Option<Timestamp>,
    created_at: Timestamp,
}

impl From<MovementLine> for PupilMovement {
    fn from(line: MovementLine) -> Self {
        let movement = line.movement;
        Self {
            id: movement.id.0.to_string(),
            r#type: old_word(movement.kind, movement.delta.is_positive()),
            amount: movement.delta,
            description: movement.description,
            session_id: movement.lesson.map(String::from),
            expires_at: line.expires_at,
            created_at: movement.at,
        }
    }
}

/// A pupil's credits.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PupilCredits {
    #[schema(value_type = f64)]
    balance: Credits,
    transactions: Vec<PupilMovement>,
}

fn shown(reading: Option<WalletReading>, now: Timestamp) -> (Credits, Vec<PupilMovement>) {
    let balance = reading.as_ref().map(|reading| reading.balance(now)).unwrap_or_default();
    let movements = reading.map(|reading| reading.movements).unwrap_or_default();
    (balance, movements.into_iter().map(PupilMovement::from).collect())
}

/// A pupil's credits: one's own, a child's.
#[utoipa::path(get, path = "/api/student/credits", tag = "crédits", params(WhichPupil), responses(
    (status = 200, body = PupilCredits, example = json!({"balance": 2.75, "transactions": [{
        "id": "12", "type": "USAGE", "amount": -1.25, "description": "Cours de mathématiques", "sessionId": "ses1",
        "expiresAt": null, "createdAt": "2026-11-02T08:00:00Z"
    }]})),
))]
pub(crate) async fn own(
    State(state): State<SharedState>,
    asked: Asked,
    QueryOf(which): QueryOf<WhichPupil>,
) -> Result<Json<PupilCredits>, Problem> {
    let student = which.id()?;
    let (_, reading) = use_cases::pupil_credits(&state.ledger, asked.behalf(), student.as_ref(), SHOWN)
        .await
        .map_err(ledger_problem)?;
    let (balance, transactions) = shown(reading, state.ledger.clock.now());
    Ok(Json(PupilCredits { balance, transactions }))
}

/// Why a balance is what it is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Explanation {
    #[schema(value_type = f64)]
    balance: Credits,
    /// French sentences.
    sentences: Vec<String>,
}

/// Why a pupil's balance is what it is, in French sentences.
#[utoipa::path(get, path = "/api/credits/explanation", tag = "crédits", params(WhichPupil), responses(
    (status = 200, body = Explanation, example = json!({"balance": 2, "sentences": [
        "Il reste 2 crédits.",
        "2 crédits de l'abonnement, utilisables jusqu'au 31 décembre 2026 inclus ; à utiliser en premier.",
        "Depuis l'ouverture : 4 crédits reçus, 2 crédits utilisés."
    ]})),
))]
pub(crate) async fn explanation(
    State(state): State<SharedState>,
    asked: Asked,
    QueryOf(which): QueryOf<WhichPupil>,
) -> Result<Json<Explanation>, Problem> {
    let student = which.id()?;
    let (balance, sentences) = use_cases::explain_credits(&state.ledger, asked.behalf(), student.as_ref())
        .await
        .map_err(ledger_problem)?;
    Ok(Json(Explanation { balance, sentences }))
}

/// Which statement.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(crate) struct WhichStatement {
    student_id: Option<String>,
    /// `json` (when absent) or `csv`.
    format: Option<String>,
}

/// One line of a statement.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StatementLine {
    id: i64,
    at: Timestamp,
    r#type: &'static str,
    description: String,
    session_id: Option<String>,
    reversal_of: Option<i64>,
    #[schema(value_type = f64)]
    amount: Credits,
    /// The balance after it.
    #[schema(value_type = f64)]
    balance: Credits,
}

impl From<Statement> for StatementLine {
    fn from(Statement { movement, balance }: Statement) -> Self {
        Self {
            id: movement.id.0,
            at: movement.at,
            r#type: old_word(movement.kind, movement.delta.is_positive()),
            description: movement.description,
            session_id: movement.lesson.map(String::from),
            reversal_of: movement.reverses.map(|id| id.0),
            amount: movement.delta,
            balance,
        }
    }
}

/// Every movement of a pupil's credits, oldest first, for a spreadsheet (`csv`) or a program (`json`).
#[utoipa::path(get, path = "/api/credits/statement", tag = "crédits", params(WhichStatement), responses(
    (status = 200, body = Vec<StatementLine>, example = json!([{
        "id": 12, "at": "2026-11-02T08:00:00Z", "type": "USAGE", "description": "Cours de mathématiques", "sessionId": "ses1",
        "reversalOf": null, "amount": -1.25, "balance": 2.75
    }])),
))]
pub(crate) async fn statement(
    State(state): State<SharedState>,
    asked: Asked,
    QueryOf(which): QueryOf<WhichStatement>,
) -> Result<Response, Problem> {
    let as_table = match which.format.as_deref() {
        None | Some("json") => false,
        Some("csv") => true,
        Some(_) => {
            let wrong = FieldError::new("format", ErrorCode::UnknownChoice);
            return Err(Problem::of_fields(ErrorCode::UnknownChoice, vec![wrong]));
        }
    };
    let student = WhichPupil { student_id: which.student_id }.id()?;
    let lines = use_cases::statement_of(&state.ledger, asked.behalf(), student.as_ref())
        .await
        .map_err(ledger_problem)?;
    if as_table {
        let headers = [
            (CONTENT_TYPE, "text/csv; charset=utf-8"),
            (CONTENT_DISPOSITION, "attachment; filename=\"releve-credits.csv\""),
        ];
        return Ok((headers, statement_csv(&lines, &state.ledger.zone)).into_response());
    }
    Ok(Json(lines.into_iter().map(StatementLine::from).collect::<Vec<_>>()).into_response())
}

/// A pupil, as the office reads him.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct PupilBody {
    #[schema(value_type = String)]
    id: StudentId,
    first_name: String,
    last_name: String,
    email: String,
    grade: Option<String>,
    school: Option<String>,
}

impl From<Pupil> for PupilBody {
    fn from(pupil: Pupil) -> Self {
        Self {
            id: pupil.id,
            first_name: pupil.first_name,
            last_name: pupil.last_name,
            email: pupil.email,
            grade: pupil.grade,
            school: pupil.school,
        }
    }
}

/// A pupil of the list, with what he can spend.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PupilLine {
    #[serde(flatten)]
    student: PupilBody,
    #[schema(value_type = f64)]
    credit_balance: Credits,
}

/// One pupil, with what moved.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PupilDetails {
    student: PupilBody,
    #[schema(value_type = f64)]
    credit_balance: Credits,
    transactions: Vec<PupilMovement>,
}

/// The list, or one pupil.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum PupilsBody {
    /// Without `studentId`.
    All(Vec<PupilLine>),
    /// With it.
    One(Box<PupilDetails>),
}

/// The credits of every pupil, or of one.
#[utoipa::path(get, path = "/api/assistant/students/credits", tag = "crédits", params(WhichPupil), responses(
    (status = 200, body = PupilsBody, example = json!([{
        "id": "stu1", "firstName": "Zoé", "lastName": "Ben Salah", "email": "zoe@example.tn", "grade": "terminale",
        "school": null, "creditBalance": 2.75
    }])),
))]
pub(crate) async fn list(
    State(state): State<SharedState>,
    asked: Asked,
    QueryOf(which): QueryOf<WhichPupil>,
) -> Result<Json<PupilsBody>, Problem> {
    let Some(student) = which.id()? else {
        let pupils = use_cases::list_pupils(&state.ledger).await?;
        let line =
            |(pupil, credit_balance): (Pupil, Credits)| PupilLine { student: pupil.into(), credit_balance };
        return Ok(Json(PupilsBody::All(pupils.into_iter().map(line).collect())));
    };
    let (pupil, reading) = use_cases::pupil_credits(&state.ledger, asked.behalf(), Some(&student), SHOWN)
        .await
        .map_err(ledger_problem)?;
    let (credit_balance, transactions) = shown(reading, state.ledger.clock.now());
    Ok(Json(PupilsBody::One(Box::new(PupilDetails { student: pupil.into(), credit_balance, transactions }))))
}

/// A correction of a pupil's credits.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AdjustRequest {
    student_id: String,
    /// Credits, at most three decimals: a number or a text.
    #[schema(value_type = f64)]
    amount: Value,
    /// `CREDIT_ADD` adds; `ADJUSTMENT` goes in either direction.
    r#type: String,
    /// Why.
    description: String,
}

/// What was done.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AdjustedBody {
    success: bool,
    transaction: PupilMovement,
    #[schema(value_type = f64)]
    new_balance: Credits,
    student: PupilName,
}

/// A pupil's name.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PupilName {
    first_name: String,
    last_name: String,
}

/// Corrects a pupil's credits, with the reason.
#[utoipa::path(post, path = "/api/assistant/students/credits", tag = "crédits",
    request_body(content = AdjustRequest, example = json!({
        "studentId": "stu1", "amount": 1.5, "type": "CREDIT_ADD", "description": "Geste commercial"
    })),
    responses((status = 200, body = AdjustedBody, example = json!({
        "success": true, "transaction": {"id": "12", "type": "CREDIT_ADD", "amount": 1.5, "description": "Geste commercial",
        "sessionId": null, "expiresAt": null, "createdAt": "2026-11-02T08:00:00Z"}, "newBalance": 4.25,
        "student": {"firstName": "Zoé", "lastName": "Ben Salah"}
    }))))]
pub(crate) async fn adjust(
    State(state): State<SharedState>,
    asked: Asked,
    JsonBody(request): JsonBody<AdjustRequest>,
) -> Result<Json<AdjustedBody>, Problem> {
    let amount = use_cases::read_amount("amount", &request.amount).map_err(ledger_problem)?;
    let fits = match request.r#type.as_str() {
        "CREDIT_ADD" => amount.is_positive(),
        "ADJUSTMENT" => true,
        _ => false,
    };
    if !fits {
        let wrong = FieldError::new("type", ErrorCode::UnknownChoice);
        return Err(Problem::of_fields(ErrorCode::UnknownChoice, vec![wrong]));
    }
    let student =
        StudentId::parse(request.student_id).map_err(|_| Problem::new(ErrorCode::StudentNotFound))?;
    let command = Adjustment { student, amount, reason: request.description };
    let (movement, new_balance, pupil) =
        use_cases::adjust_credits(&state.ledger, asked.behalf(), &command).await.map_err(ledger_problem)?;
    Ok(Json(AdjustedBody {
        success: true,
        transaction: MovementLine { movement, expires_at: None }.into(),
        new_balance,
        student: PupilName { first_name: pupil.first_name, last_name: pupil.last_name },
    }))
}
