//! Migrations of SQLite: several processes at once, changed and newer schemas, places that cannot be written.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // the helpers of a test are tests too

use jiff::Timestamp;
use nexus_core::calendar::{
    Modality, ParticipantState, ReminderKind, ServiceType, SessionKind, SessionStatus,
};
use nexus_core::ledger::MovementKind;
use nexus_core::outbox::EffectState;
use nexus_core::testing::{CountingIds, ManualClock};
use nexus_core::{Coded, ErrorCode, Role, SchoolSubject, Store, StoreError};
use nexus_store::Backend;
use nexus_store::sqlite::{SqliteOptions, SqliteStore};
use sqlx::Connection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use std::path::Path;
use std::sync::Arc;
use tokio::task::JoinSet;

async fn open(path: &Path) -> Result<SqliteStore, StoreError> {
    let clock = Arc::new(ManualClock::at(Timestamp::UNIX_EPOCH));
    SqliteStore::open(&SqliteOptions::new(path), clock, Arc::new(CountingIds::new("id"))).await
}

async fn execute(path: &Path, sql: &'static str) {
    let mut connection =
        SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(path)).await.unwrap();
    sqlx::query(sql).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn eight_openers_migrate_a_new_database_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("nexus.db");
    let mut openers = JoinSet::new();
    for _ in 0..8 {
        let path = path.clone();
        openers.spawn(async move { open(&path).await?.migrate().await });
    }
    let reports: Vec<_> = openers.join_all().await.into_iter().map(Result::unwrap).collect();
    let did_it = reports.iter().filter(|report| !report.missing.is_empty()).count();
    assert_eq!(did_it, 1, "one opener applies every step, the others find them");
    assert_eq!(open(&path).await.unwrap().count_people().await.unwrap(), 0);
}

/// What a file holds: its objects, the only row that a step writes, and the steps that it has.
async fn contents(path: &Path) -> Vec<String> {
    let mut connection =
        SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(path)).await.unwrap();
    let all = r#"
        SELECT 'object ' || type || ' ' || name || ' ' || tbl_name || ' ' || COALESCE(sql, '') FROM sqlite_master
        UNION ALL SELECT 'head ' || "id" || ' ' || "sequence" || ' ' || "hash" FROM audit_head
        UNION ALL SELECT 'step ' || version || ' ' || description || ' ' || hex(checksum) || ' ' || success FROM _sqlx_migrations
        ORDER BY 1"#;
    sqlx::query_scalar(all).fetch_all(&mut connection).await.unwrap()
}

/// The statements that make a file as it is.
async fn statements(path: &Path) -> String {
    let mut connection =
        SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(path)).await.unwrap();
    let objects = "SELECT sql || ';' FROM sqlite_master
        WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite!_%' ESCAPE '!' AND name <> '_sqlx_migrations'
        ORDER BY CASE type WHEN 'table' THEN 0 WHEN 'index' THEN 1 ELSE 2 END, rowid";
    let made: Vec<String> = sqlx::query_scalar(objects).fetch_all(&mut connection).await.unwrap();
    // The one row that a step writes goes in before the triggers that watch over it.
    let head = r#"SELECT format('INSERT INTO audit_head ("id", "sequence", "hash") VALUES (%d, %d, %Q);', "id", "sequence", "hash")
        FROM audit_head"#;
    let head: String = sqlx::query_scalar(head).fetch_one(&mut connection).await.unwrap();
    let explained = "-- Written by nexus-store/tests/sqlite_migrations.rs from the steps of migrations/sqlite: see new_file.rs.";
    let is_trigger = |statement: &String| statement.starts_with("CREATE TRIGGER");
    let (triggers, others): (Vec<_>, Vec<_>) = made.into_iter().partition(is_trigger);
    format!("{explained}\n{}\n{head}\n{}\n", others.join("\n"), triggers.join("\n"))
}

/// After a new step: `NEXUS_UPDATE_SCHEMA=1 cargo test -p nexus-store --test sqlite_migrations`, then once more without.
#[tokio::test]
#[allow(clippy::disallowed_methods)] // whoever wrote a new step asks for the file to be written
async fn a_new_file_is_what_the_steps_make() {
    let folder = tempfile::tempdir().unwrap();
    let (stepwise, at_once) = (folder.path().join("steps.db"), folder.path().join("new.db"));
    // Whatever is in a file already, it goes step by step.
    drop(open(&stepwise).await.unwrap());
    execute(&stepwise, "CREATE TABLE something (id INTEGER)").await;
    open(&stepwise).await.unwrap().migrate().await.unwrap();
    execute(&stepwise, "DROP TABLE something").await;
    if std::env::var_os("NEXUS_UPDATE_SCHEMA").is_some() {
        std::fs::write("src/sqlite/new_file.sql", statements(&stepwise).await).unwrap();
        return;
    }
    open(&at_once).await.unwrap().migrate().await.unwrap();
    assert_eq!(contents(&at_once).await, contents(&stepwise).await);
}

#[tokio::test]
async fn a_second_run_finds_nothing_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder.path().join("nexus.db")).await.unwrap();
    assert_eq!(store.count_people().await.unwrap_err().code(), ErrorCode::SchemaMismatch);
    let before = store.pending_migrations().await.unwrap();
    assert!(before.applied_before.is_empty() && !before.missing.is_empty());
    assert_eq!(store.migrate().await.unwrap(), before);
    let after = store.migrate().await.unwrap();
    assert_eq!((after.applied_before, after.missing), (before.missing, vec![]));
}

#[tokio::test]
async fn a_changed_or_newer_schema_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let changed = folder.path().join("changed.db");
    open(&changed).await.unwrap().migrate().await.unwrap();
    execute(&changed, "UPDATE _sqlx_migrations SET checksum = x'00' WHERE version = 1").await;
    let error = open(&changed).await.unwrap().migrate().await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::SchemaMismatch);

    let newer = folder.path().join("newer.db");
    open(&newer).await.unwrap().migrate().await.unwrap();
    execute(
        &newer,
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'from the future', TRUE, x'00', 0)",
    )
    .await;
    let error = open(&newer).await.unwrap().migrate().await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::SchemaMismatch);
}

#[tokio::test]
async fn what_is_no_database_or_no_folder_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let no_database = folder.path().join("text.db");
    std::fs::write(&no_database, "ceci n'est pas une base de données, mais un texte assez long").unwrap();
    let error = open(&no_database).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::StorageUnavailable);

    let error = open(&folder.path().join("absent/nexus.db")).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::StorageReadOnly);
}

/// A bounded file is full in the same way as a full disk: `SQLITE_FULL`.
#[tokio::test]
async fn a_full_database_is_told_and_keeps_what_it_had() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("nexus.db");
    let options = SqliteOptions { max_pages: Some(400), ..SqliteOptions::new(&path) };
    let clock = Arc::new(ManualClock::at(Timestamp::UNIX_EPOCH));
    let store = SqliteStore::open(&options, clock, Arc::new(CountingIds::new("id"))).await.unwrap();
    store.migrate().await.unwrap();
    let mut failure = None;
    for number in 0..2_000 {
        let mut tx = store.begin().await.unwrap();
        let (family, _) = nexus_store::conformance::samples::people(&format!("{number}-{}", "x".repeat(40)));
        if let Err(error) = tx.save_family(&family).await {
            failure = Some((number, error));
            break;
        }
        if let Err(error) = tx.commit().await {
            failure = Some((number, error));
            break;
        }
    }
    let (saved, error) = failure.expect("the database fills up");
    assert_eq!(error.code(), ErrorCode::StorageFull);
    assert_eq!(store.count_people().await.unwrap(), saved);
}

/// Rows that a booking writes, each with the word `$1` that its table has a list of, and the words of the domain.
fn rows_with_a_word() -> Vec<(&'static str, Vec<&'static str>)> {
    macro_rules! session {
        ($type:literal, $subject:literal, $status:literal, $kind:literal, $modality:literal) => {
            concat!(
                r#"INSERT INTO sessions ("id", "studentId", "coachId", "title", "scheduledAt", "duration", "creditCost",
                       "createdAt", "updatedAt", "type", "subject", "status", "kind", "modality")
                   VALUES ('s', 'p', 'c', 't', 0, 60, 1.0, 0, 0, "#,
                $type, ", ", $subject, ", ", $status, ", ", $kind, ", ", $modality, ")"
            )
        };
    }
    let statuses: Vec<_> = SessionStatus::ALL.iter().map(|word| word.as_str()).collect();
    vec![
        (
            session!("$1", "'NSI'", "'SCHEDULED'", "'INDIVIDUAL'", "'ONLINE'"),
            ServiceType::ALL.iter().map(|word| word.as_str()).collect(),
        ),
        (
            session!("'COURS_ONLINE'", "$1", "'SCHEDULED'", "'INDIVIDUAL'", "'ONLINE'"),
            SchoolSubject::ALL.iter().map(|word| word.as_str()).collect(),
        ),
        (session!("'COURS_ONLINE'", "'NSI'", "$1", "'INDIVIDUAL'", "'ONLINE'"), statuses.clone()),
        (
            session!("'COURS_ONLINE'", "'NSI'", "'SCHEDULED'", "$1", "'ONLINE'"),
            SessionKind::ALL.iter().map(|word| word.as_str()).collect(),
        ),
        (
            session!("'COURS_ONLINE'", "'NSI'", "'SCHEDULED'", "'INDIVIDUAL'", "$1"),
            Modality::ALL.iter().map(|word| word.as_str()).collect(),
        ),
        (
            r#"INSERT INTO session_participants ("id", "sessionId", "studentId", "lessonId", "state", "blocking", "startsAt",
                   "endsAt", "offeredUntil", "createdAt", "updatedAt") VALUES ('s', 's', 'p', 's', $1, 0, 0, 1, 1, 0, 0)"#,
            ParticipantState::ALL.iter().map(|word| word.as_str()).collect(),
        ),
        (
            r#"INSERT INTO session_status_history ("sessionId", "fromStatus", "toStatus", "actor", "at")
               VALUES ('s', $1, 'SCHEDULED', 'a', 0)"#,
            statuses.clone(),
        ),
        (
            r#"INSERT INTO session_status_history ("sessionId", "toStatus", "actor", "at") VALUES ('s', $1, 'a', 0)"#,
            statuses,
        ),
        (
            r#"INSERT INTO session_reminders ("sessionId", "reminderType", "dueAt") VALUES ('s', $1, 0)"#,
            ReminderKind::ALL.iter().map(|word| word.as_str()).collect(),
        ),
        (
            r#"INSERT INTO credit_tx ("walletId", "deltaMilli", "reason", "at", "kind", "endedLotId")
               VALUES (1, CASE WHEN $1 IN ('USAGE', 'EXPIRATION', 'HOLD') THEN -1 ELSE 1 END, 'r', 0, $1,
                       CASE WHEN $1 = 'EXPIRATION' THEN 1 END)"#,
            MovementKind::ALL.iter().map(|word| word.as_str()).collect(),
        ),
        (
            r#"INSERT INTO outbox ("id", "kind", "uniqueKey", "runAt", "createdAt", "state", "settledAt")
               VALUES ('e', 'send_mail', 'k', 0, 0, $1, CASE WHEN $1 IN ('SENT', 'DISCARDED') THEN 0 END)"#,
            EffectState::ALL.iter().map(|word| word.as_str()).collect(),
        ),
        (
            r#"INSERT INTO notifications ("id", "userId", "type", "title", "message", "data", "createdAt", "updatedAt", "userRole")
               VALUES ('n', 'u', 't', 't', 'm', '{}', 0, 0, $1)"#,
            Role::ALL.iter().map(|word| word.as_str()).collect(),
        ),
    ]
}

/// The lists that a step wrote in another form hold the words of the domain, all of them and no other.
#[tokio::test]
async fn tables_know_the_words_of_the_domain() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("nexus.db");
    open(&path).await.unwrap().migrate().await.unwrap();
    let options = SqliteConnectOptions::new().filename(&path).foreign_keys(false);
    let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
    for (insertion, words) in rows_with_a_word() {
        for word in words {
            let mut tx = connection.begin().await.unwrap();
            let inserted = sqlx::query(insertion).bind(word).execute(&mut *tx).await;
            assert!(inserted.is_ok(), "{word}: {inserted:?}");
            tx.rollback().await.unwrap();
        }
        for word in ["", "AUTRE", "scheduled"] {
            let refused = sqlx::query(insertion).bind(word).execute(&mut connection).await.unwrap_err();
            assert!(refused.to_string().contains("CHECK constraint failed"), "{word}: {refused}");
        }
    }
}
