use super::held::while_held;
use super::lane::Queue;
use async_trait::async_trait;
use nexus_bilan::use_cases::{BilanContext, prolong, run_job};
use nexus_core::till::use_cases::{TillContext, run_print_job};
use nexus_core::{ClaimedJob, JobKind, JobOutcome, StoreError};

/// Durable jobs: whichever is the oldest, so that none waits for all of another kind.
pub(super) struct Jobs {
    pub(super) bilans: BilanContext,
    pub(super) till: TillContext,
}

impl Jobs {
    async fn run(&self, job: &ClaimedJob) -> Result<Option<JobOutcome>, StoreError> {
        match job.kind {
            JobKind::PrintInvoice => {
                let outcome = run_print_job(&self.till, job).await?;
                if let Some(JobOutcome::Retry { reason, .. } | JobOutcome::Quarantine { reason }) = &outcome {
                    tracing::error!(job = %job.id, invoice = job.subject, attempt = job.attempt, reason, "job failed");
                }
                Ok(outcome)
            }
            _ => run_job(&self.bilans, job).await,
        }
    }
}

#[async_trait]
impl Queue for Jobs {
    fn name(&self) -> &'static str {
        "jobs"
    }

    async fn work_once(&self) -> Result<bool, StoreError> {
        let lease = self.bilans.settings.lease;
        let claimed = self.bilans.store.claim(&JobKind::ALL, self.bilans.clock.now(), lease).await?;
        let Some(job) = claimed else { return Ok(false) };
        let done = while_held(lease, || prolong(&self.bilans, &job), self.run(&job)).await;
        let outcome = match done.transpose()?.flatten() {
            Some(JobOutcome::Done) => "done",
            Some(JobOutcome::Retry { .. }) => "retry",
            Some(JobOutcome::Quarantine { .. }) => "quarantined",
            None => {
                tracing::warn!(job = %job.id, subject = job.subject, "another worker took the job over");
                "lost"
            }
        };
        metrics::counter!("nexus_jobs_total", "kind" => job.kind.as_str(), "outcome" => outcome).increment(1);
        Ok(true)
    }
}
