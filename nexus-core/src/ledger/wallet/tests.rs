use super::*;
use proptest::prelude::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn credits(milli: i64) -> Credits {
    Credits::from_milli(milli).unwrap()
}

fn lot(id: i64, milli: i64, expires_at: Option<Timestamp>) -> Lot {
    Lot {
        id: LotId(id),
        origin: LotOrigin::Allocation,
        amount: credits(milli),
        remaining: credits(milli),
        expires_at,
        created_at: Timestamp::UNIX_EPOCH,
        key: format!("lot:{id}"),
    }
}

fn wallet(lots: Vec<Lot>) -> Wallet {
    Wallet {
        id: WalletId(1),
        owner: UserId::parse("u").unwrap(),
        balance: Credits::sum(lots.iter().map(|lot| lot.remaining)).unwrap(),
        in_quarantine: false,
        lots,
        loose: Vec::new(),
    }
}

fn taken(parts: &[Part]) -> Vec<(i64, i64)> {
    let read = |part: &Part| match part.place {
        Place::Lot(lot) => (lot.0, -part.delta.milli()),
        Place::New(_) => panic!("nothing is opened"),
    };
    parts.iter().map(read).collect()
}

use crate::ledger::Place;

/// C8: the lot that ends first is spent first, the one without an end last.
#[test]
fn the_lot_that_ends_first_is_spent_first() {
    let lots = vec![
        lot(1, 4_000, None),
        lot(2, 2_000, Some(at("2026-02-01T00:00:00Z"))),
        lot(3, 3_000, Some(at("2026-01-15T00:00:00Z"))),
    ];
    let wallet = wallet(lots);
    let now = at("2026-01-01T00:00:00Z");
    assert_eq!(taken(&wallet.take(credits(4_000), now).unwrap()), [(3, 3_000), (2, 1_000)]);
    // What is over cannot be spent, from its very end on.
    let later = at("2026-01-15T00:00:00Z");
    assert_eq!(taken(&wallet.take(credits(4_000), later).unwrap()), [(2, 2_000), (1, 2_000)]);
    assert!(matches!(
        wallet.take(credits(6_001), later),
        Err(LedgerError::MissingCredits { available, needed }) if available == credits(6_000) && needed == credits(6_001)
    ));
}

#[test]
fn the_older_of_two_equal_lots_is_spent_first() {
    let (mut young, old) = (lot(1, 1_000, None), lot(2, 1_000, None));
    young.created_at = at("2026-01-02T00:00:00Z");
    assert_eq!(
        taken(&wallet(vec![young, old]).take(credits(1_000), Timestamp::UNIX_EPOCH).unwrap()),
        [(2, 1_000)]
    );
    let twins = wallet(vec![lot(2, 1_000, None), lot(1, 1_000, None)]);
    assert_eq!(taken(&twins.take(credits(1_500), Timestamp::UNIX_EPOCH).unwrap()), [(1, 1_000), (2, 500)]);
}

#[test]
fn nothing_and_less_cannot_be_taken() {
    for milli in [0, -1, -1_000] {
        let refused = wallet(vec![lot(1, 5_000, None)]).take(credits(milli), Timestamp::UNIX_EPOCH);
        assert!(matches!(refused, Err(LedgerError::InvalidAmount)), "{milli}");
    }
}

/// C4: what is over never counts.
#[test]
fn spendable_balances() {
    let now = at("2026-01-01T00:00:00Z");
    let (past, ahead) = (at("2025-12-31T00:00:00Z"), at("2026-01-02T00:00:00Z"));
    let cases: [(Vec<Lot>, i64, bool); 7] = [
        (vec![lot(1, 3_000, None), lot(2, 3_000, Some(ahead))], 5_000, true),
        (vec![lot(1, 1_000, None)], 5_000, false),
        (vec![lot(1, 1_000, None), lot(2, 1_500, None)], 2_000, true),
        (vec![lot(1, 500, None)], 2_000, false),
        (vec![lot(1, 1_250, None)], 1_250, true),
        (vec![lot(1, 5_000, Some(past))], 1_000, false),
        (vec![], 0, true),
    ];
    for (lots, need, enough) in cases {
        let wallet = wallet(lots);
        assert_eq!(wallet.available(now) >= credits(need), enough, "{wallet:?}");
    }
}

/// C7, and 13: the end of a lot is what it has left, once.
#[test]
fn the_end_of_a_lot_is_what_it_has_left() {
    let end = at("2026-01-01T00:00:00Z");
    let mut used = lot(2, 8_000, Some(end));
    used.remaining = credits(2_500);
    let wallet = wallet(vec![lot(1, 3_000, Some(end)), used, lot(3, 1_000, None)]);
    let before = end.checked_sub(SignedDuration::from_millis(1)).unwrap();
    assert_eq!(wallet.expirations(before), []);
    let told: Vec<_> = wallet
        .expirations(end)
        .into_iter()
        .map(|entry| (entry.delta().unwrap().milli(), entry.kind.as_str(), entry.description))
        .collect();
    assert_eq!(
        told,
        [
            (-3_000, "EXPIRATION", "Expiration de 3 crédits reportés".to_owned()),
            (-2_500, "EXPIRATION", "Expiration de 2.5 crédits reportés".to_owned()),
        ]
    );
}

/// Decision 12: back to where it came from, for seven days at least.
#[test]
fn what_is_given_back_lasts_seven_days() {
    let now = at("2026-01-01T00:00:00Z");
    let least = now.checked_add(GRACE).unwrap();
    let just = least.checked_sub(SignedDuration::from_millis(1)).unwrap();
    let taken = [
        (lot(1, 1_000, None), credits(100)),
        (lot(2, 1_000, Some(least)), credits(200)),
        (lot(3, 1_000, Some(just)), credits(300)),
        (lot(4, 1_000, Some(at("2025-12-01T00:00:00Z"))), credits(400)),
    ];
    let parts = give_back(&taken, "refund:9", now);
    assert_eq!(parts[..2], [Part::give(LotId(1), credits(100)), Part::give(LotId(2), credits(200))]);
    for (part, (lot, amount)) in parts[2..].iter().zip(&taken[2..]) {
        let Place::New(new) = &part.place else { panic!("a lot of its own") };
        assert_eq!((part.delta, new.amount, new.origin), (*amount, *amount, lot.origin));
        assert_eq!((new.expires_at, new.parent), (Some(least), Some(lot.id)));
        assert_eq!(new.key, format!("refund:9:{}", lot.id.0));
    }
}

#[test]
fn what_the_existing_application_wrote_finds_its_lots() {
    let loose =
        |id, milli| LooseMovement { id: MovementId(id), delta: credits(milli), at: Timestamp::UNIX_EPOCH };
    let mut wallet = wallet(vec![lot(1, 1_000, None)]);
    wallet.loose = vec![loose(10, -3_000), loose(11, 5_000)];
    let (first, parts) = wallet.attachment().unwrap();
    assert_eq!((first, parts.len(), parts[0].delta), (MovementId(11), 1, credits(5_000)));
    wallet.lots.push(lot(2, 5_000, None));
    wallet.loose.pop();
    let (second, parts) = wallet.attachment().unwrap();
    assert_eq!((second, taken(&parts)), (MovementId(10), vec![(1, 1_000), (2, 2_000)]));
    wallet.lots.clear();
    assert_eq!(wallet.attachment(), None, "more went out than there was");
}

#[test]
fn a_balance_that_moved_alone_is_completed() {
    let now = Timestamp::UNIX_EPOCH;
    let mut wallet = wallet(vec![lot(1, 5_000, None)]);
    assert_eq!(wallet.completion(now), None);
    for (balance, delta) in [(7_000, 2_000), (1_500, -3_500)] {
        wallet.balance = credits(balance);
        let entry = wallet.completion(now).unwrap();
        assert_eq!((entry.delta().unwrap().milli(), entry.balance_stands), (delta, true));
    }
}

proptest! {
    /// Whatever the lots are: what is taken is what was asked for, no lot gives more than it has, and a lot that ends later
    /// gives nothing before all that end sooner are empty.
    #[test]
    fn taking_is_exact_and_in_order(
        lots in proptest::collection::vec((0_i64..5_000, proptest::option::of(-3_i64..10)), 0..8),
        amount in 1_i64..20_000,
    ) {
        let now = at("2026-01-01T00:00:00Z");
        let days = |days: i64| now.checked_add(SignedDuration::from_hours(24 * days)).unwrap();
        let lots: Vec<_> = lots.iter().zip(1..).map(|((milli, end), id)| lot(id, *milli, end.map(days))).collect();
        let wallet = wallet(lots);
        let available = wallet.available(now);
        match wallet.take(credits(amount), now) {
            Ok(parts) => {
                let parts = taken(&parts);
                prop_assert_eq!(parts.iter().map(|(_, milli)| milli).sum::<i64>(), amount);
                let of = |id: i64| parts.iter().filter(|(lot, _)| *lot == id).map(|(_, milli)| *milli).sum::<i64>();
                for lot in &wallet.lots {
                    prop_assert!(of(lot.id.0) <= lot.remaining.milli());
                    prop_assert!(!lot.is_over(now) || of(lot.id.0) == 0);
                    for sooner in wallet.lots.iter().filter(|sooner| !sooner.is_over(now)) {
                        let (end, first) = (lot.expires_at.unwrap_or(Timestamp::MAX), sooner.expires_at.unwrap_or(Timestamp::MAX));
                        prop_assert!(first >= end || of(lot.id.0) == 0 || of(sooner.id.0) == sooner.remaining.milli());
                    }
                }
            }
            Err(LedgerError::MissingCredits { available: told, needed }) => {
                prop_assert_eq!((told, needed.milli()), (available, amount));
                prop_assert!(available.milli() < amount);
            }
            Err(error) => prop_assert!(false, "{error}"),
        }
    }
}
