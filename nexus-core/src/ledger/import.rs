//! The existing application's third ledger (`credit_transactions`, by pupil, in floats) as movements of this one.
//!
//! Each row is replayed at its own time, in its order: what was given opens a lot with the end that it had, what was used leaves
//! the lots that could be spent then. Requests and refusals were never credits. Rows of expiry are passed over: lots end by
//! themselves, by what is left of them, which those rows had wrong.

use super::{
    Credits, Grant, LedgerError, LedgerTx, LessonCharge, LessonRefund, LotOrigin, MovementId, MovementKind,
    Spend, charge_lesson, grant, open_wallet, refund_lesson, spend,
};
use crate::{SessionId, UserId};
use jiff::Timestamp;

/// A row of the existing application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormerTransaction {
    /// Its identifier.
    pub id: String,
    /// Its kind: `USAGE`, `PURCHASE`…
    pub kind: String,
    /// How many credits came (or went, when negative); absent for what is no number, or none that a wallet could hold.
    pub amount: Option<Credits>,
    /// What people read about it.
    pub description: String,
    /// The lesson that it is about.
    pub lesson: Option<SessionId>,
    /// From when on the credits cannot be spent any more.
    pub expires_at: Option<Timestamp>,
    /// When it was written.
    pub at: Timestamp,
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportOutcome {
    /// It is a movement now.
    Imported,
    /// More was used than there was: as much as there was is a movement.
    Short,
    /// It moved no credits.
    Skipped,
}

impl ImportOutcome {
    /// The stored name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Imported => "IMPORTED",
            Self::Short => "SHORT",
            Self::Skipped => "SKIPPED",
        }
    }
}

/// What a row means here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    In(LotOrigin, Credits),
    Back(Credits),
    Out(Credits),
    Nothing,
}

impl FormerTransaction {
    fn meaning(&self) -> Meaning {
        let Some(amount) = self.amount.filter(|amount| !amount.is_zero()) else { return Meaning::Nothing };
        match (self.kind.as_str(), amount.is_negative()) {
            ("MONTHLY_ALLOCATION", false) => Meaning::In(LotOrigin::Allocation, amount),
            ("PURCHASE", false) => Meaning::In(LotOrigin::Purchase, amount),
            ("CREDIT_ADD", false) => Meaning::In(LotOrigin::Adjustment, amount),
            ("REFUND", false) => Meaning::Back(amount),
            ("USAGE" | "CREDIT_ADD" | "REFUND" | "PURCHASE" | "MONTHLY_ALLOCATION", true) => {
                Meaning::Out(amount.negated())
            }
            // A use that was written without its sign.
            ("USAGE", false) => Meaning::Out(amount),
            _ => Meaning::Nothing,
        }
    }

    fn key(&self) -> String {
        format!("credit_transactions:{}", self.id)
    }
}

/// Replays one row; the wallet of its owner is opened at the time of the row.
///
/// # Errors
/// [`LedgerError::InQuarantine`] for a wallet that people have to decide about.
pub async fn import_transaction(
    tx: &mut dyn LedgerTx,
    owner: &UserId,
    row: &FormerTransaction,
) -> Result<(ImportOutcome, Option<MovementId>), LedgerError> {
    match row.meaning() {
        Meaning::Nothing => Ok((ImportOutcome::Skipped, None)),
        Meaning::In(origin, amount) => give(tx, owner, row, origin, amount).await,
        Meaning::Back(amount) => {
            if let Some(movement) = give_back_lesson(tx, row, amount).await? {
                return Ok((ImportOutcome::Imported, Some(movement)));
            }
            give(tx, owner, row, LotOrigin::Import, amount).await
        }
        Meaning::Out(amount) => {
            let available = open_wallet(tx, owner, row.at).await?.available(row.at);
            let taken = amount.min(available);
            let outcome = if taken < amount { ImportOutcome::Short } else { ImportOutcome::Imported };
            if !taken.is_positive() {
                return Ok((outcome, None));
            }
            Ok((outcome, Some(take(tx, owner, row, taken).await?)))
        }
    }
}

async fn give(
    tx: &mut dyn LedgerTx,
    owner: &UserId,
    row: &FormerTransaction,
    origin: LotOrigin,
    amount: Credits,
) -> Result<(ImportOutcome, Option<MovementId>), LedgerError> {
    let gift = Grant {
        owner: owner.clone(),
        origin,
        amount,
        expires_at: row.expires_at,
        key: row.key(),
        description: row.description.clone(),
        actor: "system".to_owned(),
    };
    let granted = grant(tx, &gift, row.at).await?;
    Ok((ImportOutcome::Imported, Some(granted.movement.id)))
}

/// Gives a lesson back to the lots that it took from, when it took just as much and was not given back yet.
async fn give_back_lesson(
    tx: &mut dyn LedgerTx,
    row: &FormerTransaction,
    amount: Credits,
) -> Result<Option<MovementId>, LedgerError> {
    let Some(lesson) = &row.lesson else { return Ok(None) };
    let Some(usage) = tx.lesson_movement(lesson, MovementKind::Usage).await? else { return Ok(None) };
    let is_over = tx.lesson_movement(lesson, MovementKind::Refund).await?.is_some();
    if is_over || usage.delta != amount.negated() || tx.reversal_of(usage.id).await?.is_some() {
        return Ok(None);
    }
    let refund = LessonRefund {
        lesson: lesson.clone(),
        description: row.description.clone(),
        actor: "system".to_owned(),
    };
    Ok(refund_lesson(tx, &refund, row.at).await?.map(|movement| movement.id))
}

async fn take(
    tx: &mut dyn LedgerTx,
    owner: &UserId,
    row: &FormerTransaction,
    amount: Credits,
) -> Result<MovementId, LedgerError> {
    let (description, actor) = (row.description.clone(), "system".to_owned());
    if let Some(lesson) = &row.lesson
        && tx.lesson_movement(lesson, MovementKind::Usage).await?.is_none()
    {
        let charge = LessonCharge {
            owner: owner.clone(),
            lesson: lesson.clone(),
            amount,
            description,
            key: Some(row.key()),
            is_new: false,
            actor,
        };
        return Ok(charge_lesson(tx, &charge, row.at).await?.id);
    }
    // A lesson is charged once; whatever else was taken for it is an expense of its own.
    let spending = Spend { owner: owner.clone(), amount, description, key: Some(row.key()), actor };
    Ok(spend(tx, &spending, row.at).await?.movement.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(kind: &str, milli: Option<i64>) -> FormerTransaction {
        FormerTransaction {
            id: "t1".to_owned(),
            kind: kind.to_owned(),
            amount: milli.and_then(Credits::from_milli),
            description: String::new(),
            lesson: None,
            expires_at: None,
            at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn requests_and_refusals_were_never_credits_and_expiry_is_what_lots_do() {
        for kind in ["CREDIT_REQUEST", "CREDIT_REJECTED", "EXPIRATION", "SOMETHING"] {
            assert_eq!(row(kind, Some(5_000)).meaning(), Meaning::Nothing, "{kind}");
            assert_eq!(row(kind, Some(-5_000)).meaning(), Meaning::Nothing, "{kind}");
        }
        assert_eq!(row("PURCHASE", None).meaning(), Meaning::Nothing);
        assert_eq!(row("PURCHASE", Some(0)).meaning(), Meaning::Nothing);
    }

    #[test]
    fn what_came_opens_a_lot_and_what_went_leaves_one() {
        let five = Credits::from_milli(5_000).unwrap();
        assert_eq!(
            row("MONTHLY_ALLOCATION", Some(5_000)).meaning(),
            Meaning::In(LotOrigin::Allocation, five)
        );
        assert_eq!(row("CREDIT_ADD", Some(5_000)).meaning(), Meaning::In(LotOrigin::Adjustment, five));
        assert_eq!(row("REFUND", Some(5_000)).meaning(), Meaning::Back(five));
        for sign in [5_000, -5_000] {
            assert_eq!(row("USAGE", Some(sign)).meaning(), Meaning::Out(five));
        }
        assert_eq!(row("CREDIT_ADD", Some(-5_000)).meaning(), Meaning::Out(five));
    }
}
