use super::SubscriptionContext;
use crate::audit::AuditEvent;
use crate::identity::use_cases::Behalf;
use crate::subscriptions::{
    Addon, AddonKey, ChildLine, Demand, DemandForm, DemandKind, DemandLine, DemandState, SubscriptionError,
};
use crate::{Addressee, ErrorCode, Page, StoreError, StudentId};
use serde_json::json;

/// Longest reason, in characters.
const LONGEST_REASON: usize = 500;

/// Puts a family's request into the queue, at the price of the catalogue, and tells the office.
///
/// # Errors
/// [`SubscriptionError::StudentNotFound`] when the permit does not reach the pupil.
pub async fn ask_for(
    context: &SubscriptionContext,
    behalf: Behalf<'_>,
    form: &DemandForm,
) -> Result<Demand, SubscriptionError> {
    if form.reason.as_deref().is_some_and(|reason| reason.chars().count() > LONGEST_REASON) {
        return Err(SubscriptionError::field("reason", ErrorCode::FieldTooLong));
    }
    let now = context.clock.now();
    let by = behalf.user().ok_or(SubscriptionError::StudentNotFound)?;
    let mut tx = context.store.begin().await?;
    let pupil = tx
        .wallet_pupil(behalf.permit.scope(), &form.student)
        .await?
        .ok_or(SubscriptionError::StudentNotFound)?;
    let (requested_by, requested_by_email) = tx.name_of(by).await?.unwrap_or_default();
    let monthly_price = match form.kind {
        DemandKind::PlanChange(plan) => tx.plan_price(plan).await?.unwrap_or(plan.default_price()),
        DemandKind::AriaAddon(_) | DemandKind::InvoiceDetails => 0,
    };
    let demand = Demand {
        id: context.ids.next_id(),
        student: pupil.id.clone(),
        kind: form.kind.as_str().to_owned(),
        name: form.kind.name().map(str::to_owned),
        monthly_price,
        reason: form.reason.clone(),
        state: DemandState::Pending,
        requested_by,
        requested_by_email,
        processed_by: None,
        processed_at: None,
        rejection_reason: None,
        created_at: now,
    };
    tx.insert_demand(&demand).await?;
    let message = format!(
        "{} {} : {} {}",
        pupil.first_name,
        pupil.last_name,
        demand.kind,
        demand.name.as_deref().unwrap_or_default()
    );
    let data = json!({"requestId": demand.id, "studentId": pupil.id});
    context.tell(&mut *tx, Addressee::Office, "Nouvelle demande d'abonnement", message, data, now).await?;
    let event = AuditEvent::new(behalf.permit.audit_name(), "SUBSCRIPTION_REQUEST", now)
        .in_request(behalf.request)
        .about("student", pupil.id.as_str())
        .with(json!({"request": demand.id, "kind": demand.kind, "name": demand.name}));
    tx.record(&event).await?;
    tx.commit().await?;
    Ok(demand)
}

/// An addition for a pupil at its price of today. Nothing is written: it is there once it is paid for.
///
/// # Errors
/// [`SubscriptionError::StudentNotFound`] when the permit does not reach the pupil, [`SubscriptionError::NoActiveSubscription`].
pub async fn addon_for(
    context: &SubscriptionContext,
    behalf: Behalf<'_>,
    student: &StudentId,
    key: AddonKey,
) -> Result<Addon, SubscriptionError> {
    let scope = behalf.permit.scope();
    let pupil = context.store.pupil_of_ledger(scope, student).await?;
    pupil.ok_or(SubscriptionError::StudentNotFound)?;
    let active = context.store.active_subscription(scope, student).await?;
    active.ok_or(SubscriptionError::NoActiveSubscription)?;
    let sold = context.store.addon_for_sale(key).await?;
    let (price, description) =
        sold.unwrap_or_else(|| (key.default_price(), key.default_description().to_owned()));
    Ok(Addon { key, price, description })
}

/// The children of the parent who asks, with what they have.
pub async fn children(
    context: &SubscriptionContext,
    behalf: Behalf<'_>,
) -> Result<Vec<ChildLine>, StoreError> {
    match behalf.permit.actor().and_then(|actor| actor.parent.as_ref()) {
        Some(parent) => context.store.children_with_subscriptions(parent, context.clock.now()).await,
        None => Ok(Vec::new()),
    }
}

/// The requests for a pupil, newest first.
///
/// # Errors
/// [`SubscriptionError::StudentNotFound`] when the permit does not reach him.
pub async fn demands_for(
    context: &SubscriptionContext,
    behalf: Behalf<'_>,
    student: &StudentId,
) -> Result<Vec<Demand>, SubscriptionError> {
    let scope = behalf.permit.scope();
    let pupil = context.store.pupil_of_ledger(scope, student).await?;
    pupil.ok_or(SubscriptionError::StudentNotFound)?;
    Ok(context.store.demands_of(scope, student).await?)
}

/// A page of the queue, oldest first.
pub async fn demands(
    context: &SubscriptionContext,
    state: DemandState,
    page: Page,
) -> Result<(Vec<DemandLine>, u64), StoreError> {
    context.store.demands(state, page).await
}
