use crate::StoreError;
use crate::money::Money;
use crate::till::invoice::{Invoice, InvoiceNumber, InvoiceSeries, IssuedInvoice};
use crate::till::order::{Entitlement, IbanChange, Refund, TransferProof};
use crate::till::receipt::PrintedInvoice;
use crate::{PaymentId, UserId};
use async_trait::async_trait;
use jiff::Timestamp;

/// What is kept of payments: documents, refunds, proofs, and the changes that two people make.
///
/// # Contract
/// * The numbers of a series and a year have no gap: whoever takes one holds the counter until the end of his transaction.
/// * Rows are added, never changed; a key that is there already is told and changes nothing.
#[async_trait]
pub trait BookkeepingTx: Send {
    /// Takes the next number of a series and a year.
    async fn take_invoice_place(&mut self, series: InvoiceSeries, year: i16) -> Result<u32, StoreError>;
    /// Writes a document.
    async fn insert_invoice(&mut self, id: &str, user: &UserId, invoice: &Invoice) -> Result<(), StoreError>;
    /// Reads the document about a payment.
    async fn invoice_of(&mut self, subject: &str) -> Result<Option<Invoice>, StoreError>;

    /// Reads a document by its number.
    async fn issued_invoice(&mut self, number: InvoiceNumber) -> Result<Option<IssuedInvoice>, StoreError>;
    /// Notes where the print of a document is kept; `false`, and nothing is written, when it has one.
    async fn insert_print(
        &mut self,
        invoice: &str,
        printed: &PrintedInvoice,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Reads a refund.
    async fn refund(&mut self, id: &str) -> Result<Option<Refund>, StoreError>;
    /// The refunds of a payment, oldest first.
    async fn refunds_of(&mut self, subject: &str) -> Result<Vec<Refund>, StoreError>;
    /// Writes a refund; `false` when the payment has one of the same key.
    async fn insert_refund(&mut self, refund: &Refund) -> Result<bool, StoreError>;

    /// Writes the proof of a transfer.
    async fn insert_proof(&mut self, proof: &TransferProof) -> Result<(), StoreError>;

    /// Writes what a paid order entitles to; `false` when it was written before.
    async fn add_entitlement(&mut self, entitlement: &Entitlement) -> Result<bool, StoreError>;
    /// The oldest entitlements that nobody delivered yet; each is held until the end.
    async fn lock_due_entitlements(&mut self, most: u32) -> Result<Vec<Entitlement>, StoreError>;
    /// Notes that an entitlement was delivered; `false` when it was before, or was taken back.
    async fn deliver_entitlement(&mut self, payment: &PaymentId, now: Timestamp) -> Result<bool, StoreError>;
    /// Takes an entitlement back; `false` when there is none, or it was before.
    async fn revoke_entitlement(&mut self, payment: &PaymentId, now: Timestamp) -> Result<bool, StoreError>;

    /// The change of the account number that waits.
    async fn lock_iban_change(&mut self) -> Result<Option<IbanChange>, StoreError>;
    /// Writes a change of the account number; `false` when another one waits.
    async fn insert_iban_change(&mut self, change: &IbanChange) -> Result<bool, StoreError>;
    /// Decides the change that waits.
    async fn decide_iban_change(
        &mut self,
        id: &str,
        approved: bool,
        by: &UserId,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// The sum of what was refunded of a payment.
    async fn refunded(&mut self, subject: &str, amount: Money) -> Result<Money, StoreError> {
        let refunds = self.refunds_of(subject).await?;
        let sum = Money::sum(amount.currency(), refunds.iter().map(|refund| refund.amount));
        sum.map_err(|_| StoreError::Corrupt("the refunds of a payment cannot be added"))
    }
}
