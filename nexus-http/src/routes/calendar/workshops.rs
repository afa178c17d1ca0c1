//! Groups in which a family can take a seat.

use super::reading::wrong;
use crate::body::QueryOf;
use crate::chassis::PageOf;
use crate::problem::Problem;
use crate::state::SharedState;
use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use nexus_core::calendar::{Modality, Workshop, use_cases};
use nexus_core::ledger::Credits;
use nexus_core::{ErrorCode, Pagination, SchoolSubject, SessionId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which groups.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(crate) struct WorkshopQuery {
    subject: Option<String>,
    /// Groups that begin before this instant.
    until: Option<String>,
    /// `true`: those without a free seat too, for whoever would wait for one.
    include_full: Option<bool>,
    /// From 1 on.
    #[allow(dead_code)] // read by `PageOf`
    page: Option<String>,
    /// 1 to 100.
    #[allow(dead_code)] // read by `PageOf`
    limit: Option<String>,
}

/// A group, without anything about the pupils who take part.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WorkshopBody {
    #[schema(value_type = String)]
    id: SessionId,
    subject: &'static str,
    /// The class for which it was opened.
    level: Option<String>,
    title: String,
    description: Option<String>,
    starts_at: Timestamp,
    ends_at: Timestamp,
    /// Minutes.
    duration: i64,
    modality: Option<&'static str>,
    coach_name: String,
    seats: u32,
    seats_left: u32,
    /// What a seat costs, in credits.
    #[schema(value_type = f64)]
    credit_cost: Credits,
}

impl From<Workshop> for WorkshopBody {
    fn from(workshop: Workshop) -> Self {
        let (starts_at, ends_at) = (workshop.lesson.start(), workshop.lesson.end());
        Self {
            seats_left: workshop.seats_left(),
            id: workshop.id,
            subject: workshop.subject.as_str(),
            level: workshop.level,
            title: workshop.title,
            description: workshop.description,
            duration: starts_at.duration_until(ends_at).as_mins(),
            starts_at,
            ends_at,
            modality: workshop.modality.map(Modality::as_str),
            coach_name: workshop.coach_name,
            seats: workshop.seats,
            credit_cost: Credits::from_milli(workshop.price).unwrap_or_default(),
        }
    }
}

/// A page of groups.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WorkshopList {
    success: bool,
    workshops: Vec<WorkshopBody>,
    #[schema(value_type = Object)]
    pagination: Pagination,
}

/// Lists groups in which a family can still take a seat, by their start.
#[utoipa::path(get, path = "/api/workshops", tag = "cours", params(WorkshopQuery), responses(
    (status = 200, body = WorkshopList, example = json!({
        "success": true,
        "workshops": [{
            "id": "ses1", "subject": "MATHEMATIQUES", "level": "terminale", "title": "Suites", "description": null,
            "startsAt": "2026-09-21T09:00:00Z", "endsAt": "2026-09-21T11:00:00Z", "duration": 120, "modality": "IN_PERSON",
            "coachName": "Samia Trabelsi", "seats": 6, "seatsLeft": 2, "creditCost": 1.5
        }],
        "pagination": {"page": 1, "limit": 20, "total": 1, "totalPages": 1}
    })),
))]
pub(crate) async fn list(
    State(state): State<SharedState>,
    PageOf(page): PageOf,
    QueryOf(query): QueryOf<WorkshopQuery>,
) -> Result<Json<WorkshopList>, Problem> {
    let subject = query.subject.filter(|name| !name.is_empty()).map(|name| {
        let known = SchoolSubject::ALL.into_iter().find(|subject| subject.as_str() == name);
        known.ok_or_else(|| wrong("subject", ErrorCode::UnknownChoice))
    });
    let until = query.until.map(|text| text.parse::<Timestamp>());
    let until = until.transpose().map_err(|_| wrong("until", ErrorCode::InvalidDate))?;
    let full = query.include_full.unwrap_or_default();
    let (workshops, total) =
        use_cases::open_workshops(&state.calendar, subject.transpose()?, until, full, page).await?;
    Ok(Json(WorkshopList {
        success: true,
        workshops: workshops.into_iter().map(WorkshopBody::from).collect(),
        pagination: Pagination::of(page, total),
    }))
}
