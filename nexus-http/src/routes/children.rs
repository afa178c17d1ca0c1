use super::identity_problem;
use super::identity_views::DoneBody;
use crate::asked::Asked;
use crate::body::StudentPath;
use crate::problem::Problem;
use crate::state::SharedState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use nexus_core::identity::use_cases;

/// Sends the link that opens a child's account again; once it is open, a link for a new password.
#[utoipa::path(post, path = "/api/parent/children/{studentId}/invitation", tag = "famille", responses(
    (status = 202, body = DoneBody, example = json!({"success": true, "message": "Un courriel vient de partir."})),
))]
pub(crate) async fn invite(
    State(state): State<SharedState>,
    asked: Asked,
    StudentPath(student): StudentPath,
) -> Result<(StatusCode, Json<DoneBody>), Problem> {
    use_cases::invite_child(&state.identity, asked.behalf(), &student).await.map_err(identity_problem)?;
    Ok((StatusCode::ACCEPTED, Json(DoneBody::saying("Un courriel vient de partir."))))
}

/// Records that the parent agrees to his child's account.
#[utoipa::path(post, path = "/api/parent/children/{studentId}/consent", tag = "famille", responses(
    (status = 200, body = DoneBody, example = json!({"success": true, "message": "Votre accord est enregistré."})),
))]
pub(crate) async fn give_consent(
    State(state): State<SharedState>,
    asked: Asked,
    StudentPath(student): StudentPath,
) -> Result<Json<DoneBody>, Problem> {
    use_cases::give_consent(&state.identity, asked.behalf(), &student).await.map_err(identity_problem)?;
    Ok(Json(DoneBody::saying("Votre accord est enregistré.")))
}

/// Takes the parent's consent back: the child's account is closed.
#[utoipa::path(delete, path = "/api/parent/children/{studentId}/consent", tag = "famille", responses(
    (status = 200, body = DoneBody, example = json!({
        "success": true, "message": "Votre accord est retiré ; le compte est fermé."
    })),
))]
pub(crate) async fn withdraw_consent(
    State(state): State<SharedState>,
    asked: Asked,
    StudentPath(student): StudentPath,
) -> Result<Json<DoneBody>, Problem> {
    use_cases::withdraw_consent(&state.identity, asked.behalf(), &student).await.map_err(identity_problem)?;
    Ok(Json(DoneBody::saying("Votre accord est retiré ; le compte est fermé.")))
}
