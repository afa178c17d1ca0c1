use super::reading::{days_or_week, interval, wrong, zone};
use super::refusal;
use super::views::SlotBody;
use crate::asked::Asked;
use crate::body::QueryOf;
use crate::problem::Problem;
use crate::state::SharedState;
use axum::Json;
use axum::extract::{Path, State};
use nexus_core::calendar::use_cases::{self, BookSession, CalendarError};
use nexus_core::calendar::{Modality, ServiceType};
use nexus_core::{Coded, ErrorCode, SchoolSubject, StudentId};
use serde::{Deserialize, Serialize};
use serde_json::Number;
use utoipa::{IntoParams, ToSchema};

/// Which days.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SlotQuery {
    start_date: Option<String>,
    end_date: Option<String>,
    /// The zone in which times are shown; the school's when absent.
    time_zone: Option<String>,
}

/// When a coach can be booked.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SlotList {
    success: bool,
    time_zone: String,
    slots: Vec<SlotBody>,
}

/// Tells when a coach can be booked, from one day to another.
#[utoipa::path(get, path = "/api/coaches/{coachId}/slots", tag = "disponibilités",
    params(("coachId" = String, Path), SlotQuery), responses(
    (status = 200, body = SlotList, example = json!({"success": true, "timeZone": "Africa/Tunis", "slots": []})),
))]
pub(crate) async fn slots(
    State(state): State<SharedState>,
    asked: Asked,
    Path(coach): Path<String>,
    QueryOf(query): QueryOf<SlotQuery>,
) -> Result<Json<SlotList>, Problem> {
    let policy = &state.calendar.policy;
    let zone = zone("timeZone", query.time_zone.as_deref(), policy)?;
    let days = days_or_week(query.start_date.as_deref(), query.end_date.as_deref(), &state.calendar)?;
    let calendar = use_cases::coach_calendar(&state.calendar, asked.behalf(), &coach, Some(days))
        .await
        .map_err(refusal)?;
    Ok(Json(SlotList {
        success: true,
        time_zone: zone.iana_name().unwrap_or("UTC").to_owned(),
        slots: calendar.free.iter().map(|slot| SlotBody::of(slot, &zone)).collect(),
    }))
}

/// A lesson that is not offered.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WhyQuery {
    subject: String,
    date: String,
    start_time: String,
    duration: String,
    r#type: Option<String>,
    modality: Option<String>,
    room: Option<String>,
    /// A pupil whose own lessons count.
    #[serde(rename = "pupilId")]
    #[param(rename = "pupilId")]
    pupil: Option<String>,
}

/// One thing that stands against a lesson.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Obstacle)]
pub(crate) struct ObstacleBody {
    code: &'static str,
    detail: String,
    /// Whether the office may book all the same.
    office_may_override: bool,
}

/// Why a slot is not offered.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WhyBody {
    success: bool,
    offered: bool,
    reasons: Vec<ObstacleBody>,
}

/// Tells every rule that stands against a lesson: why its slot is not offered.
#[utoipa::path(get, path = "/api/coaches/{coachId}/slots/why", tag = "disponibilités",
    params(("coachId" = String, Path), WhyQuery), responses(
    (status = 200, body = WhyBody, example = json!({"success": true, "offered": false, "reasons": [{
        "code": "outside_opening_hours", "detail": "L'école est ouverte ce jour-là de 08:00 à 20:00.",
        "officeMayOverride": true
    }]})),
))]
pub(crate) async fn why(
    State(state): State<SharedState>,
    asked: Asked,
    Path(coach): Path<String>,
    QueryOf(query): QueryOf<WhyQuery>,
) -> Result<Json<WhyBody>, Problem> {
    let policy = &state.calendar.policy;
    let invalid = |field| wrong(field, ErrorCode::InvalidField);
    let minutes: u16 = query.duration.parse().map_err(|_| wrong("duration", ErrorCode::InvalidDuration))?;
    let lesson = interval((&query.date, &query.start_time), &Number::from(minutes), &policy.zone)?;
    let service = query.r#type.as_deref().map_or(Some(ServiceType::Online), ServiceType::parse);
    let modality = query.modality.as_deref().map(Modality::parse);
    let pupil = query.pupil.map(StudentId::parse).transpose();
    let pupil = pupil.map_err(|_| refusal(CalendarError::StudentNotFound))?;
    let command = BookSession {
        coach,
        student: String::new(),
        subject: SchoolSubject::parse(&query.subject).ok_or_else(|| invalid("subject"))?,
        service: service.ok_or_else(|| invalid("type"))?,
        modality: modality.map(|modality| modality.ok_or_else(|| invalid("modality"))).transpose()?,
        seats: 1,
        room: query.room,
        title: String::new(),
        description: None,
        lesson,
    };
    let found = use_cases::why_not(&state.calendar, asked.behalf(), &command, pupil.as_ref())
        .await
        .map_err(refusal)?;
    let reasons: Vec<_> = found
        .iter()
        .map(|obstacle| ObstacleBody {
            code: obstacle.code().as_str(),
            detail: obstacle.sentence(),
            office_may_override: obstacle.gives_way(),
        })
        .collect();
    Ok(Json(WhyBody { success: true, offered: reasons.is_empty(), reasons }))
}
