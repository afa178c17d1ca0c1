use super::identity_problem;
use super::identity_views::{AccountBody, DoneBody};
use crate::asked::Asked;
use crate::body::StrictJsonBody;
use crate::problem::Problem;
use crate::state::SharedState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use nexus_core::Role;
use nexus_core::identity::use_cases::{self, Activate, RequestEmailChange};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Whoever asks.
#[utoipa::path(get, path = "/api/account", tag = "compte", responses(
    (status = 200, body = AccountBody, example = json!({
        "id": "usr1", "email": "helene@example.tn", "firstName": "Hélène", "lastName": "Ben Salah",
        "phone": "+216 99 19 28 29", "role": "PARENT", "createdAt": "2026-09-14T08:30:00Z", "activated": true,
        "twoFactor": false, "disabledAt": null,
        "profile": {"id": "par1", "address": null, "city": "La Marsa", "country": "Tunisie"}
    })),
    (status = 404, description = "Une clef d'accès n'a pas de compte."),
))]
pub(crate) async fn read(
    State(state): State<SharedState>,
    asked: Asked,
) -> Result<Json<AccountBody>, Problem> {
    let view = use_cases::read_account(&state.identity, asked.behalf()).await.map_err(identity_problem)?;
    Ok(Json(view.into()))
}

/// A first password, with the link that was sent.
#[derive(Deserialize, ToSchema)]
pub(crate) struct ActivationRequest {
    /// What stands behind `#jeton=` in the link.
    token: String,
    password: String,
    /// A pupil agrees to the treatment of his data; others have nothing to say here.
    #[serde(default)]
    consent: bool,
}

/// The address to sign in with.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ActivatedView {
    success: bool,
    email: String,
    #[schema(value_type = String)]
    role: Role,
}

/// Opens an account with the link that was sent: of a pupil, or of somebody whom the school invited.
#[utoipa::path(post, path = "/api/account/activate", tag = "compte",
    request_body(content = ActivationRequest, example = json!({
        "token": "3q2-7wXgqkP0mD4r9sVtYb1cZxN8uLhE5fJ6aKoGiTQ", "password": "un secret que personne ne devine",
        "consent": true
    })),
    responses((status = 200, body = ActivatedView, example = json!({
        "success": true, "email": "zoe.bensalah.k3f9x0a2bq@nexus-student.local", "role": "ELEVE"
    })))
)]
pub(crate) async fn activate(
    State(state): State<SharedState>,
    asked: Asked,
    StrictJsonBody(request): StrictJsonBody<ActivationRequest>,
) -> Result<Json<ActivatedView>, Problem> {
    let command =
        Activate { token: request.token, password: request.password.into(), consent: request.consent };
    let activated = use_cases::activate_account(&state.identity, asked.behalf(), &command)
        .await
        .map_err(identity_problem)?;
    Ok(Json(ActivatedView { success: true, email: activated.email, role: activated.role }))
}

/// Another address to sign in with.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EmailRequest {
    new_email: String,
    password: String,
}

/// Sends a link to a new address; it counts once the link is followed.
#[utoipa::path(post, path = "/api/account/email", tag = "compte",
    request_body(content = EmailRequest, example = json!({
        "newEmail": "h.bensalah@example.tn", "password": "quatre mots bien choisis"
    })),
    responses((status = 202, body = DoneBody, example = json!({
        "success": true, "message": "Un courriel a été envoyé à la nouvelle adresse."
    })))
)]
pub(crate) async fn change_email(
    State(state): State<SharedState>,
    asked: Asked,
    StrictJsonBody(request): StrictJsonBody<EmailRequest>,
) -> Result<(StatusCode, Json<DoneBody>), Problem> {
    let command = RequestEmailChange {
        new_email: request.new_email,
        password: request.password.into(),
        from: asked.from.clone(),
    };
    use_cases::request_email_change(&state.identity, asked.behalf(), &command)
        .await
        .map_err(identity_problem)?;
    let done = DoneBody::saying("Un courriel a été envoyé à la nouvelle adresse.");
    Ok((StatusCode::ACCEPTED, Json(done)))
}

/// A link that was sent, and nothing else.
#[derive(Deserialize, ToSchema)]
pub(crate) struct LinkRequest {
    /// What stands behind `#jeton=` in the link.
    token: String,
}

/// Gives an account its new address, with the link that was sent there.
#[utoipa::path(post, path = "/api/account/email/confirm", tag = "compte",
    request_body(content = LinkRequest, example = json!({"token": "3q2-7wXgqkP0mD4r9sVtYb1cZxN8uLhE5fJ6aKoGiTQ"})),
    responses((status = 200, body = DoneBody, example = json!({
        "success": true, "message": "Connectez-vous avec votre nouvelle adresse."
    })))
)]
pub(crate) async fn confirm_email(
    State(state): State<SharedState>,
    asked: Asked,
    StrictJsonBody(request): StrictJsonBody<LinkRequest>,
) -> Result<Json<DoneBody>, Problem> {
    use_cases::confirm_email(&state.identity, asked.behalf(), &request.token)
        .await
        .map_err(identity_problem)?;
    Ok(Json(DoneBody::saying("Connectez-vous avec votre nouvelle adresse.")))
}

/// A parent agrees to his child's account, with the link that was sent to him.
#[utoipa::path(post, path = "/api/account/consent", tag = "compte",
    request_body(content = LinkRequest, example = json!({"token": "3q2-7wXgqkP0mD4r9sVtYb1cZxN8uLhE5fJ6aKoGiTQ"})),
    responses((status = 200, body = DoneBody, example = json!({
        "success": true, "message": "Votre accord est enregistré."
    })))
)]
pub(crate) async fn consent(
    State(state): State<SharedState>,
    asked: Asked,
    StrictJsonBody(request): StrictJsonBody<LinkRequest>,
) -> Result<Json<DoneBody>, Problem> {
    use_cases::give_consent_by_link(&state.identity, asked.behalf(), &request.token)
        .await
        .map_err(identity_problem)?;
    Ok(Json(DoneBody::saying("Votre accord est enregistré.")))
}

/// Closes every session of whoever asks, this one included.
#[utoipa::path(delete, path = "/api/account/sessions", tag = "compte", responses(
    (status = 200, body = DoneBody, example = json!({
        "success": true, "message": "Tous vos appareils sont déconnectés."
    })),
    (status = 404, description = "Une clef d'accès n'a pas de compte."),
))]
pub(crate) async fn sign_out_everywhere(
    State(state): State<SharedState>,
    asked: Asked,
) -> Result<Json<DoneBody>, Problem> {
    use_cases::sign_out_everywhere(&state.identity, asked.behalf()).await.map_err(identity_problem)?;
    Ok(Json(DoneBody::saying("Tous vos appareils sont déconnectés.")))
}
