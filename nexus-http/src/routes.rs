//! The handlers; the files mirror the paths.

pub(crate) mod account;
pub(crate) mod admin_users;
pub(crate) mod answering;
pub(crate) mod auth;
pub(crate) mod bilan;
pub(crate) mod calendar;
pub(crate) mod children;
pub(crate) mod coaches;
pub(crate) mod consistency;
pub(crate) mod contract;
pub(crate) mod credit_requests;
pub(crate) mod credits;
pub(crate) mod health;
mod identity_views;
pub(crate) mod metrics;
pub(crate) mod old_pdf;
pub(crate) mod password;
mod profile_request;
pub(crate) mod registration;
pub(crate) mod report;
pub(crate) mod review;
pub(crate) mod second_factor;
pub(crate) mod start;
pub(crate) mod student_credits;
pub(crate) mod students;
pub(crate) mod subscriptions;
pub(crate) mod till;

use crate::problem::Problem;
use nexus_core::identity::use_cases::IdentityError;
use std::time::Duration;

/// Adds to a refusal of identity when to come back.
fn identity_problem(error: IdentityError) -> Problem {
    match error {
        IdentityError::Throttled { wait } => {
            let wait = Duration::try_from(wait).unwrap_or_default();
            Problem::from(error).retry_after(wait)
        }
        error => Problem::from(error),
    }
}
