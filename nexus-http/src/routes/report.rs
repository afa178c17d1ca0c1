use crate::access::Permitted;
use crate::body::{BilanPath, QueryOf};
use crate::problem::{Problem, bilan_problem};
use crate::state::{HttpState, SharedState};
use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use nexus_bilan::report::Variant;
use nexus_bilan::use_cases;
use nexus_core::rights::Permit;
use nexus_core::{BilanId, ErrorCode};
use serde::Deserialize;
use utoipa::IntoParams;

/// Query of the report and of the download.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReportQuery {
    /// `eleve`, `parent`, `nexus` or `general`; by default the one that is written for the reader.
    #[serde(alias = "audience")]
    variant: Option<String>,
    /// `json` (by default) or `pdf`.
    format: Option<String>,
}

impl ReportQuery {
    fn variant(&self) -> Result<Option<Variant>, Problem> {
        let unknown = || {
            let known: Vec<_> = Variant::ALL.iter().map(|variant| variant.as_str()).collect();
            let detail = format!("Cette variante n'existe pas ; choisissez parmi : {}.", known.join(", "));
            Problem::with_detail(ErrorCode::UnknownChoice, detail).and("field", "variant")
        };
        self.variant.as_deref().map(|text| Variant::parse(text).ok_or_else(unknown)).transpose()
    }
}

/// A document of a bilan.
#[utoipa::path(get, path = "/api/bilans/{id}/report", tag = "bilans", params(ReportQuery), responses(
    (status = 200, content((Object = "application/json"), (Vec<u8> = "application/pdf")), example = json!({
        "variant": "eleve", "revision": 1, "sections": []
    })),
    (status = 409, description = "Le document n'est pas encore prêt."),
    (status = 422, description = "Variante ou format inconnus."),
))]
pub(crate) async fn report(
    State(state): State<SharedState>,
    Permitted(permit): Permitted,
    BilanPath(id): BilanPath,
    QueryOf(query): QueryOf<ReportQuery>,
) -> Result<Response, Problem> {
    let variant = query.variant()?;
    match query.format.as_deref() {
        Some("pdf") => pdf_response(&state, &permit, &id, variant).await,
        None | Some("json") => {
            let document =
                use_cases::document(&state.bilans, &permit, &id, variant).await.map_err(bilan_problem)?;
            Ok(Json(document.payload).into_response())
        }
        Some(_) => Err(Problem::with_detail(
            ErrorCode::UnknownChoice,
            "Ce format n'existe pas ; choisissez « json » ou « pdf ».",
        )
        .and("field", "format")),
    }
}

/// The PDF of a bilan.
#[utoipa::path(get, path = "/api/bilans/{id}/download", tag = "bilans", params(ReportQuery), responses(
    (status = 200, body = Vec<u8>, content_type = "application/pdf"),
    (status = 409, description = "Le document n'est pas encore prêt."),
    (status = 422, description = "Variante inconnue."),
))]
pub(crate) async fn download(
    State(state): State<SharedState>,
    Permitted(permit): Permitted,
    BilanPath(id): BilanPath,
    QueryOf(query): QueryOf<ReportQuery>,
) -> Result<Response, Problem> {
    pdf_response(&state, &permit, &id, query.variant()?).await
}

/// The PDF of one variant, to be shown in the page.
pub(crate) async fn pdf_response(
    state: &HttpState,
    permit: &Permit,
    id: &BilanId,
    variant: Option<Variant>,
) -> Result<Response, Problem> {
    let document = use_cases::document(&state.bilans, permit, id, variant).await.map_err(bilan_problem)?;
    let content = use_cases::document_content(&state.bilans, &document).await.map_err(bilan_problem)?;
    let headers = [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (header::CONTENT_DISPOSITION, format!("inline; filename=\"bilan_{id}.pdf\"")),
        (header::ETAG, format!("\"{}\"", document.pdf_checksum)),
        (header::CACHE_CONTROL, "private, no-cache".to_owned()),
    ];
    Ok((headers, content).into_response())
}
