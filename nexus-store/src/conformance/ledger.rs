//! What [`LedgerTx`](nexus_core::ledger::LedgerTx) promises, through the operations that the use-cases are made of.

pub mod model;

use super::samples::people;
use super::{Fixture, beside};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use model::Model;
use nexus_core::ledger::use_cases::{LedgerContext, settle_wallets};
use nexus_core::ledger::{
    Credits, Entry, GRACE, Grant, Granted, HoldState, LedgerError, LessonCharge, LessonRefund, LotOrigin,
    Movement, MovementKind, Part, Reserve, Spend, Transfer, Transferred, Wallet, capture, charge_lesson,
    grant, open_wallet, refund_lesson, release, reserve, reverse, spend, transfer,
};
use nexus_core::testing::CountingIds;
use nexus_core::{Clock, SessionId, Store, StoreError, UserId};
use std::sync::Arc;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

/// So many thousandths.
pub fn credits(milli: i64) -> Credits {
    Credits::from_milli(milli).unwrap()
}

fn days(count: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * count)
}

fn after(instant: Timestamp, duration: SignedDuration) -> Timestamp {
    instant.checked_add(duration).unwrap()
}

fn lesson(name: &str) -> SessionId {
    SessionId::parse(name).unwrap()
}

/// Saves a family and returns the account of its pupil.
pub async fn pupil(fixture: &Fixture, name: &str) -> UserId {
    let (family, student) = people(name);
    let mut tx = fixture.store.begin().await.unwrap();
    tx.save_family(&family).await.unwrap();
    tx.save_student(&student).await.unwrap();
    tx.commit().await.unwrap();
    student.person.id
}

/// A grant of an adjustment.
pub fn gift(owner: &UserId, key: &str, milli: i64, expires_at: Option<Timestamp>) -> Grant {
    Grant {
        owner: owner.clone(),
        origin: LotOrigin::Adjustment,
        amount: credits(milli),
        expires_at,
        key: key.to_owned(),
        description: "Geste".to_owned(),
        actor: "system".to_owned(),
    }
}

/// Gives credits in a transaction of their own.
pub async fn give(fixture: &Fixture, wanted: &Grant) -> Result<Granted, LedgerError> {
    let mut tx = fixture.store.begin().await?;
    let granted = grant(&mut *tx, wanted, fixture.clock.now()).await?;
    tx.commit().await?;
    Ok(granted)
}

async fn charge_in(
    store: &dyn Store,
    owner: &UserId,
    name: &str,
    milli: i64,
    now: Timestamp,
) -> Result<Movement, LedgerError> {
    let mut tx = store.begin().await?;
    let charge = LessonCharge {
        owner: owner.clone(),
        lesson: lesson(name),
        amount: credits(milli),
        description: "Cours".to_owned(),
        key: None,
        is_new: false,
        actor: "system".to_owned(),
    };
    let movement = charge_lesson(&mut *tx, &charge, now).await?;
    tx.commit().await?;
    Ok(movement)
}

async fn charge(fixture: &Fixture, owner: &UserId, name: &str, milli: i64) -> Result<Movement, LedgerError> {
    charge_in(&*fixture.store, owner, name, milli, fixture.clock.now()).await
}

async fn refund_in(store: &dyn Store, name: &str, now: Timestamp) -> Result<Option<Movement>, LedgerError> {
    let mut tx = store.begin().await?;
    let wanted = LessonRefund {
        lesson: lesson(name),
        description: "Annulation".to_owned(),
        actor: "system".to_owned(),
    };
    let movement = refund_lesson(&mut *tx, &wanted, now).await?;
    tx.commit().await?;
    Ok(movement)
}

async fn refund(fixture: &Fixture, name: &str) -> Result<Option<Movement>, LedgerError> {
    refund_in(&*fixture.store, name, fixture.clock.now()).await
}

/// The wallet, put in order.
pub async fn wallet(fixture: &Fixture, owner: &UserId) -> Wallet {
    let mut tx = fixture.store.begin().await.unwrap();
    let wallet = open_wallet(&mut *tx, owner, fixture.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    wallet
}

async fn available(fixture: &Fixture, owner: &UserId) -> i64 {
    wallet(fixture, owner).await.available(fixture.clock.now()).milli()
}

async fn count(fixture: &Fixture, query: &str) -> i64 {
    let query = format!("SELECT CAST(count(*) AS TEXT) FROM {query}");
    beside::text(fixture, &query).await.unwrap().parse().unwrap()
}

/// 13, 14, 15, 19 and 21 of the target invariants, asked of the rows.
pub async fn assert_invariants(fixture: &Fixture) {
    for (rule, broken) in [
        ("13", r#"credit_lots WHERE "remainingMilli" < 0 OR "remainingMilli" > "amountMilli""#),
        (
            "14",
            r#"credit_lots l WHERE l."remainingMilli" <>
               (SELECT COALESCE(sum(p."deltaMilli"), 0) FROM credit_tx_lots p WHERE p."lotId" = l."id")"#,
        ),
        (
            "15",
            r#"credit_wallets w WHERE w."balanceMilli" <>
               (SELECT COALESCE(sum(l."remainingMilli"), 0) FROM credit_lots l WHERE l."walletId" = w."id")"#,
        ),
        (
            "16",
            r#"(SELECT 1 FROM credit_tx WHERE "kind" IN ('USAGE', 'REFUND') AND "sessionId" IS NOT NULL
                GROUP BY "sessionId", "kind" HAVING count(*) > 1) AS repeated"#,
        ),
        (
            "17",
            r#"credit_tx r JOIN credit_tx u ON u."id" = r."reversalOf"
               WHERE r."kind" = 'REFUND' AND r."deltaMilli" + u."deltaMilli" > 0"#,
        ),
        (
            "19",
            r#"credit_tx t JOIN credit_lots l ON l."id" = t."endedLotId"
               WHERE l."expiresAt" > t."at" OR l."remainingMilli" <> 0"#,
        ),
        (
            "21",
            r#"credit_wallets w WHERE w."balanceMilli" < 0 OR w."balanceMilli" <>
               (SELECT COALESCE(sum(t."deltaMilli"), 0) FROM credit_tx t WHERE t."walletId" = w."id")"#,
        ),
        (
            "parts",
            r#"credit_tx t WHERE t."deltaMilli" <>
               (SELECT COALESCE(sum(p."deltaMilli"), 0) FROM credit_tx_lots p WHERE p."txId" = t."id")"#,
        ),
    ] {
        assert_eq!(count(fixture, broken).await, 0, "invariant {rule}");
    }
}

/// The same key gives once; another amount under it is refused; nothing and less is never given.
pub async fn a_grant_is_given_once(fixture: &Fixture) {
    let owner = pupil(fixture, "g").await;
    let first = give(fixture, &gift(&owner, "one", 2_500, None)).await.unwrap();
    assert_eq!(
        (first.already, first.available, first.movement.delta),
        (false, credits(2_500), credits(2_500))
    );
    let again = give(fixture, &gift(&owner, "one", 2_500, None)).await.unwrap();
    assert_eq!((again.already, again.available, again.movement), (true, credits(2_500), first.movement));
    for other in [
        gift(&owner, "one", 2_501, None),
        Grant { origin: LotOrigin::Purchase, ..gift(&owner, "one", 2_500, None) },
    ] {
        assert!(matches!(give(fixture, &other).await, Err(LedgerError::KeyReused)));
    }
    for milli in [0, -1] {
        let refused = give(fixture, &gift(&owner, "none", milli, None)).await;
        assert!(matches!(refused, Err(LedgerError::InvalidAmount)), "{milli}");
    }
    // C19: a pack is credited with its bonus, under its name.
    let pack = Grant {
        origin: LotOrigin::Purchase,
        description: "PACK_3".to_owned(),
        ..gift(&owner, "cash:3", 260_000, None)
    };
    let given = give(fixture, &pack).await.unwrap();
    assert_eq!((given.movement.delta, given.movement.description.as_str()), (credits(260_000), "PACK_3"));
    // The same key in another wallet is another key.
    let other = pupil(fixture, "h").await;
    assert!(!give(fixture, &gift(&other, "one", 1_000, None)).await.unwrap().already);
    // What would leave the columns is refused, not rounded.
    let huge = Grant { amount: Credits::LARGEST, ..gift(&owner, "huge", 1, None) };
    assert!(matches!(give(fixture, &huge).await, Err(LedgerError::InvalidAmount)));
    assert_invariants(fixture).await;
}

/// C8, C13, C14: order of consumption, and what is missing is told.
pub async fn credits_leave_the_lot_that_ends_first(fixture: &Fixture) {
    let owner = pupil(fixture, "o").await;
    let now = fixture.clock.now();
    give(fixture, &gift(&owner, "a", 4_000, None)).await.unwrap();
    give(fixture, &gift(&owner, "b", 2_000, Some(after(now, days(30))))).await.unwrap();
    give(fixture, &gift(&owner, "c", 3_000, Some(after(now, days(10))))).await.unwrap();
    let used = charge(fixture, &owner, "l1", 4_000).await.unwrap();
    assert_eq!((used.delta, used.kind), (credits(-4_000), Some(MovementKind::Usage)));
    let left = |wallet: Wallet| {
        let mut left: Vec<_> = wallet.lots.into_iter().map(|lot| (lot.key, lot.remaining.milli())).collect();
        left.sort();
        left
    };
    assert_eq!(left(wallet(fixture, &owner).await), [("a".to_owned(), 4_000), ("b".to_owned(), 1_000)]);
    let refused = charge(fixture, &owner, "l2", 5_001).await;
    assert!(matches!(
        refused,
        Err(LedgerError::MissingCredits { available, needed }) if (available, needed) == (credits(5_000), credits(5_001))
    ));
    // Half an hour on site is exact.
    charge(fixture, &owner, "l3", 625).await.unwrap();
    assert_eq!(available(fixture, &owner).await, 4_375);
    assert_invariants(fixture).await;
}

/// 16 and 17: one usage, one refund, and together they are nothing.
pub async fn a_lesson_is_charged_and_refunded_once(fixture: &Fixture) {
    let (owner, other) = (pupil(fixture, "l").await, pupil(fixture, "m").await);
    for owner in [&owner, &other] {
        give(fixture, &gift(owner, "a", 5_000, None)).await.unwrap();
    }
    assert!(refund(fixture, "never").await.unwrap().is_none());
    let used = charge(fixture, &owner, "l1", 1_250).await.unwrap();
    assert_eq!(charge(fixture, &owner, "l1", 1_250).await.unwrap(), used);
    for (owner, milli) in [(&owner, 1_000), (&other, 1_250)] {
        assert!(matches!(charge(fixture, owner, "l1", milli).await, Err(LedgerError::LessonAlreadyCharged)));
    }
    let back = refund(fixture, "l1").await.unwrap().unwrap();
    assert_eq!(
        (back.delta, back.reverses, back.owner.clone()),
        (credits(1_250), Some(used.id), owner.clone())
    );
    assert_eq!(refund(fixture, "l1").await.unwrap(), Some(back));
    assert_eq!((available(fixture, &owner).await, available(fixture, &other).await), (5_000, 5_000));
    assert_invariants(fixture).await;
}

/// Decision 12: what comes back lasts seven days at least, and takes nothing else with it.
pub async fn what_comes_back_late_is_a_lot_of_its_own(fixture: &Fixture) {
    let owner = pupil(fixture, "w").await;
    let end = after(fixture.clock.now(), days(10));
    give(fixture, &gift(&owner, "a", 4_000, Some(end))).await.unwrap();
    for name in ["soon", "late", "over"] {
        charge(fixture, &owner, name, 1_000).await.unwrap();
    }
    fixture.clock.advance(days(3));
    refund(fixture, "soon").await.unwrap();
    assert_eq!(wallet(fixture, &owner).await.lots.len(), 1, "seven days are left: the lot is filled again");
    fixture.clock.advance(days(1));
    let late = after(fixture.clock.now(), GRACE);
    refund(fixture, "late").await.unwrap();
    let told = |wallet: Wallet| {
        wallet.lots.into_iter().map(|lot| (lot.remaining, lot.expires_at)).collect::<Vec<_>>()
    };
    assert_eq!(
        told(wallet(fixture, &owner).await),
        [(credits(2_000), Some(end)), (credits(1_000), Some(late))]
    );
    fixture.clock.advance(days(6));
    // The first lot is over, the second is not; a third comes back from the one that is over.
    refund(fixture, "over").await.unwrap();
    let over = after(fixture.clock.now(), GRACE);
    assert_eq!(
        told(wallet(fixture, &owner).await),
        [(credits(1_000), Some(late)), (credits(1_000), Some(over))]
    );
    assert_invariants(fixture).await;
}

/// 19: one expiration per lot, of what it has left, at its end and not before.
pub async fn a_lot_ends_once(fixture: &Fixture) {
    let owner = pupil(fixture, "e").await;
    let end = after(fixture.clock.now(), days(2));
    give(fixture, &gift(&owner, "a", 8_000, Some(end))).await.unwrap();
    charge(fixture, &owner, "l1", 3_000).await.unwrap();
    fixture.clock.advance(days(2).checked_sub(SignedDuration::from_millis(1)).unwrap());
    assert_eq!(available(fixture, &owner).await, 5_000);
    assert_eq!(due(fixture).await, []);
    fixture.clock.advance(SignedDuration::from_millis(1));
    assert_eq!(due(fixture).await, std::slice::from_ref(&owner));
    assert!(matches!(charge(fixture, &owner, "l2", 1).await, Err(LedgerError::MissingCredits { .. })));
    for _ in 0..3 {
        assert_eq!(available(fixture, &owner).await, 0);
    }
    assert_eq!(due(fixture).await, []);
    let expired = r#"credit_tx WHERE "kind" = 'EXPIRATION' AND "deltaMilli" = -5000"#;
    assert_eq!(count(fixture, expired).await, 1);
    assert_eq!(count(fixture, r#"credit_tx WHERE "kind" = 'EXPIRATION'"#).await, 1);
    assert_invariants(fixture).await;
}

async fn due(fixture: &Fixture) -> Vec<UserId> {
    let mut tx = fixture.store.begin().await.unwrap();
    tx.wallets_to_settle(fixture.clock.now(), 10).await.unwrap()
}

/// ADR 40: movements without a kind, as Prisma writes them, get their lots when the wallet is held.
pub async fn what_the_existing_application_wrote_finds_its_lots(fixture: &Fixture) {
    let owner = pupil(fixture, "x").await;
    let id = wallet(fixture, &owner).await.id.0;
    let postgres = beside::is_postgres(fixture);
    let (at, balance, delta) = if postgres {
        ("'2026-01-01'", r#""balance" = "balance" + 5"#, (r#""delta""#, [10, -5]))
    } else {
        ("0", r#""balanceMilli" = "balanceMilli" + 5000"#, (r#""deltaMilli""#, [10_000, -5_000]))
    };
    let (column, [credit, debit]) = delta;
    beside::execute(
        fixture,
        &format!(
            r#"UPDATE credit_wallets SET {balance} WHERE "id" = {id};
               INSERT INTO credit_tx ("walletId", {column}, "reason", "externalId", "at") VALUES ({id}, {debit}, 'SOS_30', 'k-1', {at});
               INSERT INTO credit_tx ("walletId", {column}, "reason", "externalId", "at") VALUES ({id}, {credit}, 'PACK_1', 'cash-confirm', {at});"#
        ),
    )
    .await;
    assert_eq!(due(fixture).await, std::slice::from_ref(&owner));
    let held = wallet(fixture, &owner).await;
    assert_eq!((held.balance, held.available(fixture.clock.now())), (credits(5_000), credits(5_000)));
    assert_eq!(
        (held.lots.len(), held.lots[0].origin, held.lots[0].amount),
        (1, LotOrigin::Import, credits(10_000))
    );
    assert_eq!(due(fixture).await, []);
    assert_invariants(fixture).await;
    // Its keys count: what it did is not done again.
    let mut tx = fixture.store.begin().await.unwrap();
    let before = tx.movement_by_key(held.id, "k-1").await.unwrap().unwrap();
    assert_eq!((before.kind, before.delta), (None, credits(-5_000)));
    drop(tx);
    // A balance that moved without a movement stands, and the movements are completed.
    beside::execute(fixture, &format!(r#"UPDATE credit_wallets SET {balance} WHERE "id" = {id}"#)).await;
    assert_eq!(available(fixture, &owner).await, 10_000);
    assert_invariants(fixture).await;
    // A wallet in quarantine is for people.
    beside::execute(
        fixture,
        &format!(r#"UPDATE credit_wallets SET "quarantinedAt" = {at} WHERE "id" = {id}"#),
    )
    .await;
    assert!(matches!(charge(fixture, &owner, "l1", 1_000).await, Err(LedgerError::InQuarantine)));
}

/// Neither movements nor parts nor lots are changed or removed, whoever tries.
pub async fn the_ledger_is_only_added_to(fixture: &Fixture) {
    let owner = pupil(fixture, "p").await;
    give(fixture, &gift(&owner, "a", 4_000, None)).await.unwrap();
    charge(fixture, &owner, "l1", 1_000).await.unwrap();
    let milli = if beside::is_postgres(fixture) {
        ("delta", "remaining", "amount")
    } else {
        ("deltaMilli", "remainingMilli", "amountMilli")
    };
    for statement in [
        r"DELETE FROM credit_tx".to_owned(),
        r"DELETE FROM credit_tx_lots".to_owned(),
        r"DELETE FROM credit_lots".to_owned(),
        format!(r#"UPDATE credit_tx SET "{}" = 0"#, milli.0),
        r#"UPDATE credit_tx SET "reason" = 'x'"#.to_owned(),
        format!(r#"UPDATE credit_tx_lots SET "{}" = 1"#, milli.0),
        format!(r#"UPDATE credit_lots SET "{0}" = "{0}" + 1"#, milli.1),
        format!(r#"UPDATE credit_lots SET "{0}" = "{0}" + 1"#, milli.2),
        r#"UPDATE credit_lots SET "expiresAt" = "createdAt""#.to_owned(),
        r#"UPDATE credit_lots SET "walletId" = "walletId" + 1"#.to_owned(),
    ] {
        assert!(beside::try_execute(fixture, &statement).await.is_err(), "{statement}");
    }
    assert_eq!(available(fixture, &owner).await, 3_000);
    assert_invariants(fixture).await;
}

/// A movement that takes more than there is is refused with the commit, by its lot and by the balance itself, whatever whoever
/// writes it believes.
pub async fn no_movement_takes_more_than_there_is(fixture: &Fixture) {
    let owner = pupil(fixture, "p").await;
    give(fixture, &gift(&owner, "a", 4_000, None)).await.unwrap();
    let take = async |thousandths| {
        let now = fixture.clock.now();
        let mut tx = fixture.store.begin().await.unwrap();
        let wallet = tx.lock_wallet(&owner, now).await.unwrap();
        let parts = vec![Part::take(wallet.lots[0].id, credits(thousandths))];
        tx.append_movement(&wallet, &Entry::new(MovementKind::Usage, parts, "Trop", "system", now))
            .await
            .unwrap();
        tx.commit().await
    };
    assert!(take(4_001).await.is_err());
    assert_eq!(available(fixture, &owner).await, 4_000);
    let balance = if beside::is_postgres(fixture) { r#""balance" = 3"# } else { r#""balanceMilli" = 3000"# };
    beside::execute(fixture, &format!("UPDATE credit_wallets SET {balance}")).await;
    assert!(matches!(take(3_001).await, Err(StoreError::Corrupt(_))));
    take(3_000).await.unwrap();
}

/// Runs the same thing many times at the same moment.
async fn together<Outcome: Send + 'static>(
    fixture: &Fixture,
    times: usize,
    work: impl Fn(Arc<dyn Store>, Timestamp, usize) -> futures_util::future::BoxFuture<'static, Outcome>,
) -> Vec<Outcome> {
    let (barrier, mut tasks) = (Arc::new(Barrier::new(times)), JoinSet::new());
    for place in 0..times {
        let store: Arc<dyn Store> = fixture.store.clone();
        let (work, barrier) = (work(store, fixture.clock.now(), place), Arc::clone(&barrier));
        tasks.spawn(async move {
            barrier.wait().await;
            work.await
        });
    }
    tasks.join_all().await
}

/// 5 credits, 100 clients: 5 lessons.
pub async fn clients_race_for_five_credits(fixture: &Fixture) {
    let owner = pupil(fixture, "r").await;
    give(fixture, &gift(&owner, "a", 3_000, None)).await.unwrap();
    give(fixture, &gift(&owner, "b", 2_000, Some(after(fixture.clock.now(), days(1))))).await.unwrap();
    let outcomes = together(fixture, 100, |store, now, place| {
        let owner = owner.clone();
        Box::pin(async move { charge_in(&*store, &owner, &format!("l{place}"), 1_000, now).await })
    })
    .await;
    let won = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    let missing =
        outcomes.iter().filter(|outcome| matches!(outcome, Err(LedgerError::MissingCredits { .. }))).count();
    assert_eq!((won, missing), (5, 95));
    assert_eq!(available(fixture, &owner).await, 0);
    assert_invariants(fixture).await;
}

/// C16: one key, fifty at once, one movement; nobody is told anything but that it is done.
pub async fn one_key_moves_credits_once(fixture: &Fixture) {
    // The wallet does not exist yet: making it is part of the race.
    let owner = pupil(fixture, "k").await;
    let outcomes = together(fixture, 50, |store, now, _| {
        let wanted = gift(&owner, "same", 8_000, None);
        Box::pin(async move {
            let mut tx = store.begin().await?;
            let granted = grant(&mut *tx, &wanted, now).await?;
            tx.commit().await?;
            Ok::<_, LedgerError>(granted.already)
        })
    })
    .await;
    let first = outcomes.into_iter().map(Result::unwrap).filter(|already| !already).count();
    assert_eq!(first, 1);
    assert_eq!(available(fixture, &owner).await, 8_000);
    assert_eq!(count(fixture, "credit_wallets").await, 1);
    assert_invariants(fixture).await;
}

/// One lesson, many cancellations: one refund.
pub async fn cancellations_race_for_one_refund(fixture: &Fixture) {
    let owner = pupil(fixture, "c").await;
    give(fixture, &gift(&owner, "a", 3_000, None)).await.unwrap();
    charge(fixture, &owner, "l1", 2_000).await.unwrap();
    let outcomes = together(fixture, 20, |store, now, _| {
        Box::pin(async move { refund_in(&*store, "l1", now).await.unwrap().unwrap().id })
    })
    .await;
    assert!(outcomes.windows(2).all(|pair| pair[0] == pair[1]));
    assert_eq!(available(fixture, &owner).await, 3_000);
    assert_invariants(fixture).await;
}

/// Random grants, lessons, refunds and days that pass do what a small model in memory does.
pub async fn any_sequence_agrees_with_a_model(fixture: &Fixture) {
    for seed in 1..=12_u64 {
        let owner = pupil(fixture, &format!("s{seed}")).await;
        let mut chance = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut draw = |below: i64| {
            chance ^= chance << 13;
            chance ^= chance >> 7;
            chance ^= chance << 17;
            i64::try_from(chance % below.unsigned_abs()).unwrap()
        };
        let mut model = Model::default();
        for step in 0..40 {
            let now = fixture.clock.now();
            match draw(10) {
                0..=2 => {
                    let (milli, end) = (1 + draw(8_000), draw(30));
                    let end = (end < 24).then(|| after(now, days(end - 1)));
                    give(fixture, &gift(&owner, &format!("g{step}"), milli, end)).await.unwrap();
                    model.give(milli, end, now);
                }
                3..=6 => {
                    let (name, milli) = (format!("{seed}-{step}"), 1 + draw(4_000));
                    let outcome = charge(fixture, &owner, &name, milli).await;
                    assert_eq!(outcome.is_ok(), model.charge(&name, milli, now), "seed {seed}, step {step}");
                }
                7..=8 => {
                    let name = format!("{seed}-{}", draw(step + 1));
                    let outcome = refund(fixture, &name).await.unwrap();
                    assert_eq!(outcome.is_some(), model.refund(&name, now), "seed {seed}, step {step}");
                }
                _ => fixture.clock.advance(SignedDuration::from_hours(1 + draw(72))),
            }
            let now = fixture.clock.now();
            assert_eq!(available(fixture, &owner).await, model.available(now), "seed {seed}, step {step}");
        }
    }
    assert_invariants(fixture).await;
}

/// What is set aside cannot be spent; it is captured or released once, and comes back by itself at its deadline.
pub async fn what_is_held_is_not_spent(fixture: &Fixture) {
    let owner = pupil(fixture, "hold").await;
    let now = fixture.clock.now();
    give(fixture, &gift(&owner, "a", 5_000, None)).await.unwrap();
    let set_aside = async |id: &str, milli: i64| {
        let wanted = Reserve {
            id: id.to_owned(),
            owner: owner.clone(),
            amount: credits(milli),
            description: "Place retenue".to_owned(),
            actor: "system".to_owned(),
            deadline: after(now, days(1)),
        };
        let mut tx = fixture.store.begin().await.unwrap();
        let hold = reserve(&mut *tx, &wanted, fixture.clock.now()).await?;
        tx.commit().await.unwrap();
        Ok::<_, LedgerError>(hold)
    };
    for (id, milli) in [("h1", 2_000), ("h2", 1_000), ("h3", 1_500)] {
        assert_eq!(set_aside(id, milli).await.unwrap().state, HoldState::Held);
    }
    assert!(matches!(set_aside("h4", 501).await, Err(LedgerError::MissingCredits { .. })));
    assert!(matches!(charge(fixture, &owner, "l1", 501).await, Err(LedgerError::MissingCredits { .. })));
    let mut tx = fixture.store.begin().await.unwrap();
    assert_eq!(capture(&mut *tx, "h1", now).await.unwrap().state, HoldState::Captured);
    assert_eq!(release(&mut *tx, "h2", "system", now).await.unwrap().delta, credits(1_000));
    for id in ["h1", "h2"] {
        assert!(matches!(capture(&mut *tx, id, now).await, Err(LedgerError::HoldSettled)), "{id}");
        assert!(matches!(release(&mut *tx, id, "system", now).await, Err(LedgerError::HoldSettled)), "{id}");
    }
    assert!(matches!(capture(&mut *tx, "none", now).await, Err(LedgerError::HoldNotFound)));
    assert_eq!(tx.holds_over(now, 10).await.unwrap(), Vec::<String>::new());
    let late = after(now, days(1));
    assert_eq!(tx.holds_over(late, 10).await.unwrap(), ["h3"]);
    assert!(matches!(capture(&mut *tx, "h3", late).await, Err(LedgerError::HoldSettled)));
    tx.commit().await.unwrap();
    assert_eq!(available(fixture, &owner).await, 1_500);
    fixture.clock.advance(days(1));
    let context = LedgerContext {
        store: fixture.store.clone(),
        clock: fixture.clock.clone(),
        ids: Arc::new(CountingIds::new("n")),
        zone: TimeZone::UTC,
    };
    let settled = settle_wallets(&context).await.unwrap();
    assert_eq!((settled.holds, settled.wallets), (1, 0));
    assert_eq!(available(fixture, &owner).await, 3_000);
    assert_invariants(fixture).await;
}

/// A movement is undone once: what it gave only while it is whole, what it took to where it came from.
pub async fn a_movement_is_reversed_once(fixture: &Fixture) {
    let owner = pupil(fixture, "rev").await;
    let now = fixture.clock.now();
    let given = give(fixture, &gift(&owner, "a", 3_000, None)).await.unwrap().movement;
    let spent = {
        let mut tx = fixture.store.begin().await.unwrap();
        let wanted = Spend {
            owner: owner.clone(),
            amount: credits(1_000),
            description: "SOS_15".to_owned(),
            key: Some("sos-1".to_owned()),
            actor: "system".to_owned(),
        };
        let spent = spend(&mut *tx, &wanted, now).await.unwrap();
        let again = spend(&mut *tx, &wanted, now).await.unwrap();
        assert_eq!(
            (again.already, again.movement, again.available),
            (true, spent.movement.clone(), credits(2_000))
        );
        let other = Spend { amount: credits(2_000), ..wanted };
        assert!(matches!(spend(&mut *tx, &other, now).await, Err(LedgerError::KeyReused)));
        tx.commit().await.unwrap();
        spent.movement
    };
    let used = charge(fixture, &owner, "l1", 500).await.unwrap();
    let undo = async |id| {
        let mut tx = fixture.store.begin().await.unwrap();
        let movement = reverse(&mut *tx, id, "Erreur", "system", now).await?;
        tx.commit().await.unwrap();
        Ok::<_, LedgerError>(movement)
    };
    assert!(matches!(undo(given.id).await, Err(LedgerError::NotReversible)), "some of it is spent");
    assert!(matches!(undo(used.id).await, Err(LedgerError::NotReversible)), "a lesson is refunded");
    assert_eq!(undo(spent.id).await.unwrap().delta, credits(1_000));
    assert!(matches!(undo(spent.id).await, Err(LedgerError::AlreadyReversed)));
    refund(fixture, "l1").await.unwrap();
    let back = undo(given.id).await.unwrap();
    assert_eq!((back.delta, back.reverses), (credits(-3_000), Some(given.id)));
    assert!(matches!(undo(back.id).await, Err(LedgerError::NotReversible)));
    assert_eq!(available(fixture, &owner).await, 0);
    assert_invariants(fixture).await;
}

fn transfer_of(from: &UserId, to: &UserId, milli: i64, key: &str) -> Transfer {
    Transfer {
        from: from.clone(),
        to: to.clone(),
        amount: credits(milli),
        key: key.to_owned(),
        given: "Transfert à Léa".to_owned(),
        received: "Transfert reçu d'un parent".to_owned(),
        actor: "system".to_owned(),
    }
}

async fn move_between(
    store: &dyn Store,
    wanted: &Transfer,
    now: Timestamp,
) -> Result<Transferred, LedgerError> {
    let mut tx = store.begin().await?;
    let done = transfer(&mut *tx, wanted, now).await?;
    tx.commit().await?;
    Ok(done)
}

/// Credits that go from one to another stay what they were; the same key moves them once, and neither half is undone alone.
pub async fn credits_go_from_one_to_another_once(fixture: &Fixture) {
    let (from, to) = (pupil(fixture, "from").await, pupil(fixture, "to").await);
    let now = fixture.clock.now();
    let end = after(now, days(3));
    give(fixture, &gift(&from, "late", 3_000, None)).await.unwrap();
    let bought = Grant { origin: LotOrigin::Purchase, ..gift(&from, "soon", 2_000, Some(end)) };
    give(fixture, &bought).await.unwrap();
    let wanted = transfer_of(&from, &to, 2_500, "don-1");
    let done = move_between(&*fixture.store, &wanted, now).await.unwrap();
    assert_eq!((done.left, done.available, done.already), (credits(2_500), credits(2_500), false));
    let mut lots = wallet(fixture, &to).await.lots;
    lots.sort_by_key(|lot| lot.remaining);
    let told: Vec<_> = lots.iter().map(|lot| (lot.origin, lot.remaining.milli(), lot.expires_at)).collect();
    assert_eq!(told, [(LotOrigin::Adjustment, 500, None), (LotOrigin::Purchase, 2_000, Some(end))]);

    let again = move_between(&*fixture.store, &wanted, now).await.unwrap();
    assert_eq!((again.already, again.taken.id, again.given.id), (true, done.taken.id, done.given.id));
    let other = transfer_of(&from, &to, 1_000, "don-1");
    assert!(matches!(move_between(&*fixture.store, &other, now).await, Err(LedgerError::KeyReused)));
    let large = transfer_of(&from, &to, 2_501, "don-2");
    let missing = move_between(&*fixture.store, &large, now).await;
    assert!(matches!(missing, Err(LedgerError::MissingCredits { .. })), "{missing:?}");
    for id in [done.taken.id, done.given.id] {
        let mut tx = fixture.store.begin().await.unwrap();
        let undone = reverse(&mut *tx, id, "Erreur", "system", now).await;
        assert!(matches!(undone, Err(LedgerError::NotReversible)), "{undone:?}");
    }
    for statement in [r#"UPDATE credit_transfers SET "toTxId" = "toTxId""#, "DELETE FROM credit_transfers"] {
        assert!(beside::try_execute(fixture, statement).await.is_err(), "{statement}");
    }
    // What ends where it came from ends where it went.
    fixture.clock.advance(days(4));
    assert_eq!((available(fixture, &from).await, available(fixture, &to).await), (2_500, 500));
    assert_invariants(fixture).await;
}

/// 5 credits, 40 transfers in both directions: nobody falls below nothing, and nothing is lost between two wallets.
pub async fn transfers_race_for_five_credits(fixture: &Fixture) {
    let (one, two) = (pupil(fixture, "one").await, pupil(fixture, "two").await);
    give(fixture, &gift(&one, "a", 5_000, None)).await.unwrap();
    let outcomes = together(fixture, 40, |store, now, place| {
        let (from, to) = if place < 30 { (&one, &two) } else { (&two, &one) };
        let wanted = transfer_of(from, to, 1_000, &format!("race-{place}"));
        Box::pin(async move { (place < 30, move_between(&*store, &wanted, now).await) })
    })
    .await;
    let mut moved = [0_i64, 0_i64];
    for (forward, outcome) in outcomes {
        match outcome {
            Ok(_) => moved[usize::from(!forward)] += 1_000,
            Err(LedgerError::MissingCredits { .. }) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
    let left = (available(fixture, &one).await, available(fixture, &two).await);
    assert_eq!(left, (5_000 - moved[0] + moved[1], moved[0] - moved[1]));
    assert_eq!(left.0 + left.1, 5_000);
    assert!(moved[0] >= 5_000, "every credit went at least once: {moved:?}");
    assert_eq!(count(fixture, "credit_transfers").await * 1_000, moved[0] + moved[1]);
    assert_invariants(fixture).await;
}
