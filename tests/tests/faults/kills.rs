//! `kill -9` at many moments between the submission and the documents.

use super::support::{answered, assert_whole, enrolled, submission};
use nexus_tests::rows;
use nexus_tests::server::{PATIENCE, Server, serve};
use std::path::Path;
use std::time::{Duration, Instant};

/// When the process is killed.
#[derive(Debug, Clone, Copy)]
enum Moment {
    /// As soon as the server says that it has the answers.
    Acknowledged,
    /// As soon as the state is seen to be this one.
    Seen(&'static str),
    /// As soon as so many files are in the folder of the documents, whole or not.
    Files(usize),
    /// This long after the submission was sent, answered or not.
    After(Duration),
}

/// The named moments, then kills at k·50 ms; `NEXUS_FAULT_ROUNDS` asks for more of the latter.
#[allow(clippy::disallowed_methods)] // how long the proof may take is a choice of the person who runs it
fn moments() -> Vec<Moment> {
    let rounds = std::env::var("NEXUS_FAULT_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(6_u64);
    let named = [
        Moment::Acknowledged,
        Moment::Seen("SCORED"),
        Moment::Files(1),
        Moment::Files(3),
        Moment::Seen("REPORT_PENDING_REVIEW"),
    ];
    let late =
        (0..rounds.saturating_sub(named.len() as u64)).map(|k| Moment::After(Duration::from_millis(k * 50)));
    named.into_iter().chain(late).collect()
}

fn run(data: &Path) -> nexus_tests::program::Run {
    serve(data).with("NEXUS_JOB_LEASE_SECONDS", "1")
}

/// Submits, waits for the moment, kills. Returns whether the submission was acknowledged.
fn submit_and_kill(server: Server, data: &Path, id: &str, moment: Moment) -> bool {
    let path = format!("/api/bilans/{id}/submit");
    if let Moment::After(delay) = moment {
        // The kill may fall before, inside or after the answer.
        return std::thread::scope(|scope| {
            let sent = Instant::now();
            let answer = scope.spawn(|| server.try_call("POST", &path, Some(&submission())));
            while sent.elapsed() < delay {
                std::thread::yield_now();
            }
            server.stop_at_once();
            answer.join().unwrap().is_ok_and(|reply| reply.status == 202)
        });
    }
    server.post(&path, &submission()).expect(202);
    let folder = data.join(format!("files/bilans/{id}/1"));
    let deadline = Instant::now() + PATIENCE;
    match moment {
        Moment::Acknowledged | Moment::After(_) => {}
        Moment::Seen(state) => {
            server.wait_for(id, |body| body["state"] == state || body["status"] == "done");
        }
        Moment::Files(count) => {
            while std::fs::read_dir(&folder).map_or(0, Iterator::count) < count {
                assert!(Instant::now() < deadline, "{}", server.log());
                std::thread::yield_now();
            }
        }
    }
    server.kill();
    true
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_acknowledged_bilan_reaches_its_report_whenever_the_process_is_killed() {
    for moment in moments() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path();
        let student = enrolled(data, "a").await;
        let server = Server::start_run(&run(data));
        let id = answered(&server, &student);
        let context = format!("{moment:?}");
        let acknowledged = submit_and_kill(server, data, &id, moment);

        let server = Server::start_run(&run(data));
        if !acknowledged {
            // Nobody was promised anything; the pupil's page asks again, whatever was written.
            let state = server.get(&format!("/api/bilans/{id}")).expect(200)["state"].clone();
            let jobs = rows::count(&data.join("nexus.db"), "SELECT count(*) FROM jobs").await;
            assert_eq!(jobs, i64::from(state != "DRAFT"), "{context}: {state}");
            server.post(&format!("/api/bilans/{id}/submit"), &submission()).expect(202);
        }
        let body = server.wait_for(&id, |body| body["status"] != "running");
        assert_eq!(body["state"], "REPORT_PENDING_REVIEW", "{context}: {}", server.log());
        assert_whole(&server, data, &id, &context).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_typesetting_process_outlives_a_killed_server() {
    let folder = tempfile::tempdir().unwrap();
    let student = enrolled(folder.path(), "a").await;
    let server = Server::start_run(&run(folder.path()));
    let id = answered(&server, &student);
    server.post(&format!("/api/bilans/{id}/submit"), &submission()).expect(202);
    server.wait_for(&id, |body| body["state"] == "SCORED" || body["status"] == "done");
    let workers = children(server.id());
    assert!(!workers.is_empty(), "the engine runs in a process of its own");
    server.kill();
    let deadline = Instant::now() + PATIENCE;
    for worker in workers {
        while is_alive(worker) {
            assert!(Instant::now() < deadline, "process {worker} is still there");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

/// Children of a process, by its own account.
fn children(process: u32) -> Vec<u32> {
    let tasks = std::fs::read_dir(format!("/proc/{process}/task")).unwrap();
    tasks
        .filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("children")).ok())
        .flat_map(|text| text.split_whitespace().filter_map(|id| id.parse().ok()).collect::<Vec<_>>())
        .collect()
}

/// A zombie, which nobody has waited for yet, does nothing any more.
fn is_alive(process: u32) -> bool {
    std::fs::read_to_string(format!("/proc/{process}/stat"))
        .is_ok_and(|stat| stat.rsplit_once(')').is_some_and(|(_, rest)| !rest.trim_start().starts_with('Z')))
}
