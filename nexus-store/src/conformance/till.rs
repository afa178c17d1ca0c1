//! The till: what the contracts of its ports promise, races included.

use super::{Fixture, samples};
use nexus_core::money::Money;
use nexus_core::till::alert::{AlertDecision, ToldByNotice};
use nexus_core::till::catalogue::{ItemType, PackEntry};
use nexus_core::till::invoice::InvoiceSeries;
use nexus_core::till::order::{NewRecord, OrderedItem, Payment, SeenNotice};
use nexus_core::till::payment::{PaymentKind, PaymentMethod, PaymentState, RecordProvider, RecordState};
use nexus_core::till::ports::{Decision, RecordFilter};
use nexus_core::till::webhook::EventStatus;
use nexus_core::{Checksum, Clock, PaymentId, UserId};
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

const RACERS: usize = 12;

async fn payer(fixture: &Fixture, name: &str) -> UserId {
    samples::save_student(fixture, name).await;
    UserId::parse(format!("parent-user-{name}")).unwrap()
}

fn payment(fixture: &Fixture, id: &str, user: &UserId, name: &str, key: Option<&str>) -> Payment {
    let student = nexus_core::StudentId::parse(format!("student-{name}")).unwrap();
    let item = OrderedItem { kind: ItemType::Pack, key: "CREDITS_10".to_owned() };
    Payment {
        id: PaymentId::parse(id).unwrap(),
        user: user.clone(),
        student: Some(student.clone()),
        kind: PaymentKind::CreditPack,
        item: Some(item.clone()),
        amount: Money::millimes(180_285).unwrap(),
        description: "Dix crédits".to_owned(),
        state: PaymentState::Pending,
        method: Some(PaymentMethod::Wise),
        order_key: key.map(|key| (key.to_owned(), Checksum::of_bytes(b"order"))),
        provider: None,
        metadata: Payment::metadata_of(&student, &item),
        created_at: fixture.clock.now(),
    }
}

/// What is written is read back to the last millime, from inside and from outside.
pub async fn orders_are_read_back(fixture: &Fixture) {
    let user = payer(fixture, "a").await;
    let order = payment(fixture, "order-a", &user, "a", Some("key"));
    let mut tx = fixture.store.begin().await.unwrap();
    assert!(tx.insert_payment(&order).await.unwrap());
    assert!(
        !tx.insert_payment(&Payment { id: PaymentId::parse("order-b").unwrap(), ..order.clone() })
            .await
            .unwrap()
    );
    assert_eq!(tx.lock_payment(&order.id).await.unwrap().unwrap(), order);
    assert_eq!(tx.payment_of_key(&user, "key").await.unwrap().unwrap(), order);
    tx.commit().await.unwrap();
    assert_eq!(fixture.store.payment(&order.id).await.unwrap().unwrap(), order);
    let waiting = fixture.store.waiting_payments(10).await.unwrap();
    assert_eq!((waiting.len(), waiting[0].email.as_str()), (1, "parent.a@example.test"));
}

/// A state moves only from where it stands.
pub async fn a_payment_moves_once(fixture: &Fixture) {
    let user = payer(fixture, "a").await;
    let now = fixture.clock.now();
    let entry = PackEntry { credits: 50, price: Money::millimes(500_285).unwrap(), bonus: 5, active: true };
    let mut tx = fixture.store.begin().await.unwrap();
    let pack = tx.insert_pack(&entry, now).await.unwrap();
    let record = NewRecord {
        provider: RecordProvider::Cash,
        reference: "cash-1".to_owned(),
        user: user.clone(),
        pack: pack.id,
        amount: entry.price,
        state: RecordState::Pending,
        reserved_by: Some(user),
        note: None,
        at: now,
    };
    let record = tx.insert_record(&record).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(fixture.store.packs().await.unwrap()[0].entry, entry);

    let (barrier, mut racers) = (Arc::new(Barrier::new(RACERS)), JoinSet::new());
    for place in 0..RACERS {
        let (store, barrier, id) = (Arc::clone(&fixture.store), Arc::clone(&barrier), record.id);
        racers.spawn(async move {
            barrier.wait().await;
            let to = if place % 2 == 0 { RecordState::Paid } else { RecordState::Cancelled };
            let mut tx = store.begin().await.unwrap();
            let decision = Decision { by: "ADMIN:x", at: now };
            let moved = tx.move_record(id, RecordState::Pending, to, decision).await.unwrap();
            tx.commit().await.unwrap();
            moved
        });
    }
    assert_eq!(racers.join_all().await.into_iter().filter(|moved| *moved).count(), 1);
    let filter = RecordFilter { limit: 10, ..RecordFilter::default() };
    let records = fixture.store.payment_records(&filter).await.unwrap();
    assert_eq!((records.len(), records[0].amount), (1, entry.price));
    assert!(records[0].state.is_final());
}

/// Of many copies of a notice at one time, one is noted; one that is rolled back was none.
pub async fn a_notice_is_noted_once(fixture: &Fixture) {
    let now = fixture.clock.now();
    let seen = SeenNotice {
        provider: "konnect",
        key: "tx-1".to_owned(),
        payment: PaymentId::parse("order-a").unwrap(),
        body: Checksum::of_bytes(b"body"),
        outcome: "completed",
        told: ToldByNotice {
            status: EventStatus::Completed,
            key: "tx-1".to_owned(),
            minor: Some(180_000),
            currency: Some("TND".to_owned()),
        },
        at: now,
    };
    let mut tx = fixture.store.begin().await.unwrap();
    assert!(tx.note_notice(&seen).await.unwrap());
    drop(tx);
    let (barrier, mut racers) = (Arc::new(Barrier::new(RACERS)), JoinSet::new());
    for _ in 0..RACERS {
        let (store, barrier, seen) = (Arc::clone(&fixture.store), Arc::clone(&barrier), seen.clone());
        racers.spawn(async move {
            barrier.wait().await;
            let mut tx = store.begin().await.unwrap();
            let first = tx.note_notice(&seen).await.unwrap();
            tx.commit().await.unwrap();
            first
        });
    }
    assert_eq!(racers.join_all().await.into_iter().filter(|first| *first).count(), 1);
}

/// Numbers follow each other whoever takes them, and those of transactions that are given up are taken again.
pub async fn numbers_have_no_gap(fixture: &Fixture) {
    let (barrier, mut racers) = (Arc::new(Barrier::new(RACERS)), JoinSet::new());
    for place in 0..RACERS {
        let (store, barrier) = (Arc::clone(&fixture.store), Arc::clone(&barrier));
        racers.spawn(async move {
            barrier.wait().await;
            let mut taken = Vec::new();
            for turn in 0..6 {
                let mut tx = store.begin().await.unwrap();
                let number = tx.take_invoice_place(InvoiceSeries::Invoice, 2026).await.unwrap();
                if (place + turn) % 3 == 0 {
                    drop(tx);
                } else {
                    tx.commit().await.unwrap();
                    taken.push(number);
                }
            }
            taken
        });
    }
    let taken: Vec<u32> = racers.join_all().await.into_iter().flatten().collect();
    let distinct: BTreeSet<u32> = taken.iter().copied().collect();
    assert_eq!(distinct.len(), taken.len(), "{taken:?}");
    assert_eq!(distinct.last().copied(), u32::try_from(taken.len()).ok(), "{distinct:?}");
    let mut tx = fixture.store.begin().await.unwrap();
    assert_eq!(tx.take_invoice_place(InvoiceSeries::CreditNote, 2026).await.unwrap(), 1);
    assert_eq!(tx.take_invoice_place(InvoiceSeries::Invoice, 2027).await.unwrap(), 1);
}

/// Two senders of one key make one order.
pub async fn senders_race_for_one_order(fixture: &Fixture) {
    let user = payer(fixture, "a").await;
    let (barrier, mut racers) = (Arc::new(Barrier::new(RACERS)), JoinSet::new());
    for place in 0..RACERS {
        let order = payment(fixture, &format!("order-{place}"), &user, "a", Some("same"));
        let (store, barrier) = (Arc::clone(&fixture.store), Arc::clone(&barrier));
        racers.spawn(async move {
            barrier.wait().await;
            let mut tx = store.begin().await.unwrap();
            let first = tx.insert_payment(&order).await.unwrap();
            tx.commit().await.unwrap();
            first
        });
    }
    assert_eq!(racers.join_all().await.into_iter().filter(|first| *first).count(), 1);
}

/// Whoever reads changes behind a number misses none, whatever the order in which they were begun and committed.
pub async fn changes_are_numbered_as_they_are_committed(fixture: &Fixture) {
    let now = fixture.clock.now();
    let mut writers = JoinSet::new();
    for place in 0..RACERS {
        let store = Arc::clone(&fixture.store);
        writers.spawn(async move {
            let mut tx = store.begin().await.unwrap();
            tx.note_pricing_change("pack", &json!({"place": place}), now).await.unwrap();
            tx.commit().await.unwrap();
        });
    }
    let (mut seen, mut told) = (0, BTreeSet::new());
    let mut read = async || {
        for change in fixture.store.pricing_changes(seen, 3).await.unwrap() {
            assert!(change.id > seen);
            seen = change.id;
            told.insert(change.payload["place"].as_u64().unwrap());
        }
        told.len()
    };
    while !writers.is_empty() {
        read().await;
        writers.join_next().await.unwrap().unwrap();
    }
    while read().await < RACERS {}
    assert_eq!(fixture.store.pricing_changes(0, 100).await.unwrap().len(), RACERS);
}

/// A notice that was put aside is decided about by one person, however many try.
pub async fn an_alert_is_decided_once(fixture: &Fixture) {
    let now = fixture.clock.now();
    let told = ToldByNotice {
        status: EventStatus::Completed,
        key: "tx-1".to_owned(),
        minor: None,
        currency: Some("EUR".to_owned()),
    };
    let seen = SeenNotice {
        provider: "konnect",
        key: "tx-1".to_owned(),
        payment: PaymentId::parse("order-a").unwrap(),
        body: Checksum::of_bytes(b"body"),
        outcome: "mismatch",
        told: told.clone(),
        at: now,
    };
    let mut tx = fixture.store.begin().await.unwrap();
    assert!(tx.note_notice(&seen).await.unwrap());
    tx.commit().await.unwrap();
    let waiting = fixture.store.alerts(true, 10).await.unwrap();
    let [alert] = waiting.as_slice() else { panic!("one alert, not {waiting:?}") };
    assert_eq!((alert.told.as_ref(), alert.decision.as_ref()), (Some(&told), None));
    assert_eq!(fixture.store.alarming_notices().await.unwrap(), 1);

    let (barrier, mut racers, id) = (Arc::new(Barrier::new(RACERS)), JoinSet::new(), alert.id);
    for place in 0..RACERS {
        let (store, barrier) = (Arc::clone(&fixture.store), Arc::clone(&barrier));
        racers.spawn(async move {
            barrier.wait().await;
            let reason = format!("raison {place}");
            let decision =
                AlertDecision { accepted: place % 2 == 0, reason, by: "ADMIN:a".to_owned(), at: now };
            let mut tx = store.begin().await.unwrap();
            let first = tx.insert_alert_decision(id, &decision).await.unwrap();
            tx.commit().await.unwrap();
            first.then_some(decision)
        });
    }
    let winners: Vec<_> = racers.join_all().await.into_iter().flatten().collect();
    let [winner] = winners.as_slice() else { panic!("one winner, not {winners:?}") };
    assert!(fixture.store.alerts(true, 10).await.unwrap().is_empty());
    let all = fixture.store.alerts(false, 10).await.unwrap();
    assert_eq!(all[0].decision.as_ref(), Some(winner));
    assert_eq!(fixture.store.alarming_notices().await.unwrap(), 0);
}
