//! What is old is forgotten, as the rules of the core say, and nothing else.

use super::{Fixture, beside};
use jiff::{SignedDuration, Timestamp};
use nexus_core::identity::email_address::EmailAddress;
use nexus_core::identity::member::{Member, NewAccount};
use nexus_core::mail::{MailLogEntry, MailLogFilter, MailMessage, MailStatus, MailTo};
use nexus_core::outbox::{
    EffectFilter, EffectKind, EffectOutcome, EffectState, FailureCode, NewEffect, StoredEffect,
};
use nexus_core::retention::{
    BATCH, Forgotten, Kept, RetentionPolicy, effect_is_due, forget_what_is_old, mail_log_is_due,
    notification_is_due,
};
use nexus_core::seed::{SeedRow, SeedValue};
use nexus_core::testing::CountingIds;
use nexus_core::{Clock, EffectId, UserId};
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

const LEASE: SignedDuration = SignedDuration::from_secs(60);

fn id(name: &str) -> EffectId {
    EffectId::parse(name).unwrap()
}

fn before(instant: Timestamp, duration: SignedDuration) -> Timestamp {
    instant.checked_sub(duration).unwrap()
}

/// Writes an effect of a moment, with its line of the mail log, and brings it to a state at another moment.
async fn effect(fixture: &Fixture, name: &str, created_at: Timestamp, state: EffectState, at: Timestamp) {
    let to = MailTo::Address { address: "lea@example.test".into(), name: "Léa".into() };
    let ids = CountingIds::new("unused");
    let effect = NewEffect::mail(&ids, created_at, name, to, MailMessage::AddressAlreadyKnown);
    let mut tx = fixture.store.begin().await.unwrap();
    tx.add(&NewEffect { id: id(name), ..effect }).await.unwrap();
    tx.commit().await.unwrap();
    log(fixture, name, created_at).await;
    if state == EffectState::Discarded {
        let mut tx = fixture.store.begin().await.unwrap();
        tx.discard_effect(&id(name), at).await.unwrap();
        tx.commit().await.unwrap();
    }
    if matches!(state, EffectState::Pending | EffectState::Discarded) {
        return;
    }
    let claimed = fixture.store.claim_effect(EffectKind::ALL, created_at, LEASE).await.unwrap().unwrap();
    assert_eq!(claimed.id, id(name));
    let mut tx = fixture.store.begin().await.unwrap();
    tx.begin_sending(&claimed).await.unwrap();
    let reason = FailureCode::from_stored(FailureCode::WORKER_LOST.to_owned());
    let outcome = match state {
        EffectState::Sent => Some(EffectOutcome::Sent),
        EffectState::Dead => Some(EffectOutcome::Dead { reason }),
        EffectState::Ambiguous => Some(EffectOutcome::Ambiguous { reason }),
        _ => None,
    };
    if let Some(outcome) = outcome {
        tx.settle_effect(&claimed, &outcome, at).await.unwrap();
    }
    tx.commit().await.unwrap();
}

async fn log(fixture: &Fixture, name: &str, created_at: Timestamp) {
    let entry = MailLogEntry {
        effect: id(name),
        user: None,
        address: "lea@example.test".into(),
        template: "address_already_known",
        status: MailStatus::Failed,
        attempts: 1,
        error: None,
        message_id: format!("{name}@nexus.test"),
        created_at,
        sent_at: None,
    };
    let mut tx = fixture.store.begin().await.unwrap();
    tx.log_mail(&entry).await.unwrap();
    tx.commit().await.unwrap();
}

async fn effects(fixture: &Fixture) -> Vec<StoredEffect> {
    fixture.store.effects(&EffectFilter { states: Vec::new(), limit: 1_000 }).await.unwrap()
}

async fn logged(fixture: &Fixture) -> Vec<(EffectId, Timestamp)> {
    let filter = MailLogFilter { user: None, address: None, limit: 1_000 };
    let lines = fixture.store.mail_log(&filter).await.unwrap();
    lines.into_iter().map(|line| (line.id, line.created_at)).collect()
}

async fn forget(fixture: &Fixture, kept: Kept, cutoff: Timestamp, most: u32) -> u64 {
    let mut tx = fixture.store.begin().await.unwrap();
    let count = tx.forget_old(kept, cutoff, most).await.unwrap();
    tx.commit().await.unwrap();
    count
}

/// Every state at every moment around the cutoff: the store selects what the rule selects.
pub async fn settled_effects_and_their_lines_go_when_they_are_old(fixture: &Fixture) {
    let cutoff = fixture.clock.now();
    let instant = SignedDuration::from_millis(1);
    let moments = [
        ("long", before(cutoff, SignedDuration::from_hours(1_000))),
        ("just", before(cutoff, instant)),
        ("at", cutoff),
        ("after", cutoff.checked_add(instant).unwrap()),
    ];
    for state in EffectState::ALL {
        for (moment, at) in moments {
            let name = format!("{}-{moment}", state.as_str());
            // Taken before the next is written, so that it is the one that is claimed; what waits comes last.
            if state != EffectState::Pending {
                effect(fixture, &name, before(at, LEASE), state, at).await;
            }
        }
    }
    for (moment, at) in moments {
        effect(fixture, &format!("PENDING-{moment}"), at, EffectState::Pending, at).await;
    }
    // The effect of these lines is gone already.
    for (moment, at) in moments {
        log(fixture, &format!("gone-{moment}"), at).await;
    }

    let stored = effects(fixture).await;
    assert_eq!(stored.len(), 24);
    let due = |effect: &&StoredEffect| effect_is_due(effect.state, effect.settled_at, cutoff);
    let open: BTreeSet<_> =
        stored.iter().filter(|effect| !effect.state.is_final()).map(|effect| effect.id.to_string()).collect();
    let lines = logged(fixture).await;
    let line_is_due = |(id, created_at): &&(EffectId, Timestamp)| {
        mail_log_is_due(open.contains(id.as_str()), *created_at, cutoff)
    };
    let names = |effects: Vec<StoredEffect>| -> BTreeSet<String> {
        effects.into_iter().map(|effect| effect.id.to_string()).collect()
    };
    let staying_lines: BTreeSet<_> =
        lines.iter().filter(|line| !line_is_due(line)).map(|(id, _)| id.to_string()).collect();
    let (going, going_lines) =
        (stored.iter().filter(due).count() as u64, lines.iter().filter(line_is_due).count() as u64);
    assert_eq!((going, going_lines), (4, 10));
    let staying: Vec<_> = stored.iter().filter(|effect| !due(effect)).cloned().collect();

    assert_eq!(forget(fixture, Kept::SettledEffects, cutoff, 100).await, going);
    assert_eq!(names(effects(fixture).await), names(staying));
    assert_eq!(forget(fixture, Kept::MailLog, cutoff, 100).await, going_lines);
    let left: BTreeSet<_> = logged(fixture).await.into_iter().map(|(id, _)| id.to_string()).collect();
    assert_eq!(left, staying_lines);
    for kept in [Kept::SettledEffects, Kept::MailLog] {
        assert_eq!(forget(fixture, kept, cutoff, 100).await, 0);
    }
}

async fn reader(fixture: &Fixture) -> UserId {
    let user = UserId::parse("reader").unwrap();
    let member = Member::assistant(NewAccount {
        id: user.clone(),
        email: EmailAddress::parse("lecture@example.test").unwrap(),
        first_name: "Inès".into(),
        last_name: "Gharbi".into(),
        phone: None,
        password: None,
        now: fixture.clock.now(),
    });
    let mut tx = fixture.store.begin().await.unwrap();
    assert!(tx.insert_member(&member).await.unwrap());
    tx.commit().await.unwrap();
    user
}

fn notification(name: &str, user: &UserId, read: bool, updated_at: Timestamp) -> SeedRow {
    SeedRow::of("notifications")
        .with("id", name)
        .with("userId", user.as_str())
        .with("userRole", SeedValue::Word("ASSISTANTE"))
        .with("type", "TEST")
        .with("title", "Titre")
        .with("message", "Texte")
        .with("data", SeedValue::JsonText(json!({})))
        .with("read", read)
        .with("createdAt", updated_at)
        .with("updatedAt", updated_at)
}

async fn write(fixture: &Fixture, rows: &[SeedRow]) {
    let mut tx = fixture.store.begin().await.unwrap();
    for row in rows {
        tx.insert_seed_row(row).await.unwrap();
    }
    tx.commit().await.unwrap();
}

async fn is_there(fixture: &Fixture, name: &str) -> bool {
    let query = format!("SELECT CAST(count(*) AS TEXT) FROM notifications WHERE \"id\" = '{name}'");
    beside::text(fixture, &query).await.as_deref() == Some("1")
}

/// Notifications that were read and are old go; unread ones and those in quarantine stay.
pub async fn read_notifications_go_when_they_are_old(fixture: &Fixture) {
    let (user, cutoff) = (reader(fixture).await, fixture.clock.now());
    let mut expected = Vec::new();
    for (number, distance) in [-100_000_000, -1_000, -1, 0, 1, 1_000].into_iter().enumerate() {
        let updated_at = cutoff.checked_add(SignedDuration::from_millis(distance)).unwrap();
        for read in [true, false] {
            let name = format!("n-{number}-{read}");
            write(fixture, &[notification(&name, &user, read, updated_at)]).await;
            expected.push((name, !notification_is_due(read, updated_at, cutoff)));
        }
    }
    let kept = notification("quarantined", &user, true, before(cutoff, LEASE)).with("quarantinedAt", cutoff);
    write(fixture, &[kept]).await;
    expected.push(("quarantined".to_owned(), true));

    // The oldest first, and no more than was asked for.
    assert_eq!(forget(fixture, Kept::ReadNotifications, cutoff, 1).await, 1);
    assert!(!is_there(fixture, "n-0-true").await && is_there(fixture, "n-1-true").await);
    assert_eq!(forget(fixture, Kept::ReadNotifications, cutoff, 100).await, 2);
    for (name, stays) in expected {
        assert_eq!(is_there(fixture, &name).await, stays, "{name}");
    }
}

/// Several workers forget together: each row goes once, no batch is larger than asked for.
pub async fn workers_race_to_forget(fixture: &Fixture) {
    let (user, cutoff) = (reader(fixture).await, fixture.clock.now());
    let rows: Vec<_> = (0..60)
        .map(|number| notification(&format!("n-{number}"), &user, true, before(cutoff, LEASE)))
        .collect();
    write(fixture, &rows).await;
    let barrier = Arc::new(Barrier::new(4));
    let mut tasks = JoinSet::new();
    for _ in 0..4 {
        let (store, barrier) = (Arc::clone(&fixture.store), Arc::clone(&barrier));
        tasks.spawn(async move {
            barrier.wait().await;
            let mut total = 0;
            loop {
                let mut tx = store.begin().await.unwrap();
                let count = tx.forget_old(Kept::ReadNotifications, cutoff, 7).await.unwrap();
                tx.commit().await.unwrap();
                assert!(count <= 7, "{count}");
                total += count;
                if count == 0 {
                    return total;
                }
            }
        });
    }
    assert_eq!(tasks.join_all().await.iter().sum::<u64>(), 60);
}

/// The audit log tells how much was forgotten about people, batch by batch, and names nobody.
pub async fn forgetting_is_counted_in_the_audit_log(fixture: &Fixture) {
    let (user, now) = (reader(fixture).await, fixture.clock.now());
    let policy = RetentionPolicy::default();
    let old = before(now, SignedDuration::from_hours(24 * 366));
    let rows: Vec<_> =
        (0..BATCH + 3).map(|number| notification(&format!("n-{number}"), &user, true, old)).collect();
    write(fixture, &rows).await;
    effect(fixture, "sent", old, EffectState::Sent, old).await;
    let forgotten = forget_what_is_old(fixture.store.as_ref(), &policy, now).await.unwrap();
    let expected = Forgotten { effects: 1, mail_log: 1, notifications: u64::from(BATCH) + 3 };
    assert_eq!(forgotten, expected);
    let rows = fixture.store.recent_audit(10).await.unwrap();
    let told: Vec<_> = rows
        .iter()
        .rev()
        .map(|row| format!("{} {} {}", row.actor, row.action, row.diff.as_deref().unwrap_or_default()))
        .collect();
    assert_eq!(told.len(), 3, "{told:?}");
    let is_plain = |line: &String| line.starts_with("system RGPD_PURGE ") && !line.contains("reader");
    assert!(told.iter().all(is_plain), "{told:?}");
    for (line, words) in told.iter().zip(["mail_logs", "notifications", "notifications"]) {
        assert!(line.contains(words), "{told:?}");
    }
    assert!(forget_what_is_old(fixture.store.as_ref(), &policy, now).await.unwrap().is_nothing());
    assert_eq!(fixture.store.recent_audit(10).await.unwrap().len(), 3, "nothing is nothing to tell");
}
