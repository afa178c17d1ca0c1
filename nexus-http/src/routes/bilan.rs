use crate::body::BilanPath;
use crate::problem::{Problem, bilan_problem};
use crate::state::HttpState;
use axum::Json;
use axum::extract::State;
use nexus_bilan::bilan::Bilan;
use nexus_bilan::report::Variant;
use nexus_bilan::use_cases;
use serde_json::{Value, json};

/// What a page shows about a bilan; no score is in it.
pub(crate) fn view(bilan: &Bilan) -> Value {
    let documents: Vec<_> = if bilan.state.has_report() {
        Variant::ALL
            .iter()
            .map(|variant| {
                let variant = variant.as_str();
                json!({"variant": variant, "url": format!("/api/bilans/{}/download?variant={variant}", bilan.id)})
            })
            .collect()
    } else {
        Vec::new()
    };
    json!({
        "ok": true,
        "id": bilan.id,
        "studentId": bilan.student,
        "bank": bilan.bank.slug,
        "subject": bilan.subject,
        "niveau": bilan.level,
        "state": bilan.state,
        "label": bilan.state.label(),
        "status": bilan.state.job_status(),
        "revision": bilan.revision,
        "reportRevision": bilan.report_revision,
        "createdAt": bilan.created_at,
        "expiresAt": bilan.expires_at,
        "submittedAt": bilan.submitted_at,
        "failure": bilan.failure,
        "documents": documents,
    })
}

/// `GET /api/bilans/{id}`.
pub(crate) async fn state(
    State(state): State<HttpState>,
    BilanPath(id): BilanPath,
) -> Result<Json<Value>, Problem> {
    let bilan = use_cases::bilan_state(&state.bilans, &id).await.map_err(bilan_problem)?;
    Ok(Json(view(&bilan)))
}

/// `GET /api/bilans/{id}/status`, in the shape that the existing pages poll.
pub(crate) async fn status(
    State(state): State<HttpState>,
    id: Result<BilanPath, Problem>,
) -> Result<Json<Value>, Problem> {
    // The pages read the word `error` where RFC 9457 has a number.
    let in_words = |problem: Problem| problem.and("status", "error");
    let BilanPath(id) = id.map_err(in_words)?;
    let bilan =
        use_cases::bilan_state(&state.bilans, &id).await.map_err(|error| in_words(bilan_problem(error)))?;
    Ok(Json(json!({
        "status": bilan.state.job_status(),
        "id": bilan.id,
        "variant": Variant::General.as_str(),
        "state": bilan.state,
        "label": bilan.state.label(),
    })))
}
