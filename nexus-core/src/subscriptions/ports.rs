use super::{
    AddonKey, ChildLine, Demand, DemandLine, DemandState, PlanKey, Subscription, SubscriptionFilter,
    SubscriptionLine,
};
use crate::ledger::{Credits, LedgerStore};
use crate::rights::Scope;
use crate::{Page, ParentId, PaymentId, StoreError, StudentId, UserId};
use async_trait::async_trait;
use jiff::Timestamp;

/// Subscriptions inside a transaction.
///
/// # Contract
/// * What a `lock_*` method returned stays true until the end of the transaction, absence included.
#[async_trait]
pub trait SubscriptionTx: Send {
    /// Holds the subscriptions of a pupil and reads the active one.
    async fn lock_subscription(&mut self, student: &StudentId) -> Result<Option<Subscription>, StoreError>;

    /// Writes a subscription.
    async fn insert_subscription(
        &mut self,
        subscription: &Subscription,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// Whose a subscription is.
    async fn subscriber(&mut self, id: &str) -> Result<Option<StudentId>, StoreError>;

    /// Reads a subscription of a pupil whose subscriptions are held ([`lock_subscription`](Self::lock_subscription)).
    async fn held_subscription(&mut self, id: &str) -> Result<Option<Subscription>, StoreError>;

    /// The newest subscription to a plan that waits, of a pupil whose subscriptions are held.
    async fn waiting_subscription(
        &mut self,
        student: &StudentId,
        plan: PlanKey,
    ) -> Result<Option<Subscription>, StoreError>;

    /// A payment for a plan that is made and has begun nothing yet, the existing application's included.
    async fn unused_payment(
        &mut self,
        student: &StudentId,
        plan: PlanKey,
    ) -> Result<Option<PaymentId>, StoreError>;

    /// Writes everything of a subscription but its owner and its plan.
    async fn save_subscription(
        &mut self,
        subscription: &Subscription,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// Dinars a month, when the catalogue sells the plan.
    async fn plan_price(&mut self, plan: PlanKey) -> Result<Option<i64>, StoreError>;

    /// Writes a request.
    async fn insert_demand(&mut self, demand: &Demand) -> Result<(), StoreError>;

    /// Reads a request and holds it.
    async fn lock_demand(&mut self, id: &str) -> Result<Option<Demand>, StoreError>;

    /// Writes what was decided about a request that is held and waits.
    async fn decide_demand(&mut self, demand: &Demand) -> Result<(), StoreError>;

    /// Gives a pupil the guarantee; the day on which he got it first stays.
    async fn guarantee(&mut self, student: &StudentId, now: Timestamp) -> Result<(), StoreError>;

    /// The name and the address of an account.
    async fn name_of(&mut self, user: &UserId) -> Result<Option<(String, String)>, StoreError>;

    /// Pupils whose active subscription gives credits, by id, after one; at most so many.
    async fn pupils_with_allocation(&mut self, after: &str, most: u32) -> Result<Vec<StudentId>, StoreError>;

    /// Pupils whose active subscription is over; at most so many.
    async fn pupils_whose_time_is_over(
        &mut self,
        now: Timestamp,
        most: u32,
    ) -> Result<Vec<StudentId>, StoreError>;

    /// Whether a scheduled job was done for a period.
    async fn was_run(&mut self, job: &str, period: &str) -> Result<bool, StoreError>;

    /// Writes that a scheduled job was done for a period; `false` when somebody else has written it.
    async fn record_run(&mut self, job: &str, period: &str, now: Timestamp) -> Result<bool, StoreError>;

    /// Lots with something left that end between two instants, both included, and whose owners were not told yet: whose, how
    /// much, when, and the lot.
    async fn lots_ending(
        &mut self,
        from: Timestamp,
        until: Timestamp,
        most: u32,
    ) -> Result<Vec<(UserId, Credits, Timestamp, i64)>, StoreError>;

    /// The account of the parent who answers for a pupil, by the pupil's account.
    async fn guardian_of(&mut self, pupil: &UserId) -> Result<Option<UserId>, StoreError>;
}

/// A store of subscriptions.
#[async_trait]
pub trait SubscriptionStore: LedgerStore {
    /// The children of a parent, with what they have.
    async fn children_with_subscriptions(
        &self,
        parent: &ParentId,
        now: Timestamp,
    ) -> Result<Vec<ChildLine>, StoreError>;

    /// The requests for a pupil whom the scope reaches, newest first.
    async fn demands_of(&self, scope: &Scope, student: &StudentId) -> Result<Vec<Demand>, StoreError>;

    /// What an addition costs and how the catalogue describes it, when it is sold in dinars.
    async fn addon_for_sale(&self, addon: AddonKey) -> Result<Option<(i64, String)>, StoreError>;

    /// The active subscription of a pupil whom the scope reaches; absent when he has none.
    async fn active_subscription(
        &self,
        scope: &Scope,
        student: &StudentId,
    ) -> Result<Option<Subscription>, StoreError>;

    /// A page of subscriptions, newest first, and how many there are.
    async fn subscriptions(
        &self,
        filter: &SubscriptionFilter,
        page: Page,
    ) -> Result<(Vec<SubscriptionLine>, u64), StoreError>;

    /// A page of the queue in a state, oldest first, and how many there are.
    async fn demands(&self, state: DemandState, page: Page) -> Result<(Vec<DemandLine>, u64), StoreError>;
}
