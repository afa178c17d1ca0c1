use super::delivery::{Issue, issue};
use super::{TillContext, TillError};
use crate::identity::field::FieldProblems;
use crate::identity::text;
use crate::identity::use_cases::Behalf;
use crate::ledger::{Credits, Entry, MovementKind, Part, open_wallet};
use crate::money::Money;
use crate::till::catalogue::{ItemType, RecordId};
use crate::till::invoice::InvoiceSeries;
use crate::till::order::Refund;
use crate::till::payment::{PaymentState, RecordState};
use crate::{ErrorCode, PaymentId, Tx, UserId};
use jiff::Timestamp;
use serde_json::json;

/// Money to be given back.
#[derive(Debug, Clone)]
pub struct RefundPayment {
    /// How much; everything that is left when absent.
    pub amount: Option<Money>,
    /// Why.
    pub reason: Option<String>,
    /// The same key is the same refund, however often it is sent.
    pub key: String,
}

/// What is known of the payment that is given back.
struct Paid {
    subject: String,
    user: UserId,
    amount: Money,
    label: String,
    /// The wallet and the key of the movement that gave its credits.
    credits: Option<(UserId, String)>,
}

/// Gives the money of a pack back, whole or in part, and takes back as large a part of its credits.
///
/// # Errors
/// [`TillError::ReservationNotFound`], [`TillError::Decided`] unless it is paid, [`TillError::RefundTooLarge`],
/// [`TillError::CreditsSpent`].
pub async fn refund_record(
    context: &TillContext,
    behalf: Behalf<'_>,
    id: RecordId,
    command: &RefundPayment,
) -> Result<Refund, TillError> {
    let mut tx = context.begin().await?;
    let record = tx.lock_record(id).await?.ok_or(TillError::ReservationNotFound)?;
    if record.state != RecordState::Paid {
        return Err(crate::till::payment::AlreadyDecided.into());
    }
    let paid = Paid {
        subject: record.subject(),
        user: record.user.clone(),
        amount: record.amount,
        label: format!("Remboursement {}", record.shown_reference()),
        credits: Some((record.user.clone(), format!("cash:{}", record.id))),
    };
    let (refund, _) = give_back(context, tx.as_mut(), behalf, &paid, command).await?;
    tx.commit().await?;
    Ok(refund)
}

/// Gives the money of an order back, whole or in part. Given back whole, the order is refunded, and what it entitled to is
/// taken back.
///
/// # Errors
/// As [`refund_record`].
pub async fn refund_payment(
    context: &TillContext,
    behalf: Behalf<'_>,
    id: &PaymentId,
    command: &RefundPayment,
) -> Result<Refund, TillError> {
    let now = context.now();
    let mut tx = context.begin().await?;
    let payment = tx.lock_payment(id).await?.ok_or(TillError::PaymentNotFound)?;
    if !matches!(payment.state, PaymentState::Completed | PaymentState::Refunded) {
        return Err(crate::till::payment::AlreadyDecided.into());
    }
    let is_pack = payment.item.as_ref().is_some_and(|item| item.kind == ItemType::Pack);
    let credits = match &payment.student {
        Some(student) if is_pack => {
            tx.account_of_student(student).await?.map(|owner| (owner, payment.subject()))
        }
        _ => None,
    };
    let paid = Paid {
        subject: payment.subject(),
        user: payment.user.clone(),
        amount: payment.amount,
        label: format!("Remboursement — {}", payment.description),
        credits,
    };
    let (refund, whole) = give_back(context, tx.as_mut(), behalf, &paid, command).await?;
    if whole && payment.state == PaymentState::Completed {
        let actor = behalf.permit.audit_name();
        super::notices::settle(
            tx.as_mut(),
            &payment,
            payment.state.refund()?,
            &payment.metadata,
            &actor,
            now,
        )
        .await?;
        tx.revoke_entitlement(&payment.id, now).await?;
    }
    tx.commit().await?;
    Ok(refund)
}

/// Writes a refund; tells whether everything is given back now. The same key finds the refund that it made.
async fn give_back(
    context: &TillContext,
    tx: &mut dyn Tx,
    behalf: Behalf<'_>,
    paid: &Paid,
    command: &RefundPayment,
) -> Result<(Refund, bool), TillError> {
    let now = context.now();
    let mut problems = FieldProblems::default();
    let reason = text::paragraph(&mut problems, "reason", command.reason.as_deref(), 3..=500);
    let key = text::line(&mut problems, "key", Some(&command.key), 1..=255);
    if command.amount.is_some_and(|amount| !amount.is_positive()) {
        problems.add("amount", ErrorCode::InvalidMoney);
    }
    let (reason, key) = problems.finish(reason.zip(key))?;
    let before = tx.refunds_of(&paid.subject).await?;
    let given = Money::sum(paid.amount.currency(), before.iter().map(|refund| refund.amount))?;
    if let Some(known) = before.iter().find(|refund| refund.key == key) {
        let same = command.amount.is_none_or(|amount| amount == known.amount);
        return if same { Ok((known.clone(), false)) } else { Err(TillError::KeyReused) };
    }
    let left = paid.amount.checked_sub(given)?;
    let amount = command.amount.unwrap_or(left);
    if !amount.is_positive() || left.checked_sub(amount)?.minor() < 0 {
        return Err(TillError::RefundTooLarge);
    }
    let after = given.checked_add(amount)?;
    let taken = Credits::sum(before.iter().map(|refund| refund.credits)).unwrap_or(Credits::ZERO);
    let id = context.ids.next_id();
    let credits = match &paid.credits {
        Some((owner, key)) => {
            let share = Share { owner, key, paid: paid.amount, given: after, taken };
            take_credits(tx, &share, &id, &paid.label, &behalf.permit.audit_name(), now).await?
        }
        None => Credits::ZERO,
    };
    let refund = Refund {
        id,
        subject: paid.subject.clone(),
        key,
        amount,
        credits,
        reason,
        actor: behalf.permit.audit_name(),
        at: now,
    };
    if !tx.insert_refund(&refund).await? {
        return Err(TillError::KeyReused);
    }
    let details = json!({"payment": paid.subject, "amountMinor": amount.minor(), "milliCredits": credits.milli(),
        "reason": refund.reason});
    tx.record(&behalf.event("PAYMENT_REFUND", now).about("refund", &refund.id).with(details)).await?;
    let note = Issue {
        series: InvoiceSeries::CreditNote,
        user: &paid.user,
        subject: &format!("refund:{}", refund.id),
        label: paid.label.clone(),
        amount,
    };
    issue(context, tx, note, now).await?;
    Ok((refund, after == paid.amount))
}

/// The part of the credits of a payment that has to be back once so much money is.
struct Share<'a> {
    owner: &'a UserId,
    key: &'a str,
    paid: Money,
    given: Money,
    taken: Credits,
}

/// Takes credits back from the very lot that the payment opened, and from no other.
async fn take_credits(
    tx: &mut dyn Tx,
    share: &Share<'_>,
    refund: &str,
    description: &str,
    actor: &str,
    now: Timestamp,
) -> Result<Credits, TillError> {
    let wallet = open_wallet(tx, share.owner, now).await?;
    let Some(movement) = tx.movement_by_key(wallet.id, share.key).await? else { return Ok(Credits::ZERO) };
    let due = share_of(movement.delta, share.given, share.paid);
    let amount = due.checked_sub(share.taken).filter(|amount| amount.is_positive());
    let Some(amount) = amount else { return Ok(Credits::ZERO) };
    let lots = tx.movement_lots(movement.id).await?;
    let (lot, _) = lots.into_iter().next().ok_or(TillError::CreditsSpent)?;
    if lot.remaining < amount {
        return Err(TillError::CreditsSpent);
    }
    let parts = vec![Part::take(lot.id, amount)];
    let entry = Entry::new(MovementKind::Adjustment, parts, description, actor, now);
    let entry = Entry { key: Some(format!("refund:{refund}")), ..entry };
    tx.append_movement(&wallet, &entry).await?;
    Ok(amount)
}

/// `credits × given ÷ paid`, in thousandths, rounded down: nobody loses a credit that he has paid for.
fn share_of(credits: Credits, given: Money, paid: Money) -> Credits {
    let milli = i128::from(credits.milli()) * i128::from(given.minor()) / i128::from(paid.minor().max(1));
    i64::try_from(milli).ok().and_then(Credits::from_milli).unwrap_or(Credits::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// However it is divided, a payment that is given back whole gives back all its credits, and never more before.
        #[test]
        fn the_parts_make_the_whole(credits in 1_i64..1_000, parts in prop::collection::vec(1_i64..1_000_000, 1..10)) {
            let paid = Money::millimes(parts.iter().sum()).unwrap();
            let credits = Credits::whole(credits).unwrap();
            let (mut given, mut last) = (0, Credits::ZERO);
            for part in parts {
                given += part;
                let due = share_of(credits, Money::millimes(given).unwrap(), paid);
                prop_assert!(due >= last && due <= credits);
                last = due;
            }
            prop_assert_eq!(last, credits);
        }
    }
}
