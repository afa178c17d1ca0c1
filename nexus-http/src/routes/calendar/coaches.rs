use super::reading::{date, days_or_week, wrong, zone};
use super::refusal;
use super::views::{RuleBody, SlotBody};
use crate::asked::Asked;
use crate::body::QueryOf;
use crate::problem::Problem;
use crate::state::SharedState;
use axum::Json;
use axum::extract::State;
use nexus_core::calendar::use_cases::{self, CoachOpenings};
use nexus_core::{CoachId, ErrorCode, SchoolSubject, UserId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which coaches.
#[derive(Debug, Deserialize, IntoParams)]
pub(crate) struct CoachQuery {
    subject: Option<String>,
    /// A day on which they say that they can teach.
    date: Option<String>,
}

/// A coach whom a family can book.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AvailableCoach)]
pub(crate) struct CoachBody {
    /// His profile: what booking takes.
    #[schema(value_type = String)]
    id: CoachId,
    /// His account.
    #[schema(value_type = String)]
    user_id: UserId,
    first_name: String,
    last_name: String,
    #[schema(value_type = Vec<String>)]
    coach_subjects: Vec<SchoolSubject>,
    available_online: bool,
    available_in_person: bool,
    availability: Vec<RuleBody>,
    bio: Option<String>,
    philosophy: Option<String>,
    expertise: Option<String>,
}

impl From<CoachOpenings> for CoachBody {
    fn from(openings: CoachOpenings) -> Self {
        let CoachOpenings { coach, rules, .. } = openings;
        Self {
            id: coach.coach,
            user_id: coach.user,
            first_name: coach.first_name,
            last_name: coach.last_name,
            coach_subjects: coach.facts.subjects,
            available_online: coach.facts.online,
            available_in_person: coach.facts.in_person,
            availability: rules.into_iter().map(RuleBody::from).collect(),
            bio: coach.description,
            philosophy: coach.philosophy,
            expertise: coach.expertise,
        }
    }
}

/// Coaches whom a family can book.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CoachList {
    success: bool,
    coaches: Vec<CoachBody>,
}

/// Lists the coaches who teach a subject; with a date, those who can still be booked on that day.
#[utoipa::path(get, path = "/api/coaches/available", tag = "disponibilités", params(CoachQuery), responses(
    (status = 200, body = CoachList, example = json!({"success": true, "coaches": [{"id": "coa1", "userId": "usr1"}]})),
))]
pub(crate) async fn available(
    State(state): State<SharedState>,
    asked: Asked,
    QueryOf(query): QueryOf<CoachQuery>,
) -> Result<Json<CoachList>, Problem> {
    let subject = subject(query.subject.as_deref())?;
    let text = query.date.as_deref().filter(|date| !date.is_empty());
    let day = text.map(|text| date("date", text, &state.calendar.policy.zone)).transpose()?;
    let days = day.map(|day| (day, day));
    let coaches = use_cases::available_coaches(&state.calendar, asked.behalf(), subject, days)
        .await
        .map_err(refusal)?;
    let bookable = coaches.into_iter().filter(|openings| day.is_none() || !openings.free.is_empty());
    Ok(Json(CoachList { success: true, coaches: bookable.map(CoachBody::from).collect() }))
}

fn subject(text: Option<&str>) -> Result<Option<SchoolSubject>, Problem> {
    let known = |text| SchoolSubject::parse(text).ok_or_else(|| wrong("subject", ErrorCode::InvalidField));
    text.filter(|text| !text.is_empty()).map(known).transpose()
}

/// Which coaches and which days.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SchoolSlotQuery {
    subject: Option<String>,
    start_date: Option<String>,
    end_date: Option<String>,
    /// The zone in which times are shown; the school's when absent.
    time_zone: Option<String>,
}

/// When one of the coaches can be booked.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SlotsOfCoach {
    /// His profile: what booking takes.
    #[schema(value_type = String)]
    coach_id: CoachId,
    first_name: String,
    last_name: String,
    slots: Vec<SlotBody>,
}

/// When the coaches of a subject can be booked.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SchoolSlots {
    success: bool,
    time_zone: String,
    coaches: Vec<SlotsOfCoach>,
}

/// Tells when the coaches of a subject can be booked, from one day to another; whoever has no time left is not listed.
#[utoipa::path(get, path = "/api/coaches/slots", tag = "disponibilités", params(SchoolSlotQuery), responses(
    (status = 200, body = SchoolSlots, example = json!({"success": true, "timeZone": "Africa/Tunis", "coaches": [
        {"coachId": "coa1", "firstName": "Samia", "lastName": "Trabelsi", "slots": []}
    ]})),
))]
pub(crate) async fn slots_of_all(
    State(state): State<SharedState>,
    asked: Asked,
    QueryOf(query): QueryOf<SchoolSlotQuery>,
) -> Result<Json<SchoolSlots>, Problem> {
    let policy = &state.calendar.policy;
    let zone = zone("timeZone", query.time_zone.as_deref(), policy)?;
    let days = days_or_week(query.start_date.as_deref(), query.end_date.as_deref(), &state.calendar)?;
    let subject = subject(query.subject.as_deref())?;
    let coaches = use_cases::available_coaches(&state.calendar, asked.behalf(), subject, Some(days))
        .await
        .map_err(refusal)?;
    let bookable = coaches.into_iter().filter(|openings| !openings.free.is_empty());
    let body = |openings: CoachOpenings| SlotsOfCoach {
        slots: openings.free.iter().map(|slot| SlotBody::of(slot, &zone)).collect(),
        coach_id: openings.coach.coach,
        first_name: openings.coach.first_name,
        last_name: openings.coach.last_name,
    };
    Ok(Json(SchoolSlots {
        success: true,
        time_zone: zone.iana_name().unwrap_or("UTC").to_owned(),
        coaches: bookable.map(body).collect(),
    }))
}
