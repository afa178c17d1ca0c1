use super::delivery::deliver_and_invoice;
use super::notices::{settle, with};
use super::{TillContext, TillError};
use crate::PaymentId;
use crate::identity::field::FieldProblems;
use crate::identity::text;
use crate::identity::use_cases::Behalf;
use crate::till::payment::PaymentState;
use serde_json::json;

/// The office decides about an order.
#[derive(Debug, Clone)]
pub struct DecidePayment {
    /// Which one.
    pub payment: PaymentId,
    /// Whether money came.
    pub approve: bool,
    /// What the office wants to say.
    pub note: Option<String>,
}

/// Decides about an order, once: approved, what was paid for is given in the same transaction.
///
/// # Errors
/// [`TillError::PaymentNotFound`]; [`TillError::Decided`] when somebody was first; [`TillError::SamePerson`] for one's own
/// order; [`TillError::Unsold`] for an order that does not say what it gives.
pub async fn decide_payment(
    context: &TillContext,
    behalf: Behalf<'_>,
    command: &DecidePayment,
) -> Result<PaymentState, TillError> {
    let now = context.now();
    let mut problems = FieldProblems::default();
    let note = text::optional_paragraph(&mut problems, "note", command.note.as_deref(), 500);
    problems.finish(Some(()))?;
    let mut tx = context.begin().await?;
    let payment = tx.lock_payment(&command.payment).await?.ok_or(TillError::PaymentNotFound)?;
    let to = if command.approve { payment.state.complete()? } else { payment.state.fail()? };
    if behalf.user() == Some(&payment.user) {
        return Err(TillError::SamePerson);
    }
    let actor = behalf.permit.audit_name();
    let decided = json!({"validatedBy": actor, "validatedAt": now.to_string(), "note": note});
    settle(tx.as_mut(), &payment, to, &with(&payment.metadata, decided), &actor, now).await?;
    let action = if command.approve { "PAYMENT_APPROVE" } else { "PAYMENT_REJECT" };
    tx.record(&behalf.event(action, now).about("payment", payment.id.as_str()).with(json!({"note": note})))
        .await?;
    if command.approve {
        deliver_and_invoice(context, tx.as_mut(), &payment, &actor, now).await?;
    }
    tx.commit().await?;
    Ok(to)
}
