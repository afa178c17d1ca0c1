//! No room left, in the database and for the files.

use super::support::{answered, assert_whole, enrolled, submission};
use nexus_tests::server::Server;
use nexus_tests::sheets::{example, one_answer};
use nexus_tests::{App, rows};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::Command;

#[tokio::test]
async fn a_full_database_refuses_with_a_sentence_and_keeps_what_it_has() {
    let app = App::new().await;
    let id = app.answered("a", one_answer()).await;
    let pages = rows::count(&app.database(), "PRAGMA page_count").await;
    app.store.close().await;

    // The same file, with hardly a page to spare.
    let full = App::on(app.folder(), |options| options.max_pages = Some(u32::try_from(pages).unwrap())).await;
    let path = format!("/api/bilans/{id}/answers");
    let mut long: Vec<_> = example("yasmine")["answers"].as_array().unwrap().clone();
    for answer in &mut long {
        if answer["kind"] == "text" {
            answer["value"] = json!("1".repeat(2_000));
        }
    }
    let reply = full.patch(&path, json!({"revision": 1, "answers": long})).await;
    reply.problem(503, "storage_full");
    assert_eq!(reply.header("retry-after"), "5");
    let kept = full.get(&format!("/api/bilans/{id}/questions")).await.expect(200);
    assert_eq!((&kept["revision"], &kept["saved"]["answers"]), (&json!(1), &one_answer()));
    // Submitting needs room too: either it is acknowledged whole, or it is refused and leaves a draft.
    let reply = full.post(&format!("/api/bilans/{id}/submit"), json!({"revision": 1})).await;
    let jobs = rows::count(&full.database(), "SELECT count(*) FROM jobs").await;
    if reply.status == 202 {
        assert_eq!(jobs, 1);
    } else {
        reply.problem(503, "storage_full");
        assert_eq!((full.state(&id).await.as_str(), jobs), ("DRAFT", 0));
        full.store.close().await;
        let roomy = App::on(app.folder(), |_| {}).await;
        roomy.post(&format!("/api/bilans/{id}/submit"), json!({"revision": 1})).await.expect(202);
        assert_eq!(roomy.work().await, 1);
        assert_eq!(roomy.state(&id).await, "REPORT_PENDING_REVIEW");
    }
}

/// A small disk of its own, unmounted when dropped.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// `None`, told on stderr, where this process may not mount.
    fn mount(folder: &Path, kilobytes: u32) -> Option<Self> {
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={kilobytes}k"), "tmpfs"])
            .arg(folder)
            .output()
            .is_ok_and(|output| output.status.success());
        if !mounted {
            eprintln!("no tmpfs can be mounted here: a file in the way stands in for a full disk");
        }
        mounted.then(|| Self(folder.to_owned()))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn documents_that_find_no_room_are_made_once_there_is_some() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let student = enrolled(data, "a").await;
    let files = data.join("files");
    std::fs::create_dir(&files).unwrap();
    let Some(_disk) = SmallDisk::mount(&files, 64) else {
        return documents_with_something_in_the_way(data, &student).await;
    };
    let server = Server::start(data);
    let id = answered(&server, &student);
    server.post(&format!("/api/bilans/{id}/submit"), &submission()).expect(202);
    let reason = waiting_reason(&server, data).await;
    assert!(reason.starts_with("storage_full : "), "{reason}");
    let database = data.join("nexus.db");
    assert_eq!(server.get(&format!("/api/bilans/{id}")).expect(200)["state"], "SCORED");
    assert_eq!(rows::count(&database, "SELECT count(*) FROM bilan_documents").await, 0);
    server.get(&format!("/api/bilans/{id}/download")).problem(409, "report_not_ready");

    let grown = Command::new("mount").args(["-o", "remount,size=16m"]).arg(&files).status().unwrap();
    assert!(grown.success());
    let body = server.wait_for(&id, |body| body["status"] != "running");
    assert_eq!(body["state"], "REPORT_PENDING_REVIEW", "{}", server.log());
    assert_whole(&server, data, &id, "after room was made").await;
}

/// The reason for which the only job waits.
async fn waiting_reason(server: &Server, data: &Path) -> String {
    let deadline = std::time::Instant::now() + nexus_tests::server::PATIENCE;
    loop {
        let reason: Option<String> = rows::one(&data.join("nexus.db"), "SELECT reason FROM jobs").await;
        if let Some(reason) = reason {
            return reason;
        }
        assert!(std::time::Instant::now() < deadline, "{}", server.log());
    }
}

/// Where nothing can be mounted: the folder of the documents is a file, so that no document can be stored.
async fn documents_with_something_in_the_way(data: &Path, student: &str) {
    let files = data.join("files");
    let bilans = files.join("bilans");
    std::fs::write(&bilans, b"in the way").unwrap();
    let server = Server::start(data);
    let id = answered(&server, student);
    server.post(&format!("/api/bilans/{id}/submit"), &submission()).expect(202);
    let reason = waiting_reason(&server, data).await;
    assert!(reason.starts_with("storage_"), "{reason}");
    std::fs::remove_file(&bilans).unwrap();
    let body = server.wait_for(&id, |body| body["status"] != "running");
    assert_eq!(body["state"], "REPORT_PENDING_REVIEW", "{}", server.log());
    assert_whole(&server, data, &id, "after room was made").await;
}
