use super::{BackendStore, BackendTx, dialect, leases, store_error};
use crate::columns::{Instant, TextList, json_object};
use crate::statements::{mail, outbox as sql};
use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use nexus_core::mail::MailStatus;
use nexus_core::outbox::{
    Backlog, ClaimedEffect, EffectFilter, EffectKind, EffectOutcome, EffectState, FailureCode, NewEffect,
    OutboxQueue, OutboxTx, StoredEffect, Swept,
};
use nexus_core::{EffectId, LeaseError, StoreError};

const CLAIM: &str = leases::claim!(
    "outbox",
    waiting: "'PENDING'",
    returning: r#""id", "kind", "payload", "attempt", "createdAt", "expiresAt""#
);

pub(super) const INSERT_EFFECT: &str = sql::insert!();

const LOCK: &str = concat!(sql::columns!(), r#"WHERE "id" = $1"#, dialect::for_update!());

const LIST: &str = concat!(
    sql::columns!(),
    r#"WHERE "state" "#,
    dialect::is_among!("$1"),
    r#" ORDER BY "createdAt" DESC, "id" DESC LIMIT $2"#
);

#[derive(sqlx::FromRow)]
struct EffectRow {
    id: String,
    kind: String,
    state: String,
    attempt: i64,
    reason: Option<String>,
    created_at: Instant,
    run_at: Instant,
    expires_at: Option<Instant>,
    settled_at: Option<Instant>,
    has_payload: bool,
}

fn effect_id(text: String) -> Result<EffectId, StoreError> {
    EffectId::parse(text).map_err(|_| StoreError::Corrupt("an effect's id is malformed"))
}

fn kind(text: &str) -> Result<EffectKind, StoreError> {
    EffectKind::parse(text).ok_or(StoreError::Corrupt("an effect's kind is unknown"))
}

fn state(text: &str) -> Result<EffectState, StoreError> {
    EffectState::parse(text).ok_or(StoreError::Corrupt("an effect's state is unknown"))
}

impl TryFrom<EffectRow> for StoredEffect {
    type Error = StoreError;
    fn try_from(row: EffectRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: effect_id(row.id)?,
            kind: kind(&row.kind)?,
            state: state(&row.state)?,
            attempt: leases::attempt(row.attempt)?,
            reason: row.reason.map(FailureCode::from_stored),
            created_at: row.created_at.0,
            run_at: row.run_at.0,
            expires_at: row.expires_at.map(|instant| instant.0),
            settled_at: row.settled_at.map(|instant| instant.0),
            has_payload: row.has_payload,
        })
    }
}

impl BackendTx {
    /// Follows an effect's change of state in the mail log, where it has a line when it is a mail that was tried.
    async fn set_mail_status(
        &mut self,
        id: &str,
        status: MailStatus,
        code: Option<&str>,
    ) -> Result<(), StoreError> {
        let query = sqlx::query(mail::SET_STATUS).bind(id).bind(status.as_str()).bind(code);
        query.execute(&mut *self.tx).await.map_err(store_error)?;
        Ok(())
    }

    /// Ends effects by one statement, the outbox before the mail log as everywhere.
    async fn sweep(
        &mut self,
        statement: &'static str,
        now: Timestamp,
        code: &'static str,
        status: MailStatus,
    ) -> Result<u64, StoreError> {
        let ids: Vec<String> = sqlx::query_scalar(statement)
            .bind(Instant(now))
            .bind(code)
            .fetch_all(&mut *self.tx)
            .await
            .map_err(store_error)?;
        for id in &ids {
            self.set_mail_status(id, status, Some(code)).await?;
        }
        Ok(ids.len() as u64)
    }
}

#[async_trait]
impl OutboxTx for BackendTx {
    async fn add(&mut self, effect: &NewEffect) -> Result<(), StoreError> {
        let payload = self
            .seal
            .seal(&effect.id, &effect.effect)
            .map_err(|_| StoreError::Corrupt("an effect cannot be written"))?;
        let row = json_object!({
            "id": effect.id, "kind": effect.effect.kind().as_str(), "key": effect.unique_key, "payload": payload,
            "runAt": effect.run_at.as_millisecond(), "createdAt": effect.created_at.as_millisecond(),
            "expiresAt": effect.expires_at.map(Timestamp::as_millisecond),
        })?;
        self.late.add(INSERT_EFFECT, row);
        Ok(())
    }

    async fn begin_sending(&mut self, effect: &ClaimedEffect) -> Result<(), LeaseError> {
        let query = sqlx::query(sql::BEGIN_SENDING).bind(effect.id.as_str()).bind(&effect.token);
        leases::kept(query.execute(&mut *self.tx).await.map_err(store_error)?.rows_affected())
    }

    async fn settle_effect(
        &mut self,
        effect: &ClaimedEffect,
        outcome: &EffectOutcome,
        now: Timestamp,
    ) -> Result<(), LeaseError> {
        let (state, reason, run_at, settled_at) = match outcome {
            EffectOutcome::Sent => (EffectState::Sent, None, None, Some(Instant(now))),
            EffectOutcome::Retry { at, reason } => {
                (EffectState::Pending, Some(reason), Some(Instant(*at)), None)
            }
            EffectOutcome::Dead { reason } => (EffectState::Dead, Some(reason), None, None),
            EffectOutcome::Ambiguous { reason } => (EffectState::Ambiguous, Some(reason), None, None),
        };
        let result = sqlx::query(sql::SETTLE)
            .bind(effect.id.as_str())
            .bind(&effect.token)
            .bind(state.as_str())
            .bind(reason.map(FailureCode::as_str))
            .bind(run_at)
            .bind(settled_at)
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        leases::kept(result.rows_affected())
    }

    async fn lock_effect(&mut self, id: &EffectId) -> Result<Option<StoredEffect>, StoreError> {
        self.write_late_rows_of(&[INSERT_EFFECT]).await?;
        let row: Option<EffectRow> = sqlx::query_as(LOCK)
            .bind(id.as_str())
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(store_error)?;
        row.map(StoredEffect::try_from).transpose()
    }

    async fn requeue_effect(&mut self, id: &EffectId, run_at: Timestamp) -> Result<(), StoreError> {
        let query = sqlx::query(sql::REQUEUE).bind(id.as_str()).bind(Instant(run_at));
        query.execute(&mut *self.tx).await.map_err(store_error)?;
        self.set_mail_status(id.as_str(), MailStatus::Failed, None).await
    }

    async fn discard_effect(&mut self, id: &EffectId, now: Timestamp) -> Result<(), StoreError> {
        let query = sqlx::query(sql::DISCARD).bind(id.as_str()).bind(Instant(now));
        query.execute(&mut *self.tx).await.map_err(store_error)?;
        self.set_mail_status(id.as_str(), MailStatus::Discarded, None).await
    }
}

type ClaimedRow = (String, String, Option<String>, i64, Instant, Option<Instant>);

#[async_trait]
impl OutboxQueue for BackendStore {
    async fn claim_effect(
        &self,
        kinds: &[EffectKind],
        now: Timestamp,
        lease: SignedDuration,
    ) -> Result<Option<ClaimedEffect>, StoreError> {
        let kinds = TextList(kinds.iter().map(|kind| kind.as_str().to_owned()).collect());
        let lease_until = now.checked_add(lease).unwrap_or(Timestamp::MAX);
        let token = self.ids.next_id();
        let row: Option<ClaimedRow> = sqlx::query_as(CLAIM)
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
        row.map(|(id, kind_name, payload, attempt, created_at, expires_at)| {
            let id = effect_id(id)?;
            Ok(ClaimedEffect {
                effect: payload.and_then(|payload| self.seal.open(&id, &payload).ok()),
                kind: kind(&kind_name)?,
                created_at: created_at.0,
                expires_at: expires_at.map(|instant| instant.0),
                attempt: leases::attempt(attempt)?,
                id,
                token,
                lease_until,
            })
        })
        .transpose()
    }

    async fn extend_effect(&self, effect: &ClaimedEffect, until: Timestamp) -> Result<(), LeaseError> {
        leases::extend(&self.writer, sql::EXTEND, effect.id.as_str(), &effect.token, until).await?;
        Ok(self.settled().await?)
    }

    async fn sweep_outbox(&self, now: Timestamp) -> Result<Swept, StoreError> {
        let anything: bool = sqlx::query_scalar(sql::ANYTHING_TO_SWEEP)
            .bind(Instant(now))
            .fetch_one(&self.primary)
            .await
            .map_err(store_error)?;
        if !anything {
            return Ok(Swept::default());
        }
        let mut tx = self.transaction().await?;
        let ambiguous =
            tx.sweep(sql::SWEEP_LOST, now, FailureCode::WORKER_LOST, MailStatus::Ambiguous).await?;
        let expired = tx.sweep(sql::SWEEP_EXPIRED, now, FailureCode::EXPIRED, MailStatus::Dead).await?;
        let erase = sqlx::query(sql::ERASE_EXPIRED).bind(Instant(now));
        erase.execute(&mut *tx.tx).await.map_err(store_error)?;
        tx.end().await?;
        Ok(Swept { ambiguous, expired })
    }

    async fn effects(&self, filter: &EffectFilter) -> Result<Vec<StoredEffect>, StoreError> {
        let states = if filter.states.is_empty() { EffectState::ALL.as_slice() } else { &filter.states };
        let states = TextList(states.iter().map(|state| state.as_str().to_owned()).collect());
        let rows: Vec<EffectRow> = sqlx::query_as(LIST)
            .bind(states)
            .bind(i64::from(filter.limit))
            .fetch_all(&self.primary)
            .await
            .map_err(store_error)?;
        rows.into_iter().map(StoredEffect::try_from).collect()
    }

    async fn backlog(&self) -> Result<Backlog, StoreError> {
        let count = |statement: &'static str| {
            let query = sqlx::query_as::<_, (String, i64)>(statement);
            async move { query.fetch_all(&self.primary).await.map_err(store_error) }
        };
        let mut backlog = Backlog::default();
        for (name, count) in count(sql::COUNT_OPEN_JOBS).await? {
            let count = u64::try_from(count).unwrap_or(0);
            match name.as_str() {
                "pending" => backlog.jobs_pending = count,
                _ => backlog.jobs_quarantined = count,
            }
        }
        for (name, count) in count(sql::COUNT_OPEN).await? {
            let count = u64::try_from(count).unwrap_or(0);
            match state(&name)? {
                EffectState::Pending | EffectState::Sending => backlog.outbox_pending += count,
                EffectState::Dead => backlog.outbox_dead = count,
                EffectState::Ambiguous => backlog.outbox_ambiguous = count,
                EffectState::Sent | EffectState::Discarded => {}
            }
        }
        Ok(backlog)
    }
}
