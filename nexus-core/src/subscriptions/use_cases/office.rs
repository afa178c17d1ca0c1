//! What the office does with subscriptions themselves: those of the existing application that wait, and those that run.

use super::SubscriptionContext;
use super::deciding::{Beginning, begin_plan};
use crate::identity::use_cases::Behalf;
use crate::ledger::Pupil;
use crate::rights::Scope;
use crate::subscriptions::{
    PlanKey, Subscription, SubscriptionError, SubscriptionFilter, SubscriptionLine, SubscriptionState,
};
use crate::till::catalogue::ItemType;
use crate::till::order::{Entitlement, OrderedItem};
use crate::{ErrorCode, Page, StoreError, StudentId, Tx};
use jiff::Timestamp;
use serde_json::{Value, json};

/// A page of subscriptions, newest first, and how many there are.
pub async fn subscriptions(
    context: &SubscriptionContext,
    filter: &SubscriptionFilter,
    page: Page,
) -> Result<(Vec<SubscriptionLine>, u64), StoreError> {
    context.store.subscriptions(filter, page).await
}

/// Decides about a subscription that waits, once. It begins only when a payment for it was validated: the payment is used up, the
/// former subscription ends and the credits of this month are given, in one transaction.
///
/// # Errors
/// [`SubscriptionError::InvalidTransition`] (409) unless it waits, [`SubscriptionError::Unpaid`] (409) without a payment,
/// [`SubscriptionError::Fields`] for a refusal without a reason.
pub async fn decide_subscription(
    context: &SubscriptionContext,
    behalf: Behalf<'_>,
    id: &str,
    granted: bool,
    reason: Option<&str>,
) -> Result<Subscription, SubscriptionError> {
    let now = context.clock.now();
    let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
    let mut tx = context.store.begin().await?;
    let (before, pupil) = held(tx.as_mut(), id).await?;
    if before.state != SubscriptionState::Inactive {
        return Err(SubscriptionError::InvalidTransition);
    }
    let (after, action) = if granted {
        (begin_paid(context, behalf, tx.as_mut(), &before, &pupil, now).await?, "SUBSCRIPTION_APPROVE")
    } else {
        if reason.is_none() {
            return Err(SubscriptionError::field("reason", ErrorCode::FieldRequired));
        }
        let refused = before.clone().become_state(SubscriptionState::Cancelled, now)?;
        tx.save_subscription(&refused, now).await?;
        (refused, "SUBSCRIPTION_REJECT")
    };
    if let Some(parent) = tx.guardian_of(&pupil.user).await? {
        let said = if granted { "accepté" } else { "refusé" };
        let message = format!("L'abonnement de {} est {said}.", pupil.first_name);
        let data = json!({"subscriptionId": after.id, "status": after.state.as_str(), "reason": reason});
        context.tell(tx.as_mut(), parent, "Abonnement", message, data, now).await?;
    }
    let diff = json!({"before": shown(&before), "after": shown(&after), "reason": reason});
    let event = behalf.event(action, now).about("subscription", &after.id).with(diff);
    tx.record(&event).await?;
    tx.commit().await?;
    Ok(after)
}

/// What is to change of a subscription.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EditSubscription {
    /// Its new state.
    pub state: Option<SubscriptionState>,
    /// Its new end.
    pub end: Option<Timestamp>,
}

/// Changes a subscription along its states; what it is already does not change. Price and credits are the catalogue's.
///
/// # Errors
/// [`SubscriptionError::InvalidTransition`] (409), [`SubscriptionError::Unpaid`] (409) for one that would begin without a payment,
/// [`SubscriptionError::Fields`] for an end that is past or before the beginning.
pub async fn edit_subscription(
    context: &SubscriptionContext,
    behalf: Behalf<'_>,
    id: &str,
    edit: &EditSubscription,
) -> Result<(Subscription, Pupil), SubscriptionError> {
    let now = context.clock.now();
    let mut tx = context.store.begin().await?;
    let (before, pupil) = held(tx.as_mut(), id).await?;
    let mut after = before.clone();
    if let Some(next) = edit.state.filter(|next| *next != before.state) {
        after = if next == SubscriptionState::Active && before.state == SubscriptionState::Inactive {
            begin_paid(context, behalf, tx.as_mut(), &before, &pupil, now).await?
        } else {
            after.become_state(next, now)?
        };
    }
    if let Some(end) = edit.end.filter(|end| Some(*end) != after.ends_at) {
        after = after.end_at(end, now)?;
    }
    if after == before {
        return Ok((after, pupil));
    }
    tx.save_subscription(&after, now).await?;
    let diff = json!({"before": shown(&before), "after": shown(&after)});
    let event = behalf.event("SUBSCRIPTION_EDIT", now).about("subscription", &after.id).with(diff);
    tx.record(&event).await?;
    tx.commit().await?;
    Ok((after, pupil))
}

/// The subscription and its pupil, whose subscriptions are held from here on.
async fn held(tx: &mut dyn Tx, id: &str) -> Result<(Subscription, Pupil), SubscriptionError> {
    let student = tx.subscriber(id).await?.ok_or(SubscriptionError::NotFound)?;
    // The pupil first, then the row, in the order of whoever begins a plan.
    tx.lock_subscription(&student).await?;
    let subscription = tx.held_subscription(id).await?.ok_or(SubscriptionError::NotFound)?;
    let pupil = tx.wallet_pupil(&Scope::Any, &student).await?.ok_or(SubscriptionError::StudentNotFound)?;
    Ok((subscription, pupil))
}

/// Begins what waits, with the payment that stands behind it.
async fn begin_paid(
    context: &SubscriptionContext,
    behalf: Behalf<'_>,
    tx: &mut dyn Tx,
    waiting: &Subscription,
    pupil: &Pupil,
    now: Timestamp,
) -> Result<Subscription, SubscriptionError> {
    // A plan that the school does not sell has neither a price nor credits.
    let plan = PlanKey::parse(&waiting.plan).ok_or(SubscriptionError::InvalidTransition)?;
    use_payment(tx, &pupil.id, plan, now).await?;
    let actor = behalf.permit.audit_name();
    let beginning = Beginning { ids: context.ids.as_ref(), zone: &context.zone, actor: &actor, now };
    begin_plan(tx, beginning, pupil, plan, Some(waiting.clone())).await
}

/// One payment begins one subscription: it leaves the trace that the till leaves when a payment begins a plan by itself.
async fn use_payment(
    tx: &mut dyn Tx,
    student: &StudentId,
    plan: PlanKey,
    now: Timestamp,
) -> Result<(), SubscriptionError> {
    let payment = tx.unused_payment(student, plan).await?.ok_or(SubscriptionError::Unpaid)?;
    let item = OrderedItem { kind: ItemType::Subscription, key: plan.as_str().to_owned() };
    let entitlement = Entitlement { payment: payment.clone(), student: student.clone(), item, at: now };
    if !tx.add_entitlement(&entitlement).await? {
        return Err(SubscriptionError::Unpaid);
    }
    tx.deliver_entitlement(&payment, now).await?;
    Ok(())
}

/// What the audit log keeps of a subscription.
fn shown(subscription: &Subscription) -> Value {
    json!({
        "status": subscription.state.as_str(),
        "planName": subscription.plan,
        "monthlyPrice": subscription.monthly_price,
        "creditsPerMonth": subscription.monthly_credits,
        "endDate": subscription.ends_at.map(|end| end.to_string()),
    })
}
