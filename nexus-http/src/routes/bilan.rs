use crate::access::Permitted;
use crate::body::BilanPath;
use crate::problem::{Problem, bilan_problem};
use crate::state::SharedState;
use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use nexus_bilan::bilan::Bilan;
use nexus_bilan::lifecycle::BilanState;
use nexus_bilan::questionnaire::{Level, Subject};
use nexus_bilan::report::{Audience, Variant};
use nexus_bilan::use_cases;
use nexus_core::rights::Permit;
use nexus_core::{BilanId, StudentId};
use serde::Serialize;
use utoipa::ToSchema;

/// A document that the reader may open.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DocumentLink {
    /// For whom it is written.
    #[schema(value_type = String, example = "eleve")]
    variant: Variant,
    /// Where its PDF is.
    url: String,
}

/// What a page shows about a bilan; no score is in it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BilanView {
    ok: bool,
    #[schema(value_type = String)]
    id: BilanId,
    #[schema(value_type = String)]
    student_id: StudentId,
    /// Slug of the questionnaire.
    bank: String,
    #[schema(value_type = Option<String>)]
    subject: Option<Subject>,
    #[schema(value_type = Option<String>)]
    niveau: Option<Level>,
    #[schema(value_type = String)]
    state: BilanState,
    /// The state in French.
    label: &'static str,
    /// `queued`, `running`, `done` or `error`.
    status: &'static str,
    /// Revision of the answers.
    revision: u64,
    /// Revision of the report.
    report_revision: u32,
    created_at: Timestamp,
    expires_at: Timestamp,
    submitted_at: Option<Timestamp>,
    /// Why it failed, for the staff.
    failure: Option<String>,
    /// The documents that are open to the reader.
    documents: Vec<DocumentLink>,
}

/// The view of a bilan for whoever holds this permit.
pub(crate) fn view(bilan: &Bilan, permit: &Permit) -> BilanView {
    let audience = Audience::of(permit);
    let open = audience.is_open(bilan.state);
    let link = |variant: &Variant| DocumentLink {
        variant: *variant,
        url: format!("/api/bilans/{}/download?variant={}", bilan.id, variant.as_str()),
    };
    BilanView {
        ok: true,
        id: bilan.id.clone(),
        student_id: bilan.student.clone(),
        bank: bilan.bank.slug.clone(),
        subject: bilan.subject,
        niveau: bilan.level,
        state: bilan.state,
        label: bilan.state.label(),
        status: audience.job_status(bilan.state),
        revision: bilan.revision,
        report_revision: bilan.report_revision,
        created_at: bilan.created_at,
        expires_at: bilan.expires_at,
        submitted_at: bilan.submitted_at,
        failure: matches!(audience, Audience::Office).then(|| bilan.failure.clone()).flatten(),
        documents: if open { audience.variants().iter().map(link).collect() } else { Vec::new() },
    }
}

/// Where a bilan stands.
#[utoipa::path(get, path = "/api/bilans/{id}", tag = "bilans", responses(
    (status = 200, body = BilanView, example = json!({
        "ok": true, "id": "bil1", "studentId": "stu1", "bank": "maths-terminale", "subject": "MATHEMATIQUES",
        "niveau": "terminale", "state": "PUBLISHED", "label": "publié", "status": "done", "revision": 4,
        "reportRevision": 1, "createdAt": "2026-11-02T08:00:00Z", "expiresAt": "2026-12-02T08:00:00Z",
        "submittedAt": "2026-11-03T17:20:00Z", "failure": null,
        "documents": [{"variant": "eleve", "url": "/api/bilans/bil1/download?variant=eleve"}]
    })),
))]
pub(crate) async fn state(
    State(state): State<SharedState>,
    Permitted(permit): Permitted,
    BilanPath(id): BilanPath,
) -> Result<Json<BilanView>, Problem> {
    let bilan = use_cases::bilan_state(&state.bilans, &permit, &id).await.map_err(bilan_problem)?;
    Ok(Json(view(&bilan, &permit)))
}

/// What the existing pages poll.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StatusView {
    /// `queued`, `running`, `done` or `error`.
    status: &'static str,
    #[schema(value_type = String)]
    id: BilanId,
    /// The variant that the existing pages then ask for.
    #[schema(value_type = String)]
    variant: Variant,
    #[schema(value_type = String)]
    state: BilanState,
    /// The state in French.
    label: &'static str,
}

/// The state of a bilan in one word, for pages that poll.
#[utoipa::path(get, path = "/api/bilans/{id}/status", tag = "bilans", responses(
    (status = 200, body = StatusView, example = json!({
        "status": "running", "id": "bil1", "variant": "general", "state": "SCORED", "label": "en cours de traitement"
    })),
))]
pub(crate) async fn status(
    State(state): State<SharedState>,
    Permitted(permit): Permitted,
    id: Result<BilanPath, Problem>,
) -> Result<Json<StatusView>, Problem> {
    // The pages read the word `error` where RFC 9457 has a number.
    let in_words = |problem: Problem| problem.and("status", "error");
    let BilanPath(id) = id.map_err(in_words)?;
    let bilan = use_cases::bilan_state(&state.bilans, &permit, &id)
        .await
        .map_err(|error| in_words(bilan_problem(error)))?;
    Ok(Json(StatusView {
        status: Audience::of(&permit).job_status(bilan.state),
        id: bilan.id,
        variant: Variant::General,
        state: bilan.state,
        label: bilan.state.label(),
    }))
}
