//! Durable jobs: work that outlives the request that asked for it.

use crate::{JobId, LeaseError, RetryPolicy, StoreError};
use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What a job does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum JobKind {
    /// Scores a submitted bilan, writes its texts and typesets its documents.
    ProcessBilan,
    /// Prints an invoice or a credit note.
    PrintInvoice,
}

impl JobKind {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::ProcessBilan, Self::PrintInvoice];

    /// The name that is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ProcessBilan => "process_bilan",
            Self::PrintInvoice => "print_invoice",
        }
    }

    /// Reads a stored name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Waiting for its time, or claimed by a worker whose lease runs.
    Pending,
    /// Finished.
    Done,
    /// Given up, with a reason; a person has to look.
    Quarantined,
}

/// A job to be written in the transaction of its cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewJob {
    /// Its identifier.
    pub id: JobId,
    /// What it does.
    pub kind: JobKind,
    /// What it does it to (a bilan's id…).
    pub subject: String,
    /// At most one job exists per key: sending twice the same cause gives one job.
    pub unique_key: String,
    /// Not before this instant.
    pub run_at: Timestamp,
}

/// A job that this worker holds until `lease_until`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedJob {
    /// Its identifier.
    pub id: JobId,
    /// What it does.
    pub kind: JobKind,
    /// What it does it to.
    pub subject: String,
    /// How many times it was claimed, this time included.
    pub attempt: u32,
    /// Proof of the claim; a later claim of the same job has another one.
    pub token: String,
    /// After this instant another worker may take the job.
    pub lease_until: Timestamp,
}

/// How a worker leaves a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobOutcome {
    /// Finished.
    Done,
    /// Failed; try again at this instant. The reason is for staff: a stable code and a short sentence, no personal data.
    Retry {
        /// When.
        at: Timestamp,
        /// Why.
        reason: String,
    },
    /// Given up.
    Quarantine {
        /// Why.
        reason: String,
    },
}

impl JobOutcome {
    /// Decides what follows a failed claim.
    pub fn after_failure(
        policy: &RetryPolicy,
        job: &ClaimedJob,
        now: Timestamp,
        reason: String,
        retryable: bool,
    ) -> Self {
        match policy.next_try(job.attempt, now, job.id.as_str()) {
            Some(at) if retryable => Self::Retry { at, reason },
            _ => Self::Quarantine { reason },
        }
    }
}

/// Jobs inside a transaction.
#[async_trait]
pub trait JobTx: Send {
    /// Writes a job; returns `false`, and writes nothing, when a job with the same `unique_key` exists.
    async fn enqueue(&mut self, job: &NewJob) -> Result<bool, StoreError>;

    /// Settles a claimed job together with what it wrote.
    ///
    /// # Errors
    /// [`LeaseError::LeaseLost`] when the token is no longer the job's: the whole transaction must then be dropped.
    async fn settle(&mut self, job: &ClaimedJob, outcome: &JobOutcome) -> Result<(), LeaseError>;

    /// The state and the reason of the job with this key.
    async fn job_state(&mut self, unique_key: &str)
    -> Result<Option<(JobState, Option<String>)>, StoreError>;
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::SignedDuration;

    #[test]
    fn gives_up_at_once_when_trying_again_cannot_help() {
        let policy = RetryPolicy {
            max_attempts: 5,
            base_delay: SignedDuration::from_secs(2),
            max_delay: SignedDuration::from_secs(10),
        };
        let job = ClaimedJob {
            id: JobId::parse("j").unwrap(),
            kind: JobKind::ProcessBilan,
            subject: "b".into(),
            attempt: 1,
            token: "t".into(),
            lease_until: Timestamp::UNIX_EPOCH,
        };
        let after = |attempt, retryable| {
            let job = ClaimedJob { attempt, ..job.clone() };
            JobOutcome::after_failure(&policy, &job, Timestamp::UNIX_EPOCH, "x".into(), retryable)
        };
        assert_eq!(after(1, false), JobOutcome::Quarantine { reason: "x".into() });
        assert!(matches!(after(4, true), JobOutcome::Retry { .. }));
        assert_eq!(after(5, true), JobOutcome::Quarantine { reason: "x".into() });
    }
}
