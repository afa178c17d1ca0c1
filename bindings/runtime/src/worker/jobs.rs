use super::held::while_held;
use super::lane::Queue;
use async_trait::async_trait;
use nexus_bilan::use_cases::{BilanContext, claim_next_job, prolong, run_job};
use nexus_core::{JobOutcome, StoreError};

/// Durable jobs.
pub(super) struct Jobs(pub(super) BilanContext);

#[async_trait]
impl Queue for Jobs {
    fn name(&self) -> &'static str {
        "jobs"
    }

    async fn work_once(&self) -> Result<bool, StoreError> {
        let Some(job) = claim_next_job(&self.0).await? else { return Ok(false) };
        let lease = self.0.settings.lease;
        let done = while_held(lease, || prolong(&self.0, &job), run_job(&self.0, &job)).await;
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
