use super::SubscriptionContext;
use super::scheduled::allocate;
use crate::audit::AuditEvent;
use crate::identity::use_cases::Behalf;
use crate::ledger::Pupil;
use crate::rights::Scope;
use crate::subscriptions::{
    Demand, DemandKind, Plan, PlanKey, Subscription, SubscriptionError, SubscriptionState,
};
use crate::{IdSource, StudentId, Tx};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::json;

/// Decides about a request, once, with everything that follows from it, in one transaction: a plan begins and gives the credits of
/// this month, a subject is added, the guarantee begins; or nothing.
///
/// # Errors
/// [`SubscriptionError::RequestDecided`] (409) the second time; the request still waits after any other refusal.
pub async fn decide_demand(
    context: &SubscriptionContext,
    behalf: Behalf<'_>,
    id: &str,
    granted: bool,
    reason: Option<&str>,
) -> Result<Demand, SubscriptionError> {
    let now = context.clock.now();
    let mut tx = context.store.begin().await?;
    let demand = tx.lock_demand(id).await?.ok_or(SubscriptionError::RequestNotFound)?;
    let demand = demand.decide(granted, behalf.user(), reason, now)?;
    let pupil =
        tx.wallet_pupil(&Scope::Any, &demand.student).await?.ok_or(SubscriptionError::StudentNotFound)?;
    if granted {
        match DemandKind::read(&demand.kind, demand.name.as_deref())? {
            DemandKind::PlanChange(plan) => {
                let actor = behalf.permit.audit_name();
                let beginning =
                    Beginning { ids: context.ids.as_ref(), zone: &context.zone, actor: &actor, now };
                begin_plan(tx.as_mut(), beginning, &pupil, plan, None).await?;
            }
            DemandKind::AriaAddon(subject) => {
                let mut active =
                    tx.lock_subscription(&pupil.id).await?.ok_or(SubscriptionError::NoActiveSubscription)?;
                if !active.aria_subjects.contains(&subject) {
                    active.aria_subjects.push(subject);
                    tx.save_subscription(&active, now).await?;
                }
            }
            DemandKind::InvoiceDetails => {}
        }
    }
    tx.decide_demand(&demand).await?;
    if let Some(parent) = tx.guardian_of(&pupil.user).await? {
        let said = if granted { "acceptée" } else { "refusée" };
        let message = format!("Votre demande pour {} est {said}.", pupil.first_name);
        let data = json!({"requestId": demand.id, "status": demand.state.as_str(), "reason": demand.rejection_reason});
        context.tell(&mut *tx, parent, "Demande d'abonnement", message, data, now).await?;
    }
    let action = if granted { "SUBSCRIPTION_APPROVE" } else { "SUBSCRIPTION_REJECT" };
    let event = AuditEvent::new(behalf.permit.audit_name(), action, now)
        .in_request(behalf.request)
        .about("student", pupil.id.as_str())
        .with(json!({"request": demand.id, "kind": demand.kind, "name": demand.name, "reason": reason}));
    tx.record(&event).await?;
    tx.commit().await?;
    Ok(demand)
}

/// What beginning a plan leans on beside its transaction.
#[derive(Clone, Copy)]
pub struct Beginning<'a> {
    /// New identifiers.
    pub ids: &'a dyn IdSource,
    /// The zone in which a month is a month.
    pub zone: &'a TimeZone,
    /// Who begins it, as the audit log knows him.
    pub actor: &'a str,
    /// When.
    pub now: Timestamp,
}

/// Begins a plan that was paid for, inside the transaction that makes the payment paid.
///
/// # Errors
/// [`SubscriptionError::StudentNotFound`] when there is no such pupil.
pub async fn activate_plan(
    tx: &mut dyn Tx,
    beginning: Beginning<'_>,
    student: &StudentId,
    plan: PlanKey,
) -> Result<Subscription, SubscriptionError> {
    let pupil = tx.wallet_pupil(&Scope::Any, student).await?.ok_or(SubscriptionError::StudentNotFound)?;
    begin_plan(tx, beginning, &pupil, plan, None).await
}

/// Replaces the active subscription; the price and the credits are the catalogue's. What waits for this very plan is what
/// begins: `waiting` when it is known, else the newest.
pub(super) async fn begin_plan(
    tx: &mut dyn Tx,
    beginning: Beginning<'_>,
    pupil: &Pupil,
    plan: PlanKey,
    waiting: Option<Subscription>,
) -> Result<Subscription, SubscriptionError> {
    let Beginning { ids, zone, actor, now } = beginning;
    let former = tx.lock_subscription(&pupil.id).await?;
    let monthly_price = tx.plan_price(plan).await?.unwrap_or(plan.default_price());
    let plan = Plan { key: plan, monthly_price };
    let waiting = match waiting {
        Some(waiting) => Some(waiting),
        None => tx.waiting_subscription(&pupil.id, plan.key).await?,
    };
    if let Some(former) = former.clone() {
        tx.save_subscription(&former.become_state(SubscriptionState::Cancelled, now)?, now).await?;
    }
    let fresh = if let Some(waiting) = waiting {
        let begun = waiting.begin_waiting(plan, former.as_ref(), now)?;
        tx.save_subscription(&begun, now).await?;
        begun
    } else {
        let fresh = Subscription::begin(ids.next_id(), pupil.id.clone(), plan, former.as_ref(), now);
        tx.insert_subscription(&fresh, now).await?;
        fresh
    };
    if plan.key.is_guaranteed() {
        tx.guarantee(&pupil.id, now).await?;
    }
    allocate(tx, &fresh, &pupil.user, zone, actor, now).await?;
    Ok(fresh)
}
