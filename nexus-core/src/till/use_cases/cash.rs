use super::delivery::{Issue, issue, whole};
use super::{TillContext, TillError};
use crate::identity::field::FieldProblems;
use crate::identity::text;
use crate::identity::use_cases::Behalf;
use crate::ledger::{Grant, LotOrigin, grant};
use crate::mail::{MailMessage, MailTo};
use crate::outbox::NewEffect;
use crate::payment_reference::CountedBySchool;
use crate::till::catalogue::{Pack, PackId, RecordId};
use crate::till::invoice::InvoiceSeries;
use crate::till::order::{NewRecord, PaymentEvent, PaymentRecord};
use crate::till::payment::{AlreadyDecided, Confirmation, RecordProvider, RecordState};
use crate::till::ports::Decision;
use crate::{Tx, UserId};
use jiff::Timestamp;
use serde_json::json;

/// A pack to be paid over the counter.
#[derive(Debug, Clone)]
pub struct ReserveCash {
    /// Who gets the credits: oneself, or a child of one's own.
    pub user: UserId,
    /// Which pack.
    pub pack: PackId,
    /// What whoever reserves wants to say.
    pub note: Option<String>,
}

/// What was reserved.
#[derive(Debug, Clone)]
pub struct Reserved {
    /// The payment that is awaited.
    pub record: PaymentRecord,
    /// Whole credits that it will give.
    pub credits: u32,
}

/// Reserves a pack at the price of today, whatever whoever asks believes it to be.
///
/// # Errors
/// [`TillError::AccountNotFound`] for somebody out of reach, [`TillError::PackNotFound`] for a pack that is not sold,
/// [`TillError::MethodOff`].
pub async fn reserve_cash(
    context: &TillContext,
    behalf: Behalf<'_>,
    command: &ReserveCash,
) -> Result<Reserved, TillError> {
    let now = context.now();
    let mut problems = FieldProblems::default();
    let note = text::optional_paragraph(&mut problems, "note", command.note.as_deref(), 500);
    problems.finish(Some(()))?;
    let mut tx = context.begin().await?;
    // Oneself, a child of one's own, or anybody for the office.
    let is_own = behalf.user() == Some(&command.user);
    if !is_own && !tx.reaches_wallet(behalf.permit.scope(), &command.user).await? {
        return Err(TillError::AccountNotFound);
    }
    if !tx.lock_payment_settings().await?.allow_cash {
        return Err(TillError::MethodOff);
    }
    if !tx.is_active_account(&command.user).await? {
        return Err(TillError::AccountNotFound);
    }
    let pack = tx.lock_pack(command.pack).await?.filter(|pack| pack.entry.active);
    let pack = pack.ok_or(TillError::PackNotFound)?;
    let record = tx
        .insert_record(&NewRecord {
            provider: RecordProvider::Cash,
            reference: CountedBySchool::Cash.draw_reference(&*context.ids),
            user: command.user.clone(),
            pack: pack.id,
            amount: pack.entry.price,
            state: RecordState::Pending,
            reserved_by: behalf.user().cloned(),
            note,
            at: now,
        })
        .await?;
    note_step(tx.as_mut(), behalf, &record, (None, RecordState::Pending), now).await?;
    let credits = pack.entry.total_credits();
    let details = json!({"pack": pack.id, "amountMillimes": record.amount.minor(), "user": record.user});
    tx.record(
        &behalf.event("CASH_RESERVE", now).about("payment_record", &record.id.to_string()).with(details),
    )
    .await?;
    let message = MailMessage::CashReserved {
        reference: record.shown_reference(),
        amount: record.amount.to_string(),
        credits,
    };
    tell(context, tx.as_mut(), &record, "reserved", message, now).await?;
    tx.commit().await?;
    Ok(Reserved { record, credits })
}

/// Confirms that money came: paid, credits, document, audit row and mail are one transaction.
///
/// # Errors
/// [`TillError::ReservationNotFound`], [`TillError::Decided`] for one that was given up, [`TillError::PackGone`],
/// [`TillError::SamePerson`] for whoever reserved it.
pub async fn confirm_cash(
    context: &TillContext,
    behalf: Behalf<'_>,
    id: RecordId,
) -> Result<Confirmation, TillError> {
    let now = context.now();
    let mut tx = context.begin().await?;
    let record = lock_reservation(tx.as_mut(), id).await?;
    if record.state.confirm()? == Confirmation::Before {
        return Ok(Confirmation::Before);
    }
    if behalf.user().is_some_and(|user| record.reserved_by.as_ref() == Some(user)) {
        return Err(TillError::SamePerson);
    }
    let pack = tx.lock_pack(record.pack).await?.filter(|pack| pack.entry.active);
    let pack = pack.ok_or(TillError::PackGone)?;
    settle(tx.as_mut(), behalf, &record, RecordState::Paid, now).await?;
    let credits = pack.entry.total_credits();
    let purchase = Grant {
        owner: record.user.clone(),
        origin: LotOrigin::Purchase,
        amount: whole(credits)?,
        expires_at: None,
        key: format!("cash:{}", record.id),
        description: format!("Achat du pack {} ({})", pack.id, record.shown_reference()),
        actor: behalf.permit.audit_name(),
    };
    let granted = grant(tx.as_mut(), &purchase, now).await?;
    let details = json!({
        "before": {"status": record.state.as_str()},
        "after": {"status": "paid", "credits": credits, "movement": granted.movement.id},
        "amountMillimes": record.amount.minor(),
    });
    tx.record(
        &behalf.event("CASH_CONFIRM", now).about("payment_record", &record.id.to_string()).with(details),
    )
    .await?;
    let message = MailMessage::PaymentConfirmed {
        reference: record.shown_reference(),
        amount: record.amount.to_string(),
        credits,
    };
    tell(context, tx.as_mut(), &record, "confirmed", message, now).await?;
    let payer = payer(tx.as_mut(), &record).await?;
    let invoice = Issue {
        series: InvoiceSeries::Invoice,
        user: &payer,
        subject: &record.subject(),
        label: label(&pack),
        amount: record.amount,
    };
    issue(context, tx.as_mut(), invoice, now).await?;
    tx.commit().await?;
    Ok(Confirmation::Now)
}

/// Gives a reservation up before any money came.
///
/// # Errors
/// [`TillError::ReservationNotFound`]; [`TillError::Decided`] unless money is still awaited.
pub async fn cancel_cash(context: &TillContext, behalf: Behalf<'_>, id: RecordId) -> Result<(), TillError> {
    let now = context.now();
    let mut tx = context.begin().await?;
    let record = lock_reservation(tx.as_mut(), id).await?;
    let cancelled = record.state.cancel()?;
    settle(tx.as_mut(), behalf, &record, cancelled, now).await?;
    let details =
        json!({"before": {"status": record.state.as_str()}, "after": {"status": cancelled.as_str()}});
    tx.record(
        &behalf.event("CASH_CANCEL", now).about("payment_record", &record.id.to_string()).with(details),
    )
    .await?;
    let message = MailMessage::ReservationCancelled { reference: record.shown_reference() };
    tell(context, tx.as_mut(), &record, "cancelled", message, now).await?;
    tx.commit().await?;
    Ok(())
}

/// A pack as documents name it.
fn label(pack: &Pack) -> String {
    match pack.entry.bonus {
        0 => format!("Pack de {} crédits", pack.entry.credits),
        bonus => format!("Pack de {} crédits (dont {bonus} offerts)", pack.entry.total_credits()),
    }
}

async fn lock_reservation(tx: &mut dyn Tx, id: RecordId) -> Result<PaymentRecord, TillError> {
    let record = tx.lock_record(id).await?.filter(|record| record.provider == RecordProvider::Cash);
    record.ok_or(TillError::ReservationNotFound)
}

/// Moves a record that is held; whoever moved it meanwhile, by whatever way, wins.
async fn settle(
    tx: &mut dyn Tx,
    behalf: Behalf<'_>,
    record: &PaymentRecord,
    to: RecordState,
    now: Timestamp,
) -> Result<(), TillError> {
    let by = behalf.permit.audit_name();
    if !tx.move_record(record.id, record.state, to, Decision { by: &by, at: now }).await? {
        return Err(AlreadyDecided.into());
    }
    note_step(tx, behalf, record, (Some(record.state), to), now).await
}

async fn note_step(
    tx: &mut dyn Tx,
    behalf: Behalf<'_>,
    record: &PaymentRecord,
    (before, after): (Option<RecordState>, RecordState),
    now: Timestamp,
) -> Result<(), TillError> {
    let event = PaymentEvent {
        subject: record.subject(),
        before: before.map(RecordState::as_str),
        after: after.as_str(),
        actor: behalf.permit.audit_name(),
        reason: None,
        at: now,
    };
    Ok(tx.note_payment_event(&event).await?)
}

/// Who pays: whoever gets the credits, or the parent who reserved them for his child.
async fn payer(tx: &mut dyn Tx, record: &PaymentRecord) -> Result<UserId, TillError> {
    let guardian = tx.guardian_of(&record.user).await?;
    let parent = guardian.filter(|guardian| record.reserved_by.as_ref() == Some(guardian));
    Ok(parent.unwrap_or_else(|| record.user.clone()))
}

async fn tell(
    context: &TillContext,
    tx: &mut dyn Tx,
    record: &PaymentRecord,
    step: &str,
    message: MailMessage,
    now: Timestamp,
) -> Result<(), TillError> {
    let to = MailTo::Person(payer(tx, record).await?);
    let key = format!("payment_record:{}:{step}", record.id);
    tx.add(&NewEffect::mail(&*context.ids, now, key, to, message)).await?;
    Ok(())
}
