use crate::audit::AuditEvent;
use crate::identity::use_cases::Behalf;
use crate::ledger::{LedgerError, LedgerStore};
use crate::{Addressee, Clock, IdSource, Notice, NotificationTx};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;
use std::sync::Arc;

/// Everything that the use-cases of the ledger lean on.
#[derive(Clone)]
pub struct LedgerContext {
    /// Where credits are stored.
    pub store: Arc<dyn LedgerStore>,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// New identifiers.
    pub ids: Arc<dyn IdSource>,
    /// The zone in which a day is a day.
    pub zone: TimeZone,
}

impl std::fmt::Debug for LedgerContext {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("LedgerContext").field("zone", &self.zone).finish_non_exhaustive()
    }
}

impl LedgerContext {
    /// Tells somebody something.
    pub(super) async fn tell(
        &self,
        tx: &mut dyn NotificationTx,
        to: impl Into<Addressee>,
        (kind, title, message): (&'static str, &str, String),
        data: Value,
        at: Timestamp,
    ) -> Result<(), LedgerError> {
        let (id, title) = (self.ids.next_id(), title.to_owned());
        Ok(tx.notify(&Notice { id, to: to.into(), kind, title, message, data, at }).await?)
    }
}

/// An audit row in the name of whoever acts.
pub(super) fn event(behalf: Behalf<'_>, action: &str, at: Timestamp) -> AuditEvent {
    AuditEvent::new(behalf.permit.audit_name(), action, at).in_request(behalf.request)
}
