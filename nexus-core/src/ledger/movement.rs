use super::{Credits, LotId, NewLot, WalletId};
use crate::{SessionId, UserId};
use jiff::Timestamp;
use serde::Serialize;

/// One movement (`credit_tx.id`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct MovementId(pub i64);

/// What a movement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[non_exhaustive]
pub enum MovementKind {
    /// A subscription's credits of one month.
    MonthlyAllocation,
    /// Credits that were bought.
    Purchase,
    /// A correction by the office, in either direction.
    Adjustment,
    /// What was there before this ledger.
    Import,
    /// A lesson, or something that has a price in credits.
    Usage,
    /// A lesson that was not given after all.
    Refund,
    /// What a lot had left at its end.
    Expiration,
    /// Credits set aside for a while.
    Hold,
    /// Credits set aside that were not needed.
    Release,
    /// The undoing of another movement.
    Reversal,
}

impl MovementKind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[
        Self::MonthlyAllocation,
        Self::Purchase,
        Self::Adjustment,
        Self::Import,
        Self::Usage,
        Self::Refund,
        Self::Expiration,
        Self::Hold,
        Self::Release,
        Self::Reversal,
    ];

    /// The stored name; the words that `credit_transactions` had already stay the same.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MonthlyAllocation => "MONTHLY_ALLOCATION",
            Self::Purchase => "PURCHASE",
            Self::Adjustment => "ADJUSTMENT",
            Self::Import => "IMPORT",
            Self::Usage => "USAGE",
            Self::Refund => "REFUND",
            Self::Expiration => "EXPIRATION",
            Self::Hold => "HOLD",
            Self::Release => "RELEASE",
            Self::Reversal => "REVERSAL",
        }
    }

    /// Reads a stored name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == text)
    }
}

/// The lot that a part of a movement belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// One that is there.
    Lot(LotId),
    /// One that the movement opens; the part fills it.
    New(NewLot),
}

/// What a movement puts into a lot, or takes from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Which lot.
    pub place: Place,
    /// How much; negative when it is taken.
    pub delta: Credits,
}

impl Part {
    /// Takes from a lot.
    pub const fn take(lot: LotId, amount: Credits) -> Self {
        Self { place: Place::Lot(lot), delta: amount.negated() }
    }

    /// Gives to a lot that is there.
    pub const fn give(lot: LotId, amount: Credits) -> Self {
        Self { place: Place::Lot(lot), delta: amount }
    }

    /// Opens a lot.
    pub const fn open(lot: NewLot) -> Self {
        let delta = lot.amount;
        Self { place: Place::New(lot), delta }
    }
}

/// A movement to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What it is.
    pub kind: MovementKind,
    /// What it does to the lots; the balance changes by their sum.
    pub parts: Vec<Part>,
    /// What people read about it.
    pub description: String,
    /// The lesson that it is about.
    pub lesson: Option<SessionId>,
    /// Unique in the wallet: the same cause does not move credits twice.
    pub key: Option<String>,
    /// Who caused it: `system`, or a role and an account.
    pub actor: String,
    /// The movement that it undoes.
    pub reverses: Option<MovementId>,
    /// The lot whose end it is.
    pub ends: Option<LotId>,
    /// Whether the balance stays: the movement then completes what the existing application left out (ADR 21).
    pub balance_stands: bool,
    /// When.
    pub at: Timestamp,
}

impl Entry {
    /// A movement without a lesson, a key or a movement that it undoes.
    pub fn new(
        kind: MovementKind,
        parts: Vec<Part>,
        description: impl Into<String>,
        actor: &str,
        at: Timestamp,
    ) -> Self {
        Self {
            kind,
            parts,
            description: description.into(),
            lesson: None,
            key: None,
            actor: actor.to_owned(),
            reverses: None,
            ends: None,
            balance_stands: false,
            at,
        }
    }

    /// What the balance changes by; absent when no column can hold it.
    pub fn delta(&self) -> Option<Credits> {
        Credits::sum(self.parts.iter().map(|part| part.delta))
    }
}

/// A movement that is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movement {
    /// Its identifier.
    pub id: MovementId,
    /// Of which wallet.
    pub wallet: WalletId,
    /// Whose wallet that is.
    pub owner: UserId,
    /// What it is; absent when the existing application wrote it.
    pub kind: Option<MovementKind>,
    /// What the balance changed by.
    pub delta: Credits,
    /// What people read about it.
    pub description: String,
    /// The lesson that it is about.
    pub lesson: Option<SessionId>,
    /// Its key in the wallet.
    pub key: Option<String>,
    /// Who caused it.
    pub actor: Option<String>,
    /// The movement that it undoes.
    pub reverses: Option<MovementId>,
    /// When.
    pub at: Timestamp,
}

/// A movement of the existing application that no lot knows of yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LooseMovement {
    /// Its identifier.
    pub id: MovementId,
    /// What the balance changed by.
    pub delta: Credits,
    /// When.
    pub at: Timestamp,
}
