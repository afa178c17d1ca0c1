//! Effects: written with their cause, carried out once, never repeated blindly.

use super::{Fixture, beside, samples};
use jiff::SignedDuration;
use nexus_core::mail::{
    LinkPage, MailLogEntry, MailLogFilter, MailMessage, MailStatus, MailTo, OneTimeLink, mask_address,
};
use nexus_core::outbox::{
    Backlog, ClaimedEffect, DecisionError, Effect, EffectFilter, EffectKind, EffectOutcome, EffectState,
    FailureCode, NewEffect, PersonDecision, StoredEffect, Swept, decide,
};
use nexus_core::{Clock, EffectId, LeaseError, UserId};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

const LEASE: SignedDuration = SignedDuration::from_secs(60);

fn message(fixture: &Fixture) -> MailMessage {
    MailMessage::PasswordReset {
        link: OneTimeLink::new(LinkPage::ResetPassword, "very-secret-token"),
        valid_until: fixture.clock.now().checked_add(SignedDuration::from_hours(1)).unwrap(),
    }
}

/// A mail with a link that works for an hour.
fn effect(fixture: &Fixture, name: &str) -> NewEffect {
    let to = MailTo::Address { address: format!("{name}@example.test"), name: "Léa".into() };
    let ids = nexus_core::testing::CountingIds::new("unused");
    let effect = NewEffect::mail(&ids, fixture.clock.now(), format!("key-{name}"), to, message(fixture));
    NewEffect { id: id(name), ..effect }
}

/// A mail that makes sense for ever.
fn lasting(fixture: &Fixture, name: &str) -> NewEffect {
    NewEffect { expires_at: None, ..effect(fixture, name) }
}

fn id(name: &str) -> EffectId {
    EffectId::parse(format!("effect-{name}")).unwrap()
}

async fn add(fixture: &Fixture, effect: &NewEffect) {
    let mut tx = fixture.store.begin().await.unwrap();
    tx.add(effect).await.unwrap();
    tx.commit().await.unwrap();
}

/// Claims an effect that a transaction held which was dropped: the database lets go of it a moment later, and a claim passes over
/// what is held.
async fn claim_soon(fixture: &Fixture) -> ClaimedEffect {
    let claimed = async {
        loop {
            if let Some(claimed) = claim(fixture).await {
                return claimed;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(30), claimed).await.unwrap()
}

async fn claim(fixture: &Fixture) -> Option<ClaimedEffect> {
    fixture.store.claim_effect(EffectKind::ALL, fixture.clock.now(), LEASE).await.unwrap()
}

/// Whether the bell was rung since it was last asked.
async fn rung(fixture: &Fixture) -> bool {
    tokio::time::timeout(Duration::ZERO, fixture.store.effect_bell().notified()).await.is_ok()
}

async fn begin_sending(fixture: &Fixture, effect: &ClaimedEffect) -> Result<(), LeaseError> {
    let mut tx = fixture.store.begin().await.unwrap();
    tx.begin_sending(effect).await?;
    tx.commit().await.unwrap();
    Ok(())
}

async fn settle(
    fixture: &Fixture,
    effect: &ClaimedEffect,
    outcome: &EffectOutcome,
) -> Result<(), LeaseError> {
    let mut tx = fixture.store.begin().await.unwrap();
    tx.settle_effect(effect, outcome, fixture.clock.now()).await?;
    tx.commit().await.unwrap();
    Ok(())
}

async fn stored(fixture: &Fixture, name: &str) -> StoredEffect {
    let mut tx = fixture.store.begin().await.unwrap();
    tx.lock_effect(&id(name)).await.unwrap().expect("the effect exists")
}

async fn payload(fixture: &Fixture, name: &str) -> Option<String> {
    beside::text(fixture, &format!(r#"SELECT "payload" FROM outbox WHERE "id" = 'effect-{name}'"#)).await
}

fn log_entry(fixture: &Fixture, name: &str, status: MailStatus) -> MailLogEntry {
    MailLogEntry {
        effect: id(name),
        user: None,
        address: format!("{name}@example.test"),
        template: "password_reset",
        status,
        attempts: 1,
        error: None,
        message_id: format!("effect-{name}@nexus.test"),
        created_at: fixture.clock.now(),
        sent_at: None,
    }
}

async fn log(fixture: &Fixture, entry: &MailLogEntry) {
    let mut tx = fixture.store.begin().await.unwrap();
    tx.log_mail(entry).await.unwrap();
    tx.commit().await.unwrap();
}

async fn statuses(fixture: &Fixture) -> Vec<(String, MailStatus, Option<String>)> {
    let filter = MailLogFilter { user: None, address: None, limit: 100 };
    let lines = fixture.store.mail_log(&filter).await.unwrap();
    let mut lines: Vec<_> = lines
        .into_iter()
        .map(|line| (line.id.to_string(), line.status, line.error_code.map(|code| code.to_string())))
        .collect();
    lines.sort_by(|one, other| one.0.cmp(&other.0));
    lines
}

/// The same cause sent twice gives one effect.
pub async fn one_effect_per_key(fixture: &Fixture) {
    let first = effect(fixture, "a");
    add(fixture, &first).await;
    add(fixture, &NewEffect { id: id("other"), ..first.clone() }).await;
    let claimed = claim(fixture).await.unwrap();
    assert_eq!((&claimed.id, claimed.effect.as_ref()), (&first.id, Some(&first.effect)));
    assert_eq!((claimed.created_at, claimed.expires_at), (first.created_at, first.expires_at));
    assert!(claim(fixture).await.is_none());
}

/// An effect exists when its cause does, and not otherwise.
pub async fn an_effect_commits_with_its_cause(fixture: &Fixture) {
    let (family, _) = samples::people("a");
    let mut tx = fixture.store.begin().await.unwrap();
    tx.save_family(&family).await.unwrap();
    tx.add(&effect(fixture, "a")).await.unwrap();
    drop(tx);
    assert!(claim(fixture).await.is_none());

    let mut tx = fixture.store.begin().await.unwrap();
    tx.save_family(&family).await.unwrap();
    tx.add(&effect(fixture, "a")).await.unwrap();
    tx.commit().await.unwrap();
    assert!(claim(fixture).await.is_some());
    assert_eq!(fixture.store.count_people().await.unwrap(), 1);
}

/// While a lease runs nobody else gets the effect; when it ends before sending began, somebody does, one attempt later.
pub async fn a_claimed_effect_is_nobody_elses(fixture: &Fixture) {
    add(fixture, &lasting(fixture, "a")).await;
    let first = claim(fixture).await.unwrap();
    assert_eq!(first.attempt, 1);
    assert!(claim(fixture).await.is_none());
    fixture.clock.advance(SignedDuration::from_secs(40));
    let until = fixture.clock.now().checked_add(LEASE).unwrap();
    fixture.store.extend_effect(&first, until).await.unwrap();
    fixture.clock.advance(SignedDuration::from_secs(40));
    assert!(claim(fixture).await.is_none(), "the lease was extended");

    fixture.clock.advance(SignedDuration::from_secs(40));
    assert_eq!(fixture.store.sweep_outbox(fixture.clock.now()).await.unwrap(), Swept::default());
    let second = claim(fixture).await.expect("the lease has ended");
    assert_eq!(second.attempt, 2);
    assert_ne!(second.token, first.token);
    // The first worker comes back to life: it may not hand anything over, nor say how it ended.
    assert!(matches!(begin_sending(fixture, &first).await, Err(LeaseError::LeaseLost)));
    assert!(matches!(fixture.store.extend_effect(&first, until).await, Err(LeaseError::LeaseLost)));
    let sent = settle(fixture, &first, &EffectOutcome::Sent).await;
    assert!(matches!(sent, Err(LeaseError::LeaseLost)));
    begin_sending(fixture, &second).await.unwrap();
    settle(fixture, &second, &EffectOutcome::Sent).await.unwrap();
    let again = settle(fixture, &second, &EffectOutcome::Sent).await;
    assert!(matches!(again, Err(LeaseError::LeaseLost)), "settled once");
    assert_eq!(stored(fixture, "a").await.state, EffectState::Sent);
}

/// A worker that disappears while it sends leaves a question, never a second sending.
pub async fn a_worker_lost_while_sending_leaves_a_question(fixture: &Fixture) {
    add(fixture, &lasting(fixture, "a")).await;
    let claimed = claim(fixture).await.unwrap();
    begin_sending(fixture, &claimed).await.unwrap();
    log(fixture, &log_entry(fixture, "a", MailStatus::Sending)).await;
    assert_eq!(fixture.store.sweep_outbox(fixture.clock.now()).await.unwrap(), Swept::default());

    fixture.clock.advance(LEASE);
    assert!(claim(fixture).await.is_none(), "never claimed again by itself");
    let swept = fixture.store.sweep_outbox(fixture.clock.now()).await.unwrap();
    assert_eq!(swept, Swept { ambiguous: 1, expired: 0 });
    let effect = stored(fixture, "a").await;
    assert_eq!(effect.state, EffectState::Ambiguous);
    assert_eq!(effect.reason, Some(FailureCode::named(FailureCode::WORKER_LOST)));
    assert!(effect.has_payload, "a person may decide to send it");
    let told = ("effect-a".to_owned(), MailStatus::Ambiguous, Some("worker_lost".to_owned()));
    assert_eq!(statuses(fixture).await, [told]);
    fixture.clock.advance(SignedDuration::from_hours(48));
    assert!(claim(fixture).await.is_none());
    // Too late: the question is asked already.
    let late = settle(fixture, &claimed, &EffectOutcome::Sent).await;
    assert!(matches!(late, Err(LeaseError::LeaseLost)));
    assert_eq!(fixture.store.sweep_outbox(fixture.clock.now()).await.unwrap(), Swept::default());
}

/// The payload cannot be read in the database, and is gone once it has served.
pub async fn a_payload_is_sealed_and_then_erased(fixture: &Fixture) {
    for name in ["sent", "discarded", "expired", "retried"] {
        add(fixture, &effect(fixture, name)).await;
        let text = payload(fixture, name).await.unwrap();
        assert!(text.starts_with("v1.") && !text.contains("secret") && !text.contains("example"), "{text}");
    }
    let reason = FailureCode::numbered("smtp", 451);
    for _ in 0..4 {
        let claimed = claim(fixture).await.unwrap();
        assert_eq!(claimed.effect.as_ref().map(Effect::kind), Some(EffectKind::SendMail));
        let outcome = match claimed.id.as_str() {
            "effect-sent" => EffectOutcome::Sent,
            "effect-retried" => EffectOutcome::Retry {
                at: fixture.clock.now().checked_add(SignedDuration::from_secs(5)).unwrap(),
                reason: reason.clone(),
            },
            "effect-expired" => EffectOutcome::Ambiguous { reason: reason.clone() },
            _ => EffectOutcome::Dead { reason: reason.clone() },
        };
        settle(fixture, &claimed, &outcome).await.unwrap();
    }
    let mut tx = fixture.store.begin().await.unwrap();
    tx.discard_effect(&id("discarded"), fixture.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!((payload(fixture, "sent").await, payload(fixture, "discarded").await), (None, None));
    assert!(payload(fixture, "expired").await.is_some() && payload(fixture, "retried").await.is_some());
    assert_eq!(stored(fixture, "retried").await.reason, Some(reason));

    fixture.clock.advance(SignedDuration::from_hours(2));
    let swept = fixture.store.sweep_outbox(fixture.clock.now()).await.unwrap();
    assert_eq!(swept, Swept { ambiguous: 0, expired: 1 }, "what waited for its next try");
    for name in ["sent", "discarded", "expired", "retried"] {
        assert_eq!(payload(fixture, name).await, None, "{name}");
    }
    assert_eq!(stored(fixture, "expired").await.state, EffectState::Ambiguous);
    let retried = stored(fixture, "retried").await;
    assert_eq!((retried.state, retried.reason.unwrap().as_str()), (EffectState::Dead, "expired"));
    assert!(claim(fixture).await.is_none());
}

/// An effect is not claimed before its time, and a retry waits for its own.
pub async fn an_effect_waits_for_its_time(fixture: &Fixture) {
    let later = fixture.clock.now().checked_add(SignedDuration::from_secs(10)).unwrap();
    add(fixture, &NewEffect { run_at: later, ..lasting(fixture, "a") }).await;
    assert!(claim(fixture).await.is_none());
    fixture.clock.advance(SignedDuration::from_secs(10));
    let claimed = claim(fixture).await.unwrap();
    let at = fixture.clock.now().checked_add(SignedDuration::from_secs(5)).unwrap();
    let outcome = EffectOutcome::Retry { at, reason: FailureCode::named("connection") };
    settle(fixture, &claimed, &outcome).await.unwrap();
    assert!(claim(fixture).await.is_none());
    fixture.clock.advance(SignedDuration::from_secs(5));
    assert_eq!(claim(fixture).await.unwrap().attempt, 2);
}

/// A person sends again, or lets be, what no worker goes on with; who did it is recorded.
pub async fn a_person_decides(fixture: &Fixture) {
    let decide = |name: &'static str, decision| {
        let (store, clock) = (Arc::clone(&fixture.store), Arc::clone(&fixture.clock));
        async move { decide(store.as_ref(), clock.as_ref(), "ADMIN:u1", &id(name), decision).await }
    };
    add(fixture, &lasting(fixture, "a")).await;
    assert!(matches!(decide("absent", PersonDecision::Retry).await, Err(DecisionError::Absent)));
    assert!(matches!(decide("a", PersonDecision::Retry).await, Err(DecisionError::Invalid(_))));
    let claimed = claim_soon(fixture).await;
    begin_sending(fixture, &claimed).await.unwrap();
    log(fixture, &log_entry(fixture, "a", MailStatus::Sending)).await;
    assert!(matches!(decide("a", PersonDecision::Discard).await, Err(DecisionError::Invalid(_))));
    let lost = EffectOutcome::Ambiguous { reason: FailureCode::named("answer_lost") };
    settle(fixture, &claimed, &lost).await.unwrap();

    assert_eq!(decide("a", PersonDecision::Retry).await.unwrap(), EffectState::Pending);
    assert_eq!(statuses(fixture).await[0].1, MailStatus::Failed);
    let again = claim(fixture).await.unwrap();
    assert_eq!((again.attempt, again.effect), (1, claimed.effect));
    let dead = EffectOutcome::Dead { reason: FailureCode::numbered("smtp", 550) };
    let again = ClaimedEffect { effect: None, ..again };
    settle(fixture, &again, &dead).await.unwrap();
    assert_eq!(decide("a", PersonDecision::Discard).await.unwrap(), EffectState::Discarded);
    assert_eq!(statuses(fixture).await[0].1, MailStatus::Discarded);
    assert!(matches!(decide("a", PersonDecision::Retry).await, Err(DecisionError::Invalid(_))));

    // What it offered is no longer valid.
    add(fixture, &effect(fixture, "b")).await;
    let claimed = claim(fixture).await.unwrap();
    settle(fixture, &claimed, &lost).await.unwrap();
    fixture.clock.advance(SignedDuration::from_hours(2));
    assert!(matches!(decide("b", PersonDecision::Retry).await, Err(DecisionError::Expired)));
    fixture.store.sweep_outbox(fixture.clock.now()).await.unwrap();
    assert!(matches!(decide("b", PersonDecision::Retry).await, Err(DecisionError::Expired)));
    assert_eq!(decide("b", PersonDecision::Discard).await.unwrap(), EffectState::Discarded);

    let recorded = fixture.store.recent_audit(10).await.unwrap();
    let recorded: Vec<_> = recorded.iter().map(|row| (row.actor.as_str(), row.action.as_str())).collect();
    let discard = ("ADMIN:u1", "OUTBOX_DISCARD");
    assert_eq!(recorded, [discard, discard, ("ADMIN:u1", "OUTBOX_RETRY")]);
}

/// What was discarded in the moment in which a worker held it is not sent.
pub async fn what_is_discarded_in_hand_is_not_sent(fixture: &Fixture) {
    add(fixture, &lasting(fixture, "a")).await;
    let claimed = claim(fixture).await.unwrap();
    let mut tx = fixture.store.begin().await.unwrap();
    tx.discard_effect(&id("a"), fixture.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    assert!(matches!(begin_sending(fixture, &claimed).await, Err(LeaseError::LeaseLost)));
}

/// Eight workers claim forty effects at once: every effect once, none twice.
pub async fn workers_race_for_effects(fixture: &Fixture) {
    let mut tx = fixture.store.begin().await.unwrap();
    for number in 0..40 {
        tx.add(&lasting(fixture, &number.to_string())).await.unwrap();
    }
    tx.commit().await.unwrap();
    let start = Arc::new(Barrier::new(8));
    let mut workers = JoinSet::new();
    for _ in 0..8 {
        let (store, start, now) = (Arc::clone(&fixture.store), Arc::clone(&start), fixture.clock.now());
        workers.spawn(async move {
            start.wait().await;
            let mut claimed = Vec::new();
            while let Some(effect) = store.claim_effect(EffectKind::ALL, now, LEASE).await.unwrap() {
                let mut tx = store.begin().await.unwrap();
                tx.begin_sending(&effect).await.unwrap();
                tx.settle_effect(&effect, &EffectOutcome::Sent, now).await.unwrap();
                tx.commit().await.unwrap();
                claimed.push(effect.id.to_string());
            }
            claimed
        });
    }
    let all: Vec<_> = workers.join_all().await.into_iter().flatten().collect();
    assert_eq!(all.len(), 40);
    assert_eq!(all.into_iter().collect::<HashSet<_>>().len(), 40);
    assert_eq!(fixture.store.backlog().await.unwrap(), Backlog::default());
}

/// Requests that send the same cause at once leave one effect.
pub async fn causes_race_for_one_effect(fixture: &Fixture) {
    let start = Arc::new(Barrier::new(8));
    let mut requests = JoinSet::new();
    for number in 0..8 {
        let (store, start) = (Arc::clone(&fixture.store), Arc::clone(&start));
        let effect = NewEffect { id: id(&number.to_string()), ..lasting(fixture, "same") };
        requests.spawn(async move {
            start.wait().await;
            let mut tx = store.begin().await.unwrap();
            tx.add(&effect).await.unwrap();
            tx.commit().await.unwrap();
        });
    }
    requests.join_all().await;
    assert_eq!(fixture.store.backlog().await.unwrap().outbox_pending, 1);
}

/// Staff sees what waits, newest first, and how much.
pub async fn what_waits_is_listed_and_counted(fixture: &Fixture) {
    for name in ["a", "b", "c"] {
        add(fixture, &lasting(fixture, name)).await;
        fixture.clock.advance(SignedDuration::from_secs(1));
    }
    let reason = FailureCode::named("answer_lost");
    let first = claim(fixture).await.unwrap();
    settle(fixture, &first, &EffectOutcome::Ambiguous { reason: reason.clone() }).await.unwrap();
    let second = claim(fixture).await.unwrap();
    settle(fixture, &second, &EffectOutcome::Dead { reason: reason.clone() }).await.unwrap();
    let list = |states: &[EffectState], limit| {
        let filter = EffectFilter { states: states.to_vec(), limit };
        let store = Arc::clone(&fixture.store);
        async move {
            let effects = store.effects(&filter).await.unwrap();
            effects.into_iter().map(|effect| effect.id.to_string()).collect::<Vec<_>>()
        }
    };
    assert_eq!(list(&[], 10).await, ["effect-c", "effect-b", "effect-a"]);
    assert_eq!(list(&[], 2).await, ["effect-c", "effect-b"]);
    let open = [EffectState::Dead, EffectState::Ambiguous];
    assert_eq!(list(&open, 10).await, ["effect-b", "effect-a"]);
    assert_eq!(
        fixture.store.backlog().await.unwrap(),
        Backlog {
            jobs_pending: 0,
            jobs_quarantined: 0,
            outbox_pending: 1,
            outbox_dead: 1,
            outbox_ambiguous: 1
        }
    );
}

/// The mail log answers "was it sent to whom" without holding an address.
pub async fn the_mail_log_names_people_not_addresses(fixture: &Fixture) {
    let (family, student) = samples::people("a");
    samples::save_student(fixture, "a").await;
    let mut tx = fixture.store.begin().await.unwrap();
    let parent = tx.recipient(&family.parent.id).await.unwrap().unwrap();
    assert_eq!((&parent.address, &parent.name), (&family.parent.email, &family.parent.first_name));
    assert_eq!(tx.recipient(&UserId::parse("nobody").unwrap()).await.unwrap(), None);
    drop(tx);

    let entry = |name: &str, user: Option<&UserId>, address: &str| MailLogEntry {
        user: user.cloned(),
        address: address.to_owned(),
        ..log_entry(fixture, name, MailStatus::Sending)
    };
    let first = entry("1", Some(&family.parent.id), &family.parent.email);
    log(fixture, &first).await;
    let sent = MailLogEntry {
        status: MailStatus::Sent,
        attempts: 3,
        sent_at: Some(fixture.clock.now()),
        ..first.clone()
    };
    log(fixture, &sent).await;
    fixture.clock.advance(SignedDuration::from_secs(1));
    log(fixture, &entry("2", Some(&student.person.id), &student.person.email)).await;
    fixture.clock.advance(SignedDuration::from_secs(1));
    log(fixture, &entry("3", None, &family.parent.email.to_uppercase())).await;

    let find = |user: Option<&UserId>, address: Option<&str>| {
        let filter = MailLogFilter { user: user.cloned(), address: address.map(str::to_owned), limit: 10 };
        let store = Arc::clone(&fixture.store);
        async move { store.mail_log(&filter).await.unwrap() }
    };
    let ids = |lines: &[nexus_core::mail::MailLogLine]| {
        lines.iter().map(|line| line.id.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(ids(&find(None, None).await), ["effect-3", "effect-2", "effect-1"]);
    let by_user = find(Some(&family.parent.id), None).await;
    assert_eq!(ids(&by_user), ["effect-1"]);
    let line = &by_user[0];
    assert_eq!((line.status, line.attempts, line.sent_at), (MailStatus::Sent, 3, sent.sent_at));
    assert_eq!(line.recipient, mask_address(&family.parent.email));
    assert_eq!(ids(&find(None, Some(&family.parent.email)).await), ["effect-3", "effect-1"]);
    assert_eq!(ids(&find(None, Some("nobody@example.test")).await), Vec::<String>::new());
    for column in ["recipient", "recipientHash", "messageId"] {
        let query = format!(r#"SELECT "{column}" FROM mail_logs WHERE "id" = 'effect-1'"#);
        assert!(!beside::text(fixture, &query).await.unwrap().contains(&family.parent.email), "{column}");
    }
}

/// A worker of this process hears of an effect when it is committed, and of nothing else.
pub async fn a_committed_effect_rings(fixture: &Fixture) {
    assert!(!rung(fixture).await);
    add(fixture, &effect(fixture, "one")).await;
    assert!(rung(fixture).await);
    assert!(!rung(fixture).await, "once");
    add(fixture, &NewEffect { id: id("again"), ..effect(fixture, "one") }).await;
    assert!(!rung(fixture).await, "nothing was written");
    let mut tx = fixture.store.begin().await.unwrap();
    tx.add(&effect(fixture, "two")).await.unwrap();
    assert!(!rung(fixture).await, "not before the commit");
    drop(tx);
    assert!(!rung(fixture).await, "it was never written");
    let claimed = claim(fixture).await.unwrap();
    begin_sending(fixture, &claimed).await.unwrap();
    assert!(!rung(fixture).await, "a worker's own steps are no news");
}
