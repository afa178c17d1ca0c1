use super::identity_problem;
use super::identity_views::DoneBody;
use crate::asked::Asked;
use crate::body::StrictJsonBody;
use crate::problem::Problem;
use crate::state::SharedState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use nexus_core::identity::use_cases::{self, ChangePassword};
use serde::Deserialize;
use utoipa::ToSchema;

/// Somebody who has forgotten his password.
#[derive(Deserialize, ToSchema)]
pub(crate) struct ForgottenRequest {
    email: String,
}

/// Sends a link for a new password, when the address has an account; the answer is the same when it has none.
#[utoipa::path(post, path = "/api/account/password/forgot", tag = "compte",
    request_body(content = ForgottenRequest, example = json!({"email": "helene@example.tn"})),
    responses((status = 202, body = DoneBody, example = json!({
        "success": true,
        "message": "Si un compte existe à cette adresse, un courriel vient d'y être envoyé."
    })))
)]
pub(crate) async fn forgot(
    State(state): State<SharedState>,
    asked: Asked,
    StrictJsonBody(request): StrictJsonBody<ForgottenRequest>,
) -> Result<(StatusCode, Json<DoneBody>), Problem> {
    use_cases::request_password_reset(&state.identity, asked.behalf(), &request.email)
        .await
        .map_err(identity_problem)?;
    let done = DoneBody::saying("Si un compte existe à cette adresse, un courriel vient d'y être envoyé.");
    Ok((StatusCode::ACCEPTED, Json(done)))
}

/// A new password, with the link that was sent.
#[derive(Deserialize, ToSchema)]
pub(crate) struct ResetRequest {
    /// What stands behind `#jeton=` in the link.
    token: String,
    password: String,
}

/// Gives an account the password that its owner chose with a link, and closes every session.
#[utoipa::path(post, path = "/api/account/password/reset", tag = "compte",
    request_body(content = ResetRequest, example = json!({
        "token": "3q2-7wXgqkP0mD4r9sVtYb1cZxN8uLhE5fJ6aKoGiTQ", "password": "quatre autres mots choisis"
    })),
    responses((status = 200, body = DoneBody, example = json!({
        "success": true, "message": "Votre mot de passe est changé ; connectez-vous."
    })))
)]
pub(crate) async fn reset(
    State(state): State<SharedState>,
    asked: Asked,
    StrictJsonBody(request): StrictJsonBody<ResetRequest>,
) -> Result<Json<DoneBody>, Problem> {
    use_cases::reset_password(&state.identity, asked.behalf(), &request.token, &request.password.into())
        .await
        .map_err(identity_problem)?;
    Ok(Json(DoneBody::saying("Votre mot de passe est changé ; connectez-vous.")))
}

/// Another password, of somebody who is signed in.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChangeRequest {
    current_password: String,
    new_password: String,
}

/// Changes the password of whoever asks, and closes every session, this one included.
#[utoipa::path(post, path = "/api/account/password", tag = "compte",
    request_body(content = ChangeRequest, example = json!({
        "currentPassword": "quatre mots bien choisis", "newPassword": "quatre autres mots choisis"
    })),
    responses(
        (status = 200, body = DoneBody, example = json!({
            "success": true, "message": "Votre mot de passe est changé ; connectez-vous."
        })),
        (status = 404, description = "Une clef d'accès n'a pas de compte."),
    )
)]
pub(crate) async fn change(
    State(state): State<SharedState>,
    asked: Asked,
    StrictJsonBody(request): StrictJsonBody<ChangeRequest>,
) -> Result<Json<DoneBody>, Problem> {
    let command = ChangePassword {
        current: request.current_password.into(),
        new: request.new_password.into(),
        from: asked.from.clone(),
    };
    use_cases::change_password(&state.identity, asked.behalf(), &command).await.map_err(identity_problem)?;
    Ok(Json(DoneBody::saying("Votre mot de passe est changé ; connectez-vous.")))
}
