//! The first administrator, on both databases: one account, one link, no password.

use nexus_tests::postgres::PostgresServer;
use nexus_tests::program::{Outcome, Run};
use nexus_tests::rows::{self, Database};
use nexus_tests::server::Server;
use serde_json::json;
use std::ffi::OsStr;
use std::path::Path;

const ADDRESS: &str = "direction@exemple.test";
const PASSWORD: &str = "quatre mots bien choisis";

fn user(data: &Path, url: Option<&str>, words: &[&str]) -> Run {
    let words = ["user"].iter().chain(words).map(OsStr::new).chain(["--data".as_ref(), data.as_os_str()]);
    let run = Run::new(words).with("NEXTAUTH_URL", "https://ecole.exemple.test");
    match url {
        Some(url) => run.with("DATABASE_URL", url),
        None => run,
    }
}

fn create(data: &Path, url: Option<&str>) -> Run {
    let name = ["--first-name", "Salma", "--last-name", "Trabelsi"];
    user(data, url, &[&["create-admin", "--email", " Direction@exemple.test"][..], &name].concat())
}

/// The secret of the link that is shown.
fn secret(outcome: &Outcome) -> String {
    let links: Vec<_> = outcome.stdout.lines().filter_map(|line| line.trim().split_once("#jeton=")).collect();
    let [(page, secret)] = links[..] else { panic!("no link, or several: {outcome:?}") };
    assert_eq!(page, "https://ecole.exemple.test/auth/activation");
    secret.to_owned()
}

fn open(server: &Server, secret: &str) -> nexus_tests::Reply {
    server.post("/api/account/activate", &json!({"token": secret, "password": PASSWORD}))
}

async fn there_is_one(data: &Path, url: Option<&str>, database: &Database) {
    // Two at the same time, on a database that nobody has prepared.
    let runs: Vec<_> = (0..2).map(|_| create(data, url).command().spawn().unwrap()).collect();
    let outcomes: Vec<_> = runs
        .into_iter()
        .map(|child| {
            let output = child.wait_with_output().unwrap();
            Outcome {
                code: output.status.code(),
                stdout: String::from_utf8(output.stdout).unwrap(),
                stderr: String::from_utf8(output.stderr).unwrap(),
            }
        })
        .collect();
    let (made, refused): (Vec<_>, Vec<_>) = outcomes.iter().partition(|outcome| outcome.code == Some(0));
    assert_eq!((made.len(), refused.len()), (1, 1), "{outcomes:?}");
    refused[0].refused(2, "address_taken");
    let told = create(data, url).finish();
    assert!(told.refused(2, "address_taken").contains("nexus user new-link"), "{told:?}");

    for (query, expected) in [
        ("SELECT count(*) FROM users WHERE role = 'ADMIN' AND password IS NULL", 1),
        ("SELECT count(*) FROM users WHERE email = 'direction@exemple.test' AND \"firstName\" = 'Salma'", 1),
        ("SELECT count(*) FROM users", 1),
        ("SELECT count(*) FROM audit_logs WHERE action = 'USER_CREATE' AND actor = 'system'", 1),
        ("SELECT count(*) FROM outbox", 0),
    ] {
        assert_eq!(rows::count(database, query).await, expected, "{query}");
    }

    let first = secret(made[0]);
    let again = user(data, url, &["new-link", "--email", ADDRESS, "--mail"]).finish();
    let second = secret(&again);
    assert!(again.succeeded().contains("en file pour cette adresse"), "{again:?}");
    assert_ne!(first, second);
    assert_eq!(rows::count(database, "SELECT count(*) FROM outbox WHERE state = 'PENDING'").await, 1);

    let run = nexus_tests::server::serve(data).with("NEXUS_WORKER_LANES", "1");
    let server = Server::start_run(&match url {
        Some(url) => run.with("DATABASE_URL", url),
        None => run,
    });
    open(&server, &first).problem(422, "dead_link");
    assert_eq!(open(&server, &second).expect(200)["role"], "ADMIN");
    open(&server, &second).problem(422, "dead_link");
    drop(server);
    let told = user(data, url, &["new-link", "--email", ADDRESS]).finish();
    assert!(told.refused(2, "already_activated").contains("page de connexion"), "{told:?}");
}

#[tokio::test]
async fn there_is_one_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    there_is_one(folder.path(), None, &Database::File(folder.path().join("nexus.db"))).await;
}

#[tokio::test]
async fn there_is_one_on_postgres() {
    let folder = tempfile::tempdir().unwrap();
    let database = PostgresServer::shared().database().await;
    let address = Database::Address(database.url().to_owned());
    there_is_one(folder.path(), Some(database.url()), &address).await;
}

#[test]
fn what_is_wrong_is_told_option_by_option() {
    let folder = tempfile::tempdir().unwrap();
    let told =
        user(folder.path(), None, &["create-admin", "--email", "direction", "--first-name", " "]).finish();
    let told = told.refused(2, "invalid_field");
    assert!(told.contains("--email : ") && told.contains("--first-name : "), "{told}");
    let told = user(folder.path(), None, &["new-link", "--email", ADDRESS]).finish();
    assert!(told.refused(2, "account_not_found").contains("create-admin"), "{told:?}");
    // A password has no place on a command line.
    let refused =
        user(folder.path(), None, &["create-admin", "--email", ADDRESS, "--password", "x"]).finish();
    assert_eq!(refused.code, Some(2));
}

/// The link is on the screen, and nowhere else: neither in a file nor in a log.
#[test]
fn no_link_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let run = user(folder.path(), None, &["create-admin", "--email", ADDRESS, "--mail", "--verbose"]);
    let outcome = run.finish();
    let secret = secret(&outcome);
    assert!(!outcome.stderr.contains(&secret) && !outcome.stderr.contains(ADDRESS), "{outcome:?}");
    let mut files = vec![folder.path().to_owned()];
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let content = std::fs::read(&path).unwrap();
        assert!(
            !content.windows(secret.len()).any(|window| window == secret.as_bytes()),
            "{}",
            path.display()
        );
    }
}

/// Somebody else's database is not taken over on the way.
#[tokio::test]
async fn a_database_of_the_existing_application_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let database = PostgresServer::shared().database().await;
    let address = Database::Address(database.url().to_owned());
    rows::execute(&address, "CREATE TABLE users (id TEXT PRIMARY KEY)").await;
    create(folder.path(), Some(database.url())).finish().refused(3, "database_not_adopted");
    let tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'";
    assert_eq!(rows::count(&address, tables).await, 1);
}
