use super::{BackendStore, BackendTx, Db, dialect, leases, store_error};
use crate::columns::{Instant, TextList};
use crate::statements::jobs as sql;
use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use nexus_core::{
    ClaimedJob, JobId, JobKind, JobOutcome, JobQueue, JobState, JobTx, LeaseError, NewJob, StoreError,
};
use sqlx::Executor;

const CLAIM: &str =
    leases::claim!("jobs", waiting: "'pending'", returning: r#""id", "kind", "subject", "attempt""#);

async fn settle(
    executor: impl Executor<'_, Database = Db>,
    job: &ClaimedJob,
    outcome: &JobOutcome,
) -> Result<(), LeaseError> {
    let (state, reason, run_at) = match outcome {
        JobOutcome::Done => ("done", None, None),
        JobOutcome::Retry { at, reason } => ("pending", Some(reason), Some(Instant(*at))),
        JobOutcome::Quarantine { reason } => ("quarantined", Some(reason), None),
    };
    let result = sqlx::query(sql::SETTLE)
        .bind(job.id.as_str())
        .bind(&job.token)
        .bind(state)
        .bind(reason)
        .bind(run_at)
        .execute(executor)
        .await
        .map_err(store_error)?;
    leases::kept(result.rows_affected())
}

#[async_trait]
impl JobTx for BackendTx {
    async fn enqueue(&mut self, job: &NewJob) -> Result<bool, StoreError> {
        let result = sqlx::query(sql::INSERT)
            .bind(job.id.as_str())
            .bind(job.kind.as_str())
            .bind(&job.subject)
            .bind(&job.unique_key)
            .bind(Instant(job.run_at))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(result.rows_affected() == 1)
    }

    async fn settle(&mut self, job: &ClaimedJob, outcome: &JobOutcome) -> Result<(), LeaseError> {
        settle(&mut *self.tx, job, outcome).await
    }

    async fn job_state(
        &mut self,
        unique_key: &str,
    ) -> Result<Option<(JobState, Option<String>)>, StoreError> {
        let row: Option<(String, Option<String>)> = sqlx::query_as(sql::SELECT_STATE)
            .bind(unique_key)
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(store_error)?;
        row.map(|(state, reason)| {
            let state = match state.as_str() {
                "pending" => JobState::Pending,
                "done" => JobState::Done,
                "quarantined" => JobState::Quarantined,
                _ => return Err(StoreError::Corrupt("a job's state is unknown")),
            };
            Ok((state, reason))
        })
        .transpose()
    }
}

#[async_trait]
impl JobQueue for BackendStore {
    async fn claim(
        &self,
        kinds: &[JobKind],
        now: Timestamp,
        lease: SignedDuration,
    ) -> Result<Option<ClaimedJob>, StoreError> {
        let kinds = TextList(kinds.iter().map(|kind| kind.as_str().to_owned()).collect());
        let lease_until = now.checked_add(lease).unwrap_or(Timestamp::MAX);
        let token = self.ids.next_id();
        let row: Option<(String, String, String, i64)> = sqlx::query_as(CLAIM)
            .bind(Instant(now))
            .bind(Instant(lease_until))
            .bind(&token)
            .bind(kinds)
            .fetch_optional(&self.writer)
            .await
            .map_err(store_error)?;
        if row.is_some() {
            self.settled().await?;
        }
        row.map(|(id, kind, subject, attempt)| {
            Ok(ClaimedJob {
                id: JobId::parse(id).map_err(|_| StoreError::Corrupt("a job's id is malformed"))?,
                kind: JobKind::parse(&kind).ok_or(StoreError::Corrupt("a job's kind is unknown"))?,
                subject,
                attempt: leases::attempt(attempt)?,
                token,
                lease_until,
            })
        })
        .transpose()
    }

    async fn extend(&self, job: &ClaimedJob, until: Timestamp) -> Result<(), LeaseError> {
        leases::extend(&self.writer, sql::EXTEND, job.id.as_str(), &job.token, until).await?;
        Ok(self.settled().await?)
    }

    async fn settle_alone(&self, job: &ClaimedJob, outcome: &JobOutcome) -> Result<(), LeaseError> {
        settle(&self.writer, job, outcome).await?;
        Ok(self.settled().await?)
    }
}
