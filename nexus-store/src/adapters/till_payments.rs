use super::{BackendTx, dialect, store_error};
use crate::columns::{Instant, Word};
use crate::rows::people::malformed;
use crate::rows::till::{AlertRow, PaymentRow, RecordRow};
use crate::statements::till_payments as sql;
use async_trait::async_trait;
use jiff::Timestamp;
use nexus_core::till::alert::{Alert, AlertDecision, AlertId};
use nexus_core::till::catalogue::RecordId;
use nexus_core::till::order::{NewRecord, OpenedPayment, Payment, PaymentEvent, PaymentRecord, SeenNotice};
use nexus_core::till::payment::{PaymentMethod, PaymentState, RecordState};
use nexus_core::till::ports::{Decision, PaymentTx};
use nexus_core::{PaymentId, StoreError, StudentId, UserId};
use serde_json::Value;
use sqlx::types::Json;

const LOCK_RECORD: &str = concat!(sql::records!(), r#" WHERE "id" = $1"#, dialect::for_update!());
const LOCK_PAYMENT: &str = concat!(
    sql::payments!(dialect::json_text!(r#"p."metadata""#)),
    r#" WHERE p."id" = $1"#,
    dialect::for_update!("p")
);
const PAYMENT_OF_KEY: &str = concat!(
    sql::payments!(dialect::json_text!(r#"p."metadata""#)),
    r#" WHERE p."userId" = $1 AND p."orderKey" = $2"#
);

#[async_trait]
impl PaymentTx for BackendTx {
    async fn insert_record(&mut self, record: &NewRecord) -> Result<PaymentRecord, StoreError> {
        let id: i64 = sqlx::query_scalar(sql::INSERT_RECORD)
            .bind(record.provider.as_str())
            .bind(&record.reference)
            .bind(record.user.as_str())
            .bind(record.pack.get())
            .bind(record.amount.minor())
            .bind(record.amount.currency().per_unit())
            .bind(record.amount.currency().as_str())
            .bind(record.state.as_str())
            .bind(record.reserved_by.as_ref().map(UserId::as_str))
            .bind(&record.note)
            .bind(Instant(record.at))
            .fetch_one(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(PaymentRecord {
            id: RecordId::new(id).ok_or(StoreError::Corrupt("the number of a payment is out of range"))?,
            provider: record.provider,
            reference: record.reference.clone(),
            user: record.user.clone(),
            pack: record.pack,
            amount: record.amount,
            state: record.state,
            reserved_by: record.reserved_by.clone(),
            note: record.note.clone(),
            created_at: record.at,
            updated_at: record.at,
        })
    }

    async fn lock_record(&mut self, id: RecordId) -> Result<Option<PaymentRecord>, StoreError> {
        let query = sqlx::query_as::<_, RecordRow>(LOCK_RECORD).bind(id.get());
        let row = query.fetch_optional(&mut *self.tx).await.map_err(store_error)?;
        row.map(PaymentRecord::try_from).transpose()
    }

    async fn move_record(
        &mut self,
        id: RecordId,
        from: RecordState,
        to: RecordState,
        decision: Decision<'_>,
    ) -> Result<bool, StoreError> {
        let outcome = sqlx::query(sql::MOVE_RECORD)
            .bind(id.get())
            .bind(from.as_str())
            .bind(to.as_str())
            .bind(decision.by)
            .bind(Instant(decision.at))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(outcome.rows_affected() == 1)
    }

    async fn insert_payment(&mut self, payment: &Payment) -> Result<bool, StoreError> {
        let method = payment.method.map(PaymentMethod::as_str);
        let reference = format!("{}-{}", method.unwrap_or("order"), payment.id);
        let order_key = payment.order_key.as_ref();
        let outcome = sqlx::query(sql::INSERT_PAYMENT)
            .bind(payment.id.as_str())
            .bind(payment.user.as_str())
            .bind(Word(payment.kind.as_str()))
            .bind(payment.amount.minor())
            .bind(payment.amount.currency().per_unit())
            .bind(payment.amount.currency().as_str())
            .bind(&payment.description)
            .bind(Word(payment.state.as_str()))
            .bind(method)
            .bind(reference)
            .bind(Json(payment.metadata.clone()))
            .bind(payment.student.as_ref().map(StudentId::as_str))
            .bind(payment.item.as_ref().map(|item| item.kind.as_str()))
            .bind(payment.item.as_ref().map(|item| item.key.clone()))
            .bind(order_key.map(|(key, _)| key.clone()))
            .bind(order_key.map(|(_, hash)| hash.to_string()))
            .bind(Instant(payment.created_at))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(outcome.rows_affected() == 1)
    }

    async fn lock_payment(&mut self, id: &PaymentId) -> Result<Option<Payment>, StoreError> {
        let query = sqlx::query_as::<_, PaymentRow>(LOCK_PAYMENT).bind(id.as_str());
        let row = query.fetch_optional(&mut *self.tx).await.map_err(store_error)?;
        row.map(Payment::try_from).transpose()
    }

    async fn payment_of_key(&mut self, user: &UserId, key: &str) -> Result<Option<Payment>, StoreError> {
        let query = sqlx::query_as::<_, PaymentRow>(PAYMENT_OF_KEY).bind(user.as_str()).bind(key);
        let row = query.fetch_optional(&mut *self.tx).await.map_err(store_error)?;
        row.map(Payment::try_from).transpose()
    }

    async fn move_payment(
        &mut self,
        id: &PaymentId,
        from: PaymentState,
        to: PaymentState,
        metadata: &Value,
        decision: Decision<'_>,
    ) -> Result<bool, StoreError> {
        let outcome = sqlx::query(sql::MOVE_PAYMENT)
            .bind(id.as_str())
            .bind(Word(from.as_str()))
            .bind(Word(to.as_str()))
            .bind(Json(metadata.clone()))
            .bind(decision.by)
            .bind(Instant(decision.at))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(outcome.rows_affected() == 1)
    }

    async fn save_payment_metadata(
        &mut self,
        id: &PaymentId,
        metadata: &Value,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(sql::SAVE_METADATA)
            .bind(id.as_str())
            .bind(Json(metadata.clone()))
            .bind(Instant(now))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn save_opened(
        &mut self,
        id: &PaymentId,
        opened: &OpenedPayment,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let outcome = sqlx::query(sql::SAVE_OPENED)
            .bind(id.as_str())
            .bind(&opened.reference)
            .bind(&opened.url)
            .bind(Instant(now))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(outcome.rows_affected() == 1)
    }

    async fn note_payment_event(&mut self, event: &PaymentEvent) -> Result<(), StoreError> {
        sqlx::query(sql::INSERT_EVENT)
            .bind(&event.subject)
            .bind(event.before)
            .bind(event.after)
            .bind(&event.actor)
            .bind(&event.reason)
            .bind(Instant(event.at))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn note_notice(&mut self, notice: &SeenNotice) -> Result<bool, StoreError> {
        let outcome = sqlx::query(sql::INSERT_NOTICE)
            .bind(notice.provider)
            .bind(&notice.key)
            .bind(notice.payment.as_str())
            .bind(Instant(notice.at))
            .bind(notice.body.to_string())
            .bind(notice.outcome)
            .bind(notice.told.status.as_str())
            .bind(&notice.told.key)
            .bind(notice.told.minor)
            .bind(&notice.told.currency)
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(outcome.rows_affected() == 1)
    }

    async fn alert(&mut self, id: AlertId) -> Result<Option<Alert>, StoreError> {
        let query = sqlx::query_as::<_, AlertRow>(sql::SELECT_ALERT).bind(id.get());
        let row = query.fetch_optional(&mut *self.tx).await.map_err(store_error)?;
        row.map(Alert::try_from).transpose()
    }

    async fn insert_alert_decision(
        &mut self,
        id: AlertId,
        decision: &AlertDecision,
    ) -> Result<bool, StoreError> {
        let outcome = sqlx::query(sql::INSERT_ALERT_DECISION)
            .bind(id.get())
            .bind(if decision.accepted { "ACCEPTED" } else { "DISMISSED" })
            .bind(&decision.reason)
            .bind(&decision.by)
            .bind(Instant(decision.at))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(outcome.rows_affected() == 1)
    }

    async fn account_of_student(&mut self, student: &StudentId) -> Result<Option<UserId>, StoreError> {
        let user: Option<String> = sqlx::query_scalar(sql::SELECT_ACCOUNT_OF_STUDENT)
            .bind(student.as_str())
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(store_error)?;
        user.map(UserId::parse).transpose().map_err(malformed)
    }

    async fn is_active_account(&mut self, user: &UserId) -> Result<bool, StoreError> {
        let found = sqlx::query(sql::ACTIVE_ACCOUNT)
            .bind(user.as_str())
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(found.is_some())
    }
}
