//! `/api/auth`: the protocol of NextAuth v4, which the existing pages speak through `next-auth/react`.

pub(crate) mod csrf;
pub(crate) mod entrance;
pub(crate) mod providers;
pub(crate) mod session;
pub(crate) mod sign_in;
pub(crate) mod sign_out;
mod site;
pub(crate) mod stream;
mod submission;

use axum::Json;
use axum::http::header::{CACHE_CONTROL, LOCATION, SET_COOKIE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

/// Where the page goes next.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NextView {
    /// The whole address.
    url: String,
}

/// Sends a page on: programs are told the address, browsers follow it.
fn go_to(url: String, as_json: bool) -> Response {
    if as_json {
        return unstored(Json(NextView { url }));
    }
    match HeaderValue::from_str(&url) {
        Ok(address) => (StatusCode::FOUND, [(LOCATION, address)]).into_response(),
        // What a header cannot hold was refused when the address was read.
        Err(_) => StatusCode::NO_CONTENT.into_response(),
    }
}

/// An answer that nobody may keep, as NextAuth marks it.
fn unstored(response: impl IntoResponse) -> Response {
    ([(CACHE_CONTROL, HeaderValue::from_static("private, no-cache, no-store"))], response).into_response()
}

/// Adds cookies to an answer.
fn with_cookies(mut response: Response, cookies: impl IntoIterator<Item = HeaderValue>) -> Response {
    for cookie in cookies {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}
