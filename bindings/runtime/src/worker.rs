//! The loop that runs durable jobs.

use nexus_bilan::use_cases::{BilanContext, claim_next_job, prolong, run_job};
use nexus_core::{ClaimedJob, JobError, StoreError};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

/// How long an idle worker waits before it looks again by itself: jobs of other processes, retries, lost leases.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// Runs due jobs in `lanes` tasks until `stop` resolves; the jobs in hand are finished first.
pub async fn work_until(
    context: BilanContext,
    wake: Arc<Notify>,
    lanes: usize,
    stop: impl Future<Output = ()>,
) {
    let (ending, ended) = watch::channel(false);
    let mut tasks = JoinSet::new();
    for _ in 0..lanes.max(1) {
        tasks.spawn(lane(context.clone(), Arc::clone(&wake), ended.clone()));
    }
    stop.await;
    let _ = ending.send(true);
    wake.notify_waiters();
    while tasks.join_next().await.is_some() {}
}

async fn lane(context: BilanContext, wake: Arc<Notify>, mut ended: watch::Receiver<bool>) {
    while !*ended.borrow() {
        match work_once(&context).await {
            // There may be another one due.
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "the job queue cannot be read");
            }
        }
        tokio::select! {
            () = wake.notified() => {}
            () = tokio::time::sleep(LOOK_AGAIN) => {}
            _ = ended.changed() => {}
        }
    }
}

/// Runs one due job, with signs of life beside it: a document, or a language model, may take longer than the lease.
async fn work_once(context: &BilanContext) -> Result<bool, StoreError> {
    let Some(job) = claim_next_job(context).await? else { return Ok(false) };
    tokio::select! {
        result = run_job(context, &job) => result?,
        () = keep(context, &job) => {
            tracing::warn!(job = %job.id, bilan = job.subject, "another worker took the job over");
        }
    }
    Ok(true)
}

/// Prolongs the lease three times per lease; returns when the job is no longer this worker's.
async fn keep(context: &BilanContext, job: &ClaimedJob) {
    let pause = Duration::try_from(context.settings.lease).unwrap_or(LOOK_AGAIN) / 3;
    loop {
        tokio::time::sleep(pause).await;
        match prolong(context, job).await {
            Err(JobError::LeaseLost) => return,
            // The store may be back before the lease ends.
            Ok(()) | Err(_) => {}
        }
    }
}
