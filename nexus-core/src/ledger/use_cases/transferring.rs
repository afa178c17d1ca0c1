use super::context::{LedgerContext, event};
use super::spending::wrong_key;
use crate::StudentId;
use crate::identity::use_cases::Behalf;
use crate::ledger::{Credits, LedgerError, Transfer, Transferred, transfer};
use serde_json::json;

/// Credits of one's own for a child, whose lessons are paid from his own wallet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferCredits {
    /// Which child.
    pub student: StudentId,
    /// How many: more than nothing.
    pub amount: Credits,
    /// Unique in the wallet of whoever gives.
    pub key: Option<String>,
}

/// Gives credits of one's own wallet to a child; the same key gives them once.
///
/// # Errors
/// [`LedgerError::StudentNotFound`] when the permit does not reach the child, [`LedgerError::MissingCredits`] (402).
pub async fn transfer_credits(
    context: &LedgerContext,
    behalf: Behalf<'_>,
    command: &TransferCredits,
) -> Result<Transferred, LedgerError> {
    if let Some(wrong) = wrong_key(command.key.as_deref()) {
        return Err(LedgerError::Fields(vec![wrong]));
    }
    let from = behalf.user().ok_or(LedgerError::AccountNotFound)?;
    let now = context.clock.now();
    let mut tx = context.store.begin().await?;
    let pupil = tx
        .wallet_pupil(behalf.permit.scope(), &command.student)
        .await?
        .ok_or(LedgerError::StudentNotFound)?;
    let wanted = Transfer {
        from: from.clone(),
        to: pupil.user.clone(),
        amount: command.amount,
        key: command.key.clone().unwrap_or_else(|| context.ids.next_id()),
        given: format!("Transfert à {}", pupil.first_name),
        received: "Transfert reçu d'un parent".to_owned(),
        actor: behalf.permit.audit_name(),
    };
    let done = transfer(&mut *tx, &wanted, now).await?;
    if !done.already {
        let message = format!("{} de la part d'un parent.", command.amount);
        let told = ("CREDITS_RECEIVED", "Des crédits pour vos cours", message);
        let data = json!({"movementId": done.given.id});
        context.tell(&mut *tx, pupil.user.clone(), told, data, now).await?;
        let diff = json!({
            "credits": command.amount, "taken": done.taken.id, "given": done.given.id, "from": from, "left": done.left,
        });
        let event = event(behalf, "CREDITS_TRANSFER", now).about("student", pupil.id.as_str());
        tx.record(&event.with(diff)).await?;
    }
    tx.commit().await?;
    Ok(done)
}
