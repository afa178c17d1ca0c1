//! The made-up school, on both databases, and the databases that it never enters.

use nexus_tests::postgres::{PostgresServer, TestDatabase};
use nexus_tests::program::{Outcome, Run};
use nexus_tests::rows::{self, Database};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::path::Path;

fn seed(data: &Path, url: Option<&str>, words: &[&str]) -> Run {
    let words = ["seed"].iter().chain(words).map(OsStr::new).chain(["--data".as_ref(), data.as_os_str()]);
    let run = Run::new(words);
    match url {
        Some(url) => run.with("DATABASE_URL", url),
        None => run,
    }
}

/// Address → password, as the table shows them.
fn passwords(outcome: &Outcome) -> BTreeMap<String, String> {
    let lines = outcome.succeeded().lines().map(str::split_whitespace).map(Iterator::collect::<Vec<_>>);
    lines
        .filter_map(|words| match words[..] {
            [.., email, password] if email.contains('@') => Some((email.to_owned(), password.to_owned())),
            _ => None,
        })
        .collect()
}

fn consistency(data: &Path, url: Option<&str>) -> (Option<i32>, serde_json::Value) {
    let words = ["doctor", "--consistency", "--json", "--data"].map(OsStr::new);
    let run = Run::new(words.into_iter().chain([data.as_os_str()]));
    let outcome = match url {
        Some(url) => run.with("DATABASE_URL", url),
        None => run,
    };
    let outcome = outcome.finish();
    (outcome.code, serde_json::from_str(&outcome.stdout).unwrap_or_else(|_| panic!("{outcome:?}")))
}

/// What every seeded database must satisfy: C1–C7 and C9 of the consistency report, Q1–Q3 of the audit queries.
const TRUE_OF_THE_SCHOOL: [(&str, i64); 20] = [
    ("SELECT count(*) FROM users WHERE role = 'ADMIN'", 1),
    ("SELECT count(*) FROM users WHERE role = 'ASSISTANTE'", 1),
    ("SELECT count(*) FROM users WHERE role = 'COACH'", 7),
    ("SELECT count(*) FROM coach_profiles", 7),
    ("SELECT count(*) FROM students", 5),
    ("SELECT count(*) FROM parent_profiles", 4),
    ("SELECT count(DISTINCT status) FROM sessions", 6),
    ("SELECT count(DISTINCT status) FROM subscriptions", 4),
    ("SELECT count(DISTINCT status) FROM payments", 4),
    ("SELECT count(*) FROM badges", 15),
    ("SELECT count(*) FROM \"LegalPage\"", 5),
    (
        "SELECT count(*) FROM \"LegalVersion\" v JOIN \"LegalPage\" p ON p.id = v.\"pageId\" AND p.version = v.version",
        5,
    ),
    // Q1, and the same for the pupils' own count.
    (
        "SELECT count(*) FROM credit_wallets w WHERE w.balance <> (SELECT COALESCE(sum(t.delta), 0) FROM credit_tx t \
         WHERE t.\"walletId\" = w.id)",
        0,
    ),
    (
        "SELECT count(*) FROM credit_wallets w WHERE w.\"balanceMilli\" <> (SELECT COALESCE(sum(l.\"remainingMilli\"), 0) \
         FROM credit_lots l WHERE l.\"walletId\" = w.id)",
        0,
    ),
    (
        "SELECT count(*) FROM students s JOIN credit_wallets w ON w.\"userId\" = s.\"userId\" WHERE s.credits <> w.balance",
        0,
    ),
    ("SELECT count(*) FROM credit_wallets", 5),
    // Q2.
    (
        "SELECT count(*) FROM (SELECT 1 FROM payment_records GROUP BY provider, \"externalId\" HAVING count(*) > 1) AS twice",
        0,
    ),
    // Q3.
    (
        "SELECT count(*) FROM sessions s WHERE NOT EXISTS (SELECT 1 FROM coach_profiles c WHERE c.id = s.\"coachId\")",
        0,
    ),
    ("SELECT count(*) FROM audit_logs WHERE action = 'SEED'", 1),
    ("SELECT count(*) FROM users WHERE password IS NULL", 1),
];

async fn examine(database: &Database) {
    for (query, expected) in TRUE_OF_THE_SCHOOL {
        assert_eq!(rows::count(database, query).await, expected, "{query}");
    }
    for subject in ["MATHEMATIQUES", "NSI", "FRANCAIS", "PHILOSOPHIE", "HISTOIRE_GEO", "ANGLAIS", "ESPAGNOL"]
    {
        let query = format!("SELECT count(*) FROM coach_profiles WHERE subjects LIKE '%{subject}%'");
        assert!(rows::count(database, query.leak()).await >= 1, "{subject}");
    }
}

async fn counts(database: &Database) -> Vec<i64> {
    let mut counts = Vec::new();
    for table in [
        "users",
        "students",
        "sessions",
        "payments",
        "credit_tx",
        "credit_wallets",
        "badges",
        "notifications",
        "messages",
    ] {
        counts.push(rows::count(database, format!("SELECT count(*) FROM {table}").leak()).await);
    }
    counts
}

async fn is_written_once(data: &Path, url: Option<&str>, database: &Database) {
    let first = seed(data, url, &["--no-bilans"]).finish();
    let drawn = passwords(&first);
    assert_eq!(drawn.len(), 17, "{first:?}");
    assert!(drawn.values().all(|password| password.len() >= 16), "{drawn:?}");
    assert_eq!(drawn.values().collect::<BTreeSet<_>>().len(), drawn.len(), "two accounts share a password");
    examine(database).await;
    let (code, report) = consistency(data, url);
    assert_eq!((code, &report["summary"]), (Some(3), &json!(["Invariants failed: Bilans exist"])));
    assert_eq!(report["counts"]["usersByRole"]["COACH"], 7);
    let before = counts(database).await;

    let second = seed(data, url, &["--no-bilans"]).finish();
    assert!(second.succeeded().contains("rien n'a été ajouté"), "{second:?}");
    assert_eq!(counts(database).await, before);
    for password in drawn.values() {
        assert!(!second.stdout.contains(password), "a password is shown twice");
    }

    let reset = seed(data, url, &["--no-bilans", "--reset-passwords"]).finish();
    let anew = passwords(&reset);
    assert_eq!(anew.keys().collect::<Vec<_>>(), drawn.keys().collect::<Vec<_>>());
    assert!(anew.iter().all(|(email, password)| drawn[email] != *password));
    assert_eq!(counts(database).await, before);
    examine(database).await;
    // A session that was opened with an old password is closed.
    let open = "SELECT count(*) FROM users WHERE password IS NOT NULL AND \"sessionVersion\" = 0";
    assert_eq!(rows::count(database, open).await, 0);
}

#[tokio::test]
async fn is_written_once_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    is_written_once(folder.path(), None, &Database::File(folder.path().join("nexus.db"))).await;
}

#[tokio::test]
async fn is_written_once_on_postgres() {
    let folder = tempfile::tempdir().unwrap();
    let database = PostgresServer::shared().database().await;
    is_written_once(folder.path(), Some(database.url()), &Database::Address(database.url().to_owned())).await;
}

#[tokio::test]
async fn two_pupils_have_a_bilan() {
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        seed(folder.path(), None, &[]).finish().succeeded();
    }
    let database = Database::File(folder.path().join("nexus.db"));
    for (query, expected) in [
        ("SELECT count(*) FROM bilans", 2),
        ("SELECT count(*) FROM bilans WHERE state = 'PUBLISHED'", 1),
        ("SELECT count(*) FROM bilans WHERE state = 'REPORT_PENDING_REVIEW'", 1),
    ] {
        assert_eq!(rows::count(&database, query).await, expected, "{query}");
    }
    let (code, report) = consistency(folder.path(), None);
    assert_eq!((code, &report["ok"], &report["summary"]), (Some(0), &json!(true), &json!([])), "{report}");
}

/// A password is nowhere but on the screen.
#[tokio::test]
async fn no_password_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let outcome = seed(folder.path(), None, &["--no-bilans", "--verbose"]).finish();
    let drawn = passwords(&outcome);
    let mut files = vec![folder.path().to_owned()];
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let content = std::fs::read(&path).unwrap();
        for password in drawn.values() {
            let found = content.windows(password.len()).any(|window| window == password.as_bytes());
            assert!(!found, "{}", path.display());
        }
    }
    for password in drawn.values() {
        assert!(!outcome.stderr.contains(password));
    }
}

#[tokio::test]
async fn a_database_that_somebody_uses_is_left_alone() {
    for url in [None, Some(PostgresServer::shared().database().await)] {
        let folder = tempfile::tempdir().unwrap();
        let database = url.as_ref().map_or_else(
            || Database::File(folder.path().join("nexus.db")),
            |url| Database::Address(url.url().to_owned()),
        );
        let url = url.as_ref().map(TestDatabase::url);
        let mut migrate = Run::new([OsStr::new("migrate"), "--data".as_ref(), folder.path().as_os_str()]);
        if let Some(url) = url {
            migrate = migrate.with("DATABASE_URL", url);
        }
        migrate.finish().succeeded();
        let now = if url.is_some() { "now()" } else { "0" };
        rows::execute(
            &database,
            &format!(
                "INSERT INTO users (id, email, role, \"createdAt\", \"updatedAt\") \
                 VALUES ('cku1', 'famille@exemple.test', 'PARENT', {now}, {now})"
            ),
        )
        .await;
        let before = counts(&database).await;
        for words in [&["--no-bilans"][..], &["--no-bilans", "--reset-passwords"]] {
            // No variable makes it disposable.
            let run =
                seed(folder.path(), url, words).with("NEXUS_SEED_ALLOWED", "oui").with("NODE_ENV", "test");
            let told = run.finish();
            assert!(told.refused(2, "seed_refused").contains("users : 1"), "{told:?}");
        }
        let mut demo = Run::new([OsStr::new("demo"), "--data".as_ref(), folder.path().as_os_str()]);
        if let Some(url) = url {
            demo = demo.with("DATABASE_URL", url);
        }
        demo.finish().refused(2, "seed_refused");
        assert_eq!(counts(&database).await, before);
    }
}

/// A database of the existing application, which Nexus never touched, is not even brought up to date.
#[tokio::test]
async fn a_database_of_the_existing_application_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let database = PostgresServer::shared().database().await;
    let address = Database::Address(database.url().to_owned());
    rows::execute(&address, "CREATE TABLE users (id TEXT PRIMARY KEY); INSERT INTO users VALUES ('cku1')")
        .await;
    seed(folder.path(), Some(database.url()), &[]).finish().refused(2, "seed_refused");
    let tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'";
    assert_eq!(rows::count(&address, tables).await, 1);
}

#[test]
fn production_is_never_seeded() {
    let folder = tempfile::tempdir().unwrap();
    let run = |pairs: &[(&str, &str)]| {
        pairs.iter().fold(seed(folder.path(), None, &[]), |run, (name, value)| run.with(name, value)).finish()
    };
    let production = [
        ("NODE_ENV", "production"),
        ("DATABASE_URL", "postgresql://nexus@127.0.0.1:1/nexus"),
        ("NEXTAUTH_URL", "https://nexus.test"),
        ("NEXTAUTH_SECRET", "un-secret-de-plus-de-trente-deux-caracteres"),
        ("NEXT_PUBLIC_APP_URL", "https://nexus.test"),
        ("SMTP_HOST", "courrier.test"),
        ("SMTP_FROM", "nexus@nexus.test"),
    ];
    // Told before anything is connected to: nobody listens on that port.
    assert!(run(&production).refused(2, "seed_refused").contains("production"));
    run(&[("NEXUS_SEED_ALLOWED", "non")]).refused(2, "seed_refused");
}
