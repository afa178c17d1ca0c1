use super::{Credits, Entry, LedgerError, LooseMovement, MovementId, MovementKind, Part};
use crate::UserId;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

/// What is given back stays at least this long (decision 12).
pub const GRACE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// One wallet (`credit_wallets.id`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct WalletId(pub i64);

/// One lot (`credit_lots.id`); later ones are larger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct LotId(pub i64);

/// Where the credits of a lot come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "UPPERCASE")]
#[non_exhaustive]
pub enum LotOrigin {
    /// A subscription's month.
    Allocation,
    /// A pack that was bought.
    Purchase,
    /// The office.
    Adjustment,
    /// The existing application.
    Import,
}

impl LotOrigin {
    /// Every origin.
    pub const ALL: &'static [Self] = &[Self::Allocation, Self::Purchase, Self::Adjustment, Self::Import];

    /// The stored name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allocation => "ALLOCATION",
            Self::Purchase => "PURCHASE",
            Self::Adjustment => "ADJUSTMENT",
            Self::Import => "IMPORT",
        }
    }

    /// Reads a stored name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|origin| origin.as_str() == text)
    }

    /// The movement that opens such a lot.
    pub const fn movement(self) -> MovementKind {
        match self {
            Self::Allocation => MovementKind::MonthlyAllocation,
            Self::Purchase => MovementKind::Purchase,
            Self::Adjustment => MovementKind::Adjustment,
            Self::Import => MovementKind::Import,
        }
    }
}

/// Credits of one origin that end together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lot {
    /// Its identifier.
    pub id: LotId,
    /// Where its credits come from.
    pub origin: LotOrigin,
    /// What it was opened with.
    pub amount: Credits,
    /// What is left: between nothing and `amount`.
    pub remaining: Credits,
    /// From this instant on nothing of it can be spent; absent when it has no end.
    pub expires_at: Option<Timestamp>,
    /// When it was opened.
    pub created_at: Timestamp,
    /// Unique in the wallet: what opened it.
    pub key: String,
}

impl Lot {
    /// Whether nothing of it can be spent any more.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }
}

/// A lot to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLot {
    /// Where its credits come from.
    pub origin: LotOrigin,
    /// How many.
    pub amount: Credits,
    /// When they end.
    pub expires_at: Option<Timestamp>,
    /// Unique in the wallet.
    pub key: String,
    /// The lot whose credits come back in it.
    pub parent: Option<LotId>,
    /// When it is opened.
    pub created_at: Timestamp,
}

/// Somebody's credits, held by a transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wallet {
    /// Its identifier.
    pub id: WalletId,
    /// Whose it is.
    pub owner: UserId,
    /// The sum of its movements.
    pub balance: Credits,
    /// Whether people have to decide about it first.
    pub in_quarantine: bool,
    /// Its lots that have something left, in any order.
    pub lots: Vec<Lot>,
    /// Movements of the existing application that no lot knows of yet.
    pub loose: Vec<LooseMovement>,
}

impl Wallet {
    /// What can be spent at an instant.
    pub fn available(&self, now: Timestamp) -> Credits {
        let lots = self.lots.iter().filter(|lot| !lot.is_over(now));
        Credits::sum(lots.map(|lot| lot.remaining)).unwrap_or(Credits::LARGEST)
    }

    /// Takes an amount from the lots that can be spent: the one that ends first first, those without an end last, the older of
    /// two equal ones first.
    ///
    /// # Errors
    /// [`LedgerError::MissingCredits`] when there are fewer, [`LedgerError::InvalidAmount`] for less than something.
    pub fn take(&self, amount: Credits, now: Timestamp) -> Result<Vec<Part>, LedgerError> {
        if !amount.is_positive() {
            return Err(LedgerError::InvalidAmount);
        }
        let lots = self.lots.iter().filter(|lot| !lot.is_over(now)).collect();
        take_from(lots, amount)
            .ok_or_else(|| LedgerError::MissingCredits { available: self.available(now), needed: amount })
    }

    /// The end of each lot that is over: everything that it has left.
    pub fn expirations(&self, now: Timestamp) -> Vec<Entry> {
        let over = self.lots.iter().filter(|lot| lot.is_over(now) && lot.remaining.is_positive());
        over.map(|lot| {
            let description = format!("Expiration de {} crédits reportés", lot.remaining.decimal('.'));
            let parts = vec![Part::take(lot.id, lot.remaining)];
            let entry = Entry::new(MovementKind::Expiration, parts, description, "system", now);
            Entry { key: Some(format!("expiration:{}", lot.id.0)), ends: Some(lot.id), ..entry }
        })
        .collect()
    }

    /// Which lots the movements of the existing application filled and emptied. What came in is a lot of its own, without an
    /// end; what went out left the lots that can be emptied, in the usual order. Absent when there is nothing to say, or when
    /// more went out than there ever was.
    ///
    /// What came in is dealt with first: the ids of two movements do not say which transaction was first.
    pub fn attachment(&self) -> Option<(MovementId, Vec<Part>)> {
        let loose = self.loose.iter();
        let next = loose.min_by_key(|movement| (movement.delta.is_negative(), movement.id))?;
        if next.delta.is_negative() {
            let lots = self.lots.iter().collect();
            return take_from(lots, next.delta.negated()).map(|parts| (next.id, parts));
        }
        let lot = NewLot {
            origin: LotOrigin::Import,
            amount: next.delta,
            expires_at: None,
            key: format!("movement:{}", next.id.0),
            parent: None,
            created_at: next.at,
        };
        Some((next.id, vec![Part::open(lot)]))
    }

    /// What makes the movements and the lots as much as the balance, when the existing application changed a balance without
    /// a movement: the balance is what the family was shown, and stands (ADR 21).
    pub fn completion(&self, now: Timestamp) -> Option<Entry> {
        let held = Credits::sum(self.lots.iter().map(|lot| lot.remaining))?;
        let missing = self.balance.checked_sub(held)?;
        let parts = if missing.is_positive() {
            vec![Part::open(NewLot {
                origin: LotOrigin::Import,
                amount: missing,
                expires_at: None,
                key: format!("balance:{}", now.as_millisecond()),
                parent: None,
                created_at: now,
            })]
        } else if missing.is_negative() {
            take_from(self.lots.iter().collect(), missing.negated())?
        } else {
            return None;
        };
        let entry = Entry::new(MovementKind::Adjustment, parts, "MIGRATION_ADJUSTMENT", "system", now);
        Some(Entry { balance_stands: true, ..entry })
    }
}

/// Takes an amount from lots in the order in which they are spent; absent when they hold less.
fn take_from(mut lots: Vec<&Lot>, amount: Credits) -> Option<Vec<Part>> {
    lots.sort_by_key(|lot| (lot.expires_at.unwrap_or(Timestamp::MAX), lot.created_at, lot.id));
    let mut left = amount;
    let mut parts = Vec::new();
    for lot in lots.into_iter().filter(|lot| lot.remaining.is_positive()) {
        if !left.is_positive() {
            break;
        }
        let taken = lot.remaining.min(left);
        parts.push(Part::take(lot.id, taken));
        left = left.checked_sub(taken)?;
    }
    left.is_zero().then_some(parts)
}

/// Gives back what was taken from lots, so that it can be spent for [`GRACE`] at least.
///
/// A lot that lasts that long is filled again. The credits of one that ends sooner, or is over, come back in a lot of their
/// own with the same origin: whatever else is left of the first one keeps its end (ADR 41). `cause` names what gives back.
pub fn give_back(taken: &[(Lot, Credits)], cause: &str, now: Timestamp) -> Vec<Part> {
    let least = now.checked_add(GRACE).unwrap_or(Timestamp::MAX);
    let back = |(lot, amount): &(Lot, Credits)| {
        if lot.expires_at.is_none_or(|end| end >= least) {
            return Part::give(lot.id, *amount);
        }
        Part::open(NewLot {
            origin: lot.origin,
            amount: *amount,
            expires_at: Some(least),
            key: format!("{cause}:{}", lot.id.0),
            parent: Some(lot.id),
            created_at: now,
        })
    };
    taken.iter().filter(|(_, amount)| amount.is_positive()).map(back).collect()
}

#[cfg(test)]
mod tests;
