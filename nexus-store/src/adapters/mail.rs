use super::{BackendStore, BackendTx, leases, store_error};
use crate::columns::Instant;
use crate::statements::mail as sql;
use async_trait::async_trait;
use nexus_core::mail::{
    MailLog, MailLogEntry, MailLogFilter, MailLogLine, MailStatus, MailTx, Recipient, mask_address,
};
use nexus_core::outbox::FailureCode;
use nexus_core::{EffectId, StoreError, UserId};

#[derive(sqlx::FromRow)]
struct LogRow {
    id: String,
    user_id: Option<String>,
    recipient: String,
    template: String,
    status: String,
    attempts: i64,
    error_code: Option<String>,
    message_id: String,
    created_at: Instant,
    sent_at: Option<Instant>,
}

impl TryFrom<LogRow> for MailLogLine {
    type Error = StoreError;
    fn try_from(row: LogRow) -> Result<Self, StoreError> {
        let malformed = |_| StoreError::Corrupt("an id of the mail log is malformed");
        Ok(Self {
            id: EffectId::parse(row.id).map_err(malformed)?,
            user_id: row.user_id.map(UserId::parse).transpose().map_err(malformed)?,
            recipient: row.recipient,
            template: row.template,
            status: MailStatus::parse(&row.status)
                .ok_or(StoreError::Corrupt("a status of the mail log is unknown"))?,
            attempts: leases::attempt(row.attempts)?,
            error_code: row.error_code.map(FailureCode::from_stored),
            message_id: row.message_id,
            created_at: row.created_at.0,
            sent_at: row.sent_at.map(|instant| instant.0),
        })
    }
}

#[async_trait]
impl MailTx for BackendTx {
    async fn recipient(&mut self, user: &UserId) -> Result<Option<Recipient>, StoreError> {
        let row: Option<(String, String)> = sqlx::query_as(sql::SELECT_RECIPIENT)
            .bind(user.as_str())
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(row.map(|(address, name)| Recipient { user: Some(user.clone()), address, name }))
    }

    async fn log_mail(&mut self, entry: &MailLogEntry) -> Result<(), StoreError> {
        sqlx::query(sql::UPSERT_LOG)
            .bind(entry.effect.as_str())
            .bind(entry.user.as_ref().map(UserId::as_str))
            .bind(mask_address(&entry.address))
            .bind(self.seal.fingerprint(&entry.address))
            .bind(entry.template)
            .bind(entry.status.as_str())
            .bind(i64::from(entry.attempts))
            .bind(entry.error.as_ref().map(FailureCode::as_str))
            .bind(&entry.message_id)
            .bind(Instant(entry.created_at))
            .bind(entry.sent_at.map(Instant))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }
}

#[async_trait]
impl MailLog for BackendStore {
    async fn mail_log(&self, filter: &MailLogFilter) -> Result<Vec<MailLogLine>, StoreError> {
        let fingerprint = match &filter.address {
            None => None,
            // Without a secret no fingerprint was kept: nothing can be found by address.
            Some(address) => match self.seal.fingerprint(address) {
                None => return Ok(Vec::new()),
                some => some,
            },
        };
        let rows: Vec<LogRow> = sqlx::query_as(sql::SELECT_LINES)
            .bind(filter.user.as_ref().map(UserId::as_str))
            .bind(fingerprint)
            .bind(i64::from(filter.limit))
            .fetch_all(&self.primary)
            .await
            .map_err(store_error)?;
        rows.into_iter().map(MailLogLine::try_from).collect()
    }
}
