use super::identity_problem;
use super::identity_views::DoneBody;
use crate::asked::Asked;
use crate::body::StrictJsonBody;
use crate::problem::Problem;
use crate::state::SharedState;
use axum::Json;
use axum::extract::State;
use nexus_core::identity::recovery_code::RecoveryCode;
use nexus_core::identity::use_cases;
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The password of whoever asks.
#[derive(Deserialize, ToSchema)]
pub(crate) struct PasswordRequest {
    password: String,
}

/// What an authenticator is shown, once.
#[derive(Serialize, ToSchema)]
pub(crate) struct BegunView {
    success: bool,
    /// `otpauth://totp/…`, to be scanned.
    uri: String,
    /// The same in base32, to be typed.
    secret: String,
}

/// Draws the secret of a second factor; it counts once a code of it was typed.
#[utoipa::path(post, path = "/api/account/totp", tag = "compte",
    request_body(content = PasswordRequest, example = json!({"password": "quatre mots bien choisis"})),
    responses(
        (status = 200, body = BegunView, example = json!({
            "success": true, "secret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
            "uri": "otpauth://totp/Nexus%20R%C3%A9ussite:helene%40example.tn?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
        })),
        (status = 404, description = "Une clef d'accès n'a pas de compte."),
    )
)]
pub(crate) async fn begin(
    State(state): State<SharedState>,
    asked: Asked,
    StrictJsonBody(request): StrictJsonBody<PasswordRequest>,
) -> Result<Json<BegunView>, Problem> {
    let password = request.password.into();
    let begun = use_cases::begin_second_factor(&state.identity, asked.behalf(), &password, &asked.from)
        .await
        .map_err(identity_problem)?;
    Ok(Json(BegunView {
        success: true,
        uri: begun.uri.expose_secret().to_owned(),
        secret: begun.secret.expose_secret().to_owned(),
    }))
}

/// A code of the authenticator.
#[derive(Deserialize, ToSchema)]
pub(crate) struct CodeRequest {
    code: String,
}

/// The codes for the day when the authenticator is lost; shown once.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecoveryCodesView {
    success: bool,
    recovery_codes: Vec<String>,
}

impl From<Vec<RecoveryCode>> for RecoveryCodesView {
    fn from(codes: Vec<RecoveryCode>) -> Self {
        Self { success: true, recovery_codes: codes.iter().map(RecoveryCode::expose).collect() }
    }
}

/// Makes the second factor count, with a first code.
#[utoipa::path(post, path = "/api/account/totp/confirm", tag = "compte",
    request_body(content = CodeRequest, example = json!({"code": "492039"})),
    responses(
        (status = 200, body = RecoveryCodesView, example = json!({
            "success": true, "recoveryCodes": ["3F9K-0A2B-Q7ZM-1Y8W"]
        })),
        (status = 404, description = "Une clef d'accès n'a pas de compte."),
    )
)]
pub(crate) async fn confirm(
    State(state): State<SharedState>,
    asked: Asked,
    StrictJsonBody(request): StrictJsonBody<CodeRequest>,
) -> Result<Json<RecoveryCodesView>, Problem> {
    let codes = use_cases::confirm_second_factor(&state.identity, asked.behalf(), &request.code)
        .await
        .map_err(identity_problem)?;
    Ok(Json(codes.into()))
}

/// The password and a code, of the authenticator or of recovery.
#[derive(Deserialize, ToSchema)]
pub(crate) struct PasswordAndCodeRequest {
    password: String,
    code: String,
}

/// Takes the second factor away.
#[utoipa::path(post, path = "/api/account/totp/disable", tag = "compte",
    request_body(content = PasswordAndCodeRequest, example = json!({
        "password": "quatre mots bien choisis", "code": "492039"
    })),
    responses(
        (status = 200, body = DoneBody, example = json!({
            "success": true, "message": "La double authentification est retirée."
        })),
        (status = 404, description = "Une clef d'accès n'a pas de compte."),
    )
)]
pub(crate) async fn disable(
    State(state): State<SharedState>,
    asked: Asked,
    StrictJsonBody(request): StrictJsonBody<PasswordAndCodeRequest>,
) -> Result<Json<DoneBody>, Problem> {
    let password = request.password.into();
    let (behalf, from) = (asked.behalf(), &asked.from);
    use_cases::disable_second_factor(&state.identity, behalf, &password, &request.code, from)
        .await
        .map_err(identity_problem)?;
    Ok(Json(DoneBody::saying("La double authentification est retirée.")))
}

/// Draws other recovery codes; the former ones open nothing any more.
#[utoipa::path(post, path = "/api/account/recovery-codes", tag = "compte",
    request_body(content = PasswordRequest, example = json!({"password": "quatre mots bien choisis"})),
    responses(
        (status = 200, body = RecoveryCodesView, example = json!({
            "success": true, "recoveryCodes": ["3F9K-0A2B-Q7ZM-1Y8W"]
        })),
        (status = 404, description = "Une clef d'accès n'a pas de compte."),
    )
)]
pub(crate) async fn renew_codes(
    State(state): State<SharedState>,
    asked: Asked,
    StrictJsonBody(request): StrictJsonBody<PasswordRequest>,
) -> Result<Json<RecoveryCodesView>, Problem> {
    let password = request.password.into();
    let codes = use_cases::renew_recovery_codes(&state.identity, asked.behalf(), &password, &asked.from)
        .await
        .map_err(identity_problem)?;
    Ok(Json(codes.into()))
}
