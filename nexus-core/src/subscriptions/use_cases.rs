//! What families, the office and the calendar do with subscriptions.

mod asking;
mod deciding;
mod office;
mod scheduled;

pub use asking::{addon_for, ask_for, children, demands, demands_for};
pub use deciding::{Beginning, activate_plan, decide_demand};
pub use office::{EditSubscription, decide_subscription, edit_subscription, subscriptions};
pub use scheduled::{Scheduled, run_scheduled};

use crate::subscriptions::{SubscriptionError, SubscriptionStore};
use crate::{Addressee, Clock, IdSource, Notice, NotificationTx};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::sync::Arc;

/// Everything that the use-cases of subscriptions lean on.
#[derive(Clone)]
pub struct SubscriptionContext {
    /// Where subscriptions are stored.
    pub store: Arc<dyn SubscriptionStore>,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// New identifiers.
    pub ids: Arc<dyn IdSource>,
    /// The zone in which a month is a month.
    pub zone: TimeZone,
}

impl std::fmt::Debug for SubscriptionContext {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("SubscriptionContext").field("zone", &self.zone).finish_non_exhaustive()
    }
}

impl SubscriptionContext {
    async fn tell(
        &self,
        tx: &mut dyn NotificationTx,
        to: impl Into<Addressee>,
        title: &str,
        message: String,
        data: serde_json::Value,
        at: Timestamp,
    ) -> Result<(), SubscriptionError> {
        let (id, to, title) = (self.ids.next_id(), to.into(), title.to_owned());
        Ok(tx.notify(&Notice { id, to, kind: "SUBSCRIPTION_REQUEST", title, message, data, at }).await?)
    }
}
