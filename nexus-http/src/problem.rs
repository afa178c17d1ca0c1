//! Errors on the wire: RFC 9457, plus the fields of the existing application.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use nexus_bilan::use_cases::BilanError;
use nexus_core::{Coded, ErrorClass, ErrorCode};
use serde_json::{Map, Value, json};

/// An error that is about to leave.
#[derive(Debug, Clone)]
pub struct Problem {
    code: ErrorCode,
    detail: String,
    extra: Map<String, Value>,
}

impl Problem {
    /// A problem with the sentence of the table.
    pub fn new(code: ErrorCode) -> Self {
        Self::with_detail(code, code.sentence())
    }

    /// A problem with a sentence of its own.
    pub fn with_detail(code: ErrorCode, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), extra: Map::new() }
    }

    /// Adds a top-level field.
    #[must_use]
    pub fn and(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.extra.insert(name.to_owned(), value.into());
        self
    }

    /// The HTTP status of the class.
    pub const fn status(&self) -> StatusCode {
        match self.code.class() {
            ErrorClass::Malformed => StatusCode::BAD_REQUEST,
            ErrorClass::Unauthenticated => StatusCode::UNAUTHORIZED,
            ErrorClass::Forbidden => StatusCode::FORBIDDEN,
            ErrorClass::NotFound => StatusCode::NOT_FOUND,
            ErrorClass::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            ErrorClass::Conflict => StatusCode::CONFLICT,
            ErrorClass::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            ErrorClass::UnsupportedType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            ErrorClass::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            ErrorClass::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            ErrorClass::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The `error` field that the pages of the existing application test.
    fn old_error(&self) -> &str {
        match self.code {
            ErrorCode::Unauthenticated => "Unauthorized",
            ErrorCode::StudentNotFound => "Not found",
            ErrorCode::BilanNotFound => "not_found",
            ErrorCode::ReportNotReady => "not_ready",
            _ => &self.detail,
        }
    }
}

impl<E: Coded + 'static> From<E> for Problem {
    fn from(error: E) -> Self {
        let code = error.code();
        if matches!(code.class(), ErrorClass::Internal | ErrorClass::Unavailable) {
            // The cause is for the log only; it holds no answer and no name.
            let error: &dyn std::error::Error = &error;
            tracing::error!(code = code.as_str(), error, "request failed");
        }
        Self::with_detail(code, error.sentence())
    }
}

/// Adds to a refusal what the page needs in order to go on.
pub(crate) fn bilan_problem(error: BilanError) -> Problem {
    match error {
        BilanError::StaleRevision { current } => Problem::from(error).and("revision", current),
        BilanError::AttemptAlreadyOpen { ref open } => {
            let open = open.clone();
            Problem::from(error).and("bilanId", open)
        }
        error => Problem::from(error),
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.status();
        let mut body = Map::new();
        body.insert("type".to_owned(), json!("about:blank"));
        body.insert("status".to_owned(), json!(status.as_u16()));
        body.insert("code".to_owned(), json!(self.code.as_str()));
        body.insert("title".to_owned(), json!(self.code.sentence()));
        body.insert("detail".to_owned(), json!(self.detail));
        body.insert("success".to_owned(), json!(false));
        body.insert("error".to_owned(), json!(self.old_error()));
        // The `status` of the existing pages is a word: where a route sets it, it wins over the number.
        body.extend(self.extra);
        let mut response = (status, Json(Value::Object(body))).into_response();
        response.headers_mut().insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json; charset=utf-8"),
        );
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
