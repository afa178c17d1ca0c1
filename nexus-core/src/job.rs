//! Durable jobs: work that outlives the request that asked for it.

use crate::{Coded, ErrorCode, JobId, StoreError};
use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// What a job does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum JobKind {
    /// Scores a submitted bilan, writes its texts and typesets its documents.
    ProcessBilan,
}

impl JobKind {
    /// The name that is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ProcessBilan => "process_bilan",
        }
    }

    /// Reads a stored name.
    pub fn parse(text: &str) -> Option<Self> {
        (text == Self::ProcessBilan.as_str()).then_some(Self::ProcessBilan)
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

/// When a failed job is tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Claims after which the job is quarantined.
    pub max_attempts: u32,
    /// Delay after the first failure; doubled after each one.
    pub base_delay: SignedDuration,
    /// Longest delay.
    pub max_delay: SignedDuration,
}

impl RetryPolicy {
    /// Decides what follows a failure of the `attempt`-th claim.
    pub fn after_failure(&self, attempt: u32, now: Timestamp, reason: String, retryable: bool) -> JobOutcome {
        if !retryable || attempt >= self.max_attempts {
            return JobOutcome::Quarantine { reason };
        }
        let factor = 2_i32.saturating_pow(attempt.saturating_sub(1).min(30));
        let delay = self.base_delay.checked_mul(factor).unwrap_or(self.max_delay).min(self.max_delay);
        JobOutcome::Retry { at: now.checked_add(delay).unwrap_or(Timestamp::MAX), reason }
    }
}

/// Why a job could not be settled.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JobError {
    /// The lease ended and somebody else has, or has finished, the job.
    #[error("the lease of the job was lost")]
    LeaseLost,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Coded for JobError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::LeaseLost => ErrorCode::Internal,
            Self::Store(error) => error.code(),
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
    /// [`JobError::LeaseLost`] when the token is no longer the job's: the whole transaction must then be dropped.
    async fn settle(&mut self, job: &ClaimedJob, outcome: &JobOutcome) -> Result<(), JobError>;

    /// The state and the reason of the job with this key.
    async fn job_state(&mut self, unique_key: &str)
    -> Result<Option<(JobState, Option<String>)>, StoreError>;
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const POLICY: RetryPolicy = RetryPolicy {
        max_attempts: 5,
        base_delay: SignedDuration::from_secs(2),
        max_delay: SignedDuration::from_secs(10),
    };

    #[test]
    fn gives_up_at_once_when_trying_again_cannot_help() {
        let outcome = POLICY.after_failure(1, Timestamp::UNIX_EPOCH, "x".into(), false);
        assert_eq!(outcome, JobOutcome::Quarantine { reason: "x".into() });
    }

    proptest! {
        #[test]
        fn delays_grow_up_to_the_longest(attempt in 1_u32..200) {
            match POLICY.after_failure(attempt, Timestamp::UNIX_EPOCH, String::new(), true) {
                JobOutcome::Retry { at, .. } => {
                    prop_assert!(attempt < POLICY.max_attempts);
                    let delay = at.duration_since(Timestamp::UNIX_EPOCH);
                    prop_assert!(delay >= POLICY.base_delay && delay <= POLICY.max_delay);
                }
                JobOutcome::Quarantine { .. } => prop_assert!(attempt >= POLICY.max_attempts),
                JobOutcome::Done => prop_assert!(false),
            }
        }
    }
}
