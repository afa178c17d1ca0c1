//! Errors on the wire: RFC 9457, plus the fields of the existing application.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use nexus_bilan::use_cases::BilanError;
use nexus_core::{Coded, ErrorClass, ErrorCode, FieldError};
use serde_json::{Map, Value, json};
use std::time::Duration;

/// Type of the body of a problem.
pub(crate) const PROBLEM_JSON: HeaderValue =
    HeaderValue::from_static("application/problem+json; charset=utf-8");

/// When somebody who met an unavailable service may come back, unless something better is known.
const COME_BACK: Duration = Duration::from_secs(5);

/// An error that is about to leave.
///
/// Its answer carries it along as an extension, so that the chassis can write the request's id into it.
#[derive(Debug, Clone)]
pub struct Problem {
    code: ErrorCode,
    detail: String,
    errors: Vec<FieldError>,
    extra: Map<String, Value>,
    // Boxed: every handler carries a problem in its result.
    headers: Box<HeaderMap>,
}

impl Problem {
    /// A problem with the sentence of the table.
    pub fn new(code: ErrorCode) -> Self {
        Self::with_detail(code, code.sentence())
    }

    /// A problem with a sentence of its own.
    pub fn with_detail(code: ErrorCode, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), errors: Vec::new(), extra: Map::new(), headers: Box::default() }
    }

    /// A problem made of wrong fields, all told at once. One field speaks for itself; several are counted.
    pub fn of_fields(code: ErrorCode, errors: Vec<FieldError>) -> Self {
        let detail = match errors.as_slice() {
            [] => code.sentence().to_owned(),
            [only] => only.detail.clone(),
            several => format!("Plusieurs champs ({}) sont incorrects.", several.len()),
        };
        let mut problem = Self::with_detail(code, detail);
        if let Some(first) = errors.first() {
            problem = problem.and("field", first.field.as_str());
        }
        problem.errors = errors;
        problem
    }

    /// Adds a top-level field.
    #[must_use]
    pub fn and(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.extra.insert(name.to_owned(), value.into());
        self
    }

    /// Adds a header to the answer.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// Tells when to come back; never less than a second.
    #[must_use]
    pub fn retry_after(self, wait: Duration) -> Self {
        let seconds = wait.as_secs().saturating_add(u64::from(wait.subsec_nanos() > 0)).max(1);
        self.with_header(header::RETRY_AFTER, HeaderValue::from(seconds))
    }

    /// Its entry in the table of errors.
    pub const fn code(&self) -> ErrorCode {
        self.code
    }

    /// The HTTP status of the class.
    pub const fn status(&self) -> StatusCode {
        match self.code.class() {
            ErrorClass::Malformed => StatusCode::BAD_REQUEST,
            ErrorClass::Unauthenticated => StatusCode::UNAUTHORIZED,
            ErrorClass::Forbidden => StatusCode::FORBIDDEN,
            ErrorClass::NotFound => StatusCode::NOT_FOUND,
            ErrorClass::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            ErrorClass::TooSlow => StatusCode::REQUEST_TIMEOUT,
            ErrorClass::Conflict => StatusCode::CONFLICT,
            ErrorClass::PreconditionFailed => StatusCode::PRECONDITION_FAILED,
            ErrorClass::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            ErrorClass::AddressTooLong => StatusCode::URI_TOO_LONG,
            ErrorClass::UnsupportedType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            ErrorClass::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            ErrorClass::TooMany => StatusCode::TOO_MANY_REQUESTS,
            ErrorClass::PaymentRequired => StatusCode::PAYMENT_REQUIRED,
            ErrorClass::HeadersTooLarge => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            ErrorClass::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            ErrorClass::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The `error` field that the pages of the existing application test.
    fn old_error(&self) -> &str {
        match self.code {
            ErrorCode::Unauthenticated => "Unauthorized",
            ErrorCode::Forbidden => "Forbidden",
            ErrorCode::StudentNotFound => "Not found",
            ErrorCode::BilanNotFound => "not_found",
            ErrorCode::ReportNotReady => "not_ready",
            ErrorCode::UnsupportedType => "Content-Type invalide. Utilisez application/json.",
            ErrorCode::EmptyBody => "Requête invalide: corps vide.",
            ErrorCode::MalformedJson => "Requête invalide: JSON mal formé.",
            ErrorCode::RateLimited => "rate_limited",
            _ => &self.detail,
        }
    }

    fn body(&self, request: Option<&str>) -> Vec<u8> {
        let mut body = Map::new();
        body.insert("type".to_owned(), json!("about:blank"));
        body.insert("status".to_owned(), json!(self.status().as_u16()));
        body.insert("code".to_owned(), json!(self.code.as_str()));
        body.insert("title".to_owned(), json!(self.code.sentence()));
        body.insert("detail".to_owned(), json!(self.detail));
        body.insert("success".to_owned(), json!(false));
        body.insert("error".to_owned(), json!(self.old_error()));
        if !self.errors.is_empty() {
            body.insert("errors".to_owned(), json!(self.errors));
        }
        // The `status` of the existing pages is a word: where a route sets it, it wins over the number.
        body.extend(self.extra.clone());
        if let Some(id) = request {
            body.insert("requestId".to_owned(), json!(id));
        }
        // A map of JSON values always has a JSON form.
        serde_json::to_vec(&body).unwrap_or_default()
    }

    /// Writes the body of an answer again, with the id of its request. Does nothing to an answer that is no problem.
    pub(crate) fn name_request(response: &mut Response, id: &str) {
        if let Some(problem) = response.extensions_mut().remove::<Self>() {
            *response.body_mut() = Body::from(problem.body(Some(id)));
            // The router has measured the former body; the server measures this one.
            response.headers_mut().remove(header::CONTENT_LENGTH);
            response.extensions_mut().insert(problem);
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
        let fields = error.fields();
        let mut problem = Self::of_fields(code, fields);
        if problem.errors.is_empty() {
            problem.detail = error.sentence();
        }
        problem
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
        let mut response = (status, Body::from(self.body(None))).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, PROBLEM_JSON);
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if matches!(status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS) {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(COME_BACK.as_secs()));
        }
        headers.extend((*self.headers).clone());
        response.extensions_mut().insert(self);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_wrong_field_speaks_for_itself_and_several_are_counted() {
        let field = |name: &str| FieldError::new(name, ErrorCode::UnknownField);
        let read = |errors| {
            let problem = Problem::of_fields(ErrorCode::InvalidField, errors);
            serde_json::from_slice::<Value>(&problem.body(Some("r1"))).unwrap()
        };
        let one = read(vec![field("role")]);
        assert_eq!(one["detail"], ErrorCode::UnknownField.sentence());
        let several = read(vec![field("role"), field("balance")]);
        assert_eq!(several["detail"], "Plusieurs champs (2) sont incorrects.");
        assert_eq!(several["errors"][1]["field"], "balance");
        assert_eq!(several["errors"][1]["code"], "unknown_field");
        assert_eq!((&several["field"], &several["requestId"]), (&json!("role"), &json!("r1")));
    }

    #[test]
    fn whoever_may_come_back_is_told_when() {
        let wait = |problem: Problem| problem.into_response().headers()[header::RETRY_AFTER].clone();
        assert_eq!(wait(Problem::new(ErrorCode::StorageUnavailable)), "5");
        assert_eq!(wait(Problem::new(ErrorCode::RateLimited).retry_after(Duration::from_millis(1_001))), "2");
        assert_eq!(wait(Problem::new(ErrorCode::RateLimited).retry_after(Duration::ZERO)), "1");
    }
}
