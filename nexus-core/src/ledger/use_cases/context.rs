use crate::audit::AuditEvent;
use crate::identity::use_cases::Behalf;
use crate::ledger::{LedgerError, LedgerStore};
use crate::{Clock, IdSource, Notice, NotificationTx, UserId};
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
        to: UserId,
        (kind, title, message): (&'static str, &str, String),
        data: Value,
        at: Timestamp,
    ) -> Result<(), LedgerError> {
        let notice = Notice { id: self.ids.next_id(), to, kind, title: title.to_owned(), message, data, at };
        Ok(tx.notify(&notice).await?)
    }
}

/// An audit row in the name of whoever acts.
pub(super) fn event(behalf: Behalf<'_>, action: &str, at: Timestamp) -> AuditEvent {
    AuditEvent::new(behalf.permit.audit_name(), action, at).in_request(behalf.request)
}
