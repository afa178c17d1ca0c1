//! Credits that are set aside for a while: they leave the balance at once, so that nobody spends them twice.

use super::operations::{open_wallet, taken_by};
use super::{Credits, Entry, LedgerError, LedgerTx, Movement, MovementId, MovementKind, give_back};
use crate::UserId;
use jiff::Timestamp;

/// Where a hold stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HoldState {
    /// The credits are set aside.
    Held,
    /// They were spent.
    Captured,
    /// They went back.
    Released,
}

impl HoldState {
    /// The stored name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Held => "HELD",
            Self::Captured => "CAPTURED",
            Self::Released => "RELEASED",
        }
    }

    /// Reads a stored name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Held, Self::Captured, Self::Released].into_iter().find(|state| state.as_str() == text)
    }
}

/// Credits that are set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// Its identifier.
    pub id: String,
    /// Whose credits.
    pub owner: UserId,
    /// How many.
    pub amount: Credits,
    /// Where it stands.
    pub state: HoldState,
    /// The movement that set them aside.
    pub movement: MovementId,
    /// From when on it can no longer be captured.
    pub deadline: Timestamp,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was captured or released.
    pub settled_at: Option<Timestamp>,
}

/// What is to be set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reserve {
    /// The identifier of the hold to be.
    pub id: String,
    /// Whose credits.
    pub owner: UserId,
    /// How many: more than nothing.
    pub amount: Credits,
    /// What people read about it.
    pub description: String,
    /// Who asks: `system`, or a role and an account.
    pub actor: String,
    /// How long.
    pub deadline: Timestamp,
}

/// Sets credits aside.
///
/// # Errors
/// [`LedgerError::MissingCredits`] when the wallet holds less.
pub async fn reserve(tx: &mut dyn LedgerTx, reserve: &Reserve, now: Timestamp) -> Result<Hold, LedgerError> {
    let wallet = open_wallet(tx, &reserve.owner, now).await?;
    let parts = wallet.take(reserve.amount, now)?;
    let entry = Entry::new(MovementKind::Hold, parts, &reserve.description, &reserve.actor, now);
    let entry = Entry { key: Some(format!("hold:{}", reserve.id)), ..entry };
    let movement = tx.append_movement(&wallet, &entry).await?;
    let hold = Hold {
        id: reserve.id.clone(),
        owner: reserve.owner.clone(),
        amount: reserve.amount,
        state: HoldState::Held,
        movement: movement.id,
        deadline: reserve.deadline,
        created_at: now,
        settled_at: None,
    };
    tx.insert_hold(&hold).await?;
    Ok(hold)
}

/// Spends what was set aside; it has left the balance already.
///
/// # Errors
/// [`LedgerError::HoldSettled`] when it was captured or released before, or its time is over.
pub async fn capture(tx: &mut dyn LedgerTx, id: &str, now: Timestamp) -> Result<Hold, LedgerError> {
    let hold = tx.lock_hold(id).await?.ok_or(LedgerError::HoldNotFound)?;
    if hold.state != HoldState::Held || hold.deadline <= now {
        return Err(LedgerError::HoldSettled);
    }
    let hold = Hold { state: HoldState::Captured, settled_at: Some(now), ..hold };
    tx.save_hold(&hold).await?;
    Ok(hold)
}

/// Gives back what was set aside, to the lots that it came from.
///
/// # Errors
/// [`LedgerError::HoldSettled`] when it was captured or released before.
pub async fn release(
    tx: &mut dyn LedgerTx,
    id: &str,
    actor: &str,
    now: Timestamp,
) -> Result<Movement, LedgerError> {
    let hold = tx.lock_hold(id).await?.ok_or(LedgerError::HoldNotFound)?;
    if hold.state != HoldState::Held {
        return Err(LedgerError::HoldSettled);
    }
    let wallet = open_wallet(tx, &hold.owner, now).await?;
    let held = tx.movement(hold.movement).await?.ok_or(LedgerError::MovementNotFound)?;
    let parts = give_back(&taken_by(tx, &held).await?, &format!("release:{}", held.id.0), now);
    let entry = Entry::new(MovementKind::Release, parts, &held.description, actor, now);
    let movement = tx.append_movement(&wallet, &Entry { reverses: Some(held.id), ..entry }).await?;
    tx.save_hold(&Hold { state: HoldState::Released, settled_at: Some(now), ..hold }).await?;
    Ok(movement)
}
