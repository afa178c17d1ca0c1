//! Reading requests, with refusals in French.

use crate::chassis::body_fault;
use crate::json::{self, JsonRefusal};
use crate::problem::Problem;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use http_body_util::BodyExt;
use nexus_core::{BilanId, ErrorCode, FieldError, StudentId, UserId};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A JSON object; names that the type does not know are ignored, as the old addresses always did.
pub struct JsonBody<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let value = json_object(request).await?;
        let nul = json::nul_in(&value);
        let body = serde_path_to_error::deserialize(value).map_err(|error| refusal(&error))?;
        nul.map_or(Ok(Self(body)), |place| Err(forbidden_characters(&place)))
    }
}

/// A JSON object in which every name must be known: for routes on which a field that is silently dropped would let
/// somebody believe that he changed it (a role, an owner, a balance).
pub struct StrictJsonBody<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for StrictJsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let value = json_object(request).await?;
        let nul = json::nul_in(&value);
        let (mut track, mut unknown) = (serde_path_to_error::Track::new(), Vec::new());
        let reader = serde_path_to_error::Deserializer::new(value, &mut track);
        let read = serde_ignored::deserialize(reader, |path| {
            // An optional object stands in the path as a question mark.
            let field = shown(&path.to_string().replace(".?", ""));
            let detail = format!("Le champ « {field} » n'est pas accepté ici.");
            unknown.push(FieldError::with_detail(field, ErrorCode::UnknownField, detail));
        });
        // A type that is wrong is told first: what comes behind it was not looked at.
        let body = read.map_err(|error| refusal(&serde_path_to_error::Error::new(track.path(), error)))?;
        match nul {
            _ if !unknown.is_empty() => Err(Problem::of_fields(ErrorCode::UnknownField, unknown)),
            Some(place) => Err(forbidden_characters(&place)),
            None => Ok(Self(body)),
        }
    }
}

/// The order of the refusals is the one that the existing pages know: type, empty, malformed, then the fields.
async fn json_object(request: Request) -> Result<Value, Problem> {
    if !is_json(request.headers()) {
        return Err(Problem::new(ErrorCode::UnsupportedType));
    }
    let bytes = read_whole(request.into_body()).await?;
    if bytes.trim_ascii().is_empty() {
        return Err(Problem::new(ErrorCode::EmptyBody));
    }
    // A body is JSON or it is not, whatever the route reads of it: two steps tell the two refusals apart.
    match json::read(&bytes) {
        // serde would read the fields of an array in their order.
        Ok(value) if !value.is_object() => Err(Problem::with_detail(
            ErrorCode::InvalidField,
            "Le corps de la requête doit être un objet JSON.",
        )),
        Ok(value) => Ok(value),
        Err(JsonRefusal::Malformed) => Err(Problem::new(ErrorCode::MalformedJson)),
        Err(JsonRefusal::TwiceNamed(name)) => Err(Problem::with_detail(
            ErrorCode::MalformedJson,
            format!("Le champ « {} » est donné deux fois.", shown(&name)),
        )),
    }
}

/// Whether the body is announced as JSON.
pub(crate) fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

/// Reads a body to its end; its size and its pace are bounded by the chassis.
pub(crate) async fn read_whole(body: Body) -> Result<Bytes, Problem> {
    match body.collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) => Err(Problem::new(body_fault(&error))),
    }
}

/// A body that could not be read to its end, whoever read it.
pub(crate) fn body_problem(error: &(dyn std::error::Error + 'static)) -> Problem {
    Problem::new(body_fault(error))
}

/// Longest place of an error that is told, in characters: keys of a map come from outside.
const SHOWN_PATH: usize = 120;

fn shown(path: &str) -> String {
    path.chars().take(SHOWN_PATH).collect()
}

/// A U+0000 that no type refused: one database would keep it, the other one fail in the middle of its work.
fn forbidden_characters(place: &str) -> Problem {
    let field = FieldError::new(shown(place), ErrorCode::ForbiddenCharacters);
    Problem::of_fields(ErrorCode::ForbiddenCharacters, vec![field])
}

fn refusal(error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let (field, detail) = told(error);
    let field = FieldError::with_detail(field, ErrorCode::InvalidField, detail);
    Problem::of_fields(ErrorCode::InvalidField, vec![field])
}

/// The field that is wrong, and the sentence about it.
fn told(error: &serde_path_to_error::Error<serde_json::Error>) -> (String, String) {
    let place = shown(&error.path().to_string());
    // serde's own words are for developers and may quote what was sent: only the place is told, and what misses there, which
    // is a name of ours.
    match missing_field(&error.inner().to_string()) {
        Some(name) => {
            let field = if place == "." { name } else { format!("{place}.{name}") };
            let detail = format!("Le champ « {field} » manque.");
            (field, detail)
        }
        None if place == "." => {
            (place, "Un champ obligatoire manque ou un champ n'est pas du type attendu.".to_owned())
        }
        None => {
            let detail = format!("Le champ « {place} » est incorrect ou incomplet.");
            (place, detail)
        }
    }
}

/// The field that serde misses, as it says so of a type that it derived.
fn missing_field(message: &str) -> Option<String> {
    let (name, _) = message.strip_prefix("missing field `")?.split_once('`')?;
    Some(name.to_owned())
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

/// The account that the path names.
pub(crate) struct UserPath(pub(crate) UserId);

impl<S: Send + Sync> FromRequestParts<S> for UserPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let absent = || Problem::new(ErrorCode::AccountNotFound);
        let Path(text) = Path::<String>::from_request_parts(parts, state).await.map_err(|_| absent())?;
        UserId::parse(text).map(Self).map_err(|_| absent())
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use serde_json::json;

    #[derive(Debug, Deserialize)]
    #[allow(dead_code)] // only its refusals count
    struct Lesson {
        title: String,
        slots: Vec<Slot>,
    }

    #[derive(Debug, Deserialize)]
    #[allow(dead_code)]
    struct Slot {
        day: u8,
    }

    #[test]
    fn a_field_that_misses_is_named_and_nothing_that_was_sent_is_told() {
        for (sent, field, detail) in [
            (json!({"slots": []}), "title", "Le champ « title » manque."),
            (json!({"title": "a", "slots": [{}]}), "slots[0].day", "Le champ « slots[0].day » manque."),
            (json!({"title": 3, "slots": []}), "title", "Le champ « title » est incorrect ou incomplet."),
            (
                json!({"title": "a", "slots": [{"day": "missing field `secret`"}]}),
                "slots[0].day",
                "Le champ « slots[0].day » est incorrect ou incomplet.",
            ),
        ] {
            let error = serde_path_to_error::deserialize::<_, Lesson>(sent).unwrap_err();
            assert_eq!(told(&error), (field.to_owned(), detail.to_owned()));
        }
    }
}
