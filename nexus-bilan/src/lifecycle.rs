//! The life of a bilan: its states, and which step leads from one to the next.

use nexus_core::{Coded, ErrorCode};
use serde::{Deserialize, Serialize};

/// Where a bilan stands (§12 of the specification).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum BilanState {
    /// The pupil is answering.
    Draft,
    /// Answers are closed; the score is awaited.
    Submitted,
    /// The score is stored; the report is awaited.
    Scored,
    /// The report waits for a member of staff.
    ReportPendingReview,
    /// A member of staff approved the report.
    Validated,
    /// The family may read the report.
    Published,
    /// A member of staff refused the report.
    Rejected,
    /// The score could not be computed; a person has to look.
    ScoringFailed,
    /// The report could not be made; a person has to look.
    ReportGenerationFailed,
    /// The pupil did not submit in time.
    Expired,
}

/// What happens to a bilan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BilanEvent {
    /// The pupil hands his answers in.
    Submit,
    /// The time to answer is over.
    Expire,
    /// The worker stored a score.
    Score,
    /// The worker gave the score up.
    FailScoring,
    /// The worker stored the report and its documents.
    CreateReport,
    /// The worker gave the report up.
    FailReport,
    /// A member of staff asks for another try after a failure.
    Retry,
    /// A member of staff approves.
    Validate,
    /// A member of staff refuses.
    Reject,
    /// A member of staff publishes.
    Publish,
    /// A member of staff asks for a new revision of the report.
    Regenerate,
}

/// A step that the state does not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{event:?} is not possible from {from:?}")]
pub struct InvalidTransition {
    /// The state.
    pub from: BilanState,
    /// The refused step.
    pub event: BilanEvent,
}

impl Coded for InvalidTransition {
    fn code(&self) -> ErrorCode {
        match (self.from, self.event) {
            (BilanState::Expired, BilanEvent::Submit) => ErrorCode::AttemptExpired,
            (_, BilanEvent::Submit) => ErrorCode::AttemptClosed,
            _ => ErrorCode::InvalidTransition,
        }
    }
}

impl BilanState {
    /// Every state.
    pub const ALL: [Self; 10] = [
        Self::Draft,
        Self::Submitted,
        Self::Scored,
        Self::ReportPendingReview,
        Self::Validated,
        Self::Published,
        Self::Rejected,
        Self::ScoringFailed,
        Self::ReportGenerationFailed,
        Self::Expired,
    ];

    /// Moves on.
    ///
    /// # Errors
    /// [`InvalidTransition`] when the step is not in the table.
    pub const fn apply(self, event: BilanEvent) -> Result<Self, InvalidTransition> {
        use BilanEvent as E;
        Ok(match (self, event) {
            (Self::Draft, E::Submit) | (Self::ScoringFailed, E::Retry) => Self::Submitted,
            (Self::Draft, E::Expire) => Self::Expired,
            (Self::Submitted, E::Score)
            | (Self::ReportGenerationFailed, E::Retry)
            | (Self::Rejected | Self::Published, E::Regenerate) => Self::Scored,
            (Self::Submitted, E::FailScoring) => Self::ScoringFailed,
            (Self::Scored, E::CreateReport) => Self::ReportPendingReview,
            (Self::Scored, E::FailReport) => Self::ReportGenerationFailed,
            (Self::ReportPendingReview, E::Validate) => Self::Validated,
            (Self::ReportPendingReview, E::Reject) => Self::Rejected,
            (Self::Validated, E::Publish) => Self::Published,
            (from, event) => return Err(InvalidTransition { from, event }),
        })
    }

    /// The name that is stored and sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "DRAFT",
            Self::Submitted => "SUBMITTED",
            Self::Scored => "SCORED",
            Self::ReportPendingReview => "REPORT_PENDING_REVIEW",
            Self::Validated => "VALIDATED",
            Self::Published => "PUBLISHED",
            Self::Rejected => "REJECTED",
            Self::ScoringFailed => "SCORING_FAILED",
            Self::ReportGenerationFailed => "REPORT_GENERATION_FAILED",
            Self::Expired => "EXPIRED",
        }
    }

    /// Reads a stored name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// Where the bilan stands, for people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Draft => "en cours de réponse",
            Self::Submitted | Self::Scored => "en cours de traitement",
            Self::ReportPendingReview => "en relecture",
            Self::Validated => "validé",
            Self::Published => "publié",
            Self::Rejected => "à reprendre",
            Self::ScoringFailed | Self::ReportGenerationFailed => "en échec, l'équipe est prévenue",
            Self::Expired => "expiré",
        }
    }

    /// The word that the pages of the existing application expect: `queued`, `running`, `done` or `error`.
    pub const fn job_status(self) -> &'static str {
        match self {
            Self::Draft => "queued",
            Self::Submitted | Self::Scored => "running",
            Self::ReportPendingReview | Self::Validated | Self::Published | Self::Rejected => "done",
            Self::ScoringFailed | Self::ReportGenerationFailed | Self::Expired => "error",
        }
    }

    /// Whether documents of the current revision exist.
    pub const fn has_report(self) -> bool {
        matches!(self, Self::ReportPendingReview | Self::Validated | Self::Published | Self::Rejected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENTS: [BilanEvent; 11] = [
        BilanEvent::Submit,
        BilanEvent::Expire,
        BilanEvent::Score,
        BilanEvent::FailScoring,
        BilanEvent::CreateReport,
        BilanEvent::FailReport,
        BilanEvent::Retry,
        BilanEvent::Validate,
        BilanEvent::Reject,
        BilanEvent::Publish,
        BilanEvent::Regenerate,
    ];

    #[test]
    fn the_whole_table() {
        let mut lines = Vec::new();
        for state in BilanState::ALL {
            for event in EVENTS {
                if let Ok(next) = state.apply(event) {
                    lines.push(format!("{} --{event:?}--> {}", state.as_str(), next.as_str()));
                }
            }
        }
        insta::assert_snapshot!(lines.join("\n"));
    }

    #[test]
    fn a_family_sees_nothing_without_review_and_publication() {
        // The only way into PUBLISHED is from VALIDATED, and into VALIDATED from REPORT_PENDING_REVIEW.
        for state in BilanState::ALL {
            let publishes = state.apply(BilanEvent::Publish).is_ok();
            assert_eq!(publishes, state == BilanState::Validated);
        }
    }

    #[test]
    fn names_read_back() {
        for state in BilanState::ALL {
            assert_eq!(BilanState::parse(state.as_str()), Some(state));
        }
    }
}
