use super::site::Site;
use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

/// A way to sign in.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProviderView {
    id: &'static str,
    name: &'static str,
    r#type: &'static str,
    signin_url: String,
    callback_url: String,
}

/// The ways to sign in, by name.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProvidersView {
    credentials: ProviderView,
}

/// The ways to sign in: with a password.
#[utoipa::path(get, path = "/api/auth/providers", tag = "session", responses(
    (status = 200, body = ProvidersView, example = json!({"credentials": {
        "id": "credentials", "name": "credentials", "type": "credentials",
        "signinUrl": "https://nexus.example/api/auth/signin/credentials",
        "callbackUrl": "https://nexus.example/api/auth/callback/credentials"
    }})),
))]
pub(crate) async fn providers(site: Site) -> Json<ProvidersView> {
    let name = "credentials";
    Json(ProvidersView {
        credentials: ProviderView {
            id: name,
            name,
            r#type: name,
            signin_url: site.api("signin/credentials"),
            callback_url: site.api("callback/credentials"),
        },
    })
}
