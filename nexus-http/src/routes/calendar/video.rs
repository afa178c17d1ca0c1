use super::reading::session;
use super::refusal;
use crate::asked::Asked;
use crate::body::JsonBody;
use crate::problem::Problem;
use crate::state::SharedState;
use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use nexus_core::calendar::SessionStatus;
use nexus_core::calendar::use_cases::{self, VideoRoom};
use nexus_core::{ErrorCode, SchoolSubject, SessionId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Somebody who comes or goes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VideoRequest {
    session_id: Option<String>,
    /// `JOIN` or `LEAVE`.
    action: Option<String>,
}

/// A video room, or a farewell.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VideoAnswer {
    success: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_data: Option<RoomBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'static str>,
}

/// A video room for one person.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = VideoRoom)]
pub(crate) struct RoomBody {
    #[schema(value_type = String)]
    id: SessionId,
    room_name: String,
    jitsi_url: String,
    student_name: String,
    coach_name: String,
    #[schema(value_type = String)]
    subject: SchoolSubject,
    scheduled_at: Timestamp,
    duration: i64,
    #[schema(value_type = String)]
    status: SessionStatus,
    is_host: bool,
}

impl From<VideoRoom> for RoomBody {
    fn from(room: VideoRoom) -> Self {
        let VideoRoom { view, room, address, is_host } = room;
        Self {
            id: view.session.id,
            room_name: room,
            jitsi_url: address,
            student_name: view.student_name,
            coach_name: view.coach_name,
            subject: view.session.subject,
            scheduled_at: view.session.lesson.start(),
            duration: view.session.lesson.minutes(),
            status: view.session.status,
            is_host,
        }
    }
}

/// Opens the video room of a lesson for who takes part in it, or leaves it.
#[utoipa::path(post, path = "/api/sessions/video", tag = "cours", request_body(content = VideoRequest, example = json!({
    "sessionId": "ses1", "action": "JOIN"
})), responses(
    (status = 200, body = VideoAnswer, example = json!({"success": true, "sessionData": {"id": "ses1", "isHost": false}})),
    (status = 409, description = "La salle n'est pas ouverte."),
))]
pub(crate) async fn video(
    State(state): State<SharedState>,
    asked: Asked,
    JsonBody(request): JsonBody<VideoRequest>,
) -> Result<Json<VideoAnswer>, Problem> {
    let missing = || Problem::new(ErrorCode::FieldRequired).and("error", "Paramètres manquants");
    let id = session(&request.session_id.filter(|id| !id.is_empty()).ok_or_else(missing)?)?;
    match request.action.as_deref().filter(|action| !action.is_empty()).ok_or_else(missing)? {
        "JOIN" => {
            let room = use_cases::join_video(&state.calendar, asked.behalf(), &id).await.map_err(refusal)?;
            Ok(Json(VideoAnswer { success: true, session_data: Some(room.into()), message: None }))
        }
        "LEAVE" => {
            use_cases::leave_video(&state.calendar, asked.behalf(), &id).await.map_err(refusal)?;
            // The words of the existing page; the lesson itself goes on.
            let message = Some("Session terminée avec succès");
            Ok(Json(VideoAnswer { success: true, session_data: None, message }))
        }
        _ => Err(Problem::new(ErrorCode::InvalidField).and("error", "Action non supportée")),
    }
}
