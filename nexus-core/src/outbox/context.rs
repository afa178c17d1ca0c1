use crate::mail::{MailSite, Mailer};
use crate::{Clock, RetryPolicy, Store};
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;

/// Everything that carrying out effects leans on.
#[derive(Clone)]
pub struct OutboxContext {
    /// Where effects are stored.
    pub store: Arc<dyn Store>,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// Where mails go.
    pub mailer: Arc<dyn Mailer>,
    /// What every mail says about the school.
    pub site: Arc<MailSite>,
    /// How long a worker may hold an effect without a sign of life.
    pub lease: SignedDuration,
    /// When a failed effect is tried again.
    pub retry: RetryPolicy,
}

impl OutboxContext {
    /// A lease of one minute.
    pub const LEASE: SignedDuration = SignedDuration::from_secs(60);

    /// Fifteen tries from half a minute to four hours apart, over half a day to a day: a mail server may be down that long.
    pub const RETRY: RetryPolicy = RetryPolicy {
        max_attempts: 15,
        base_delay: SignedDuration::from_secs(30),
        max_delay: SignedDuration::from_hours(4),
    };

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

impl std::fmt::Debug for OutboxContext {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("OutboxContext").field("site", &self.site).finish_non_exhaustive()
    }
}
