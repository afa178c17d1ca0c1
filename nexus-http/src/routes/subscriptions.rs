pub(crate) mod addon;
pub(crate) mod office;

use crate::asked::Asked;
use crate::body::{JsonBody, QueryOf};
use crate::problem::Problem;
use crate::state::SharedState;
use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use nexus_core::ledger::Credits;
use nexus_core::subscriptions::{
    ChildLine, Demand, DemandForm, DemandKind, DemandLine, DemandState, PlanKey, Subscription,
    SubscriptionError, use_cases,
};
use nexus_core::{ErrorCode, FieldError, Page, Pagination, SchoolSubject, StudentId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

fn student(text: String) -> Result<StudentId, Problem> {
    StudentId::parse(text).map_err(|_| Problem::new(ErrorCode::StudentNotFound))
}

fn wrong(field: &str) -> Problem {
    Problem::of_fields(ErrorCode::UnknownChoice, vec![FieldError::new(field, ErrorCode::UnknownChoice)])
}

/// The old words for a plan that is not sold.
fn plan_problem(error: SubscriptionError) -> Problem {
    match error {
        SubscriptionError::Fields(_) => Problem::from(error).and("error", "Plan d'abonnement invalide"),
        error => Problem::from(error),
    }
}

/// Another plan for a child.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChangeRequest {
    student_id: String,
    /// `ACCES_PLATEFORME`, `HYBRIDE` or `IMMERSION`.
    new_plan: String,
}

/// What was asked for.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChangeAsked {
    success: bool,
    /// The request in the one queue.
    subscription_id: String,
    message: &'static str,
}

/// Asks for another plan for a child; it begins once it is paid for, or the office has decided.
#[utoipa::path(post, path = "/api/subscriptions/change", tag = "abonnements",
    request_body(content = ChangeRequest, example = json!({"studentId": "stu1", "newPlan": "IMMERSION"})),
    responses((status = 200, body = ChangeAsked, example = json!({
        "success": true, "subscriptionId": "req1", "message": "Demande de changement créée, procédez au paiement"
    }))))]
pub(crate) async fn change(
    State(state): State<SharedState>,
    asked: Asked,
    JsonBody(request): JsonBody<ChangeRequest>,
) -> Result<Json<ChangeAsked>, Problem> {
    let kind = DemandKind::read("PLAN_CHANGE", Some(&request.new_plan)).map_err(plan_problem)?;
    let form = DemandForm { student: student(request.student_id)?, kind, reason: None };
    let demand = use_cases::ask_for(&state.subscriptions, asked.behalf(), &form).await?;
    Ok(Json(ChangeAsked {
        success: true,
        subscription_id: demand.id,
        message: "Demande de changement créée, procédez au paiement",
    }))
}

/// A child, as the parent's page reads him.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChildBody {
    #[schema(value_type = String)]
    id: StudentId,
    first_name: String,
    last_name: String,
    grade: Option<String>,
    school: Option<String>,
    /// The plan, or `AUCUN`.
    current_subscription: String,
    subscription_status: &'static str,
    subscription_expiry: Option<Timestamp>,
    #[schema(value_type = f64)]
    credit_balance: Credits,
    aria_subjects: Vec<&'static str>,
}

impl From<ChildLine> for ChildBody {
    fn from(line: ChildLine) -> Self {
        let active = line.subscription;
        Self {
            id: line.pupil.id,
            first_name: line.pupil.first_name,
            last_name: line.pupil.last_name,
            grade: line.pupil.grade,
            school: line.pupil.school,
            subscription_status: active.as_ref().map_or("INACTIVE", |active| active.state.as_str()),
            subscription_expiry: active.as_ref().and_then(|active| active.ends_at),
            aria_subjects: active.as_ref().map(subjects).unwrap_or_default(),
            current_subscription: active.map_or_else(|| "AUCUN".to_owned(), |active| active.plan),
            credit_balance: line.balance,
        }
    }
}

fn subjects(subscription: &Subscription) -> Vec<&'static str> {
    subscription.aria_subjects.iter().map(|subject| SchoolSubject::as_str(*subject)).collect()
}

/// The children of a parent.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChildrenBody {
    children: Vec<ChildBody>,
}

/// The children of the parent who asks, with their subscriptions and credits.
#[utoipa::path(get, path = "/api/parent/subscriptions", tag = "abonnements", responses(
    (status = 200, body = ChildrenBody, example = json!({"children": [{
        "id": "stu1", "firstName": "Zoé", "lastName": "Ben Salah", "grade": "terminale", "school": null,
        "currentSubscription": "HYBRIDE", "subscriptionStatus": "ACTIVE", "subscriptionExpiry": null, "creditBalance": 3,
        "ariaSubjects": ["MATHEMATIQUES"]
    }]})),
))]
pub(crate) async fn children(
    State(state): State<SharedState>,
    asked: Asked,
) -> Result<Json<ChildrenBody>, Problem> {
    let lines = use_cases::children(&state.subscriptions, asked.behalf()).await?;
    Ok(Json(ChildrenBody { children: lines.into_iter().map(ChildBody::from).collect() }))
}

/// A plan for a child. Whatever price or number of credits is sent along is not read: both are the catalogue's.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SubscribeRequest {
    student_id: String,
    plan_name: String,
}

/// What was asked for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SubscribeAsked {
    success: bool,
    subscription: SubscribeBody,
}

/// The request, in the words of the existing page.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SubscribeBody {
    id: String,
    plan_name: &'static str,
    monthly_price: i64,
    credits_per_month: i64,
    status: &'static str,
    message: &'static str,
}

/// Asks for a plan for a child, at the price of the catalogue.
#[utoipa::path(post, path = "/api/parent/subscriptions", tag = "abonnements",
    request_body(content = SubscribeRequest, example = json!({"studentId": "stu1", "planName": "IMMERSION"})),
    responses((status = 200, body = SubscribeAsked, example = json!({"success": true, "subscription": {
        "id": "req1", "planName": "IMMERSION", "monthlyPrice": 750, "creditsPerMonth": 8, "status": "INACTIVE",
        "message": "Demande d'abonnement envoyée"
    }}))))]
pub(crate) async fn subscribe(
    State(state): State<SharedState>,
    asked: Asked,
    JsonBody(request): JsonBody<SubscribeRequest>,
) -> Result<Json<SubscribeAsked>, Problem> {
    let plan = PlanKey::parse(&request.plan_name).ok_or_else(|| wrong("planName"))?;
    let kind = DemandKind::PlanChange(plan);
    let form = DemandForm { student: student(request.student_id)?, kind, reason: None };
    let demand = use_cases::ask_for(&state.subscriptions, asked.behalf(), &form).await?;
    Ok(Json(SubscribeAsked {
        success: true,
        subscription: SubscribeBody {
            id: demand.id,
            plan_name: plan.as_str(),
            monthly_price: demand.monthly_price,
            credits_per_month: plan.monthly_credits(),
            status: "INACTIVE",
            message: "Demande d'abonnement envoyée",
        },
    }))
}

/// Whose requests.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(crate) struct WhoseRequests {
    student_id: Option<String>,
}

/// A request about a subscription.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DemandBody {
    id: String,
    #[schema(value_type = String)]
    student_id: StudentId,
    request_type: String,
    plan_name: Option<String>,
    /// Dinars.
    monthly_price: i64,
    reason: Option<String>,
    status: &'static str,
    requested_by: String,
    processed_by: Option<String>,
    processed_at: Option<Timestamp>,
    rejection_reason: Option<String>,
    created_at: Timestamp,
}

impl From<Demand> for DemandBody {
    fn from(demand: Demand) -> Self {
        Self {
            id: demand.id,
            student_id: demand.student,
            request_type: demand.kind,
            plan_name: demand.name,
            monthly_price: demand.monthly_price,
            reason: demand.reason,
            status: demand.state.as_str(),
            requested_by: demand.requested_by,
            processed_by: demand.processed_by,
            processed_at: demand.processed_at,
            rejection_reason: demand.rejection_reason,
            created_at: demand.created_at,
        }
    }
}

/// Requests.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DemandsBody {
    requests: Vec<DemandBody>,
}

/// The requests for a child, newest first.
#[utoipa::path(get, path = "/api/parent/subscription-requests", tag = "abonnements", params(WhoseRequests), responses(
    (status = 200, body = DemandsBody, example = json!({"requests": [{
        "id": "req1", "studentId": "stu1", "requestType": "PLAN_CHANGE", "planName": "IMMERSION", "monthlyPrice": 750,
        "reason": null, "status": "PENDING", "requestedBy": "Hélène Ben Salah", "processedBy": null, "processedAt": null,
        "rejectionReason": null, "createdAt": "2026-11-02T08:00:00Z"
    }]})),
))]
pub(crate) async fn own_requests(
    State(state): State<SharedState>,
    asked: Asked,
    QueryOf(whose): QueryOf<WhoseRequests>,
) -> Result<Json<DemandsBody>, Problem> {
    let Some(id) = whose.student_id else {
        let missing =
            FieldError::with_detail("studentId", ErrorCode::FieldRequired, "Student ID is required");
        return Err(Problem::of_fields(ErrorCode::InvalidField, vec![missing]));
    };
    let demands = use_cases::demands_for(&state.subscriptions, asked.behalf(), &student(id)?).await?;
    Ok(Json(DemandsBody { requests: demands.into_iter().map(DemandBody::from).collect() }))
}

/// A request for a child.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DemandRequest {
    student_id: String,
    /// `PLAN_CHANGE`, `ARIA_ADDON` or `INVOICE_DETAILS`.
    request_type: String,
    /// The plan, or the subject.
    plan_name: Option<String>,
    reason: Option<String>,
}

/// What was written.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DemandAsked {
    success: bool,
    message: &'static str,
    request_id: String,
}

/// Asks for a plan, a subject of ARIA or details for an invoice.
#[utoipa::path(post, path = "/api/parent/subscription-requests", tag = "abonnements",
    request_body(content = DemandRequest, example = json!({
        "studentId": "stu1", "requestType": "PLAN_CHANGE", "planName": "IMMERSION", "reason": "Concours"
    })),
    responses((status = 200, body = DemandAsked, example = json!({
        "success": true, "message": "Demande envoyée.", "requestId": "req1"
    }))))]
pub(crate) async fn ask(
    State(state): State<SharedState>,
    asked: Asked,
    JsonBody(request): JsonBody<DemandRequest>,
) -> Result<Json<DemandAsked>, Problem> {
    let kind = DemandKind::read(&request.request_type, request.plan_name.as_deref())?;
    let form = DemandForm { student: student(request.student_id)?, kind, reason: request.reason };
    let demand = use_cases::ask_for(&state.subscriptions, asked.behalf(), &form).await?;
    Ok(Json(DemandAsked { success: true, message: "Demande envoyée.", request_id: demand.id }))
}

/// Which part of the queue.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct QueuePart {
    /// `PENDING` (when absent), `APPROVED` or `REJECTED`.
    status: Option<String>,
    page: Option<String>,
    limit: Option<String>,
}

/// A request with its pupil.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct QueueLine {
    #[serde(flatten)]
    request: DemandBody,
    student: super::student_credits::PupilBody,
}

/// A page of the queue.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct QueueBody {
    requests: Vec<QueueLine>,
    #[schema(value_type = Object)]
    pagination: Pagination,
}

/// The queue of requests, oldest first.
#[utoipa::path(get, path = "/api/assistant/subscription-requests", tag = "abonnements", params(QueuePart), responses(
    (status = 200, body = QueueBody, example = json!({"requests": [], "pagination": {
        "page": 1, "limit": 20, "total": 0, "totalPages": 0
    }})),
))]
pub(crate) async fn queue(
    State(state): State<SharedState>,
    QueryOf(part): QueryOf<QueuePart>,
) -> Result<Json<QueueBody>, Problem> {
    let status = part.status.as_deref().unwrap_or("PENDING");
    let status = DemandState::parse(status).ok_or_else(|| wrong("status"))?;
    let page = Page::read(part.page.as_deref(), part.limit.as_deref(), 20);
    let (lines, total) = use_cases::demands(&state.subscriptions, status, page).await?;
    let line = |line: DemandLine| QueueLine { request: line.demand.into(), student: line.pupil.into() };
    Ok(Json(QueueBody {
        requests: lines.into_iter().map(line).collect(),
        pagination: Pagination::of(page, total),
    }))
}

/// A decision.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DemandDecision {
    request_id: String,
    /// `APPROVED` or `REJECTED`.
    action: String,
    /// Needed for a refusal.
    reason: Option<String>,
}

/// What was decided.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DemandDecided {
    success: bool,
    message: &'static str,
}

/// Decides about a request, once, with everything that follows from it.
#[utoipa::path(patch, path = "/api/assistant/subscription-requests", tag = "abonnements",
    request_body(content = DemandDecision, example = json!({"requestId": "req1", "action": "APPROVED"})),
    responses((status = 200, body = DemandDecided, example = json!({
        "success": true, "message": "Demande approuvée avec succès"
    }))))]
pub(crate) async fn decide(
    State(state): State<SharedState>,
    asked: Asked,
    JsonBody(request): JsonBody<DemandDecision>,
) -> Result<Json<DemandDecided>, Problem> {
    let granted = match request.action.as_str() {
        "APPROVED" => true,
        "REJECTED" => false,
        _ => return Err(wrong("action")),
    };
    let (id, why) = (request.request_id.as_str(), request.reason.as_deref());
    use_cases::decide_demand(&state.subscriptions, asked.behalf(), id, granted, why).await?;
    let message = if granted { "Demande approuvée avec succès" } else { "Demande rejetée avec succès" };
    Ok(Json(DemandDecided { success: true, message }))
}
