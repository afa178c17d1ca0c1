//! The two addresses under which the existing pages ask for a PDF.

use super::report::pdf_response;
use crate::access::Permitted;
use crate::body::QueryOf;
use crate::problem::{Problem, bilan_problem};
use crate::state::{HttpState, SharedState};
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use nexus_bilan::questionnaire::{Level, read_level};
use nexus_bilan::report::{Audience, Variant};
use nexus_bilan::use_cases;
use nexus_core::rights::Permit;
use nexus_core::{BilanId, ErrorCode, StudentId};
use serde::Deserialize;
use utoipa::IntoParams;

/// Query of `GET /api/bilan/pdf`.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(crate) struct PdfQuery {
    bilan_id: Option<String>,
    student_id: Option<String>,
    niveau: Option<String>,
    variant: Option<String>,
}

/// The PDF of a bilan (`bilanId`), or of the newest one of a level that is open (`studentId`, `niveau`). An unknown variant
/// means the reader's own.
#[utoipa::path(get, path = "/api/bilan/pdf", tag = "bilans", params(PdfQuery), responses(
    (status = 200, body = Vec<u8>, content_type = "application/pdf"),
    (status = 404, description = "Aucun bilan, ou invisible pour cette personne."),
    (status = 409, description = "Le document n'est pas encore prêt."),
))]
pub(crate) async fn pdf(
    State(state): State<SharedState>,
    Permitted(permit): Permitted,
    QueryOf(query): QueryOf<PdfQuery>,
) -> Result<Response, Problem> {
    let variant = query.variant.as_deref().and_then(Variant::parse);
    let id = match (&query.bilan_id, &query.niveau) {
        (Some(id), _) => BilanId::parse(id.as_str()).map_err(|_| Problem::new(ErrorCode::BilanNotFound))?,
        (None, None) => {
            return Err(Problem::with_detail(
                ErrorCode::MalformedParameter,
                "Précisez le bilan, ou l'élève et le niveau.",
            )
            .and("error", "Missing niveau"));
        }
        (None, Some(level)) => newest(&state, &permit, query.student_id.as_deref(), level).await?,
    };
    pdf_response(&state, &permit, &id, variant).await
}

async fn newest(
    state: &HttpState,
    permit: &Permit,
    student: Option<&str>,
    level: &str,
) -> Result<BilanId, Problem> {
    let student = student.ok_or_else(|| {
        Problem::with_detail(ErrorCode::MalformedParameter, "Précisez l'élève.")
            .and("error", "No student context")
    })?;
    let student = StudentId::parse(student).map_err(|_| Problem::new(ErrorCode::StudentNotFound))?;
    let level = read_level(level);
    let audience = Audience::of(permit);
    let list = use_cases::list_for_student(&state.bilans, permit, &student).await.map_err(bilan_problem)?;
    let same_level = |stored: &Option<String>| stored.as_deref().and_then(read_level) == level;
    list.into_iter()
        .find(|summary| {
            level.is_some_and(|_: Level| same_level(&summary.level)) && audience.is_open(summary.state)
        })
        .map(|summary| summary.id)
        .ok_or_else(|| Problem::new(ErrorCode::BilanNotFound).and("error", "No bilan for niveau"))
}

/// Query of `GET /api/bilan/pdf/{id}`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct RedirectQuery {
    variant: Option<String>,
    niveau: Option<String>,
}

/// A relative redirection to `/api/bilan/pdf`.
#[utoipa::path(get, path = "/api/bilan/pdf/{id}", tag = "bilans", params(RedirectQuery), responses(
    (status = 302, description = "L'adresse du PDF."),
))]
pub(crate) async fn redirect(
    Path(id): Path<String>,
    QueryOf(query): QueryOf<RedirectQuery>,
) -> Result<Response, Problem> {
    let id = BilanId::parse(id).map_err(|_| Problem::new(ErrorCode::BilanNotFound))?;
    let mut location = format!("/api/bilan/pdf?bilanId={id}");
    // Only values from closed lists are repeated: nothing that was sent can end up in the header.
    if let Some(variant) = query.variant.as_deref().and_then(Variant::parse) {
        location.push_str("&variant=");
        location.push_str(variant.as_str());
    }
    if let Some(level) = query.niveau.as_deref().and_then(read_level) {
        location.push_str("&niveau=");
        location.push_str(level.as_str());
    }
    Ok((StatusCode::FOUND, [(header::LOCATION, location)]).into_response())
}
