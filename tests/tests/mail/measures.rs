//! What `/metrics` tells about effects and jobs, once each end was met: the names and labels of docs/outbox.md.

use crate::support::Office;
use nexus_tests::KEY;
use nexus_tests::mail_server::MailServer;
use nexus_tests::people::{Pupil, enrol, store};
use nexus_tests::rows;
use nexus_tests::server::{PATIENCE, Server};
use nexus_tests::sheets::{BANK, example, repository};
use serde_json::json;
use std::time::{Duration, Instant};

/// Everything that the page is to say; a counter that nothing counted is not on it.
const EXPECTED: [&str; 12] = [
    "nexus_outbox_total{kind=\"send_mail\",outcome=\"sent\"} 2",
    "nexus_outbox_total{kind=\"send_mail\",outcome=\"retry\"} 1",
    "nexus_outbox_total{kind=\"send_mail\",outcome=\"dead\"} 1",
    "nexus_outbox_total{kind=\"send_mail\",outcome=\"ambiguous\"} 1",
    "nexus_outbox_swept_total{outcome=\"ambiguous\"} 1",
    "nexus_outbox_pending 1",
    "nexus_outbox_dead 1",
    "nexus_outbox_ambiguous 2",
    "nexus_jobs_total{kind=\"process_bilan\",outcome=\"done\"} 1",
    "nexus_jobs_total{kind=\"process_bilan\",outcome=\"quarantined\"} 1",
    "nexus_jobs_pending 0",
    "nexus_jobs_quarantined 1",
];

fn page(server: &Server) -> Vec<String> {
    let text = String::from_utf8(server.get("/metrics").body).unwrap();
    text.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect()
}

/// Waits until all of this is on the page.
async fn wait_for(server: &Server, expected: &[&str]) {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let page = page(server);
        let missing: Vec<_> =
            expected.iter().filter(|line| !page.iter().any(|found| found == *line)).collect();
        if missing.is_empty() {
            return;
        }
        let is_ours = |line: &&String| line.starts_with("nexus_outbox") || line.starts_with("nexus_jobs");
        let ours: Vec<_> = page.iter().filter(is_ours).collect();
        assert!(Instant::now() < deadline, "{missing:#?} is not on the page: {ours:#?}\n{}", server.log());
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_end_is_counted() {
    let office = Office::on_sqlite().await;
    let database = office.data().join("nexus.db");
    // Its worker disappeared while it sent.
    office.add(1).await;
    let lost = "UPDATE outbox SET \"state\" = 'SENDING', \"leaseToken\" = 'gone', \"leaseUntil\" = 0, \"attempt\" = 1;
        INSERT INTO jobs (\"id\", \"kind\", \"subject\", \"uniqueKey\", \"state\", \"runAt\")
        VALUES ('job-of-nobody', 'process_bilan', 'absent', 'absent', 'pending', 0)";
    rows::execute(&database, lost).await;
    office.add(5).await;
    let pupil = enrol(&*store(office.data()).await, &Pupil::named("measured")).await;

    let answers = ["250 OK", "451 4.3.0 plus tard", "554 5.7.1 spam", "close", "250 OK"];
    let mails = MailServer::with(["--answers"].iter().chain(&answers));
    let run = office
        .worker_towards(mails.port())
        .words(["serve", "--listen", "127.0.0.1:0", "--data", office.data().to_str().unwrap()])
        .with("NEXUS_ACCESS_KEYS", KEY)
        .with("NEXUS_RATE_LIMIT_MAX", "1000000")
        .with("NEXUS_JOB_LEASE_SECONDS", "60")
        // One after the other, so that each answer is given once.
        .with("NEXUS_WORKER_LANES", "1");
    let server = Server::start_run(&run);
    let start = server.post("/api/bilan/start", &json!({"studentId": pupil, "bank": BANK})).expect(201);
    let id = start["id"].as_str().unwrap().to_owned();
    let sheet = example("elias");
    let save = json!({"revision": 0, "answers": sheet["answers"], "survey": sheet["survey"]});
    server.call("PATCH", &format!("/api/bilans/{id}/answers"), Some(&save)).expect(200);
    server.post(&format!("/api/bilans/{id}/submit"), &json!({"revision": 1})).expect(202);

    wait_for(&server, &["nexus_outbox_total{kind=\"send_mail\",outcome=\"retry\"} 1"]).await;
    // It would be tried again in a quarter of a minute at the soonest: not while this test looks.
    let later =
        "UPDATE outbox SET \"runAt\" = \"runAt\" + 3600000 WHERE \"state\" = 'PENDING' AND \"attempt\" > 0";
    rows::execute(&database, later).await;
    // The gauges are read from the database every fifteen seconds.
    wait_for(&server, &EXPECTED).await;
    // Nothing else happened to an effect or to a job.
    let page = page(&server);
    let counters = page.iter().filter(|line| line.starts_with("nexus_") && line.contains("_total{"));
    let of_queues: Vec<_> =
        counters.filter(|line| line.contains("outbox") || line.contains("jobs")).collect();
    assert_eq!(of_queues.len(), 7, "{of_queues:#?}");
    assert_eq!(mails.received().len(), 5);
}

#[test]
fn every_measure_that_is_asserted_is_explained() {
    let explained = std::fs::read_to_string(repository().join("docs/outbox.md")).unwrap();
    for line in EXPECTED {
        let name = line.split(['{', ' ']).next().unwrap();
        assert!(explained.contains(&format!("`{name}`")), "{name}");
    }
}
