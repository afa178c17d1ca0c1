//! The two addresses under which the existing pages ask for a PDF.

use super::report::pdf_response;
use crate::body::QueryOf;
use crate::problem::{Problem, bilan_problem};
use crate::state::HttpState;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use nexus_bilan::questionnaire::{Level, read_level};
use nexus_bilan::report::Variant;
use nexus_bilan::use_cases;
use nexus_core::{BilanId, ErrorCode, StudentId};
use serde::Deserialize;

/// Query of `GET /api/bilan/pdf`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PdfQuery {
    bilan_id: Option<String>,
    student_id: Option<String>,
    niveau: Option<String>,
    variant: Option<String>,
}

/// `GET /api/bilan/pdf?bilanId=` or `?studentId=&niveau=` (the newest bilan of that level that has a report).
/// An unknown variant means `general`, as it always did at this address.
pub(crate) async fn pdf(
    State(state): State<HttpState>,
    QueryOf(query): QueryOf<PdfQuery>,
) -> Result<Response, Problem> {
    let variant = query.variant.as_deref().and_then(Variant::parse).unwrap_or(Variant::General);
    let id = match (&query.bilan_id, &query.niveau) {
        (Some(id), _) => BilanId::parse(id.as_str()).map_err(|_| Problem::new(ErrorCode::BilanNotFound))?,
        (None, None) => {
            return Err(Problem::with_detail(
                ErrorCode::MalformedParameter,
                "Précisez le bilan, ou l'élève et le niveau.",
            )
            .and("error", "Missing niveau"));
        }
        (None, Some(level)) => newest(&state, query.student_id.as_deref(), level).await?,
    };
    pdf_response(&state, &id, variant).await
}

async fn newest(state: &HttpState, student: Option<&str>, level: &str) -> Result<BilanId, Problem> {
    let student = student.ok_or_else(|| {
        Problem::with_detail(ErrorCode::MalformedParameter, "Précisez l'élève.")
            .and("error", "No student context")
    })?;
    let student = StudentId::parse(student).map_err(|_| Problem::new(ErrorCode::StudentNotFound))?;
    let level = read_level(level);
    let list = use_cases::list_for_student(&state.bilans, &student).await.map_err(bilan_problem)?;
    let same_level = |stored: &Option<String>| stored.as_deref().and_then(read_level) == level;
    list.into_iter()
        .find(|summary| {
            level.is_some_and(|_: Level| same_level(&summary.level)) && summary.state.has_report()
        })
        .map(|summary| summary.id)
        .ok_or_else(|| Problem::new(ErrorCode::BilanNotFound).and("error", "No bilan for niveau"))
}

/// Query of `GET /api/bilan/pdf/{id}`.
#[derive(Debug, Deserialize)]
pub(crate) struct RedirectQuery {
    variant: Option<String>,
    niveau: Option<String>,
}

/// `GET /api/bilan/pdf/{id}`: a relative redirection to the address above.
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
