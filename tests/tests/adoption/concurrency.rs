//! Several migrations at once, the existing application writing meanwhile, and a migration that dies.

use crate::expected;
use crate::fingerprint::{assert_nothing_lost, fingerprint};
use crate::support::{Rows, existing_database, id, inspect, store};
use nexus_store::Backend;
use nexus_store::conformance::postgres_server::TestDatabase;
use nexus_tests::program::Run;
use sqlx::Executor;
use std::process::Child;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::task::JoinSet;

fn migrate(database: &TestDatabase, data: &tempfile::TempDir) -> Child {
    let run = Run::new(["migrate"]).with("NEXUS_DATA", data.path()).with("DATABASE_URL", database.url());
    run.command().spawn().unwrap()
}

/// Waits until somebody's migration waits for a lock.
async fn until_a_migration_waits(database: &TestDatabase, migration: &mut Child) {
    let waiting = "SELECT count(*) FROM pg_stat_activity
                   WHERE application_name = 'nexus-migrate' AND datname = current_database() AND wait_event = 'relation'";
    while database.one::<i64>(waiting).await == 0 {
        assert!(migration.try_wait().unwrap().is_none(), "the migration does not wait");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_adopt_one_database_at_once() {
    let database = existing_database(Rows::Broken).await;
    let before = fingerprint(&database).await;
    let data = tempfile::tempdir().unwrap();
    let mut printed = Vec::new();
    for child in [migrate(&database, &data), migrate(&database, &data), migrate(&database, &data)] {
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        printed.push(String::from_utf8(output.stdout).unwrap());
    }
    let did_it = printed.iter().filter(|text| text.contains("faite : 0020 constraints")).count();
    assert_eq!(did_it, 1, "{printed:#?}");
    assert_nothing_lost(&before, &fingerprint(&database).await);
    let compensated = r#"SELECT count(*) FROM credit_tx WHERE "externalId" LIKE 'migration:%'"#;
    assert_eq!(database.one::<i64>(compensated).await, 3, "compensated once");
    // Each row of the former ledger that moved credits became one movement, whichever of the three came first.
    let waiting = r#"SELECT count(*) FROM credit_transactions c JOIN students s ON s."id" = c."studentId"
        WHERE NOT EXISTS (SELECT 1 FROM credit_imports i WHERE i."transactionId" = c."id")
        AND NOT EXISTS (SELECT 1 FROM credit_wallets w WHERE w."userId" = s."userId" AND w."quarantinedAt" IS NOT NULL)"#;
    assert_eq!(database.one::<i64>(waiting).await, 0);
    let twice = r#"SELECT count("externalId") - count(DISTINCT "externalId") FROM credit_tx
        WHERE "externalId" LIKE 'credit_transactions:%'"#;
    assert_eq!(database.one::<i64>(twice).await, 0);
    let moved = r#"SELECT count(*) FROM credit_imports WHERE "movementId" IS NOT NULL"#;
    assert!(database.one::<i64>(moved).await > 0);
    assert_eq!(inspect(&store(&database)).await.anomalies, expected::after_migration());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_migration_that_is_killed_leaves_every_row_as_it_was() {
    let database = existing_database(Rows::Broken).await;
    let before = fingerprint(&database).await;
    // The last step indexes this table at its end: rows are in quarantine and constraints made by then.
    let mut writer = database.connect().await;
    let message = format!(
        r#"BEGIN; INSERT INTO aria_messages ("id", "conversationId", "role", "content") VALUES ('m', '{}', 'USER', 'Bonjour')"#,
        id("con", 1)
    );
    writer.execute(sqlx::AssertSqlSafe(message)).await.unwrap();
    let data = tempfile::tempdir().unwrap();
    let mut migration = migrate(&database, &data);
    until_a_migration_waits(&database, &mut migration).await;
    migration.kill().unwrap();
    migration.wait().unwrap();
    writer.execute("ROLLBACK").await.unwrap();
    let alive = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'nexus-migrate' AND datname = current_database()";
    while database.one::<i64>(alive).await > 0 {}

    assert_eq!(fingerprint(&database).await, before);
    assert_eq!(database.one::<i64>("SELECT count(*) FROM quarantined_rows").await, 0);
    let steps = "SELECT max(version) FROM _sqlx_migrations WHERE success";
    assert_eq!(database.one::<i64>(steps).await, 19);

    let store = store(&database);
    store.migrate().await.unwrap();
    assert_nothing_lost(&before, &fingerprint(&database).await);
    assert_eq!(inspect(&store).await.anomalies, expected::after_migration());
}

/// The existing application goes on writing, broken rows among them, until long after the constraints are there.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_existing_application_may_write_meanwhile() {
    let database = Arc::new(existing_database(Rows::Broken).await);
    let migrated = Arc::new(AtomicBool::new(false));
    let mut writers = JoinSet::new();
    for writer in 0..4_u32 {
        let (database, migrated) = (Arc::clone(&database), Arc::clone(&migrated));
        writers.spawn(async move {
            let mut connection = database.connect().await;
            let (mut accepted, mut refused) = (0, 0);
            loop {
                let last = migrated.load(Ordering::Acquire);
                // A payment with an identifier that is taken, and a credit that leaves the wallet right.
                let statements = format!(
                    r#"BEGIN;
                       UPDATE credit_wallets SET "balance" = "balance" + 1 WHERE "id" = {wallet};
                       INSERT INTO credit_tx ("walletId", "delta", "reason") VALUES ({wallet}, 1, 'writer');
                       INSERT INTO payment_records ("provider", "externalId", "userId", "packId", "amountTnd", "updatedAt")
                       VALUES ('konnect', 'kn_3', '{user}', 1, 500, now());
                       COMMIT"#,
                    wallet = writer + 6,
                    user = id("usr", 101),
                );
                match connection.execute(sqlx::AssertSqlSafe(statements)).await {
                    Ok(_) => accepted += 1,
                    Err(error) => {
                        let code = error.as_database_error().unwrap().code().unwrap().into_owned();
                        // The identifier is taken, or the migration and this writer met in a deadlock.
                        assert!(["23505", "40P01"].contains(&code.as_str()), "{error}");
                        refused += 1;
                        connection.execute("ROLLBACK").await.unwrap();
                    }
                }
                if last {
                    return (accepted, refused);
                }
            }
        });
    }
    // Some rows are written before the migration begins.
    let written = "SELECT count(*) FROM credit_tx WHERE reason = 'writer'";
    while database.one::<i64>(written).await < 8 {}
    let store = store(&database);
    store.migrate().await.unwrap();
    migrated.store(true, Ordering::Release);
    let outcomes: Vec<(i64, i64)> = writers.join_all().await;
    assert!(outcomes.iter().all(|(accepted, refused)| *accepted > 0 && *refused > 0), "{outcomes:?}");

    let accepted: i64 = outcomes.iter().map(|(accepted, _)| accepted).sum();
    assert_eq!(database.one::<i64>(written).await, accepted, "nothing that was acknowledged is lost");
    let payments = r#"SELECT count(*) FROM payment_records WHERE "externalId" = 'kn_3'"#;
    assert_eq!(database.one::<i64>(payments).await, accepted + 1);
    let ear = inspect(&store).await;
    let loose: Vec<_> = ear
        .anomalies
        .iter()
        .filter(|(rule, _, _, in_quarantine)| {
            (rule == "payment_record_repeated" || rule == "wallet_not_sum") && !in_quarantine
        })
        .collect();
    assert!(loose.is_empty(), "{loose:?}");
}
