//! Reading requests, with refusals in French.

use crate::problem::Problem;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, FailedToBufferBody};
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use nexus_core::{BilanId, ErrorCode, StudentId};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Largest body, in bytes.
pub(crate) const LARGEST_BODY: usize = 1 << 20;

/// A JSON body.
pub(crate) struct JsonBody<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let is_json = request
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split(';').next())
            .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"));
        if !is_json {
            return Err(Problem::new(ErrorCode::UnsupportedType));
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| match rejection {
            BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_)) => {
                Problem::new(ErrorCode::TooLarge)
            }
            _ => Problem::new(ErrorCode::MalformedJson),
        })?;
        // A body is JSON or it is not, whatever the route reads of it: two steps tell the two refusals apart. `serde_json`
        // refuses more than 128 levels by itself, so a deep body cannot exhaust the stack.
        let value: Value =
            serde_json::from_slice(&bytes).map_err(|_| Problem::new(ErrorCode::MalformedJson))?;
        if !value.is_object() {
            // serde would read the fields of an array in their order.
            return Err(Problem::with_detail(
                ErrorCode::InvalidField,
                "Le corps de la requête doit être un objet JSON.",
            ));
        }
        serde_path_to_error::deserialize(value).map(Self).map_err(|error| refusal(&error))
    }
}

/// Longest place of an error that is told, in characters: keys of a map come from outside.
const SHOWN_PATH: usize = 120;

fn refusal(error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let path: String = error.path().to_string().chars().take(SHOWN_PATH).collect();
    // serde's own words are for developers and may quote what was sent: only the place is told.
    let detail = if path == "." {
        "Un champ obligatoire manque ou un champ n'est pas du type attendu.".to_owned()
    } else {
        format!("Le champ « {path} » est incorrect ou incomplet.")
    };
    Problem::with_detail(ErrorCode::InvalidField, detail).and("field", path)
}

/// Parameters of the query.
pub(crate) struct QueryOf<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for QueryOf<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Query(value) = Query::from_request_parts(parts, state)
            .await
            .map_err(|_| Problem::new(ErrorCode::MalformedParameter))?;
        Ok(Self(value))
    }
}

/// The bilan that the path names. What cannot be an identifier does not exist.
pub(crate) struct BilanPath(pub(crate) BilanId);

impl<S: Send + Sync> FromRequestParts<S> for BilanPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let absent = || Problem::new(ErrorCode::BilanNotFound);
        let Path(text) = Path::<String>::from_request_parts(parts, state).await.map_err(|_| absent())?;
        BilanId::parse(text).map(Self).map_err(|_| absent())
    }
}

/// The pupil that the path names.
pub(crate) struct StudentPath(pub(crate) StudentId);

impl<S: Send + Sync> FromRequestParts<S> for StudentPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let absent = || Problem::new(ErrorCode::StudentNotFound);
        let Path(text) = Path::<String>::from_request_parts(parts, state).await.map_err(|_| absent())?;
        StudentId::parse(text).map(Self).map_err(|_| absent())
    }
}
