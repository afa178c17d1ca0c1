//! What is told about a database before anything is done to it.

use crate::support::{Rows, existing_database, inspect, store};
use crate::{expected, fingerprint::fingerprint};
use nexus_store::Backend;
use nexus_store::adoption::rules;
use std::collections::BTreeSet;

#[tokio::test]
async fn a_school_without_a_fault_breaks_no_rule() {
    let database = existing_database(Rows::Good).await;
    let ear = inspect(&store(&database)).await;
    assert_eq!(ear.anomalies, BTreeSet::new());
    assert_eq!(ear.rules, rules().count(), "every rule was asked");
}

#[tokio::test]
async fn every_planted_fault_is_told_by_rule_and_row_and_nothing_else() {
    let database = existing_database(Rows::Broken).await;
    let ear = inspect(&store(&database)).await;
    let planted: BTreeSet<_> = expected::repaired().into_iter().chain(expected::told_only()).collect();
    let missed: Vec<_> = planted.difference(&ear.anomalies).collect();
    let invented: Vec<_> = ear.anomalies.difference(&planted).collect();
    assert!(missed.is_empty() && invented.is_empty(), "missed: {missed:#?}\ninvented: {invented:#?}");
    assert!(ear.details.contains(&("1003".to_owned(), "solde 12, somme des mouvements 20".to_owned())));

    let told: BTreeSet<&str> = planted.iter().map(|(rule, ..)| rule.as_str()).collect();
    let silent: Vec<_> = rules().map(|rule| rule.name).filter(|rule| !told.contains(rule)).collect();
    assert_eq!(silent, ["no_administrator"], "each rule has a planted fault");
}

#[tokio::test]
async fn a_school_without_an_administrator_is_told_and_an_empty_database_is_not() {
    let database = existing_database(Rows::Good).await;
    database.execute(r#"UPDATE users SET "role" = 'ASSISTANTE' WHERE "role" = 'ADMIN'"#).await;
    let ear = inspect(&store(&database)).await;
    let expected = ("no_administrator".to_owned(), "*".to_owned(), None, false);
    assert_eq!(ear.anomalies, BTreeSet::from([expected]));

    let empty = existing_database(Rows::None).await;
    assert_eq!(inspect(&store(&empty)).await.anomalies, BTreeSet::new());
}

#[tokio::test]
async fn looking_changes_nothing() {
    let database = existing_database(Rows::Broken).await;
    let store = store(&database);
    let before = (fingerprint(&database).await, catalogue(&database).await);
    let report = store.pending_migrations().await.unwrap();
    assert!(report.applied_before.is_empty() && !report.missing.is_empty());
    let missing: Vec<_> = store.missing_objects().await.unwrap().iter().map(ToString::to_string).collect();
    for object in [
        "table quarantined_rows",
        "column sessions.startsAt",
        "index payment_records_once",
        "constraint sessions.sessions_coach_no_overlap",
    ] {
        assert!(missing.iter().any(|name| name == object), "{object}: {missing:#?}");
    }
    assert!(!missing.iter().any(|name| name.contains("users.email")), "{missing:#?}");
    inspect(&store).await;
    assert_eq!((fingerprint(&database).await, catalogue(&database).await), before);
}

/// Every object of the database, as its server describes it.
pub(crate) async fn catalogue(
    database: &nexus_store::conformance::postgres_server::TestDatabase,
) -> Vec<String> {
    let mut connection = database.connect().await;
    sqlx::query_scalar(
        "SELECT 'column ' || table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' '
                || coalesce(column_default, '') FROM information_schema.columns WHERE table_schema = 'public'
         UNION ALL SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public'
         UNION ALL SELECT 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
                   FROM pg_constraint WHERE connamespace = 'public'::regnamespace
         UNION ALL SELECT 'trigger ' || tgrelid::regclass || ' ' || tgname FROM pg_trigger WHERE NOT tgisinternal
         ORDER BY 1",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap()
}
