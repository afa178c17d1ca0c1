//! Several workers on one database, and a database that is away.

use crate::support::{Office, Process, accepted};
use nexus_core::outbox::EffectState;
use nexus_store::conformance::postgres_server::PostgresServer;
use nexus_tests::mail_server::MailServer;
use nexus_tests::server::PATIENCE;
use std::time::Instant;

async fn share(office: &Office) {
    let ids = office.add(40).await;
    let server = MailServer::start();
    let workers: Vec<_> = (0..3).map(|_| office.start(server.port())).collect();
    office.wait_until(|effect| effect.state == EffectState::Sent).await;
    let accepted = accepted(&server);
    assert_eq!(accepted.len(), ids.len());
    assert!(accepted.values().all(|count| *count == 1), "{accepted:?}");
    for worker in workers {
        worker.terminate();
        assert_eq!(worker.ended(), Some(0));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_processes_share_a_file() {
    share(&Office::on_sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_processes_share_a_postgres_database() {
    share(&Office::on_postgres(PostgresServer::shared()).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_sends_too() {
    let office = Office::on_sqlite().await;
    office.add(1).await;
    let server = MailServer::start();
    let run = office
        .worker_towards(server.port())
        .words(["serve", "--listen", "127.0.0.1:0", "--data", office.data().to_str().unwrap()])
        .with("NEXUS_ACCESS_KEYS", nexus_tests::KEY);
    let process = Process::start(&run);
    office.wait_until(|effect| effect.state == EffectState::Sent).await;
    process.terminate();
    assert_eq!(process.ended(), Some(0));
    assert_eq!(accepted(&server).len(), 1);
}

/// The worker alone knows what the mail server answered: a database that is away for a moment does not make a question of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_outlives_a_database_that_is_away() {
    let postgres = PostgresServer::durable();
    let office = Office::on_postgres(&postgres).await;
    office.add(1).await;
    let gate = office.data().join("answer");
    let server = MailServer::with(["--answers", &format!("wait:{}", gate.display())]);
    let run = office.worker_towards(server.port()).with("NEXUS_JOB_LEASE_SECONDS", "60");
    let worker = Process::start(&run);
    server.wait_for(1);
    postgres.crash();
    std::fs::write(&gate, "").unwrap();
    let deadline = Instant::now() + PATIENCE;
    while !worker.log().contains("cannot be written yet") {
        assert!(Instant::now() < deadline, "{}", worker.log());
        tokio::task::yield_now().await;
    }
    postgres.start();
    office.wait_until(|effect| effect.state == EffectState::Sent).await;
    assert_eq!(accepted(&server).values().copied().collect::<Vec<_>>(), [1]);
}
