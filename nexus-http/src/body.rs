//! Reading requests, with refusals in French.

use crate::problem::Problem;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, FailedToBufferBody};
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use nexus_core::{BilanId, ErrorCode, StudentId};
use serde::de::DeserializeOwned;

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
        // `serde_json` refuses more than 128 levels by itself, so a deep body cannot exhaust the stack.
        let mut reader = serde_json::Deserializer::from_slice(&bytes);
        let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| refusal(&error))?;
        reader.end().map_err(|_| Problem::new(ErrorCode::MalformedJson))?;
        Ok(Self(value))
    }
}

fn refusal(error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    if !error.inner().is_data() {
        return Problem::new(ErrorCode::MalformedJson);
    }
    let path = error.path().to_string();
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
