use super::site::Site;
use super::submission::Submission;
use super::{NextView, go_to, with_cookies};
use crate::authentication::Sessions;
use crate::problem::Problem;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use nexus_core::ErrorCode;

/// Signs out this browser. (`POST /api/account/sessions/close` closes the sessions of all of them.)
#[utoipa::path(post, path = "/api/auth/signout", tag = "session",
    request_body(content = Object, example = json!({"callbackUrl": "/", "json": true})),
    responses(
        (status = 200, body = NextView, example = json!({"url": "https://nexus.example/"})),
        (status = 302, description = "L'adresse suivante, pour un formulaire sans « json »."),
    )
)]
pub(crate) async fn sign_out(site: Site, headers: HeaderMap, submission: Submission) -> Response {
    if !submission.is_ours {
        let address = site.api("signout?csrf=true");
        return if submission.wants_json {
            Problem::new(ErrorCode::CrossSiteRequest).and("url", address).into_response()
        } else {
            go_to(site.sign_in_page(&site.callback(None), None), false)
        };
    }
    let callback = site.callback(submission.field("callbackUrl"));
    with_cookies(go_to(callback, submission.wants_json), Sessions::take_back(&headers, None))
}
