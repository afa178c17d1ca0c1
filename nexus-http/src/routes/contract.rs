use crate::problem::Problem;
use crate::state::SharedState;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use nexus_core::ErrorCode;
use std::sync::{Arc, OnceLock};
use utoipa_swagger_ui::Config;

/// The contract as it is served: written once, when every route is known.
#[derive(Debug, Clone, Default)]
pub(crate) struct ContractDocument(Arc<OnceLock<Bytes>>);

impl ContractDocument {
    /// Writes it; what is written stays.
    pub(crate) fn write(&self, json: String) {
        let _ = self.0.set(json.into());
    }

    fn bytes(&self) -> Bytes {
        self.0.get().cloned().unwrap_or_default()
    }
}

/// This contract.
#[utoipa::path(get, path = "/openapi.json", tag = "contrat", responses(
    (status = 200, body = Object, example = json!({"openapi": "3.1.0", "paths": {}})),
))]
pub(crate) async fn document(State(state): State<SharedState>) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], state.contract.bytes()).into_response()
}

/// The way to the readable contract.
#[utoipa::path(get, path = "/docs", tag = "contrat", responses(
    (status = 308, description = "L'adresse de la page."),
))]
pub(crate) async fn entrance() -> Redirect {
    Redirect::permanent("/docs/index.html")
}

/// A file of the readable contract; nothing of it comes from elsewhere.
#[utoipa::path(get, path = "/docs/{file}", tag = "contrat", responses(
    (status = 200, content_type = "text/html", description = "La page, ou l'un de ses fichiers."),
))]
pub(crate) async fn file(Path(file): Path<String>) -> Result<Response, Problem> {
    let config = Arc::new(Config::from("/openapi.json"));
    match utoipa_swagger_ui::serve(&file, config) {
        Ok(Some(found)) => {
            let mut response = found.bytes.into_owned().into_response();
            let headers = response.headers_mut();
            headers.insert(
                header::CONTENT_TYPE,
                HeaderValue::from_str(&found.content_type)
                    .unwrap_or(HeaderValue::from_static("application/octet-stream")),
            );
            if found.gzpipped {
                headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            }
            Ok(response)
        }
        _ => Err(Problem::new(ErrorCode::NotFound)),
    }
}
