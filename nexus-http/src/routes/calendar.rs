//! Lessons, availability, free slots, video rooms, feeds.

pub(crate) mod availability;
pub(crate) mod closures;
pub(crate) mod coaches;
pub(crate) mod feed;
pub(crate) mod lessons;
mod reading;
pub(crate) mod seats;
pub(crate) mod series;
pub(crate) mod slots;
pub(crate) mod video;
mod views;
pub(crate) mod workshops;

use crate::problem::Problem;
use nexus_core::calendar::use_cases::CalendarError;
use nexus_core::{Coded, ErrorCode};
use serde_json::json;

/// A refusal, with what the existing pages read beside it.
fn refusal(error: CalendarError) -> Problem {
    match error {
        CalendarError::Series(ref problems) => {
            let dates: Vec<_> = problems
                .iter()
                .map(|problem| {
                    json!({
                        "date": problem.date.to_string(), "code": problem.code.as_str(), "detail": problem.sentence,
                    })
                })
                .collect();
            Problem::from(error).and("dates", dates)
        }
        CalendarError::AvailabilityInUse { count } => {
            let word = "Cannot delete availability slot with scheduled sessions";
            Problem::from(error).and("error", word).and("conflictingSessions", count)
        }
        error => {
            let code = error.code();
            let problem = Problem::from(error);
            match code {
                ErrorCode::SessionNotFound => problem.and("error", "Session non trouvée"),
                ErrorCode::MissingCredits => problem.and("error", "Crédits insuffisants."),
                ErrorCode::AvailabilityNotFound => problem.and("error", "Availability slot not found"),
                _ => problem,
            }
        }
    }
}
