//! A server without its TeX files: bilans wait, the reason is told, and nothing is asked twice of the pupil.

use super::support::{answered, assert_whole, enrolled, submission};
use nexus_tests::rows;
use nexus_tests::server::{Server, serve};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_job_waits_for_the_files_and_finishes_once_they_are_there() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let empty = data.join("no-tex");
    std::fs::create_dir(&empty).unwrap();
    let student = enrolled(data, "a").await;
    let server = Server::start_run(&serve(data).with("NEXUS_TEX_BUNDLE", &empty));
    let id = answered(&server, &student);
    server.post(&format!("/api/bilans/{id}/submit"), &submission()).expect(202);
    let database = data.join("nexus.db");
    let deadline = std::time::Instant::now() + nexus_tests::server::PATIENCE;
    let reason = loop {
        let reason: Option<String> = rows::one(&database, "SELECT reason FROM jobs").await;
        if let Some(reason) = reason {
            break reason;
        }
        assert!(std::time::Instant::now() < deadline, "{}", server.log());
    };
    assert!(reason.starts_with("renderer_missing : ") && reason.contains("scripts/install-tex"), "{reason}");
    assert_eq!(server.get(&format!("/api/bilans/{id}")).expect(200)["state"], "SCORED");
    assert_eq!(rows::count(&database, "SELECT count(*) FROM bilan_documents").await, 0);
    server.kill();

    let server = Server::start(data);
    let body = server.wait_for(&id, |body| body["status"] != "running");
    assert_eq!(body["state"], "REPORT_PENDING_REVIEW", "{}", server.log());
    assert_whole(&server, data, &id, "after the files came").await;
}
