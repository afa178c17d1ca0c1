use super::site::Site;
use super::{unstored, with_cookies};
use crate::authentication::OwnCookie;
use crate::chassis::token_cookies;
use crate::state::SharedState;
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

/// The token that goes with every form of this browser.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CsrfView {
    csrf_token: String,
}

/// The anti-forgery token of this browser; its cookie is given with it when there is none yet.
#[utoipa::path(get, path = "/api/auth/csrf", tag = "session", responses(
    (status = 200, body = CsrfView, example = json!({
        "csrfToken": "7d9f0c0d1e2f3a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3"
    })),
))]
pub(crate) async fn csrf(State(state): State<SharedState>, site: Site, headers: HeaderMap) -> Response {
    let tokens = state.sessions.csrf();
    let known = token_cookies(&headers).find_map(|cookie| tokens.token_of(&cookie).map(str::to_owned));
    let is_new = known.is_none();
    let csrf_token = known.unwrap_or_else(|| tokens.issue(state.sessions.secrets()));
    // As NextAuth names it: a browser accepts the prefix from the very host only, through TLS.
    let name = if site.secure { "__Host-next-auth.csrf-token" } else { "next-auth.csrf-token" };
    let cookie = OwnCookie { name, path: "/", secure: site.secure }.give(&tokens.cookie(&csrf_token), None);
    with_cookies(unstored(Json(CsrfView { csrf_token })), cookie.filter(|_| is_new))
}
