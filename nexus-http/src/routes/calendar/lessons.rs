use super::reading::{interval, session, wrong, zone};
use super::refusal;
use super::views::{LessonBody, StepBody};
use crate::asked::Asked;
use crate::body::{JsonBody, QueryOf, StrictJsonBody};
use crate::problem::Problem;
use crate::state::{HttpState, SharedState};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use jiff::Timestamp;
use nexus_core::calendar::use_cases::{
    self, BookSession, CalendarError, Cancelled, ChangeStatus, MoveSession,
};
use nexus_core::calendar::{Modality, ServiceType, SessionFilter, SessionStatus, Transition};
use nexus_core::{CoachId, ErrorCode, Page, Pagination, SchoolSubject, SessionId, StudentId};
use serde::{Deserialize, Serialize};
use serde_json::Number;
use utoipa::{IntoParams, ToSchema};

/// A lesson to be booked; what the existing page sends, and what a lesson can have besides.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BookingRequest {
    /// The coach's profile, or his account.
    pub(super) coach_id: String,
    /// The pupil's record, or his account.
    pub(super) student_id: String,
    pub(super) subject: String,
    /// `2026-09-14`.
    pub(super) scheduled_date: String,
    /// `9:05` or `09:05`.
    pub(super) start_time: String,
    /// In minutes.
    #[schema(value_type = u16)]
    pub(super) duration: Number,
    /// Looked at for its form only: the price is the school's.
    #[schema(value_type = Option<f64>)]
    pub(super) credits_to_use: Option<Number>,
    pub(super) title: String,
    pub(super) description: Option<String>,
    /// `COURS_ONLINE` when absent.
    pub(super) r#type: Option<String>,
    pub(super) modality: Option<String>,
    /// Seats of a workshop.
    pub(super) seats: Option<u32>,
    pub(super) room: Option<String>,
    /// The zone of the date and the time; the school's when absent.
    pub(super) time_zone: Option<String>,
}

impl BookingRequest {
    /// The command, whatever the calendar says about it.
    pub(super) fn command(&self, state: &HttpState) -> Result<BookSession, Problem> {
        let zone = zone("timeZone", self.time_zone.as_deref(), &state.calendar.policy)?;
        let lesson = interval((&self.scheduled_date, &self.start_time), &self.duration, &zone)?;
        let invalid = |field| wrong(field, ErrorCode::InvalidField);
        let subject = SchoolSubject::parse(&self.subject).ok_or_else(|| invalid("subject"))?;
        let service = self.r#type.as_deref().map_or(Some(ServiceType::Online), ServiceType::parse);
        let modality = self.modality.as_deref().map(Modality::parse);
        if self
            .credits_to_use
            .as_ref()
            .is_some_and(|credits| credits.as_f64().is_none_or(|credits| credits < 1.0))
        {
            return Err(invalid("creditsToUse"));
        }
        Ok(BookSession {
            coach: self.coach_id.clone(),
            student: self.student_id.clone(),
            subject,
            service: service.ok_or_else(|| invalid("type"))?,
            modality: modality.map(|modality| modality.ok_or_else(|| invalid("modality"))).transpose()?,
            seats: self.seats.unwrap_or(1),
            room: self.room.clone(),
            title: self.title.clone(),
            description: self.description.clone(),
            lesson,
        })
    }
}

/// A lesson that is booked.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Booked {
    success: bool,
    #[schema(value_type = String)]
    session_id: SessionId,
}

/// Books a lesson and takes its price.
#[utoipa::path(post, path = "/api/sessions/book", tag = "cours", request_body(content = BookingRequest, example = json!({
    "coachId": "rights-coach-profile", "studentId": "stu1", "subject": "MATHEMATIQUES", "scheduledDate": "2026-09-16",
    "startTime": "14:00", "duration": 60, "creditsToUse": 1, "title": "Suites"
})), responses(
    (status = 200, body = Booked, example = json!({"success": true, "sessionId": "ses1"})),
    (status = 402, description = "Crédits insuffisants."),
    (status = 409, description = "Le coach, l'élève ou la salle est pris à ce moment-là."),
))]
pub(crate) async fn book(
    State(state): State<SharedState>,
    asked: Asked,
    JsonBody(request): JsonBody<BookingRequest>,
) -> Result<Json<Booked>, Problem> {
    let command = request.command(&state)?;
    let session = use_cases::book(&state.calendar, asked.behalf(), &command).await.map_err(refusal)?;
    Ok(Json(Booked { success: true, session_id: session.id }))
}

/// A lesson to be called off.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CancelRequest {
    session_id: String,
    /// Needed from the office and from a coach.
    reason: Option<String>,
}

/// A lesson that is called off.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CancelBody {
    success: bool,
    refunded: bool,
    message: &'static str,
}

/// Calls a lesson off; of a group, a family gives up its seat.
#[utoipa::path(post, path = "/api/sessions/cancel", tag = "cours", request_body(content = CancelRequest, example = json!({
    "sessionId": "ses1", "reason": "Malade"
})), responses(
    (status = 200, body = CancelBody, example = json!({
        "success": true, "refunded": true, "message": "Session annulée et crédits remboursés"
    })),
    (status = 409, description = "Le cours est déjà terminé, annulé ou déplacé."),
))]
pub(crate) async fn cancel(
    State(state): State<SharedState>,
    asked: Asked,
    JsonBody(request): JsonBody<CancelRequest>,
) -> Result<Json<CancelBody>, Problem> {
    let id = session(&request.session_id)?;
    let Cancelled { refunded } =
        use_cases::cancel(&state.calendar, asked.behalf(), &id, request.reason.as_deref())
            .await
            .map_err(refusal)?;
    let message = if refunded {
        "Session annulée et crédits remboursés"
    } else {
        "Session annulée (pas de remboursement - délai dépassé)"
    };
    Ok(Json(CancelBody { success: true, refunded, message }))
}

/// A lesson that goes on.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct StatusRequest {
    /// `CONFIRMED`, `IN_PROGRESS`, `COMPLETED` or `NO_SHOW`.
    status: String,
    /// What the coach says about it.
    notes: Option<String>,
}

/// The lesson as it is now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LessonAnswer {
    success: bool,
    session: LessonBody,
}

/// Confirms, begins or ends a lesson, or says that the pupil did not come.
#[utoipa::path(patch, path = "/api/sessions/{sessionId}/status", tag = "cours",
    params(("sessionId" = String, Path)),
    request_body(content = StatusRequest, example = json!({"status": "CONFIRMED"})), responses(
    (status = 200, body = LessonAnswer, example = json!({"success": true, "session": {"id": "ses1", "status": "CONFIRMED"}})),
    (status = 409, description = "L'état du cours ou l'heure ne le permet pas."),
))]
pub(crate) async fn status(
    State(state): State<SharedState>,
    asked: Asked,
    Path(id): Path<String>,
    StrictJsonBody(request): StrictJsonBody<StatusRequest>,
) -> Result<Json<LessonAnswer>, Problem> {
    let id = session(&id)?;
    let transition = SessionStatus::parse(&request.status).and_then(SessionStatus::asked_by);
    let transition = match transition {
        Some(Transition::Cancel | Transition::Reschedule) | None => {
            return Err(wrong("status", ErrorCode::InvalidField));
        }
        Some(transition) => transition,
    };
    if request.notes.as_ref().is_some_and(|notes| notes.chars().count() > 5_000) {
        return Err(wrong("notes", ErrorCode::FieldTooLong));
    }
    let command = ChangeStatus { session: id, transition, notes: request.notes };
    let changed =
        use_cases::change_status(&state.calendar, asked.behalf(), &command).await.map_err(refusal)?;
    answer(&state, &asked, &changed.id).await
}

/// Where a lesson is moved to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MoveRequest {
    scheduled_date: String,
    start_time: String,
    room: Option<String>,
    time_zone: Option<String>,
}

/// Moves a lesson; its price is not taken again.
#[utoipa::path(post, path = "/api/sessions/{sessionId}/reschedule", tag = "cours",
    params(("sessionId" = String, Path)),
    request_body(content = MoveRequest, example = json!({"scheduledDate": "2026-09-18", "startTime": "10:00"})), responses(
    (status = 200, body = LessonAnswer, example = json!({"success": true, "session": {"id": "ses2", "rescheduledFromId": "ses1"}})),
    (status = 409, description = "Il est trop tard, ou le nouveau moment n'est pas libre."),
))]
pub(crate) async fn reschedule(
    State(state): State<SharedState>,
    asked: Asked,
    Path(id): Path<String>,
    StrictJsonBody(request): StrictJsonBody<MoveRequest>,
) -> Result<Json<LessonAnswer>, Problem> {
    let id = session(&id)?;
    let zone = zone("timeZone", request.time_zone.as_deref(), &state.calendar.policy)?;
    let start = interval((&request.scheduled_date, &request.start_time), &Number::from(1), &zone)?.start();
    let command = MoveSession { session: id, start, room: request.room };
    let moved = use_cases::reschedule(&state.calendar, asked.behalf(), &command).await.map_err(refusal)?;
    answer(&state, &asked, &moved.id).await
}

async fn answer(state: &HttpState, asked: &Asked, id: &SessionId) -> Result<Json<LessonAnswer>, Problem> {
    let permit = asked.behalf().permit;
    let view = state.calendar.store.session(id, permit.scope()).await?;
    let view = view.ok_or_else(|| refusal(CalendarError::SessionNotFound))?;
    let session = LessonBody::seen(view, permit);
    Ok(Json(LessonAnswer { success: true, session }))
}

/// Which lessons are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LessonQuery {
    status: Option<String>,
    /// Lessons that end after this instant.
    from: Option<String>,
    /// Lessons that begin before this instant.
    until: Option<String>,
    student_id: Option<String>,
    coach_id: Option<String>,
    page: Option<String>,
    limit: Option<String>,
}

/// Lessons, by their start.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LessonList {
    success: bool,
    sessions: Vec<LessonBody>,
    #[schema(value_type = Object)]
    pagination: Pagination,
}

/// Lists the lessons of one's own, of one's children, or of the school, by their start.
#[utoipa::path(get, path = "/api/sessions", tag = "cours", params(LessonQuery), responses(
    (status = 200, body = LessonList, example = json!({
        "success": true, "sessions": [], "pagination": {"page": 1, "limit": 20, "total": 0, "totalPages": 0}
    })),
))]
pub(crate) async fn list(
    State(state): State<SharedState>,
    asked: Asked,
    QueryOf(query): QueryOf<LessonQuery>,
) -> Result<Json<LessonList>, Problem> {
    let instant = |field: &'static str, text: Option<&String>| match text {
        None => Ok(None),
        Some(text) => text.parse::<Timestamp>().map(Some).map_err(|_| wrong(field, ErrorCode::InvalidDate)),
    };
    let status = query.status.as_deref().map(SessionStatus::parse);
    let filter = SessionFilter {
        status: status
            .map(|status| status.ok_or_else(|| wrong("status", ErrorCode::InvalidField)))
            .transpose()?,
        from: instant("from", query.from.as_ref())?,
        until: instant("until", query.until.as_ref())?,
        student: query
            .student_id
            .map(StudentId::parse)
            .transpose()
            .map_err(|_| Problem::new(ErrorCode::StudentNotFound))?,
        coach: query
            .coach_id
            .map(CoachId::parse)
            .transpose()
            .map_err(|_| Problem::new(ErrorCode::CoachNotFound))?,
    };
    let page = Page::read(query.page.as_deref(), query.limit.as_deref(), 20);
    let permit = asked.behalf().permit;
    let (views, total) = state.calendar.store.sessions(&filter, permit.scope(), page).await?;
    Ok(Json(LessonList {
        success: true,
        sessions: views.into_iter().map(|view| LessonBody::seen(view, permit)).collect(),
        pagination: Pagination::of(page, total),
    }))
}

/// A lesson with its story.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LessonStory {
    success: bool,
    session: LessonBody,
    history: Vec<StepBody>,
}

/// Reads a lesson and what happened to it.
#[utoipa::path(get, path = "/api/sessions/{sessionId}", tag = "cours", params(("sessionId" = String, Path)), responses(
    (status = 200, body = LessonStory, example = json!({"success": true, "session": {"id": "ses1"}, "history": []})),
))]
pub(crate) async fn read(
    State(state): State<SharedState>,
    asked: Asked,
    Path(id): Path<String>,
) -> Result<Json<LessonStory>, Problem> {
    let id = session(&id)?;
    let Json(LessonAnswer { session, .. }) = answer(&state, &asked, &id).await?;
    let history = state.calendar.store.session_history(&id).await?;
    Ok(Json(LessonStory {
        success: true,
        session,
        history: history.into_iter().map(StepBody::from).collect(),
    }))
}

/// The status of a booking that made something new.
pub(super) const MADE: StatusCode = StatusCode::CREATED;
