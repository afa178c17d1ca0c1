//! The whole way with the real program and the real engine.

use nexus_tests::people::{Pupil, enrol, store_at};
use nexus_tests::postgres::PostgresServer;
use nexus_tests::program::Run;
use nexus_tests::rows::Database;
use nexus_tests::server::{Server, serve, serve_on};
use nexus_tests::sheets::{BANK, example};
use nexus_tests::{pdf, rows};
use serde_json::json;
use std::path::Path;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_the_first_request_to_the_documents() {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::File(folder.path().join("nexus.db"));
    journey(folder.path(), &database, &serve(folder.path())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_the_first_request_to_the_documents_on_postgres() {
    let folder = tempfile::tempdir().unwrap();
    let database = PostgresServer::shared().database().await;
    let run = serve_on(folder.path(), &database);
    journey(folder.path(), &Database::Address(database.url().to_owned()), &run).await;
    assert!(!folder.path().join("nexus.db").exists(), "nothing is kept beside the database");
}

async fn journey(data: &Path, database: &Database, run: &Run) {
    let pupil = Pupil {
        first_name: "Inès",
        last_name: "Ben Youssef",
        school: Some("Lycée Pierre-Mendès-France"),
        ..Pupil::named("a")
    };
    let student = {
        let store = store_at(database).await;
        let student = enrol(&*store, &pupil).await;
        store.close().await;
        student
    };
    let server = Server::start_run(run);
    let health = server.get("/api/health").expect(200);
    assert_eq!((&health["db"], &health["userCount"]), (&json!("up"), &json!(2)));

    let id = server.post("/api/bilan/start", &json!({"studentId": student, "bank": BANK})).expect(201)["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let sheet = example("yasmine");
    let save = json!({"revision": 0, "answers": sheet["answers"], "survey": sheet["survey"]});
    server.call("PATCH", &format!("/api/bilans/{id}/answers"), Some(&save)).expect(200);
    server.post(&format!("/api/bilans/{id}/submit"), &json!({"revision": 1})).expect(202);
    let body = server.wait_for(&id, |body| body["status"] != "running");
    assert_eq!(body["state"], "REPORT_PENDING_REVIEW", "{}", server.log());

    let report = server.get(&format!("/api/bilans/{id}/report?variant=eleve")).expect(200);
    assert_eq!(report["provenance"]["enrichment"], "off");
    let reply = server.get(&format!("/api/bilans/{id}/download?variant=eleve"));
    assert_eq!(reply.header("content-type"), "application/pdf");
    let file = data.join("eleve.pdf");
    std::fs::write(&file, &reply.body).unwrap();
    let text = pdf::text(&file);
    for words in ["Inès", "Ben Youssef", "Lycée Pierre-Mendès-France", "Dérivation et variations"] {
        assert!(text.contains(words), "{words} is not in {text}");
    }
    assert!(!text.contains("[ELEVE]"));
    let list = server.get(&format!("/api/students/{student}/bilans")).expect(200);
    assert_eq!(list[0]["state"], "REPORT_PENDING_REVIEW");
    assert!(list[0]["percent"].is_u64());
    // The log tells what happened, never who it was or what he answered.
    let log = server.log_with("job done");
    for private in ["Inès", "Youssef", "Mendès", nexus_tests::KEY, "MT-SD-01"] {
        assert!(!log.contains(private), "{private} is in the log");
    }
    assert_eq!(rows::count(database, "SELECT count(*) FROM jobs WHERE state = 'done'").await, 1);
}
