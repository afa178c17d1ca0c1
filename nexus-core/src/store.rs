//! The unit of work.

use crate::audit::{AuditLog, AuditTx};
use crate::calendar::CalendarTx;
use crate::identity::ports::IdentityTx;
use crate::ledger::{CreditImportTx, LedgerTx};
use crate::mail::{MailLog, MailTx};
use crate::outbox::{OutboxQueue, OutboxTx};
use crate::retention::RetentionTx;
use crate::seed::SeedTx;
use crate::subscriptions::SubscriptionTx;
use crate::till::ports::TillTx;
use crate::{
    ClaimedJob, Coded, DirectoryTx, ErrorCode, JobKind, JobOutcome, JobTx, LeaseError, NotificationTx,
};
use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

/// Why the store could not do it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Another transaction was in the way; the same use-case may succeed at once.
    #[error("a concurrent transaction was in the way")]
    Conflict(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// No room left.
    #[error("no space left in the store")]
    Full(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The store cannot be written.
    #[error("the store is read-only")]
    ReadOnly(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A stored row does not have the form that this version expects.
    #[error("a stored row cannot be read: {0}")]
    Corrupt(&'static str),
    /// The schema is not the one of this version.
    #[error("the schema of the store is not the one of this version")]
    SchemaMismatch(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The store lets this program not in: a wrong name, password or certificate. Trying again changes nothing.
    #[error("the store refuses the connection")]
    Refused(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The store belongs to the existing application, and nobody has decided yet to take it over.
    #[error("the store awaits its adoption")]
    NotAdopted,
    /// Anything else: the store is down, is stopping or was too slow.
    #[error("the store failed")]
    Backend(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl StoreError {
    /// Whether the same use-case may succeed when it is run again.
    pub const fn is_retryable(&self) -> bool {
        matches!(self, Self::Conflict(_) | Self::Backend(_) | Self::Full(_))
    }

    /// What was in the way, when it is of this kind.
    pub fn conflict_with<E: std::error::Error + 'static>(&self) -> Option<&E> {
        match self {
            Self::Conflict(source) => source.downcast_ref(),
            _ => None,
        }
    }
}

impl Coded for StoreError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Conflict(_) | Self::Backend(_) => ErrorCode::StorageUnavailable,
            Self::Full(_) => ErrorCode::StorageFull,
            Self::ReadOnly(_) => ErrorCode::StorageReadOnly,
            Self::SchemaMismatch(_) => ErrorCode::SchemaMismatch,
            Self::NotAdopted => ErrorCode::DatabaseNotAdopted,
            Self::Refused(_) => ErrorCode::StorageRefused,
            Self::Corrupt(_) => ErrorCode::Internal,
        }
    }
}

/// One open transaction that sees the aggregates of the core. Dropping it rolls back.
///
/// # Contract
/// * Writers are serialised on what they lock: what a `lock_*` method returned stays true until the end.
/// * `commit` is durable when it returns `Ok`.
/// * Between `begin` and `commit` only methods of the transaction are awaited.
#[async_trait]
pub trait Tx:
    JobTx
    + DirectoryTx
    + OutboxTx
    + MailTx
    + AuditTx
    + IdentityTx
    + LedgerTx
    + CreditImportTx
    + CalendarTx
    + NotificationTx
    + RetentionTx
    + SeedTx
    + SubscriptionTx
    + TillTx
{
    /// Makes everything that was written durable and visible.
    async fn commit(self: Box<Self>) -> Result<(), StoreError>;
}

/// A transactional store.
#[async_trait]
pub trait Store: JobQueue + OutboxQueue + MailLog + AuditLog + Send + Sync {
    /// Opens a transaction that may write.
    async fn begin(&self) -> Result<Box<dyn Tx>, StoreError>;

    /// Reads something small: the number of people. An error means that the store cannot serve.
    async fn count_people(&self) -> Result<u64, StoreError>;
}

/// The queue side of durable jobs: each method is one atomic step of its own.
///
/// # Contract
/// * Two workers never hold the same job at the same time.
/// * A job whose lease ended without being settled is claimable again, with a higher `attempt`.
#[async_trait]
pub trait JobQueue: Send + Sync {
    /// Takes the oldest job that is due, if any, until `now + lease`.
    async fn claim(
        &self,
        kinds: &[JobKind],
        now: Timestamp,
        lease: SignedDuration,
    ) -> Result<Option<ClaimedJob>, StoreError>;

    /// Prolongs the lease of a claimed job.
    async fn extend(&self, job: &ClaimedJob, until: Timestamp) -> Result<(), LeaseError>;

    /// Settles a claimed job that wrote nothing else.
    async fn settle_alone(&self, job: &ClaimedJob, outcome: &JobOutcome) -> Result<(), LeaseError>;
}
