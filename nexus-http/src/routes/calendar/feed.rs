use super::refusal;
use crate::asked::Asked;
use crate::problem::Problem;
use crate::routes::identity_views::DoneBody;
use crate::state::SharedState;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use nexus_core::calendar::use_cases;
use serde::Serialize;
use utoipa::ToSchema;

/// A feed that was made.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FeedBody {
    success: bool,
    /// Its address, which is told this once: whoever has it reads the lessons.
    path: String,
}

/// Makes an address at which a phone finds one's lessons; the former one opens nothing any more.
#[utoipa::path(post, path = "/api/calendar/feed", tag = "cours", responses(
    (status = 200, body = FeedBody, example = json!({"success": true, "path": "/api/calendar/feeds/….ics"})),
))]
pub(crate) async fn open(State(state): State<SharedState>, asked: Asked) -> Result<Json<FeedBody>, Problem> {
    let feed = use_cases::open_feed(&state.calendar, asked.behalf()).await.map_err(refusal)?;
    let path = format!("/api/calendar/feeds/{}", feed.token.expose());
    Ok(Json(FeedBody { success: true, path }))
}

/// Takes the address of one's lessons back.
#[utoipa::path(delete, path = "/api/calendar/feed", tag = "cours", responses(
    (status = 200, body = DoneBody, example = json!({"success": true, "message": "Le calendrier n'est plus partagé."})),
))]
pub(crate) async fn revoke(
    State(state): State<SharedState>,
    asked: Asked,
) -> Result<Json<DoneBody>, Problem> {
    use_cases::revoke_feed(&state.calendar, asked.behalf()).await.map_err(refusal)?;
    Ok(Json(DoneBody::saying("Le calendrier n'est plus partagé.")))
}

/// The lessons of whoever shared this address, as iCalendar.
#[utoipa::path(get, path = "/api/calendar/feeds/{token}", tag = "cours", params(("token" = String, Path)), responses(
    (status = 200, description = "Un calendrier (text/calendar)."),
    (status = 404, description = "L'adresse n'ouvre rien, ou plus."),
))]
pub(crate) async fn read(
    State(state): State<SharedState>,
    Path(token): Path<String>,
) -> Result<Response, Problem> {
    let text = use_cases::feed(&state.calendar, token.trim_end_matches(".ics")).await.map_err(refusal)?;
    let kind = HeaderValue::from_static("text/calendar; charset=utf-8");
    let unkept = HeaderValue::from_static("no-store");
    Ok(([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, unkept)], text).into_response())
}
