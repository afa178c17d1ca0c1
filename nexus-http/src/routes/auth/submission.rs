//! What pages send to `/api/auth`: a form, as `next-auth/react` does, or a JSON object.

use crate::body::{is_json, read_whole};
use crate::chassis::token_cookies;
use crate::json;
use crate::problem::Problem;
use crate::state::{HttpState, SharedState};
use axum::extract::{FromRequest, Request};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use nexus_core::ErrorCode;
use serde_json::Value;
use std::collections::HashMap;

/// The fields of a submission, and whether it comes from one of our pages.
pub(crate) struct Submission {
    fields: HashMap<String, String>,
    /// Whether the answer is to be JSON rather than a redirection.
    pub(super) wants_json: bool,
    /// Whether one of our own pages sent it.
    pub(super) is_ours: bool,
}

impl Submission {
    /// A field; `None` when it is absent.
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str)
    }
}

impl FromRequest<SharedState> for Submission {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &SharedState) -> Result<Self, Problem> {
        let (head, body) = request.into_parts();
        let headers = head.headers;
        let as_json = is_json(&headers);
        if !as_json && !is_form(&headers) {
            return Err(Problem::new(ErrorCode::UnsupportedType));
        }
        let bytes = read_whole(body).await?;
        let fields = if as_json {
            json_fields(&bytes)?
        } else {
            // Of a field that comes twice, the first one counts.
            form_urlencoded::parse(&bytes).into_owned().fold(HashMap::new(), |mut fields, (name, value)| {
                fields.entry(name).or_insert(value);
                fields
            })
        };
        let is_ours = match fields.get("csrfToken") {
            Some(token) => shows_token(state, &headers, token),
            // A page of another site cannot send JSON without asking first, and is then refused.
            None => as_json,
        };
        let wants_json = as_json || fields.get("json").is_some_and(|wanted| wanted == "true");
        Ok(Self { fields, wants_json, is_ours })
    }
}

fn shows_token(state: &HttpState, headers: &HeaderMap, token: &str) -> bool {
    token_cookies(headers).any(|cookie| state.sessions.csrf().verify(&cookie, token))
}

fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    kind.and_then(|kind| kind.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"))
}

/// The texts, numbers and booleans of an object, as a form would have them. Whatever else a field holds is no answer to it.
fn json_fields(bytes: &[u8]) -> Result<HashMap<String, String>, Problem> {
    if bytes.trim_ascii().is_empty() {
        return Err(Problem::new(ErrorCode::EmptyBody));
    }
    let value = json::read(bytes).map_err(|_| Problem::new(ErrorCode::MalformedJson))?;
    let Value::Object(fields) = value else { return Err(Problem::new(ErrorCode::InvalidField)) };
    let text = |value: Value| match value {
        Value::String(text) => Some(text),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    };
    Ok(fields.into_iter().filter_map(|(name, value)| Some((name, text(value)?))).collect())
}
