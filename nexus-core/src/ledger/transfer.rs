//! Credits that go from one wallet to another, inside one transaction.

use super::{
    Credits, Entry, LedgerError, LedgerTx, Movement, MovementKind, NewLot, Part, Place, Wallet, open_wallet,
};
use crate::UserId;
use jiff::Timestamp;

/// Credits of one person for another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    /// Who gives them.
    pub from: UserId,
    /// Who gets them.
    pub to: UserId,
    /// How many: more than nothing.
    pub amount: Credits,
    /// Unique in the wallet of whoever gives.
    pub key: String,
    /// What he reads about it.
    pub given: String,
    /// What whoever gets them reads about it.
    pub received: String,
    /// Who caused it: `system`, or a role and an account.
    pub actor: String,
}

/// What became of credits that were to go from one to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transferred {
    /// The movement that took them.
    pub taken: Movement,
    /// The movement that gave them.
    pub given: Movement,
    /// Whether both were there before.
    pub already: bool,
    /// What whoever gave them can spend now.
    pub left: Credits,
    /// What whoever got them can spend now.
    pub available: Credits,
}

/// Takes credits from one wallet and gives them to another: each stays what it was, of its origin and with its end. The same key
/// does it once.
///
/// # Errors
/// [`LedgerError::MissingCredits`] when the wallet holds less, [`LedgerError::KeyReused`] when the key moved other credits,
/// [`LedgerError::AccountNotFound`] for one's own wallet.
pub async fn transfer(
    tx: &mut dyn LedgerTx,
    wanted: &Transfer,
    now: Timestamp,
) -> Result<Transferred, LedgerError> {
    if !wanted.amount.is_positive() {
        return Err(LedgerError::InvalidAmount);
    }
    let (source, target) = open_both(tx, &wanted.from, &wanted.to, now).await?;
    let (left, available) = (source.available(now), target.available(now));
    let key = format!("transfer:{}", wanted.key);
    if let Some(taken) = tx.movement_by_key(source.id, &key).await? {
        let given = match tx.transfer_of(taken.id).await? {
            Some((from, to)) if from == taken.id => tx.movement(to).await?,
            _ => None,
        };
        let same = given.filter(|given| given.wallet == target.id && given.delta == wanted.amount);
        let given = same.ok_or(LedgerError::KeyReused)?;
        return Ok(Transferred { taken, given, already: true, left, available });
    }
    let parts = source.take(wanted.amount, now)?;
    let entry =
        Entry::new(MovementKind::Adjustment, parts.clone(), wanted.given.as_str(), &wanted.actor, now);
    let taken = tx.append_movement(&source, &Entry { key: Some(key), ..entry }).await?;
    let lots = lots_of(&source, &parts, &format!("transfer:{}", taken.id.0), now);
    let entry = Entry::new(MovementKind::Adjustment, lots, wanted.received.as_str(), &wanted.actor, now);
    let given = tx.append_movement(&target, &entry).await?;
    tx.link_transfer(taken.id, given.id, now).await?;
    Ok(Transferred {
        taken,
        given,
        already: false,
        left: left.checked_sub(wanted.amount).unwrap_or_default(),
        available: available.checked_add(wanted.amount).ok_or(LedgerError::InvalidAmount)?,
    })
}

/// Holds two wallets, always in the same order: two transfers in opposite directions do not wait for each other.
async fn open_both(
    tx: &mut dyn LedgerTx,
    from: &UserId,
    to: &UserId,
    now: Timestamp,
) -> Result<(Wallet, Wallet), LedgerError> {
    if from == to {
        return Err(LedgerError::AccountNotFound);
    }
    if from.as_str() < to.as_str() {
        let source = open_wallet(tx, from, now).await?;
        Ok((source, open_wallet(tx, to, now).await?))
    } else {
        let target = open_wallet(tx, to, now).await?;
        Ok((open_wallet(tx, from, now).await?, target))
    }
}

/// What is taken from each lot, as a lot of its own: the same origin, the same end.
fn lots_of(source: &Wallet, parts: &[Part], cause: &str, now: Timestamp) -> Vec<Part> {
    let opened = |part: &Part| {
        let Place::Lot(id) = part.place else { return None };
        let lot = source.lots.iter().find(|lot| lot.id == id)?;
        Some(Part::open(NewLot {
            origin: lot.origin,
            amount: part.delta.negated(),
            expires_at: lot.expires_at,
            key: format!("{cause}:{}", id.0),
            parent: None,
            created_at: now,
        }))
    };
    parts.iter().filter_map(opened).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{Lot, LotId, LotOrigin, WalletId};
    use proptest::prelude::*;

    fn wallet(lots: &[(i64, Option<i64>)]) -> Wallet {
        let credits = |milli| Credits::from_milli(milli).unwrap();
        let lots: Vec<_> = (1_i64..)
            .zip(lots)
            .map(|(id, (milli, end))| Lot {
                id: LotId(id),
                origin: if id % 2 == 0 { LotOrigin::Allocation } else { LotOrigin::Purchase },
                amount: credits(*milli),
                remaining: credits(*milli),
                expires_at: end.map(|second| Timestamp::from_second(second).unwrap()),
                created_at: Timestamp::UNIX_EPOCH,
                key: format!("lot:{id}"),
            })
            .collect();
        Wallet {
            id: WalletId(1),
            owner: UserId::parse("u1").unwrap(),
            balance: Credits::sum(lots.iter().map(|lot| lot.remaining)).unwrap(),
            in_quarantine: false,
            lots,
            loose: Vec::new(),
        }
    }

    proptest! {
        /// What comes out of one wallet goes into the other, thousandth by thousandth, with the same ends and origins.
        #[test]
        fn nothing_is_lost_between_two_wallets(
            lots in prop::collection::vec((1_i64..20_000, prop::option::of(1_i64..1_000_000)), 1..8),
            share in 1_i64..=100,
        ) {
            let source = wallet(&lots);
            let now = Timestamp::UNIX_EPOCH;
            let amount = Credits::from_milli((source.balance.milli() * share / 100).max(1)).unwrap();
            let parts = source.take(amount, now).unwrap();
            let opened = lots_of(&source, &parts, "transfer:1", now);
            prop_assert_eq!(Credits::sum(opened.iter().map(|part| part.delta)), Some(amount));
            prop_assert_eq!(opened.len(), parts.len());
            for (part, opened) in parts.iter().zip(&opened) {
                let (Place::Lot(id), Place::New(new)) = (&part.place, &opened.place) else {
                    panic!("{part:?} {opened:?}")
                };
                let lot = source.lots.iter().find(|lot| lot.id == *id).unwrap();
                prop_assert_eq!((new.origin, new.expires_at), (lot.origin, lot.expires_at));
            }
        }
    }
}
