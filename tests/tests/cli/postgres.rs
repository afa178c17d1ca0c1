//! Every command on PostgreSQL, and what is told when there is none.

use nexus_tests::postgres::{PostgresServer, TestDatabase};
use nexus_tests::program::{Outcome, Run};
use nexus_tests::rows;
use nexus_tests::rows::Database;
use nexus_tests::server::{PATIENCE, Server, serve_on};
use sqlx::{Connection, Executor};
use std::ffi::OsStr;
use std::path::Path;
use std::time::Instant;

/// A password that the server does not ask for; it must be nowhere in what is printed.
const PASSWORD: &str = "mot-de-passe-qui-ne-doit-pas-paraitre";

fn with_password(url: &str) -> String {
    url.replacen("postgres@", &format!("postgres:{PASSWORD}@"), 1)
}

fn run_on(data: &Path, url: &str, words: &[&str]) -> Run {
    let words = words.iter().map(OsStr::new).chain(["--data".as_ref(), data.as_os_str()]);
    Run::new(words).with("DATABASE_URL", with_password(url))
}

fn finished(run: &Run) -> Outcome {
    let outcome = run.finish();
    assert!(!format!("{outcome:?}").contains(PASSWORD), "{outcome:?}");
    outcome
}

fn address(database: &TestDatabase) -> Database {
    Database::Address(database.url().to_owned())
}

#[tokio::test]
async fn migrate_doctor_and_demo_work_there() {
    let folder = tempfile::tempdir().unwrap();
    let database = PostgresServer::shared().database().await;
    let place = format!("/{}", database.name());
    let on = |words: &[&str]| finished(&run_on(folder.path(), database.url(), words));

    let outcome = on(&["migrate", "--check"]);
    assert!(outcome.code == Some(4) && outcome.stdout.contains(&place), "{outcome:?}");
    assert_eq!(
        rows::count(&address(&database), "SELECT count(*) FROM pg_class WHERE relname = '_sqlx_migrations'")
            .await,
        0
    );
    on(&["migrate"]).succeeded();
    on(&["migrate", "--check"]).succeeded();
    let doctor = on(&["doctor"]);
    let line = doctor.succeeded().lines().find(|line| line.contains("Base de données")).unwrap().to_owned();
    assert!(line.starts_with('✓') && line.contains(&place) && line.contains("à jour"), "{line}");

    let demo = on(&["demo"]);
    assert!(demo.succeeded().contains(&place), "{demo:?}");
    assert_eq!(on(&["demo"]).succeeded(), demo.stdout, "a second run finds everything");
    for (query, expected) in [
        ("SELECT count(*) FROM bilans WHERE state = 'PUBLISHED'", 3),
        ("SELECT count(*) FROM bilan_documents", 12),
        ("SELECT count(*) FROM jobs WHERE state = 'done'", 3),
    ] {
        assert_eq!(rows::count(&address(&database), query).await, expected, "{query}");
    }
    assert!(!folder.path().join("nexus.db").exists());
}

#[test]
fn an_address_that_is_of_no_use_is_told_and_not_repeated() {
    let folder = tempfile::tempdir().unwrap();
    for (setting, address, words) in [
        ("DATABASE_URL", format!("mysql://nexus:{PASSWORD}@localhost/nexus"), "postgresql"),
        ("DATABASE_URL", format!("postgresql://nexus:{PASSWORD}@localhost"), "nom de la base"),
        ("DATABASE_URL", format!("postgresql://nexus@localhost/nexus?sslmode={PASSWORD}"), "adresse"),
        ("DATABASE_URL", format!("postgresql://nexus@localhost/nexus?a=1&{PASSWORD}=1"), "n° 1"),
        ("DATABASE_REPLICA_URL", format!("redis://:{PASSWORD}@localhost"), "postgresql"),
    ] {
        let words_of_command = [OsStr::new("migrate"), "--data".as_ref(), folder.path().as_os_str()];
        let run = Run::new(words_of_command)
            .with("DATABASE_URL", "postgresql://localhost/nexus")
            .with(setting, &address);
        let outcome = finished(&run);
        assert!(outcome.refused(2, "invalid_configuration").contains(words), "{address}: {outcome:?}");
    }
}

#[tokio::test]
async fn a_database_that_nobody_made_and_a_server_that_is_away_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let server = PostgresServer::shared();
    let run = run_on(folder.path(), &server.url("nobody_made_it"), &["migrate"]);
    finished(&run).refused(3, "storage_refused");
    let away = "postgresql://postgres@localhost/nexus?host=/nonexistent";
    let outcome = finished(&run_on(folder.path(), away, &["migrate"]));
    outcome.refused(3, "storage_unavailable");
    let outcome = finished(&run_on(folder.path(), away, &["doctor"]));
    let line = outcome.stdout.lines().find(|line| line.contains("Base de données")).unwrap();
    assert!(outcome.code == Some(3) && line.starts_with('✗') && line.contains("indisponible"), "{outcome:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_starts_before_its_database_recovers_alone() {
    let folder = tempfile::tempdir().unwrap();
    let postgres = PostgresServer::durable();
    let database = postgres.database().await;
    postgres.crash();
    let nexus = Server::start_run(&serve_on(folder.path(), &database));
    let refusal = nexus.get("/api/health");
    let body = refusal.problem(503, "storage_unavailable");
    assert_eq!((&body["ok"], &body["error"]), (&false.into(), &"db_down".into()));
    assert!(refusal.header("retry-after").parse::<u32>().unwrap() > 0);
    postgres.start();
    assert_eq!(recovered(&nexus)["userCount"], 0);

    postgres.crash();
    nexus.get("/api/health").problem(503, "storage_unavailable");
    postgres.start();
    // A connection that was in use a moment ago is not tried before it is handed out: it may cost one more refusal.
    assert_eq!(recovered(&nexus)["userCount"], 0);
}

fn recovered(nexus: &Server) -> serde_json::Value {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let reply = nexus.get("/api/health");
        if reply.status == 200 {
            return reply.json();
        }
        assert!(Instant::now() < deadline, "{}", nexus.log());
    }
}

/// The process is killed while it stands in the middle of a step; the next one goes on from whole steps.
#[tokio::test(flavor = "multi_thread")]
async fn a_migration_that_is_killed_is_finished_by_the_next_one() {
    let folder = tempfile::tempdir().unwrap();
    let database = PostgresServer::shared().database().await;
    let mut holder = database.connect().await;
    holder.execute("BEGIN; CREATE TABLE bilan_documents (x INTEGER)").await.unwrap();
    let mut migration = run_on(folder.path(), database.url(), &["migrate"]).command().spawn().unwrap();
    let waiting = "SELECT count(*) FROM pg_stat_activity
                   WHERE application_name = 'nexus-migrate' AND datname = current_database() AND wait_event_type = 'Lock'";
    while database.one::<i64>(waiting).await == 0 {
        assert!(migration.try_wait().unwrap().is_none(), "the migration does not wait");
    }
    migration.kill().unwrap();
    migration.wait().unwrap();
    holder.execute("ROLLBACK").await.unwrap();
    holder.close().await.unwrap();

    let columns = "SELECT count(*) FROM information_schema.columns WHERE table_name = 'bilans' AND column_name = 'bank'";
    let steps = "SELECT count(*) FROM _sqlx_migrations WHERE version = 3";
    // The server may still be busy with the statement of a process that is gone.
    while database
        .one::<i64>(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'nexus-migrate' \
                               AND datname = current_database()",
        )
        .await
        > 0
    {}
    assert_eq!((database.one::<i64>(columns).await, database.one::<i64>(steps).await), (0, 0));
    finished(&run_on(folder.path(), database.url(), &["migrate"])).succeeded();
    assert_eq!((database.one::<i64>(columns).await, database.one::<i64>(steps).await), (1, 1));
}

#[tokio::test]
async fn several_processes_may_migrate_a_new_database_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let database = PostgresServer::shared().database().await;
    let children: Vec<_> = (0..4)
        .map(|_| run_on(folder.path(), database.url(), &["migrate"]).command().spawn().unwrap())
        .collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    }
    finished(&run_on(folder.path(), database.url(), &["migrate", "--check"])).succeeded();
}
