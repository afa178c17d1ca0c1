use crate::access::Routes;
use crate::problem::Problem;
use crate::route_list::every_route;
use crate::state::SharedState;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use nexus_core::ErrorCode;
use std::sync::{Arc, OnceLock};
use utoipa::openapi::OpenApi;
use utoipa_swagger_ui::Config;

/// The contract as it is served: written when somebody first reads it, since most servers are never asked, and the megabytes
/// that it takes to write it would stay with them.
#[derive(Debug, Default)]
pub(crate) struct ContractDocument(OnceLock<Bytes>);

impl ContractDocument {
    fn bytes(&self, write: impl FnOnce() -> OpenApi) -> Bytes {
        // Names, types and numbers always have a JSON form.
        self.0.get_or_init(|| write().to_json().unwrap_or_default().into()).clone()
    }
}

/// This contract.
#[utoipa::path(get, path = "/openapi.json", tag = "contrat", responses(
    (status = 200, body = Object, example = json!({"openapi": "3.1.0", "paths": {}})),
))]
pub(crate) async fn document(State(state): State<SharedState>) -> Response {
    let bytes = state.contract.bytes(|| every_route(Routes::to_describe(Arc::clone(&state))).into_contract());
    ([(header::CONTENT_TYPE, "application/json")], bytes).into_response()
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
