use super::lessons::{BookingRequest, MADE};
use super::reading::{date, minutes, time, wrong};
use super::refusal;
use crate::asked::Asked;
use crate::body::JsonBody;
use crate::problem::Problem;
use crate::state::SharedState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use nexus_core::calendar::SeriesPattern;
use nexus_core::calendar::use_cases::{self, BookSeries};
use nexus_core::{ErrorCode, SessionId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Lessons to be booked together.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SeriesRequest {
    /// The first of them.
    #[serde(flatten)]
    first: BookingRequest,
    /// How many.
    count: u8,
    /// Weeks between two of them; 1 when absent.
    every_weeks: Option<u8>,
}

/// Lessons that are booked.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SeriesBooked {
    success: bool,
    series_id: String,
    #[schema(value_type = Vec<String>)]
    session_ids: Vec<SessionId>,
}

/// Books every lesson of a series, or none: then `dates` tells which ones cannot be, and why.
#[utoipa::path(post, path = "/api/sessions/series", tag = "cours", request_body(content = SeriesRequest, example = json!({
    "coachId": "rights-coach-profile", "studentId": "stu1", "subject": "MATHEMATIQUES", "scheduledDate": "2026-09-16",
    "startTime": "14:00", "duration": 60, "title": "Suites", "count": 4, "everyWeeks": 1
})), responses(
    (status = 201, body = SeriesBooked, example = json!({"success": true, "seriesId": "ser1", "sessionIds": ["ses1", "ses2"]})),
    (status = 402, description = "Crédits insuffisants pour toute la série."),
    (status = 409, description = "Des dates ne conviennent pas ; rien n'est réservé."),
))]
pub(crate) async fn book(
    State(state): State<SharedState>,
    asked: Asked,
    JsonBody(request): JsonBody<SeriesRequest>,
) -> Result<(StatusCode, Json<SeriesBooked>), Problem> {
    let each = request.first.command(&state)?;
    let every_weeks = request.every_weeks.unwrap_or(1);
    if !(1..=8).contains(&every_weeks) {
        return Err(wrong("everyWeeks", ErrorCode::InvalidField));
    }
    // A series keeps the time of the school's clocks.
    if request.first.time_zone.is_some() {
        return Err(wrong("timeZone", ErrorCode::UnknownField));
    }
    let pattern = SeriesPattern {
        first: date("scheduledDate", &request.first.scheduled_date, &state.calendar.policy.zone)?,
        time: time("startTime", &request.first.start_time)?,
        minutes: minutes("duration", &request.first.duration)?,
        every_weeks,
        count: request.count,
    };
    let command = BookSeries { each, pattern };
    let booked = use_cases::book_series(&state.calendar, asked.behalf(), &command).await.map_err(refusal)?;
    let session_ids = booked.sessions.into_iter().map(|session| session.id).collect();
    Ok((MADE, Json(SeriesBooked { success: true, series_id: booked.id, session_ids })))
}
