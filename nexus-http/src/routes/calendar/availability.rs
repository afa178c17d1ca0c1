use super::reading::{date, days, wrong, zone};
use super::refusal;
use super::views::{BookedBody, RuleBody, SlotBody};
use crate::asked::Asked;
use crate::body::{JsonBody, QueryOf};
use crate::problem::Problem;
use crate::routes::identity_views::DoneBody;
use crate::state::SharedState;
use axum::Json;
use axum::extract::State;
use nexus_core::calendar::use_cases::{self, CalendarError, PlannedDay};
use nexus_core::calendar::{PlanProblem, day_from_sunday, plan_day};
use nexus_core::rights::Scope;
use nexus_core::{Coded, ErrorCode, UserId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A stretch of a day.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SlotRequest {
    start_time: String,
    end_time: String,
    /// `true` when absent.
    is_available: Option<bool>,
}

/// What is said about one weekday.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DayRequest {
    /// 0 is Sunday.
    day_of_week: i64,
    slots: Vec<SlotRequest>,
}

/// What a coach says about his weeks, or about one date.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AvailabilityRequest {
    /// `weekly` or `specific`.
    r#type: String,
    schedule: Option<Vec<DayRequest>>,
    valid_from: Option<String>,
    valid_until: Option<String>,
    date: Option<String>,
    slots: Option<Vec<SlotRequest>>,
    /// Whose; the coach's own when absent.
    coach_id: Option<String>,
}

/// What was written.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AvailabilitySet {
    success: bool,
    message: &'static str,
    slots_created: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<String>,
}

type Slots = Vec<(String, String, bool)>;

fn slots(sent: &[SlotRequest]) -> Slots {
    let slot = |slot: &SlotRequest| {
        (slot.start_time.clone(), slot.end_time.clone(), slot.is_available.unwrap_or(true))
    };
    sent.iter().map(slot).collect()
}

/// The words of the existing page; `on` ends them: `day 1`, `date 2026-09-14`.
fn plan_refusal(problem: PlanProblem, on: &str) -> Problem {
    let words = match &problem {
        PlanProblem::EmptyRange { start, end } => Some(format!("Invalid time range {start}-{end} for {on}")),
        PlanProblem::Duplicate { start, end } => Some(format!("Duplicate slot {start}-{end} for {on}")),
        _ => Some(problem.code().sentence().to_owned()),
    };
    let refused = refusal(CalendarError::Plan(problem));
    match words {
        Some(words) => refused.and("error", words),
        None => refused,
    }
}

/// Whose availability is meant.
pub(super) fn coach_of(asked: &Asked, named: Option<&str>) -> Result<String, Problem> {
    let own = || match asked.behalf().permit.scope() {
        Scope::Own { user, .. } => Some(user.to_string()),
        _ => None,
    };
    named.map(str::to_owned).or_else(own).ok_or_else(|| wrong("coachId", ErrorCode::FieldRequired))
}

/// Replaces what a coach says about his weeks, or about one date.
#[utoipa::path(post, path = "/api/coaches/availability", tag = "disponibilités",
    request_body(content = AvailabilityRequest, example = json!({
        "type": "weekly", "schedule": [{"dayOfWeek": 1, "slots": [{"startTime": "09:00", "endTime": "12:00"}]}],
        "coachId": "rights-coach"
    })), responses(
    (status = 200, body = AvailabilitySet, example = json!({
        "success": true, "message": "Weekly availability updated successfully", "slotsCreated": 1
    })),
))]
pub(crate) async fn set(
    State(state): State<SharedState>,
    asked: Asked,
    JsonBody(request): JsonBody<AvailabilityRequest>,
) -> Result<Json<AvailabilitySet>, Problem> {
    let context = &state.calendar;
    let school = &context.policy.zone;
    let coach = coach_of(&asked, request.coach_id.as_deref())?;
    match request.r#type.as_str() {
        "weekly" => {
            let schedule = request.schedule.ok_or_else(|| wrong("schedule", ErrorCode::FieldRequired))?;
            let mut sent: [Slots; 7] = Default::default();
            for day in &schedule {
                let place = usize::try_from(day.day_of_week).ok().and_then(|place| sent.get_mut(place));
                place.ok_or_else(|| wrong("schedule", ErrorCode::InvalidField))?.extend(slots(&day.slots));
            }
            let mut planned = Vec::new();
            for (number, sent) in (0_i64..).zip(&sent) {
                let ranges =
                    plan_day(sent).map_err(|problem| plan_refusal(problem, &format!("day {number}")))?;
                planned.extend(day_from_sunday(number).map(|day| PlannedDay { day, ranges }));
            }
            let read = |field, text: Option<&String>| text.map(|text| date(field, text, school)).transpose();
            let valid = (
                read("validFrom", request.valid_from.as_ref())?,
                read("validUntil", request.valid_until.as_ref())?,
            );
            if let (Some(first), Some(last)) = valid
                && last < first
            {
                return Err(wrong("validUntil", ErrorCode::RangeTooLong));
            }
            let written = use_cases::replace_weekly(context, asked.behalf(), &coach, &planned, valid)
                .await
                .map_err(refusal)?;
            let message = "Weekly availability updated successfully";
            Ok(Json(AvailabilitySet { success: true, message, slots_created: written.slots, date: None }))
        }
        "specific" => {
            let text = request.date.ok_or_else(|| wrong("date", ErrorCode::FieldRequired))?;
            let on = date("date", &text, school)?;
            let sent = request.slots.ok_or_else(|| wrong("slots", ErrorCode::FieldRequired))?;
            let ranges =
                plan_day(&slots(&sent)).map_err(|problem| plan_refusal(problem, &format!("date {on}")))?;
            let written = use_cases::replace_dated(context, asked.behalf(), &coach, on, &ranges)
                .await
                .map_err(refusal)?;
            let message = "Specific date availability updated successfully";
            let date = Some(on.to_string());
            Ok(Json(AvailabilitySet { success: true, message, slots_created: written.slots, date }))
        }
        _ => Err(wrong("type", ErrorCode::InvalidField)
            .and("error", "Invalid availability type. Use \"weekly\" or \"specific\"")),
    }
}

/// Whose calendar, and which days.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AvailabilityQuery {
    /// The coach's profile, or his account; one's own when absent.
    coach_id: Option<String>,
    start_date: Option<String>,
    end_date: Option<String>,
    /// The zone in which times are shown; the school's when absent.
    time_zone: Option<String>,
}

/// The calendar of a coach.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AvailabilityBody {
    success: bool,
    availability: Vec<RuleBody>,
    booked_slots: Vec<BookedBody>,
    available_slots: Vec<SlotBody>,
    coach: CoachNames,
}

/// Who the coach is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CoachNames {
    /// His account.
    #[schema(value_type = String)]
    id: UserId,
    first_name: String,
    last_name: String,
}

/// Reads what a coach says about his time, when he teaches, and when he can be booked.
#[utoipa::path(get, path = "/api/coaches/availability", tag = "disponibilités", params(AvailabilityQuery), responses(
    (status = 200, body = AvailabilityBody, example = json!({
        "success": true, "availability": [], "bookedSlots": [], "availableSlots": [],
        "coach": {"id": "usr1", "firstName": "Samia", "lastName": "Trabelsi"}
    })),
))]
pub(crate) async fn read(
    State(state): State<SharedState>,
    asked: Asked,
    QueryOf(query): QueryOf<AvailabilityQuery>,
) -> Result<Json<AvailabilityBody>, Problem> {
    let policy = &state.calendar.policy;
    let coach = coach_of(&asked, query.coach_id.as_deref())?;
    let days = days(query.start_date.as_deref(), query.end_date.as_deref(), &policy.zone)?;
    let zone = zone("timeZone", query.time_zone.as_deref(), policy)?;
    let calendar =
        use_cases::coach_calendar(&state.calendar, asked.behalf(), &coach, days).await.map_err(refusal)?;
    Ok(Json(AvailabilityBody {
        success: true,
        availability: calendar.rules.into_iter().map(RuleBody::from).collect(),
        booked_slots: calendar.lessons.iter().map(|session| BookedBody::of(session, &zone)).collect(),
        available_slots: calendar.free.iter().map(|slot| SlotBody::of(slot, &zone)).collect(),
        coach: CoachNames {
            id: calendar.coach.user,
            first_name: calendar.coach.first_name,
            last_name: calendar.coach.last_name,
        },
    }))
}

/// Which availability.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RuleQuery {
    /// The id of the availability.
    #[serde(rename = "id")]
    #[param(rename = "id")]
    rule: Option<String>,
}

/// Takes back one thing that a coach said.
#[utoipa::path(delete, path = "/api/coaches/availability", tag = "disponibilités", params(RuleQuery), responses(
    (status = 200, body = DoneBody, example = json!({
        "success": true, "message": "Availability slot deleted successfully"
    })),
    (status = 409, description = "Des cours y sont prévus."),
))]
pub(crate) async fn delete(
    State(state): State<SharedState>,
    asked: Asked,
    QueryOf(query): QueryOf<RuleQuery>,
) -> Result<Json<DoneBody>, Problem> {
    let missing = || wrong("id", ErrorCode::FieldRequired).and("error", "Availability ID is required");
    let id = query.rule.filter(|id| !id.is_empty()).ok_or_else(missing)?;
    use_cases::remove_availability(&state.calendar, asked.behalf(), &id).await.map_err(refusal)?;
    Ok(Json(DoneBody::saying("Availability slot deleted successfully")))
}
