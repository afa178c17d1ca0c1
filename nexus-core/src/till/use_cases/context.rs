use crate::identity::use_cases::Behalf;
use crate::money::{RateDesk, TaxRate};
use crate::till::ports::{PaymentProvider, TillReading};
use crate::till::receipt::{ReceiptPrinter, SchoolDetails};
use crate::{Addressee, Clock, FileStore, IdSource, Notice, NotificationTx, StoreError, Tx};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;
use std::fmt;
use std::sync::Arc;

/// Rung after a commit that changed prices: whoever streams them looks.
pub trait PricingBell: Send + Sync {
    /// Rings.
    fn ring(&self);
}

/// Everything that the use-cases of the till lean on.
#[derive(Clone)]
pub struct TillContext {
    /// Where payments are stored.
    pub store: Arc<dyn TillReading>,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// New identifiers.
    pub ids: Arc<dyn IdSource>,
    /// Where proofs are kept.
    pub files: Arc<dyn FileStore>,
    /// Who prints invoices and credit notes.
    pub printer: Arc<dyn ReceiptPrinter>,
    /// Konnect, which may not be configured.
    pub konnect: Arc<dyn PaymentProvider>,
    /// The other providers, each of which may not be configured.
    pub others: Vec<Arc<dyn PaymentProvider>>,
    /// Who tells rates of exchange.
    pub rates: RateDesk,
    /// Rung when prices changed.
    pub bell: Arc<dyn PricingBell>,
    /// The school's choices.
    pub settings: TillSettings,
}

/// The school's choices about money.
#[derive(Debug, Clone)]
pub struct TillSettings {
    /// The zone in which a year is a year.
    pub zone: TimeZone,
    /// The tax that prices hold.
    pub tax: TaxRate,
    /// Where the site is, without a slash at the end: whoever pays comes back there and nowhere else.
    pub site: String,
    /// The school as its documents name it.
    pub school: SchoolDetails,
}

impl TillContext {
    /// The provider of a name.
    pub fn provider(&self, name: &str) -> Option<&dyn PaymentProvider> {
        let mut all = std::iter::once(&self.konnect).chain(&self.others);
        all.find(|provider| provider.scheme().provider() == name).map(|provider| &**provider)
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(super) async fn begin(&self) -> Result<Box<dyn Tx>, StoreError> {
        self.store.begin().await
    }

    /// Tells everybody in the office something about a payment.
    pub(super) async fn tell_office(
        &self,
        tx: &mut dyn NotificationTx,
        kind: &'static str,
        (title, message): (&str, String),
        data: Value,
    ) -> Result<(), StoreError> {
        let at = self.now();
        let (id, title) = (self.ids.next_id(), title.to_owned());
        tx.notify(&Notice { id, to: Addressee::Office, kind, title, message, data, at }).await
    }

    /// Records a change of the catalogue, tells it to whoever streams prices, and commits.
    pub(super) async fn commit_change(
        &self,
        mut tx: Box<dyn Tx>,
        behalf: Behalf<'_>,
        change: CatalogueChange<'_>,
    ) -> Result<(), StoreError> {
        let now = self.now();
        let event = behalf.event(change.action, now).about(change.kind, &change.id);
        tx.record(&event.with(serde_json::json!({"before": change.before, "after": change.after}))).await?;
        let payload = serde_json::json!({"kind": change.kind, "id": change.id, "value": change.after});
        tx.note_pricing_change(change.kind, &payload, now).await?;
        tx.commit().await?;
        self.bell.ring();
        Ok(())
    }
}

/// A change of the catalogue, as the audit log and the stream of prices tell it.
pub(super) struct CatalogueChange<'a> {
    pub(super) action: &'a str,
    pub(super) kind: &'a str,
    pub(super) id: String,
    pub(super) before: Value,
    pub(super) after: Value,
}

impl fmt::Debug for TillContext {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("TillContext").field("settings", &self.settings).finish_non_exhaustive()
    }
}
