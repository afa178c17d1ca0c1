use super::{BackendTx, dialect, store_error};
use crate::columns::Instant;
use crate::rows::till::{EntitlementRow, IbanChangeRow, InvoiceRow, RefundRow, lines_text};
use crate::statements::till_bookkeeping as sql;
use async_trait::async_trait;
use jiff::Timestamp;
use nexus_core::till::invoice::{Invoice, InvoiceNumber, InvoiceSeries, IssuedInvoice};
use nexus_core::till::order::{Entitlement, IbanChange, Refund, TransferProof};
use nexus_core::till::ports::BookkeepingTx;
use nexus_core::till::receipt::PrintedInvoice;
use nexus_core::{PaymentId, StoreError, UserId};

const DUE_ENTITLEMENTS: &str = concat!(sql::due_entitlements!(), dialect::skip_locked!());
const LOCK_IBAN_CHANGE: &str = concat!(sql::iban_change!(), dialect::for_update!());

#[async_trait]
impl BookkeepingTx for BackendTx {
    async fn take_invoice_place(&mut self, series: InvoiceSeries, year: i16) -> Result<u32, StoreError> {
        let place: i64 = sqlx::query_scalar(sql::TAKE_PLACE)
            .bind(series.as_str())
            .bind(i64::from(year))
            .fetch_one(&mut *self.tx)
            .await
            .map_err(store_error)?;
        u32::try_from(place).map_err(|_| StoreError::Corrupt("the counter of a series is out of range"))
    }

    async fn insert_invoice(&mut self, id: &str, user: &UserId, invoice: &Invoice) -> Result<(), StoreError> {
        sqlx::query(sql::INSERT_INVOICE)
            .bind(id)
            .bind(invoice.number.series.as_str())
            .bind(i64::from(invoice.number.year))
            .bind(i64::from(invoice.number.place))
            .bind(user.as_str())
            .bind(&invoice.subject)
            .bind(lines_text(&invoice.lines)?)
            .bind(invoice.totals.net.minor())
            .bind(invoice.totals.tax.minor())
            .bind(invoice.totals.gross.minor())
            .bind(invoice.totals.gross.currency().as_str())
            .bind(Instant(invoice.issued_at))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn invoice_of(&mut self, subject: &str) -> Result<Option<Invoice>, StoreError> {
        let query = sqlx::query_as::<_, InvoiceRow>(sql::SELECT_INVOICE).bind(subject);
        let row = query.fetch_optional(&mut *self.tx).await.map_err(store_error)?;
        row.map(Invoice::try_from).transpose()
    }

    async fn issued_invoice(&mut self, number: InvoiceNumber) -> Result<Option<IssuedInvoice>, StoreError> {
        let query = sqlx::query_as::<_, InvoiceRow>(sql::SELECT_INVOICE_BY_NUMBER)
            .bind(number.series.as_str())
            .bind(i64::from(number.year))
            .bind(i64::from(number.place));
        let row = query.fetch_optional(&mut *self.tx).await.map_err(store_error)?;
        row.map(IssuedInvoice::try_from).transpose()
    }

    async fn insert_print(
        &mut self,
        invoice: &str,
        printed: &PrintedInvoice,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let bytes =
            i64::try_from(printed.bytes).map_err(|_| StoreError::Corrupt("a document is too large"))?;
        let outcome = sqlx::query(sql::INSERT_PRINT)
            .bind(invoice)
            .bind(&printed.key)
            .bind(printed.checksum.to_string())
            .bind(bytes)
            .bind(Instant(now))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(outcome.rows_affected() == 1)
    }

    async fn refund(&mut self, id: &str) -> Result<Option<Refund>, StoreError> {
        let query = sqlx::query_as::<_, RefundRow>(sql::SELECT_REFUND).bind(id);
        let row = query.fetch_optional(&mut *self.tx).await.map_err(store_error)?;
        row.map(Refund::try_from).transpose()
    }

    async fn refunds_of(&mut self, subject: &str) -> Result<Vec<Refund>, StoreError> {
        let query = sqlx::query_as::<_, RefundRow>(sql::SELECT_REFUNDS).bind(subject);
        let rows = query.fetch_all(&mut *self.tx).await.map_err(store_error)?;
        rows.into_iter().map(Refund::try_from).collect()
    }

    async fn insert_refund(&mut self, refund: &Refund) -> Result<bool, StoreError> {
        let outcome = sqlx::query(sql::INSERT_REFUND)
            .bind(&refund.id)
            .bind(&refund.subject)
            .bind(&refund.key)
            .bind(refund.amount.minor())
            .bind(refund.amount.currency().as_str())
            .bind(refund.credits.milli())
            .bind(&refund.reason)
            .bind(&refund.actor)
            .bind(Instant(refund.at))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(outcome.rows_affected() == 1)
    }

    async fn insert_proof(&mut self, proof: &TransferProof) -> Result<(), StoreError> {
        let file = proof.file.as_ref();
        sqlx::query(sql::INSERT_PROOF)
            .bind(&proof.id)
            .bind(proof.payment.as_str())
            .bind(&proof.reference)
            .bind(proof.date.to_string())
            .bind(proof.amount.minor())
            .bind(proof.amount.currency().as_str())
            .bind(file.map(|file| file.key.clone()))
            .bind(file.map(|file| file.media_type))
            .bind(file.map(|file| file.checksum.to_string()))
            .bind(proof.uploaded_by.as_str())
            .bind(Instant(proof.at))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn add_entitlement(&mut self, entitlement: &Entitlement) -> Result<bool, StoreError> {
        let outcome = sqlx::query(sql::ADD_ENTITLEMENT)
            .bind(entitlement.payment.as_str())
            .bind(entitlement.student.as_str())
            .bind(entitlement.item.kind.as_str())
            .bind(&entitlement.item.key)
            .bind(Instant(entitlement.at))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(outcome.rows_affected() == 1)
    }

    async fn lock_due_entitlements(&mut self, most: u32) -> Result<Vec<Entitlement>, StoreError> {
        let query = sqlx::query_as::<_, EntitlementRow>(DUE_ENTITLEMENTS).bind(i64::from(most));
        let rows = query.fetch_all(&mut *self.tx).await.map_err(store_error)?;
        rows.into_iter().map(Entitlement::try_from).collect()
    }

    async fn deliver_entitlement(&mut self, payment: &PaymentId, now: Timestamp) -> Result<bool, StoreError> {
        let query = sqlx::query(sql::DELIVER_ENTITLEMENT).bind(payment.as_str()).bind(Instant(now));
        Ok(query.execute(&mut *self.tx).await.map_err(store_error)?.rows_affected() == 1)
    }

    async fn revoke_entitlement(&mut self, payment: &PaymentId, now: Timestamp) -> Result<bool, StoreError> {
        let query = sqlx::query(sql::REVOKE_ENTITLEMENT).bind(payment.as_str()).bind(Instant(now));
        Ok(query.execute(&mut *self.tx).await.map_err(store_error)?.rows_affected() == 1)
    }

    async fn lock_iban_change(&mut self) -> Result<Option<IbanChange>, StoreError> {
        let query = sqlx::query_as::<_, IbanChangeRow>(LOCK_IBAN_CHANGE);
        let row = query.fetch_optional(&mut *self.tx).await.map_err(store_error)?;
        row.map(IbanChange::try_from).transpose()
    }

    async fn insert_iban_change(&mut self, change: &IbanChange) -> Result<bool, StoreError> {
        let outcome = sqlx::query(sql::INSERT_IBAN_CHANGE)
            .bind(&change.id)
            .bind(&change.before)
            .bind(&change.after)
            .bind(change.requested_by.as_str())
            .bind(Instant(change.requested_at))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(outcome.rows_affected() == 1)
    }

    async fn decide_iban_change(
        &mut self,
        id: &str,
        approved: bool,
        by: &UserId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let outcome = sqlx::query(sql::DECIDE_IBAN_CHANGE)
            .bind(id)
            .bind(if approved { "APPROVED" } else { "REJECTED" })
            .bind(by.as_str())
            .bind(Instant(now))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(outcome.rows_affected() == 1)
    }
}
