use crate::identity::ports::IdentityStore;
use crate::money::Money;
use crate::rights::Scope;
use crate::till::alert::Alert;
use crate::till::catalogue::{
    BillingPolicy, Offer, Pack, PaymentSettings, PricingVariable, Product, UsagePrice,
};
use crate::till::invoice::{Invoice, InvoiceNumber};
use crate::till::order::{IbanChange, Payment, PaymentRecord};
use crate::till::payment::{RecordProvider, RecordState};
use crate::till::receipt::PrintedInvoice;
use crate::till::reconciliation::KnownPayment;
use crate::{PaymentId, StoreError, UserId};
use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::Value;

/// Which payments of packs are listed.
#[derive(Debug, Clone, Copy, Default)]
pub struct RecordFilter {
    /// Paid this way.
    pub provider: Option<RecordProvider>,
    /// In this state.
    pub state: Option<RecordState>,
    /// At most so many.
    pub limit: u32,
}

/// An order that awaits somebody's decision, and who placed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingPayment {
    /// The order.
    pub payment: Payment,
    /// His address.
    pub email: String,
    /// His first name.
    pub first_name: Option<String>,
    /// His family name.
    pub last_name: Option<String>,
}

/// A committed change of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PricingChange {
    /// Its number; later ones are greater.
    pub id: i64,
    /// What was changed.
    pub kind: String,
    /// What it is now.
    pub payload: Value,
}

/// What is read at the till outside transactions.
#[async_trait]
pub trait TillReading: IdentityStore {
    /// The packs, by credits.
    async fn packs(&self) -> Result<Vec<Pack>, StoreError>;
    /// The prices of usages, by key.
    async fn usages(&self) -> Result<Vec<UsagePrice>, StoreError>;
    /// The pricing variables, newest first.
    async fn pricing(&self) -> Result<Vec<PricingVariable>, StoreError>;
    /// The products, by kind and key.
    async fn products(&self) -> Result<Vec<Product>, StoreError>;
    /// The offers, by code.
    async fn offers(&self) -> Result<Vec<Offer>, StoreError>;
    /// The billing policy.
    async fn billing_policy(&self) -> Result<BillingPolicy, StoreError>;
    /// The settings of payments.
    async fn payment_settings(&self) -> Result<PaymentSettings, StoreError>;
    /// The change of the account number that waits.
    async fn iban_change(&self) -> Result<Option<IbanChange>, StoreError>;
    /// Payments of packs, newest first.
    async fn payment_records(&self, filter: &RecordFilter) -> Result<Vec<PaymentRecord>, StoreError>;
    /// The orders that await a decision, oldest first, at most so many.
    async fn waiting_payments(&self, limit: u32) -> Result<Vec<WaitingPayment>, StoreError>;
    /// An order.
    async fn payment(&self, id: &PaymentId) -> Result<Option<Payment>, StoreError>;
    /// What was paid through a provider between two instants, under the references that the provider knows.
    async fn paid_through(
        &self,
        method: &str,
        since: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<KnownPayment>, StoreError>;
    /// The documents of somebody, newest first.
    async fn invoices_of_user(&self, user: &UserId, limit: u32) -> Result<Vec<Invoice>, StoreError>;
    /// The print of a document that the scope reaches: its owner's own, or one of a parent or of his children. `Some(None)`
    /// while it is not printed.
    async fn printed_invoice(
        &self,
        number: InvoiceNumber,
        scope: &Scope,
    ) -> Result<Option<Option<PrintedInvoice>>, StoreError>;
    /// The changes of prices behind a number, at most so many, oldest first.
    async fn pricing_changes(&self, after: i64, limit: u32) -> Result<Vec<PricingChange>, StoreError>;
    /// The number of the last change; 0 when there was none.
    async fn last_pricing_change(&self) -> Result<i64, StoreError>;
    /// The notices that were put aside, newest first, at most so many; those that wait for somebody, or all.
    async fn alerts(&self, waiting: bool, limit: u32) -> Result<Vec<Alert>, StoreError>;
    /// How many notices wait for somebody to look at them.
    async fn alarming_notices(&self) -> Result<u64, StoreError>;
    /// The sum of what was refunded of a payment.
    async fn refunded_total(&self, subject: &str, amount: Money) -> Result<Money, StoreError>;
}
