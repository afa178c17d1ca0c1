use super::{BackendStore, BackendTx, dialect, store_error};
use crate::columns::{Instant, json_object};
use crate::statements::idempotency as sql;
use async_trait::async_trait;
use jiff::Timestamp;
use nexus_core::{
    IdempotencyClaim, IdempotencyStart, IdempotencyStore, IdempotencyTerm, StoreError, StoredAnswer,
};

/// A key may be freed between the claim that found it taken and the look at who has it: then it is claimed again.
const TRIES: usize = 4;

/// A key that somebody has: fingerprint, end of the lease, status, headers, body.
type Row = (String, Instant, Option<i64>, Option<String>, Option<Vec<u8>>);

fn start(claim: &IdempotencyClaim, row: Row) -> Result<IdempotencyStart, StoreError> {
    let (fingerprint, Instant(until), status, headers, body) = row;
    if fingerprint != claim.fingerprint.to_string() {
        return Ok(IdempotencyStart::OtherContent);
    }
    let Some(status) = status else { return Ok(IdempotencyStart::InFlight { until }) };
    let corrupt = StoreError::Corrupt;
    Ok(IdempotencyStart::Answered(StoredAnswer {
        status: u16::try_from(status).map_err(|_| corrupt("a stored status is no status"))?,
        headers: serde_json::from_str(headers.as_deref().unwrap_or("[]"))
            .map_err(|_| corrupt("stored headers cannot be read"))?,
        body,
    }))
}

/// What a transaction that did what was asked for says until [`sql::FINISH`] gives the answer itself: « done, but the answer is
/// gone » (409, without headers or a body).
pub(super) const ANSWER_CLAIM: &str = concat!(
    r#"UPDATE idempotency_keys SET "status" = 409 FROM "#,
    dialect::rows!("$1"),
    r#" WHERE idempotency_keys."scope" = "#,
    dialect::field!("scope"),
    r#" AND idempotency_keys."token" = "#,
    dialect::field!("token"),
    r#" AND idempotency_keys."headers" IS NULL"#
);

impl BackendTx {
    /// Answers, with the commit, the key under which was asked for what the transaction does.
    pub(super) fn answer_with_commit(&mut self, claim: &IdempotencyClaim) -> Result<(), StoreError> {
        let row = json_object!({ "scope": claim.scope.to_string(), "token": claim.token })?;
        self.late.add_once(ANSWER_CLAIM, row);
        Ok(())
    }
}

#[async_trait]
impl IdempotencyStore for BackendStore {
    async fn claim_key(
        &self,
        claim: &IdempotencyClaim,
        term: IdempotencyTerm,
    ) -> Result<IdempotencyStart, StoreError> {
        for _ in 0..TRIES {
            let claimed = sqlx::query(sql::CLAIM)
                .bind(claim.scope.to_string())
                .bind(claim.fingerprint.to_string())
                .bind(&claim.token)
                .bind(Instant(term.lease_until))
                .bind(Instant(term.expires_at))
                .bind(Instant(term.now))
                .execute(&self.writer)
                .await
                .map_err(store_error)?;
            if claimed.rows_affected() == 1 {
                self.settled().await?;
                return Ok(IdempotencyStart::Started);
            }
            let row: Option<Row> = sqlx::query_as(sql::SELECT)
                .bind(claim.scope.to_string())
                .fetch_optional(&self.writer)
                .await
                .map_err(store_error)?;
            if let Some(row) = row {
                return start(claim, row);
            }
        }
        Err(StoreError::Conflict("an idempotency key keeps changing hands".into()))
    }

    async fn keep_answer(&self, claim: &IdempotencyClaim, answer: &StoredAnswer) -> Result<bool, StoreError> {
        let headers = serde_json::to_string(&answer.headers)
            .map_err(|_| StoreError::Corrupt("headers cannot be written"))?;
        let kept = sqlx::query(sql::FINISH)
            .bind(claim.scope.to_string())
            .bind(&claim.token)
            .bind(i64::from(answer.status))
            .bind(headers)
            .bind(answer.body.as_deref())
            .execute(&self.writer)
            .await
            .map_err(store_error)?;
        self.settled().await?;
        Ok(kept.rows_affected() == 1)
    }

    async fn free_key(&self, claim: &IdempotencyClaim) -> Result<(), StoreError> {
        sqlx::query(sql::ABANDON)
            .bind(claim.scope.to_string())
            .bind(&claim.token)
            .execute(&self.writer)
            .await
            .map_err(store_error)?;
        self.settled().await
    }

    async fn erase_expired_answers(&self, now: Timestamp) -> Result<u64, StoreError> {
        let erased =
            sqlx::query(sql::PURGE).bind(Instant(now)).execute(&self.writer).await.map_err(store_error)?;
        Ok(erased.rows_affected())
    }
}
