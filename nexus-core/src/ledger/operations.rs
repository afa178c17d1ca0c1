//! What moves credits: each is a step of a use-case, between its `begin` and its `commit`.

use super::{
    Credits, Entry, LedgerError, LedgerTx, LotOrigin, Movement, MovementId, MovementKind, NewLot, Part,
    Wallet, give_back,
};
use crate::{SessionId, StoreError, UserId};
use jiff::Timestamp;

/// Credits for somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// For whom.
    pub owner: UserId,
    /// Where they come from.
    pub origin: LotOrigin,
    /// How many: more than nothing.
    pub amount: Credits,
    /// From when on they cannot be spent any more.
    pub expires_at: Option<Timestamp>,
    /// Unique in the wallet: `cash:12`, `allocation:<subscription>:2026-11`.
    pub key: String,
    /// What people read about it.
    pub description: String,
    /// Who gives them: `system`, or a role and an account.
    pub actor: String,
}

/// What became of a grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granted {
    /// The movement that gave the credits.
    pub movement: Movement,
    /// Whether it was there before.
    pub already: bool,
    /// What can be spent now.
    pub available: Credits,
}

/// The price of a lesson.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LessonCharge {
    /// The pupil's account.
    pub owner: UserId,
    /// The lesson, by the id of its first row.
    pub lesson: SessionId,
    /// How much: more than nothing.
    pub amount: Credits,
    /// What people read about it.
    pub description: String,
    /// Unique in the wallet; a lesson is charged once even without one.
    pub key: Option<String>,
    /// Whether this very transaction wrote the lesson: then nobody can have charged it, and nobody is asked.
    pub is_new: bool,
    /// Who books: `system`, or a role and an account.
    pub actor: String,
}

/// A lesson whose price is given back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LessonRefund {
    /// The lesson, by the id of its first row.
    pub lesson: SessionId,
    /// What people read about it.
    pub description: String,
    /// Who cancels: `system`, or a role and an account.
    pub actor: String,
}

/// Credits for something that has a price, a lesson apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spend {
    /// Whose credits.
    pub owner: UserId,
    /// How many: more than nothing.
    pub amount: Credits,
    /// What people read about it.
    pub description: String,
    /// Unique in the wallet.
    pub key: Option<String>,
    /// Who spends them: `system`, or a role and an account.
    pub actor: String,
}

/// What became of credits that were to be spent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spent {
    /// The movement that took the credits.
    pub movement: Movement,
    /// Whether it was there before.
    pub already: bool,
    /// What can be spent now.
    pub available: Credits,
}

/// Holds a wallet and puts it in order: movements of the existing application get their lots, lots that are over are ended.
/// Afterwards its balance is what can be spent.
///
/// # Errors
/// [`LedgerError::InQuarantine`] for a wallet that people have to decide about.
pub async fn open_wallet(
    tx: &mut dyn LedgerTx,
    owner: &UserId,
    now: Timestamp,
) -> Result<Wallet, LedgerError> {
    let mut wallet = tx.lock_wallet(owner, now).await?;
    if wallet.in_quarantine {
        return Err(LedgerError::InQuarantine);
    }
    while !wallet.loose.is_empty() {
        // More went out than ever came in: the movements cannot be the whole truth.
        let Some((movement, parts)) = wallet.attachment() else { return Err(LedgerError::InQuarantine) };
        tx.attach_parts(&wallet, movement, &parts).await?;
        wallet = tx.lock_wallet(owner, now).await?;
    }
    if let Some(completion) = wallet.completion(now) {
        tx.append_movement(&wallet, &completion).await?;
        wallet = tx.lock_wallet(owner, now).await?;
    }
    let expirations = wallet.expirations(now);
    for expiration in &expirations {
        tx.append_movement(&wallet, expiration).await?;
    }
    if expirations.is_empty() { Ok(wallet) } else { Ok(tx.lock_wallet(owner, now).await?) }
}

/// Gives credits; the same key gives them once.
///
/// # Errors
/// [`LedgerError::KeyReused`] when the key gave another amount or credits of another origin.
pub async fn grant(tx: &mut dyn LedgerTx, grant: &Grant, now: Timestamp) -> Result<Granted, LedgerError> {
    if !grant.amount.is_positive() {
        return Err(LedgerError::InvalidAmount);
    }
    let wallet = open_wallet(tx, &grant.owner, now).await?;
    let available = wallet.available(now);
    if let Some(movement) = tx.movement_by_key(wallet.id, &grant.key).await? {
        // A movement of the existing application has no kind; its amount must do.
        let same = movement.delta == grant.amount
            && movement.kind.is_none_or(|kind| kind == grant.origin.movement());
        return if same {
            Ok(Granted { movement, already: true, available })
        } else {
            Err(LedgerError::KeyReused)
        };
    }
    let available = available.checked_add(grant.amount).ok_or(LedgerError::InvalidAmount)?;
    let lot = NewLot {
        origin: grant.origin,
        amount: grant.amount,
        expires_at: grant.expires_at,
        key: grant.key.clone(),
        parent: None,
        created_at: now,
    };
    let entry =
        Entry::new(grant.origin.movement(), vec![Part::open(lot)], &grant.description, &grant.actor, now);
    let entry = Entry { key: Some(grant.key.clone()), ..entry };
    Ok(Granted { movement: tx.append_movement(&wallet, &entry).await?, already: false, available })
}

/// Takes credits; the same key takes them once.
///
/// # Errors
/// [`LedgerError::MissingCredits`] when the wallet holds less, [`LedgerError::KeyReused`] when the key moved another amount.
pub async fn spend(tx: &mut dyn LedgerTx, spend: &Spend, now: Timestamp) -> Result<Spent, LedgerError> {
    let wallet = open_wallet(tx, &spend.owner, now).await?;
    let available = wallet.available(now);
    if let Some(key) = &spend.key
        && let Some(movement) = tx.movement_by_key(wallet.id, key).await?
    {
        // A movement of the existing application has no kind; its amount must do.
        let same = movement.delta == spend.amount.negated()
            && movement.kind.is_none_or(|kind| kind == MovementKind::Usage);
        return if same {
            Ok(Spent { movement, already: true, available })
        } else {
            Err(LedgerError::KeyReused)
        };
    }
    let parts = wallet.take(spend.amount, now)?;
    let entry = Entry::new(MovementKind::Usage, parts, &spend.description, &spend.actor, now);
    let movement = tx.append_movement(&wallet, &Entry { key: spend.key.clone(), ..entry }).await?;
    Ok(Spent { movement, already: false, available: available.checked_sub(spend.amount).unwrap_or_default() })
}

/// Takes the price of a lesson; once per lesson, whoever asks again for the same gets the movement that did.
///
/// # Errors
/// [`LedgerError::MissingCredits`] (402) when the wallet holds less, [`LedgerError::LessonAlreadyCharged`] when the lesson was
/// charged to somebody else or another amount.
pub async fn charge_lesson(
    tx: &mut dyn LedgerTx,
    charge: &LessonCharge,
    now: Timestamp,
) -> Result<Movement, LedgerError> {
    let wallet = open_wallet(tx, &charge.owner, now).await?;
    if !charge.is_new
        && let Some(before) = tx.lesson_movement(&charge.lesson, MovementKind::Usage).await?
    {
        let same = before.wallet == wallet.id && before.delta == charge.amount.negated();
        return if same { Ok(before) } else { Err(LedgerError::LessonAlreadyCharged) };
    }
    if let Some(key) = &charge.key
        && tx.movement_by_key(wallet.id, key).await?.is_some()
    {
        return Err(LedgerError::KeyReused);
    }
    let parts = wallet.take(charge.amount, now)?;
    let entry = Entry::new(MovementKind::Usage, parts, &charge.description, &charge.actor, now);
    let entry = Entry { lesson: Some(charge.lesson.clone()), key: charge.key.clone(), ..entry };
    Ok(tx.append_movement(&wallet, &entry).await?)
}

/// Gives back what a lesson cost, to the lots that it came from, at most once. Absent when the lesson was never charged; the
/// refund that was made when there is one.
pub async fn refund_lesson(
    tx: &mut dyn LedgerTx,
    refund: &LessonRefund,
    now: Timestamp,
) -> Result<Option<Movement>, LedgerError> {
    let Some(charge) = tx.lesson_movement(&refund.lesson, MovementKind::Usage).await? else {
        return Ok(None);
    };
    let wallet = open_wallet(tx, &charge.owner, now).await?;
    if let Some(before) = tx.lesson_movement(&refund.lesson, MovementKind::Refund).await? {
        return Ok(Some(before));
    }
    if tx.reversal_of(charge.id).await?.is_some() {
        return Err(LedgerError::AlreadyReversed);
    }
    let taken = taken_by(tx, &charge).await?;
    let parts = give_back(&taken, &format!("refund:{}", charge.id.0), now);
    let entry = Entry::new(MovementKind::Refund, parts, &refund.description, &refund.actor, now);
    let entry = Entry { lesson: Some(refund.lesson.clone()), reverses: Some(charge.id), ..entry };
    Ok(Some(tx.append_movement(&wallet, &entry).await?))
}

/// Undoes a movement, once. What it took goes back to the lots that it came from; what it gave is taken from the very lots that
/// it opened, as long as nobody has spent it.
///
/// # Errors
/// [`LedgerError::NotReversible`] for what was spent since, and for movements that have their own way back: lessons are
/// refunded, holds released, expirations and reversals stand.
pub async fn reverse(
    tx: &mut dyn LedgerTx,
    id: MovementId,
    description: &str,
    actor: &str,
    now: Timestamp,
) -> Result<Movement, LedgerError> {
    let movement = tx.movement(id).await?.ok_or(LedgerError::MovementNotFound)?;
    let wallet = open_wallet(tx, &movement.owner, now).await?;
    if tx.reversal_of(id).await?.is_some() {
        return Err(LedgerError::AlreadyReversed);
    }
    // One half of a transfer that is undone alone would make credits, or lose them.
    if tx.transfer_of(id).await?.is_some() {
        return Err(LedgerError::NotReversible);
    }
    let can = match movement.kind {
        Some(MovementKind::Usage) => movement.lesson.is_none(),
        Some(MovementKind::MonthlyAllocation | MovementKind::Purchase | MovementKind::Adjustment) => true,
        _ => false,
    };
    if !can {
        return Err(LedgerError::NotReversible);
    }
    let touched = tx.movement_lots(id).await?;
    let parts = if movement.delta.is_negative() {
        let taken: Vec<_> = touched.into_iter().map(|(lot, delta)| (lot, delta.negated())).collect();
        give_back(&taken, &format!("reversal:{}", id.0), now)
    } else if touched.iter().all(|(lot, delta)| lot.remaining >= *delta) {
        touched.iter().map(|(lot, delta)| Part::take(lot.id, *delta)).collect()
    } else {
        return Err(LedgerError::NotReversible);
    };
    let entry = Entry::new(MovementKind::Reversal, parts, description, actor, now);
    Ok(tx.append_movement(&wallet, &Entry { reverses: Some(id), ..entry }).await?)
}

/// What a movement took from which lots, as amounts.
pub(super) async fn taken_by(
    tx: &mut dyn LedgerTx,
    movement: &Movement,
) -> Result<Vec<(super::Lot, Credits)>, StoreError> {
    let lots = tx.movement_lots(movement.id).await?;
    Ok(lots.into_iter().map(|(lot, delta)| (lot, delta.negated())).collect())
}
