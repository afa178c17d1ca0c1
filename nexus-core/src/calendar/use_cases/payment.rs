//! What lessons cost, in the words of the ledger. Calendars are locked before wallets.

use super::error::CalendarError;
use crate::calendar::{Pupil, Session};
use crate::french::day_and_time;
use crate::ledger::{Credits, LedgerError, LessonCharge, LessonRefund, charge_lesson, refund_lesson};
use crate::{SessionId, Tx};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Takes the price of a seat; of one that this transaction has just written, without asking whether it is paid.
pub(super) async fn charge(
    tx: &mut dyn Tx,
    session: &Session,
    (seat, is_new): (&SessionId, bool),
    pupil: &Pupil,
    actor: &str,
    now: Timestamp,
) -> Result<(), CalendarError> {
    let amount = Credits::from_milli(session.price).ok_or(LedgerError::InvalidAmount)?;
    let charge = LessonCharge {
        owner: pupil.user.clone(),
        lesson: seat.clone(),
        amount,
        description: format!("Réservation de session: {}", session.title),
        key: None,
        is_new,
        actor: actor.to_owned(),
    };
    charge_lesson(tx, &charge, now).await?;
    Ok(())
}

/// Gives back what a seat cost; whether there was anything to give back.
pub(super) async fn refund(
    tx: &mut dyn Tx,
    session: &Session,
    seat: &SessionId,
    actor: &str,
    now: Timestamp,
) -> Result<bool, CalendarError> {
    let refund = LessonRefund {
        lesson: seat.clone(),
        description: format!("Remboursement annulation: {}", session.title),
        actor: actor.to_owned(),
    };
    Ok(refund_lesson(tx, &refund, now).await?.is_some())
}

/// An instant as a remark of a mail says it.
pub(super) fn said(instant: Timestamp, zone: &TimeZone) -> String {
    day_and_time(instant, zone)
}
