//! `nexus migrate` as somebody types it, on a database of the existing application.

use crate::existing::fixture;
use crate::fingerprint::fingerprint;
use crate::inspection::catalogue;
use crate::support::{Rows, existing_database};
use nexus_store::conformance::postgres_server::TestDatabase;
use nexus_tests::program::{Outcome, Run};

fn nexus(database: &TestDatabase, arguments: &[&str]) -> Outcome {
    let data = tempfile::tempdir().unwrap();
    Run::new(arguments)
        .with("NEXUS_DATA", data.path())
        .with("DATABASE_URL", database.url())
        .with("NEXUS_ACCESS_KEYS", "une-clef-assez-longue-pour-les-essais")
        .finish()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_tells_everything_and_changes_nothing() {
    let database = existing_database(Rows::Broken).await;
    let before = (fingerprint(&database).await, catalogue(&database).await);
    let outcome = nexus(&database, &["migrate", "--check"]);
    assert_eq!(outcome.code, Some(4), "{outcome:?}");
    assert_eq!((fingerprint(&database).await, catalogue(&database).await), before);

    for line in [
        "  à faire : 0001 existing application",
        "  à faire : 0020 constraints",
        "  table quarantined_rows",
        "  colonne sessions.startsAt",
        "  contrainte students.students_parentId_fkey ON DELETE RESTRICT",
        "  index payment_records_once",
    ] {
        assert!(outcome.stdout.lines().any(|told| told == line), "{line}\n{}", outcome.stdout);
    }
    let anomalies = outcome.stdout.find("\n[erreur]").unwrap();
    insta::assert_snapshot!(&outcome.stdout[anomalies..]);
}

/// Identifiers are told, never who somebody is.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_personal_is_printed() {
    let database = existing_database(Rows::Broken).await;
    let printed = [&["migrate", "--check", "--all"][..], &["migrate"], &["migrate", "--check", "--all"]]
        .map(|arguments| nexus(&database, arguments))
        .map(|outcome| outcome.stdout + &outcome.stderr)
        .concat();
    let rows = std::fs::read_to_string(fixture("good.sql")).unwrap()
        + &std::fs::read_to_string(fixture("broken.sql")).unwrap();
    for word in [
        "exemple.tn",
        "nexus-student",
        "Inès",
        "Chloé",
        "Trabelsi",
        "Virement",
        "CADEAU",
        "paypal",
        "rag/fantome.pdf",
        "undefined",
        "$2b$",
    ] {
        assert!(rows.contains(word), "{word} is in the fixture");
        assert!(!printed.contains(word), "{word} was printed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn long_lists_are_cut_unless_all_is_asked_for() {
    let database = existing_database(Rows::Good).await;
    database
        .execute(
            r#"INSERT INTO notifications ("id", "userId", "userRole", "type", "title", "message", "data", "updatedAt")
               SELECT 'perdue' || n, 'personne', 'PARENT', 'X', '', '', '{}', now() FROM generate_series(1, 50) AS n"#,
        )
        .await;
    let short = nexus(&database, &["migrate", "--check"]).stdout;
    assert_eq!(short.matches("notifications perdue").count(), 20, "{short}");
    assert!(
        short.contains("… et 30 autre(s) ligne(s)") && short.contains("50 anomalie(s) : 50 que"),
        "{short}"
    );
    let long = nexus(&database, &["migrate", "--check", "--all"]).stdout;
    assert_eq!(long.matches("notifications perdue").count(), 50, "{long}");
}

#[tokio::test(flavor = "multi_thread")]
async fn exit_codes_say_what_is_left_to_do() {
    let database = existing_database(Rows::Broken).await;
    assert_eq!(nexus(&database, &["migrate", "--status"]).code, Some(4));
    let done = nexus(&database, &["migrate"]);
    let told = done.succeeded();
    assert!(
        told.contains("payment_record_repeated : 3 ligne(s) de payment_records mise(s) en quarantaine"),
        "{told}"
    );
    assert!(told.contains("wallet_not_sum : 3 ligne(s) de credit_wallets compensée(s)"), "{told}");
    assert!(told.contains("Aucune ligne n'a été supprimée"), "{told}");
    assert_eq!(nexus(&database, &["migrate", "--status"]).code, Some(0));
    let check = nexus(&database, &["migrate", "--check"]);
    assert_eq!(check.code, Some(5), "{check:?}");
    assert!(check.stdout.contains(
        "55 anomalie(s) : 0 que « nexus migrate » met en ordre, 33 déjà en quarantaine, 22 à examiner."
    ));
    assert!(check.stdout.contains("payment_records 1005 (à cause de 1) — en quarantaine"));

    let sound = existing_database(Rows::Good).await;
    nexus(&sound, &["migrate"]).succeeded();
    let check = nexus(&sound, &["migrate", "--check"]);
    assert!(check.succeeded().contains("Aucune anomalie."), "{check:?}");
    sound.execute("DROP INDEX payment_records_once").await;
    let check = nexus(&sound, &["migrate", "--check"]);
    assert_eq!(check.code, Some(5));
    assert!(
        check.stdout.contains("retirés de la base après coup")
            && check.stdout.contains("index payment_records_once")
    );
}

/// Starting a server decides nothing about somebody else's database.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_does_not_take_a_database_over_by_itself() {
    let database = existing_database(Rows::Good).await;
    let before = catalogue(&database).await;
    let sentence = nexus(&database, &["serve", "--listen", "127.0.0.1:0"]);
    sentence.refused(3, "database_not_adopted");
    assert_eq!(catalogue(&database).await, before);
}
