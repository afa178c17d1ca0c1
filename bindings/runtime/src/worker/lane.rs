use async_trait::async_trait;
use nexus_core::StoreError;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, watch};

/// How long an idle lane waits before it looks again by itself: work of other processes, retries, lost leases.
pub(super) const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// Where a lane takes its work from.
#[async_trait]
pub(super) trait Queue: Send + Sync {
    /// What it holds, for the log.
    fn name(&self) -> &'static str;

    /// Takes one due piece of work and does it to its end; `false` when nothing is due.
    async fn work_once(&self) -> Result<bool, StoreError>;
}

/// Does one piece of work after the other until it is told to end.
pub(super) async fn lane(queue: impl Queue, bell: Arc<Notify>, mut ended: watch::Receiver<bool>) {
    while !*ended.borrow() {
        match queue.work_once().await {
            // There may be another one due.
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => tracing::error!(
                queue = queue.name(),
                error = &error as &dyn std::error::Error,
                "the queue cannot be read"
            ),
        }
        tokio::select! {
            () = bell.notified() => {}
            () = tokio::time::sleep(LOOK_AGAIN) => {}
            _ = ended.changed() => {}
        }
    }
}
