use sqlx::pool::PoolConnection;
use sqlx::{PgPool, Postgres};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How often a replica that is away is tried again.
const TRY_AGAIN: Duration = Duration::from_secs(1);

/// A replica that may be away: nobody waits for it twice, and it is used again as soon as it is back.
#[derive(Clone)]
pub(super) struct Replica {
    pool: PgPool,
    answers: Arc<AtomicBool>,
}

impl Replica {
    pub(super) fn new(pool: PgPool) -> Self {
        Self { pool, answers: Arc::new(AtomicBool::new(true)) }
    }

    /// A connection, unless the replica is away.
    pub(super) async fn acquire(&self) -> Option<PoolConnection<Postgres>> {
        if !self.answers.load(Ordering::Acquire) {
            return None;
        }
        match self.pool.acquire().await {
            Ok(connection) => Some(connection),
            Err(error) => {
                // One watcher, however many found out at once.
                if self.answers.swap(false, Ordering::AcqRel) {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "the replica does not answer, the primary reads for it"
                    );
                    tokio::spawn(watch(self.pool.clone(), Arc::downgrade(&self.answers)));
                }
                None
            }
        }
    }

    pub(super) const fn pool(&self) -> &PgPool {
        &self.pool
    }

    pub(super) async fn close(&self) {
        self.pool.close().await;
    }
}

/// Tries until the replica answers, or nobody is left to use it.
async fn watch(pool: PgPool, answers: std::sync::Weak<AtomicBool>) {
    loop {
        tokio::time::sleep(TRY_AGAIN).await;
        let Some(answers) = answers.upgrade().filter(|_| !pool.is_closed()) else { return };
        if pool.acquire().await.is_ok() {
            answers.store(true, Ordering::Release);
            tracing::info!("the replica answers again");
            return;
        }
    }
}
