//! Subscriptions themselves, as the office reads and decides about them.

use super::super::student_credits::PupilBody;
use super::{subjects, wrong};
use crate::asked::Asked;
use crate::body::{JsonBody, QueryOf};
use crate::chassis::PageOf;
use crate::problem::Problem;
use crate::state::SharedState;
use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use nexus_core::subscriptions::use_cases::{self, EditSubscription};
use nexus_core::subscriptions::{
    Subscription, SubscriptionError, SubscriptionFilter, SubscriptionLine, SubscriptionState,
};
use nexus_core::{ErrorCode, FieldError, Page, Pagination};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Longest text that is searched for, in characters.
const LONGEST_SEARCH: usize = 100;

/// Whoever answers for a pupil.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SubscriberParent {
    first_name: String,
    last_name: String,
    email: String,
}

/// A subscription with its pupil.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SubscriptionRowBody {
    id: String,
    plan_name: String,
    /// Dinars.
    monthly_price: i64,
    credits_per_month: i64,
    status: &'static str,
    start_date: Timestamp,
    end_date: Option<Timestamp>,
    aria_subjects: Vec<&'static str>,
    created_at: Timestamp,
    student: PupilBody,
    parent: Option<SubscriberParent>,
}

impl From<SubscriptionLine> for SubscriptionRowBody {
    fn from(line: SubscriptionLine) -> Self {
        let subscription = line.subscription;
        Self {
            aria_subjects: subjects(&subscription),
            id: subscription.id,
            plan_name: subscription.plan,
            monthly_price: subscription.monthly_price,
            credits_per_month: subscription.monthly_credits,
            status: subscription.state.as_str(),
            start_date: subscription.starts_at,
            end_date: subscription.ends_at,
            created_at: line.created_at,
            student: line.pupil.into(),
            parent: line.parent.map(|(first_name, last_name, email)| SubscriberParent {
                first_name,
                last_name,
                email,
            }),
        }
    }
}

fn rows(lines: Vec<SubscriptionLine>) -> Vec<SubscriptionRowBody> {
    lines.into_iter().map(SubscriptionRowBody::from).collect()
}

/// Which page of all subscriptions.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code)] // read by `PageOf`
pub(crate) struct WhichSubscriptions {
    /// From 1 on.
    page: Option<String>,
    /// 1 to 100, of each list.
    limit: Option<String>,
}

/// What waits, and a page of everything.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OfficeSubscriptions {
    /// The newest that wait, at most as many as a page holds.
    pending_subscriptions: Vec<SubscriptionRowBody>,
    /// Of all of them, newest first.
    all_subscriptions: Vec<SubscriptionRowBody>,
    /// Of `allSubscriptions`.
    #[schema(value_type = Object)]
    pagination: Pagination,
}

/// Subscriptions that wait for a decision, and all of them, newest first.
#[utoipa::path(get, path = "/api/assistant/subscriptions", tag = "abonnements", params(WhichSubscriptions), responses(
    (status = 200, body = OfficeSubscriptions, example = json!({
        "pendingSubscriptions": [], "allSubscriptions": [{
            "id": "sub1", "planName": "HYBRIDE", "monthlyPrice": 450, "creditsPerMonth": 4, "status": "ACTIVE",
            "startDate": "2026-11-02T08:00:00Z", "endDate": null, "ariaSubjects": [], "createdAt": "2026-11-02T08:00:00Z",
            "student": {"id": "stu1", "firstName": "Zoé", "lastName": "Ben Salah", "email": "zoe@example.tn",
                        "grade": "terminale", "school": null},
            "parent": {"firstName": "Hélène", "lastName": "Ben Salah", "email": "helene@example.tn"}
        }],
        "pagination": {"page": 1, "limit": 50, "total": 1, "totalPages": 1}
    })),
))]
pub(crate) async fn office_list(
    State(state): State<SharedState>,
    PageOf(page): PageOf<50>,
) -> Result<Json<OfficeSubscriptions>, Problem> {
    let context = &state.subscriptions;
    let waiting = SubscriptionFilter { state: Some(SubscriptionState::Inactive), search: None };
    let first = Page::new(1, page.limit());
    let (pending, _) = use_cases::subscriptions(context, &waiting, first).await?;
    let (all, total) = use_cases::subscriptions(context, &SubscriptionFilter::default(), page).await?;
    Ok(Json(OfficeSubscriptions {
        pending_subscriptions: rows(pending),
        all_subscriptions: rows(all),
        pagination: Pagination::of(page, total),
    }))
}

/// A decision about a subscription that waits.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SubscriptionDecision {
    subscription_id: Option<String>,
    /// `approve` or `reject`.
    action: Option<String>,
    /// Needed for a refusal.
    reason: Option<String>,
}

/// What was decided.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SubscriptionDecided {
    success: bool,
    subscription: DecidedBody,
}

/// The subscription, in the words of the existing page.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DecidedBody {
    id: String,
    status: &'static str,
    message: &'static str,
}

fn missing(fields: &[&str], old: &str) -> Problem {
    let fields = fields.iter().map(|field| FieldError::new(*field, ErrorCode::FieldRequired)).collect();
    Problem::of_fields(ErrorCode::InvalidField, fields).and("error", old)
}

/// The old words of a refusal.
fn office_problem(error: SubscriptionError, state: &'static str) -> Problem {
    let old = match error {
        SubscriptionError::NotFound => "Subscription not found",
        SubscriptionError::InvalidTransition => state,
        error => return Problem::from(error),
    };
    Problem::from(error).and("error", old)
}

/// Decides about a subscription that waits, once. It begins only when its payment was validated, and gives the credits of the month.
#[utoipa::path(post, path = "/api/assistant/subscriptions", tag = "abonnements",
    request_body(content = SubscriptionDecision, example = json!({"subscriptionId": "sub1", "action": "approve"})),
    responses(
        (status = 200, body = SubscriptionDecided, example = json!({"success": true, "subscription": {
            "id": "sub1", "status": "ACTIVE", "message": "Abonnement approuvé et crédits ajoutés"
        }})),
        (status = 409, description = "L'abonnement n'attend pas de décision, ou aucun paiement validé ne le couvre."),
    ))]
pub(crate) async fn office_decide(
    State(state): State<SharedState>,
    asked: Asked,
    JsonBody(request): JsonBody<SubscriptionDecision>,
) -> Result<Json<SubscriptionDecided>, Problem> {
    let (Some(id), Some(action)) = (request.subscription_id, request.action) else {
        return Err(missing(&["subscriptionId", "action"], "Missing required fields"));
    };
    let granted = match action.as_str() {
        "approve" => true,
        "reject" => false,
        _ => return Err(wrong("action").and("error", "Invalid action")),
    };
    let why = request.reason.as_deref();
    let decided = use_cases::decide_subscription(&state.subscriptions, asked.behalf(), &id, granted, why)
        .await
        .map_err(|error| office_problem(error, "Subscription is not pending approval"))?;
    let message = if granted { "Abonnement approuvé et crédits ajoutés" } else { "Abonnement rejeté" };
    Ok(Json(SubscriptionDecided {
        success: true,
        subscription: DecidedBody { id: decided.id, status: decided.state.as_str(), message },
    }))
}

/// Which subscriptions an administrator lists.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct AdminQuery {
    /// `ACTIVE` (when absent), `INACTIVE`, `CANCELLED`, `EXPIRED`, or `ALL`.
    status: Option<String>,
    /// A part of the name or of the address of the pupil.
    search: Option<String>,
    /// From 1 on.
    #[allow(dead_code)] // read by `PageOf`
    page: Option<String>,
    /// 1 to 100.
    #[allow(dead_code)] // read by `PageOf`
    limit: Option<String>,
}

/// A page of subscriptions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AdminSubscriptions {
    subscriptions: Vec<SubscriptionRowBody>,
    #[schema(value_type = Object)]
    pagination: Pagination,
}

fn unknown_status() -> Problem {
    let detail = "Cet état d'abonnement n'existe pas : ACTIVE, INACTIVE, CANCELLED ou EXPIRED.";
    let field = FieldError::with_detail("status", ErrorCode::UnknownChoice, detail);
    Problem::of_fields(ErrorCode::UnknownChoice, vec![field])
}

/// Subscriptions, newest first.
#[utoipa::path(get, path = "/api/admin/subscriptions", tag = "abonnements", params(AdminQuery), responses(
    (status = 200, body = AdminSubscriptions, example = json!({"subscriptions": [], "pagination": {
        "page": 1, "limit": 10, "total": 0, "totalPages": 0
    }})),
    (status = 422, description = "Cet état d'abonnement n'existe pas."),
))]
pub(crate) async fn admin_list(
    State(state): State<SharedState>,
    PageOf(page): PageOf<10>,
    QueryOf(query): QueryOf<AdminQuery>,
) -> Result<Json<AdminSubscriptions>, Problem> {
    let status = match query.status.as_deref() {
        None | Some("") => Some(SubscriptionState::Active),
        Some("ALL") => None,
        Some(name) => Some(SubscriptionState::parse(name).ok_or_else(unknown_status)?),
    };
    let search = query.search.map(|text| text.chars().take(LONGEST_SEARCH).collect());
    let filter = SubscriptionFilter { state: status, search };
    let (lines, total) = use_cases::subscriptions(&state.subscriptions, &filter, page).await?;
    Ok(Json(AdminSubscriptions { subscriptions: rows(lines), pagination: Pagination::of(page, total) }))
}

/// A change of a subscription. Price and credits are the catalogue's and cannot be sent.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SubscriptionEdit {
    subscription_id: Option<String>,
    /// `ACTIVE`, `INACTIVE`, `CANCELLED` or `EXPIRED`.
    status: Option<String>,
    /// An instant, or a day (`2026-12-31`), which is included.
    end_date: Option<String>,
}

/// What it is now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SubscriptionEdited {
    success: bool,
    message: &'static str,
    subscription: EditedBody,
}

/// The subscription, in the words of the existing page.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EditedBody {
    id: String,
    status: &'static str,
    end_date: Option<Timestamp>,
    student_name: String,
}

impl EditedBody {
    fn of(subscription: Subscription, student_name: String) -> Self {
        let (status, end_date) = (subscription.state.as_str(), subscription.ends_at);
        Self { id: subscription.id, status, end_date, student_name }
    }
}

/// An instant, or the end of a day of the school.
fn end(text: &str, zone: &TimeZone) -> Result<Timestamp, Problem> {
    let wrong = || {
        let field = FieldError::new("endDate", ErrorCode::InvalidDate);
        Problem::of_fields(ErrorCode::InvalidField, vec![field])
    };
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Ok(instant);
    }
    let day: Date = text.parse().map_err(|_| wrong())?;
    let next = day.tomorrow().and_then(|next| next.to_zoned(zone.clone()));
    next.map(|midnight| midnight.timestamp()).map_err(|_| wrong())
}

/// Changes the state or the end of a subscription, along its states.
#[utoipa::path(put, path = "/api/admin/subscriptions", tag = "abonnements",
    request_body(content = SubscriptionEdit, example = json!({"subscriptionId": "sub1", "status": "CANCELLED"})),
    responses(
        (status = 200, body = SubscriptionEdited, example = json!({
            "success": true, "message": "Abonnement mis à jour avec succès",
            "subscription": {"id": "sub1", "status": "CANCELLED", "endDate": "2026-11-02T08:00:00Z", "studentName": "Zoé Ben Salah"}
        })),
        (status = 409, description = "L'état de l'abonnement ne permet pas ce changement, ou aucun paiement ne le couvre."),
    ))]
pub(crate) async fn admin_edit(
    State(state): State<SharedState>,
    asked: Asked,
    JsonBody(request): JsonBody<SubscriptionEdit>,
) -> Result<Json<SubscriptionEdited>, Problem> {
    let Some(id) = request.subscription_id else {
        return Err(missing(&["subscriptionId"], "Subscription ID is required"));
    };
    let status =
        request.status.as_deref().map(|name| SubscriptionState::parse(name).ok_or_else(unknown_status));
    let zone = &state.subscriptions.zone;
    let end = request.end_date.as_deref().filter(|text| !text.is_empty()).map(|text| end(text, zone));
    let edit = EditSubscription { state: status.transpose()?, end: end.transpose()? };
    let (subscription, pupil) =
        use_cases::edit_subscription(&state.subscriptions, asked.behalf(), &id, &edit)
            .await
            .map_err(|error| office_problem(error, "Invalid status transition"))?;
    let name = format!("{} {}", pupil.first_name, pupil.last_name);
    Ok(Json(SubscriptionEdited {
        success: true,
        message: "Abonnement mis à jour avec succès",
        subscription: EditedBody::of(subscription, name),
    }))
}
