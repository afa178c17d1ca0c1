use super::reading::{date, wrong};
use super::refusal;
use super::views::RuleBody;
use crate::asked::Asked;
use crate::body::QueryOf;
use crate::problem::Problem;
use crate::state::SharedState;
use axum::Json;
use axum::extract::State;
use nexus_core::calendar::use_cases::{self, CoachCalendar};
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

impl From<CoachCalendar> for CoachBody {
    fn from(calendar: CoachCalendar) -> Self {
        let CoachCalendar { coach, rules, .. } = calendar;
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
    let subject = query.subject.as_deref().filter(|subject| !subject.is_empty()).map(SchoolSubject::parse);
    let subject = subject
        .map(|subject| subject.ok_or_else(|| wrong("subject", ErrorCode::InvalidField)))
        .transpose()?;
    let text = query.date.as_deref().filter(|date| !date.is_empty());
    let day = text.map(|text| date("date", text, &state.calendar.policy.zone)).transpose()?;
    let calendars =
        use_cases::available_coaches(&state.calendar, asked.behalf(), subject, day).await.map_err(refusal)?;
    let bookable = calendars.into_iter().filter(|calendar| day.is_none() || !calendar.free.is_empty());
    Ok(Json(CoachList { success: true, coaches: bookable.map(CoachBody::from).collect() }))
}
