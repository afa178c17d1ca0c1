//! `kill -9` before, while and after a mail is handed over: nothing is lost, and nothing is sent twice by itself.

use crate::support::{Office, accepted};
use nexus_core::mail::MailStatus;
use nexus_core::outbox::EffectState;
use nexus_tests::mail_server::MailServer;
use nexus_tests::rows;
use nexus_tests::server::PATIENCE;
use std::time::{Duration, Instant};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_before_it_began_to_send_the_mail_is_sent_once() {
    let office = Office::on_sqlite().await;
    office.add(1).await;
    // The worker hangs before the greeting: it has the effect in hand, and nothing has left.
    let silent = MailServer::with(["--silent"]);
    let worker = office.start(silent.port());
    office.wait_until(|effect| effect.attempt == 1).await;
    worker.kill();
    assert_eq!(office.effects().await[0].state, EffectState::Pending);

    let server = MailServer::start();
    let worker = office.start(server.port());
    office.wait_until(|effect| effect.state == EffectState::Sent).await;
    assert_eq!((office.effects().await[0].attempt, accepted(&server).len()), (2, 1), "{}", worker.log());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_while_it_sent_a_person_decides() {
    let office = Office::on_sqlite().await;
    let id = office.add(1).await.remove(0).to_string();
    let gate = office.data().join("answer");
    let server = MailServer::with(["--answers", &format!("wait:{}", gate.display()), "250 OK"]);
    let worker = office.start(server.port());
    // The server has the whole message and has not answered.
    server.wait_for(1);
    assert_eq!(office.effects().await[0].state, EffectState::Sending);
    worker.kill();
    std::fs::write(&gate, "").unwrap();

    let worker = office.start(server.port());
    office.wait_until(|effect| effect.state == EffectState::Ambiguous).await;
    assert_eq!(office.statuses().await, [MailStatus::Ambiguous]);
    let listed = office.command(&["outbox", "list"]);
    let listed = listed.succeeded();
    assert!(
        listed.contains(&id) && listed.contains("à vérifier") && listed.contains("outbox retry"),
        "{listed}"
    );
    let mails = office.command(&["outbox", "mails", "--to", "lea0@example.test"]);
    let told = format!("{id}@nexus.test");
    assert!(mails.succeeded().contains(&told) && !mails.stdout.contains("lea0@example"), "{mails:?}");
    assert_eq!(server.received().len(), 1, "not sent again by itself: {}", worker.log());

    assert!(office.command(&["outbox", "retry", &id]).succeeded().contains("en attente"));
    office.wait_until(|effect| effect.state == EffectState::Sent).await;
    let received = server.received();
    assert_eq!(received.len(), 2, "sent again because a person said so");
    assert_eq!(received[0]["headers"]["Message-ID"], received[1]["headers"]["Message-ID"]);
    let again = office.command(&["outbox", "retry", &id]);
    again.refused(2, "effect_not_open");
    let audit = office.command(&["audit", "list"]);
    assert!(audit.succeeded().contains("OUTBOX_RETRY"), "{audit:?}");
    assert!(office.command(&["audit", "verify"]).succeeded().contains("intact"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn asked_to_end_it_waits_for_the_answer() {
    let office = Office::on_sqlite().await;
    office.add(1).await;
    let gate = office.data().join("answer");
    let server = MailServer::with(["--answers", &format!("wait:{}", gate.display())]);
    let mut worker = office.start(server.port());
    server.wait_for(1);
    worker.terminate();
    // The signs of life go on while it ends.
    let database = office.data().join("nexus.db");
    let lease = async || rows::count(&database, r#"SELECT "leaseUntil" FROM outbox"#).await;
    let first = lease().await;
    let deadline = Instant::now() + PATIENCE;
    while lease().await < first + 2_000 {
        assert!(worker.is_running() && Instant::now() < deadline, "{}", worker.log());
    }
    std::fs::write(&gate, "").unwrap();
    assert_eq!(worker.ended(), Some(0));
    assert_eq!(office.effects().await[0].state, EffectState::Sent);
    assert_eq!(office.statuses().await, [MailStatus::Sent]);
}

/// Kills at many moments; `NEXUS_FAULT_ROUNDS` asks for more of them.
#[allow(clippy::disallowed_methods)] // how long the proof may take is a choice of the person who runs it
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_any_moment_no_mail_is_lost_and_none_is_sent_twice() {
    let rounds = std::env::var("NEXUS_FAULT_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(8_u64);
    let office = Office::on_sqlite().await;
    let ids = office.add(60).await;
    let server = MailServer::start();
    for round in 0..rounds {
        let worker = office.start(server.port());
        let seen = accepted(&server).len();
        // Some kills fall before the first mail of the round, the others beside one.
        server.wait_for((seen + usize::try_from(round % 3).unwrap()).min(ids.len()));
        let moment = Instant::now() + Duration::from_millis(round * 7 % 40);
        while Instant::now() < moment {
            std::thread::yield_now();
        }
        worker.kill();
    }
    let worker = office.start(server.port());
    office.wait_until(|effect| matches!(effect.state, EffectState::Sent | EffectState::Ambiguous)).await;
    let accepted = accepted(&server);
    assert!(accepted.values().all(|count| *count == 1), "{accepted:?}: {}", worker.log());
    for effect in office.effects().await {
        let arrived = accepted.contains_key(effect.id.as_str());
        assert!(arrived || effect.state == EffectState::Ambiguous, "{effect:?} never arrived");
    }
    assert_eq!(office.effects().await.len(), ids.len());
}
