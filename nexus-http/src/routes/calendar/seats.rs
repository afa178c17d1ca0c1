use super::reading::session;
use super::refusal;
use crate::asked::Asked;
use crate::body::StrictJsonBody;
use crate::problem::Problem;
use crate::state::SharedState;
use axum::Json;
use axum::extract::{Path, State};
use jiff::Timestamp;
use nexus_core::calendar::ParticipantState;
use nexus_core::calendar::use_cases::{self, Seat};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Whose seat is meant.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SeatRequest {
    /// The pupil's record, or his account.
    student_id: String,
    /// Whether he waits when every seat is taken.
    wait: Option<bool>,
}

/// A seat.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SeatBody {
    success: bool,
    #[schema(value_type = String)]
    state: ParticipantState,
    offered_until: Option<Timestamp>,
    /// His place in the line, from 1 on.
    position: Option<usize>,
}

impl From<Seat> for SeatBody {
    fn from(seat: Seat) -> Self {
        Self { success: true, state: seat.state, offered_until: seat.offered_until, position: seat.position }
    }
}

/// Takes a seat in a group and pays it, or waits for one.
#[utoipa::path(post, path = "/api/sessions/{sessionId}/seats", tag = "cours", params(("sessionId" = String, Path)),
    request_body(content = SeatRequest, example = json!({"studentId": "stu1", "wait": true})), responses(
    (status = 200, body = SeatBody, example = json!({
        "success": true, "state": "WAITING", "offeredUntil": null, "position": 2
    })),
    (status = 402, description = "Crédits insuffisants."),
    (status = 409, description = "Le cours est complet, ou l'élève est déjà inscrit."),
))]
pub(crate) async fn join(
    State(state): State<SharedState>,
    asked: Asked,
    Path(id): Path<String>,
    StrictJsonBody(request): StrictJsonBody<SeatRequest>,
) -> Result<Json<SeatBody>, Problem> {
    let (id, wait) = (session(&id)?, request.wait.unwrap_or(false));
    let seat = use_cases::join_session(&state.calendar, asked.behalf(), &id, &request.student_id, wait).await;
    Ok(Json(seat.map_err(refusal)?.into()))
}

/// Takes the seat that is kept for a pupil.
#[utoipa::path(post, path = "/api/sessions/{sessionId}/seats/accept", tag = "cours",
    params(("sessionId" = String, Path)),
    request_body(content = SeatRequest, example = json!({"studentId": "stu1"})), responses(
    (status = 200, body = SeatBody, example = json!({
        "success": true, "state": "ENROLLED", "offeredUntil": null, "position": null
    })),
    (status = 409, description = "Aucune place n'est gardée, ou plus."),
))]
pub(crate) async fn accept(
    State(state): State<SharedState>,
    asked: Asked,
    Path(id): Path<String>,
    StrictJsonBody(request): StrictJsonBody<SeatRequest>,
) -> Result<Json<SeatBody>, Problem> {
    let id = session(&id)?;
    let seat = use_cases::accept_seat(&state.calendar, asked.behalf(), &id, &request.student_id).await;
    Ok(Json(seat.map_err(refusal)?.into()))
}

/// What became of a seat that was given up.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SeatLeft {
    success: bool,
    refunded: bool,
}

/// Gives up a seat, an offer or a place in the line.
#[utoipa::path(post, path = "/api/sessions/{sessionId}/seats/leave", tag = "cours", params(("sessionId" = String, Path)),
    request_body(content = SeatRequest, example = json!({"studentId": "stu1"})), responses(
    (status = 200, body = SeatLeft, example = json!({"success": true, "refunded": true})),
))]
pub(crate) async fn leave(
    State(state): State<SharedState>,
    asked: Asked,
    Path(id): Path<String>,
    StrictJsonBody(request): StrictJsonBody<SeatRequest>,
) -> Result<Json<SeatLeft>, Problem> {
    let id = session(&id)?;
    let left = use_cases::leave_session(&state.calendar, asked.behalf(), &id, &request.student_id).await;
    Ok(Json(SeatLeft { success: true, refunded: left.map_err(refusal)? }))
}
