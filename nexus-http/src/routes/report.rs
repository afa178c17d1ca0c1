use crate::body::{BilanPath, QueryOf};
use crate::problem::{Problem, bilan_problem};
use crate::state::HttpState;
use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use nexus_bilan::report::Variant;
use nexus_bilan::use_cases;
use nexus_core::{BilanId, ErrorCode};
use serde::Deserialize;

/// Query of the report and of the download.
#[derive(Debug, Deserialize)]
pub(crate) struct ReportQuery {
    #[serde(alias = "audience")]
    variant: Option<String>,
    format: Option<String>,
}

impl ReportQuery {
    fn variant(&self) -> Result<Variant, Problem> {
        let unknown = || {
            let known: Vec<_> = Variant::ALL.iter().map(|variant| variant.as_str()).collect();
            let detail = format!("Cette variante n'existe pas ; choisissez parmi : {}.", known.join(", "));
            Problem::with_detail(ErrorCode::UnknownChoice, detail).and("field", "variant")
        };
        self.variant.as_deref().map_or(Ok(Variant::General), |text| Variant::parse(text).ok_or_else(unknown))
    }
}

/// `GET /api/bilans/{id}/report?variant=&format=json|pdf`.
pub(crate) async fn report(
    State(state): State<HttpState>,
    BilanPath(id): BilanPath,
    QueryOf(query): QueryOf<ReportQuery>,
) -> Result<Response, Problem> {
    let variant = query.variant()?;
    match query.format.as_deref() {
        Some("pdf") => pdf_response(&state, &id, variant).await,
        None | Some("json") => {
            let document = use_cases::document(&state.bilans, &id, variant).await.map_err(bilan_problem)?;
            Ok(Json(document.payload).into_response())
        }
        Some(_) => Err(Problem::with_detail(
            ErrorCode::UnknownChoice,
            "Ce format n'existe pas ; choisissez « json » ou « pdf ».",
        )
        .and("field", "format")),
    }
}

/// `GET /api/bilans/{id}/download?variant=`.
pub(crate) async fn download(
    State(state): State<HttpState>,
    BilanPath(id): BilanPath,
    QueryOf(query): QueryOf<ReportQuery>,
) -> Result<Response, Problem> {
    pdf_response(&state, &id, query.variant()?).await
}

/// The PDF of one variant, to be shown in the page.
pub(crate) async fn pdf_response(
    state: &HttpState,
    id: &BilanId,
    variant: Variant,
) -> Result<Response, Problem> {
    let document = use_cases::document(&state.bilans, id, variant).await.map_err(bilan_problem)?;
    let content = use_cases::document_content(&state.bilans, &document).await.map_err(bilan_problem)?;
    let headers = [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (header::CONTENT_DISPOSITION, format!("inline; filename=\"bilan_{id}.pdf\"")),
        (header::ETAG, format!("\"{}\"", document.pdf_checksum)),
        (header::CACHE_CONTROL, "private, no-cache".to_owned()),
    ];
    Ok((headers, content).into_response())
}
