//! The addresses at which browsers arrive: everything leads to the page on which people sign in.

use super::go_to;
use super::site::Site;
use super::submission::Submission;
use crate::body::QueryOf;
use crate::problem::Problem;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::IntoParams;

/// Why, and where to go next.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(crate) struct EntranceQuery {
    /// An address of the site, for after the sign-in.
    callback_url: Option<String>,
    /// What went wrong, as NextAuth names it.
    error: Option<String>,
}

/// Longest name of what went wrong, in bytes.
const LONGEST_NAME: usize = 40;

impl EntranceQuery {
    /// The name of what went wrong; a text that is none is not carried on.
    fn error(&self) -> Option<&str> {
        let is_name =
            |text: &&str| text.len() <= LONGEST_NAME && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        self.error.as_deref().filter(is_name)
    }

    fn page(&self, site: &Site) -> Response {
        go_to(site.sign_in_page(&site.callback(self.callback_url.as_deref()), self.error()), false)
    }
}

/// The way to the page on which people sign in.
#[utoipa::path(get, path = "/api/auth/signin", tag = "session", params(EntranceQuery), responses(
    (status = 302, description = "L'adresse de la page."),
))]
pub(crate) async fn sign_in_page(site: Site, QueryOf(query): QueryOf<EntranceQuery>) -> Response {
    query.page(&site)
}

/// The way from an error to the page on which people sign in, which shows it.
#[utoipa::path(get, path = "/api/auth/error", tag = "session", params(EntranceQuery), responses(
    (status = 302, description = "L'adresse de la page."),
))]
pub(crate) async fn error_page(site: Site, QueryOf(query): QueryOf<EntranceQuery>) -> Response {
    query.page(&site)
}

/// The way to the page on which people sign in, for a form that does not hold the password yet.
#[utoipa::path(post, path = "/api/auth/signin/credentials", tag = "session",
    request_body(content = Object, example = json!({"csrfToken": "7d9f0c0d…", "callbackUrl": "/dashboard", "json": true})),
    responses(
        (status = 200, body = super::NextView, example = json!({"url": "https://nexus.example/api/auth/signin"})),
        (status = 302, description = "L'adresse de la page, pour un formulaire sans « json »."),
    )
)]
pub(crate) async fn begin(site: Site, submission: Submission) -> Result<Response, Problem> {
    let address = if submission.is_ours { site.api("signin") } else { site.api("signin?csrf=true") };
    Ok(go_to(address, submission.wants_json))
}

/// What the pages' own code reports to the server. Nothing of it is kept: it may hold anything.
#[utoipa::path(post, path = "/api/auth/_log", tag = "session", responses((status = 204, description = "Reçu.")))]
pub(crate) async fn client_log() -> Response {
    tracing::debug!("a page reports a problem with its session");
    StatusCode::NO_CONTENT.into_response()
}
