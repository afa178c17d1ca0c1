use super::delivery::deliver_and_invoice;
use super::notices::{Told, settle};
use super::{TillContext, TillError};
use crate::identity::field::FieldProblems;
use crate::identity::text;
use crate::identity::use_cases::Behalf;
use crate::till::alert::{Alert, AlertDecision, AlertId, accepted};
use crate::till::payment::AlreadyDecided;
use serde_json::json;

/// A decision about a notice that was put aside.
#[derive(Debug, Clone)]
pub struct DecideAlert {
    /// Which one.
    pub alert: AlertId,
    /// Whether it is taken for true: the order is paid, and gives what it was placed for.
    pub accept: bool,
    /// Why; never left out.
    pub reason: Option<String>,
}

/// Decides about a notice that was put aside, once. Accepted, the order is paid at the price at which it was placed: what it
/// gives goes through the ledger under the key of the order, so that the right notice, should it come too, gives nothing more.
///
/// # Errors
/// [`TillError::AlertNotFound`], [`TillError::Decided`] when somebody was first, [`TillError::Alert`] when there is nothing to
/// accept, [`TillError::SamePerson`] for one's own order, [`TillError::Unsold`], every wrong field.
pub async fn decide_alert(
    context: &TillContext,
    behalf: Behalf<'_>,
    command: &DecideAlert,
) -> Result<Alert, TillError> {
    let now = context.now();
    let mut problems = FieldProblems::default();
    let reason = text::paragraph(&mut problems, "reason", command.reason.as_deref(), 3..=500);
    let reason = problems.finish(reason)?;
    let mut tx = context.begin().await?;
    let alert = tx.alert(command.alert).await?.ok_or(TillError::AlertNotFound)?;
    // Whoever holds the order decides: two people at one time, or a person and a notice, come one behind the other.
    let payment = tx.lock_payment(&alert.payment).await?.ok_or(TillError::PaymentNotFound)?;
    let actor = behalf.permit.audit_name();
    let decision = AlertDecision { accepted: command.accept, reason, by: actor.clone(), at: now };
    if alert.decision.is_some() || !tx.insert_alert_decision(alert.id, &decision).await? {
        return Err(AlreadyDecided.into());
    }
    if behalf.user() == Some(&payment.user) {
        return Err(TillError::SamePerson);
    }
    if command.accept {
        let to = accepted(&alert, payment.state)?;
        let key = alert.told.as_ref().map_or("", |told| told.key.as_str());
        let metadata = Told { provider: &alert.provider, key }.beside(&payment, "completedAt", now);
        settle(tx.as_mut(), &payment, to, &metadata, &actor, now).await?;
        deliver_and_invoice(context, tx.as_mut(), &payment, &actor, now).await?;
    }
    let action = if command.accept { "PAYMENT_ALERT_ACCEPT" } else { "PAYMENT_ALERT_DISMISS" };
    let event = behalf.event(action, now).about("payment_alert", &alert.id.get().to_string());
    let details = json!({"payment": payment.id, "put_aside_for": alert.reason, "reason": decision.reason,
        "amountMinor": payment.amount.minor()});
    tx.record(&event.with(details)).await?;
    tx.commit().await?;
    Ok(Alert { decision: Some(decision), ..alert })
}
