use super::{Kept, RetentionPolicy};
use crate::audit::AuditEvent;
use crate::{Store, StoreError};
use jiff::Timestamp;
use serde_json::json;

/// Rows that one transaction removes, so that nobody waits long for it.
pub const BATCH: u32 = 500;

/// Transactions of one kind in one go; what is left is for the next time.
pub const MOST_BATCHES: u32 = 40;

/// How many rows were forgotten.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// Settled effects.
    pub effects: u64,
    /// Lines of the mail log.
    pub mail_log: u64,
    /// Notifications that were read.
    pub notifications: u64,
}

impl Forgotten {
    /// Whether there was nothing to forget.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    const fn count(&mut self, kept: Kept) -> &mut u64 {
        match kept {
            Kept::SettledEffects => &mut self.effects,
            Kept::MailLog => &mut self.mail_log,
            Kept::ReadNotifications => &mut self.notifications,
        }
    }
}

/// Forgets what is old of every kind, batch by batch. What concerned people leaves a row in the audit log (`RGPD_PURGE`) that
/// says how much it was, and nothing else.
pub async fn forget_what_is_old(
    store: &dyn Store,
    policy: &RetentionPolicy,
    now: Timestamp,
) -> Result<Forgotten, StoreError> {
    let mut forgotten = Forgotten::default();
    for kept in Kept::ALL {
        let cutoff = policy.cutoff(kept, now);
        for _ in 0..MOST_BATCHES {
            let mut tx = store.begin().await?;
            let count = tx.forget_old(kept, cutoff, BATCH).await?;
            if count > 0 && kept.concerns_people() {
                let details = json!({"what": kept.as_str(), "count": count, "cutoff": cutoff.to_string()});
                tx.record(&AuditEvent::new("system", "RGPD_PURGE", now).with(details)).await?;
            }
            tx.commit().await?;
            *forgotten.count(kept) += count;
            if count < u64::from(BATCH) {
                break;
            }
        }
    }
    Ok(forgotten)
}
