use super::{ClaimedEffect, EffectKind, EffectOutcome, EffectState, NewEffect, StoredEffect};
use crate::{EffectId, LeaseError, StoreError};
use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

/// Effects inside a transaction.
#[async_trait]
pub trait OutboxTx: Send {
    /// Writes an effect in the transaction of its cause, unless one with the same `unique_key` exists.
    async fn add(&mut self, effect: &NewEffect) -> Result<(), StoreError>;

    /// Says that from here on the other side may have accepted a claimed effect. Must be committed before anything is handed
    /// over.
    ///
    /// # Errors
    /// [`LeaseError::LeaseLost`] when the token is no longer the effect's, or a person has discarded it: nothing may be handed
    /// over then.
    async fn begin_sending(&mut self, effect: &ClaimedEffect) -> Result<(), LeaseError>;

    /// Settles a claimed effect at an instant. What is sent loses its payload.
    ///
    /// # Errors
    /// [`LeaseError::LeaseLost`] when the token is no longer the effect's.
    async fn settle_effect(
        &mut self,
        effect: &ClaimedEffect,
        outcome: &EffectOutcome,
        now: Timestamp,
    ) -> Result<(), LeaseError>;

    /// Reads an effect and holds it until the end of the transaction.
    async fn lock_effect(&mut self, id: &EffectId) -> Result<Option<StoredEffect>, StoreError>;

    /// Makes an effect claimable again from an instant on, as if it had never been claimed.
    async fn requeue_effect(&mut self, id: &EffectId, run_at: Timestamp) -> Result<(), StoreError>;

    /// Ends an effect without sending it, and erases its payload. A worker that holds it can no longer begin to send.
    async fn discard_effect(&mut self, id: &EffectId, now: Timestamp) -> Result<(), StoreError>;
}

/// Which effects are listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EffectFilter {
    /// These states only; every state when empty.
    pub states: Vec<EffectState>,
    /// At most so many, newest cause first.
    pub limit: u32,
}

/// What [`OutboxQueue::sweep_outbox`] found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Effects whose worker disappeared while it handed them over: now ambiguous.
    pub ambiguous: u64,
    /// Effects whose time has passed before they could be sent: now dead.
    pub expired: u64,
}

/// How much waits, for dashboards and alerts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Backlog {
    /// Jobs that are not finished.
    pub jobs_pending: u64,
    /// Jobs that were given up.
    pub jobs_quarantined: u64,
    /// Effects that are waiting or being sent.
    pub outbox_pending: u64,
    /// Effects that were given up.
    pub outbox_dead: u64,
    /// Effects that wait for a person.
    pub outbox_ambiguous: u64,
}

/// The queue side of effects: each method is one atomic step of its own.
///
/// # Contract
/// * Two workers never hold the same effect at the same time.
/// * An effect whose lease ended before [`OutboxTx::begin_sending`] committed is claimable again, with a higher `attempt`;
///   one whose lease ended after it is never claimable again by itself.
#[async_trait]
pub trait OutboxQueue: Send + Sync {
    /// Takes the oldest effect that is due, if any, until `now + lease`.
    async fn claim_effect(
        &self,
        kinds: &[EffectKind],
        now: Timestamp,
        lease: SignedDuration,
    ) -> Result<Option<ClaimedEffect>, StoreError>;

    /// Prolongs the lease of a claimed effect.
    async fn extend_effect(&self, effect: &ClaimedEffect, until: Timestamp) -> Result<(), LeaseError>;

    /// Turns effects whose worker disappeared while sending into ambiguous ones and effects that came too late into dead ones,
    /// and erases the payloads of everything that has expired.
    async fn sweep_outbox(&self, now: Timestamp) -> Result<Swept, StoreError>;

    /// Lists effects without their payloads.
    async fn effects(&self, filter: &EffectFilter) -> Result<Vec<StoredEffect>, StoreError>;

    /// Counts what waits.
    async fn backlog(&self) -> Result<Backlog, StoreError>;
}
