//! What a migration does to a database of the existing application.

use crate::expected;
use crate::fingerprint::{assert_nothing_lost, fingerprint};
use crate::inspection::catalogue;
use crate::support::{Ear, Rows, existing_database, inspect, now, store};
use nexus_store::Backend;
use nexus_store::conformance::postgres_server::TestDatabase;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

#[tokio::test]
async fn nothing_is_lost_and_each_fault_is_put_in_order_once() {
    let database = existing_database(Rows::Broken).await;
    let store = store(&database);
    let before = fingerprint(&database).await;
    let mut ear = Ear::default();
    let report = store.migrate_observed(&mut ear).await.unwrap();
    assert!(report.applied_before.is_empty() && !report.missing.is_empty());
    assert_eq!(ear.anomalies, expected::repaired());
    assert!(ear.repaired.contains(&("payment_record_repeated", 3)), "{:?}", ear.repaired);

    let after = fingerprint(&database).await;
    let mut fresh = assert_nothing_lost(&before, &after);
    let compensations = fresh.remove("credit_tx");
    assert_eq!(compensations, Some(3));
    let audit_rows = fresh.remove("audit_logs").unwrap();
    assert_eq!(audit_rows, ear.repaired.len(), "one audit row per rule that was broken");
    assert_eq!(fresh, BTreeMap::new(), "no other table has a new row");

    assert_eq!(store.missing_objects().await.unwrap(), []);
    assert_eq!(inspect(&store).await.anomalies, expected::after_migration());
}

#[tokio::test]
async fn a_second_run_does_nothing() {
    let database = existing_database(Rows::Broken).await;
    let store = store(&database);
    let first = store.migrate().await.unwrap();
    let state = (fingerprint(&database).await, catalogue(&database).await, quarantine(&database).await);
    let mut ear = Ear::default();
    let second = store.migrate_observed(&mut ear).await.unwrap();
    assert_eq!((second.applied_before, second.missing), (first.missing, vec![]));
    assert_eq!((ear.rules, ear.repaired), (0, vec![]));
    assert_eq!(
        (fingerprint(&database).await, catalogue(&database).await, quarantine(&database).await),
        state
    );
}

#[tokio::test]
async fn a_school_without_a_fault_is_only_given_what_is_new() {
    let database = existing_database(Rows::Good).await;
    let store = store(&database);
    let before = fingerprint(&database).await;
    store.migrate().await.unwrap();
    assert_eq!(fingerprint(&database).await, before);
    assert_eq!(inspect(&store).await.anomalies, BTreeSet::new());
    assert_eq!(database.one::<i64>("SELECT count(*) FROM quarantined_rows").await, 0);
    let unchecked = "SELECT count(*) FROM pg_constraint WHERE NOT convalidated";
    assert_eq!(database.one::<i64>(unchecked).await, 0, "without orphans every key is checked for every row");
}

#[tokio::test]
async fn a_row_in_quarantine_is_marked_listed_and_audited() {
    let database = existing_database(Rows::Broken).await;
    store(&database).migrate().await.unwrap();

    let quarantined: BTreeSet<_> = expected::repaired()
        .into_iter()
        .filter(|(rule, ..)| rule != "wallet_not_sum")
        .map(|(rule, id, because, _)| (rule, id, because))
        .collect();
    let listed = quarantine(&database).await;
    assert_eq!(
        listed
            .iter()
            .map(|(_, rule, id, because)| (rule.clone(), id.clone(), because.clone()))
            .collect::<BTreeSet<_>>(),
        quarantined
    );

    // The mark and the list say the same, in every table that has a mark.
    let tables: Vec<String> = {
        let mut connection = database.connect().await;
        sqlx::query_scalar(
            "SELECT table_name::text FROM information_schema.columns WHERE column_name = 'quarantinedAt'",
        )
        .fetch_all(&mut connection)
        .await
        .unwrap()
    };
    let mut marked = BTreeSet::new();
    for table in &tables {
        let query = format!(
            "SELECT \"id\"::text FROM \"{table}\" WHERE \"quarantinedAt\" = '2026-01-15 08:30:00.25'"
        );
        let mut connection = database.connect().await;
        let ids: Vec<String> =
            sqlx::query_scalar(sqlx::AssertSqlSafe(query)).fetch_all(&mut connection).await.unwrap();
        marked.extend(ids.into_iter().map(|id| (table.clone(), id)));
    }
    let rows: BTreeSet<_> = listed.iter().map(|(table, _, id, _)| (table.clone(), id.clone())).collect();
    assert_eq!(marked, rows);

    let mut audited = BTreeSet::new();
    let mut connection = database.connect().await;
    let diffs: Vec<(String, Value)> =
        sqlx::query_as(r#"SELECT "actor", "diff" FROM audit_logs WHERE "action" = 'MIGRATION_REPAIR'"#)
            .fetch_all(&mut connection)
            .await
            .unwrap();
    for (actor, diff) in diffs {
        assert_eq!(actor, "system");
        assert!(diff["why"].as_str().unwrap().ends_with('.'));
        for row in diff["rows"].as_array().unwrap() {
            let text = |name: &str| row[name].as_str().map(str::to_owned);
            audited.insert((diff["rule"].as_str().unwrap().to_owned(), text("id").unwrap(), text("because")));
        }
    }
    let repaired: BTreeSet<_> =
        expected::repaired().into_iter().map(|(rule, id, because, _)| (rule, id, because)).collect();
    assert_eq!(audited, repaired);
}

#[tokio::test]
async fn wallets_keep_their_balance_and_their_movements_add_up_to_it() {
    let database = existing_database(Rows::Broken).await;
    store(&database).migrate().await.unwrap();
    let mut connection = database.connect().await;
    let wallets: Vec<(i32, i32, i64)> = sqlx::query_as(
        r#"SELECT w."id", w."balance"::integer, coalesce(sum(t."delta"), 0)::bigint FROM credit_wallets w
           LEFT JOIN credit_tx t ON t."walletId" = w."id" GROUP BY w."id" ORDER BY w."id""#,
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    assert_eq!(wallets.len(), 16);
    for (wallet, balance, sum) in &wallets {
        assert_eq!(i64::from(*balance), *sum, "wallet {wallet}");
    }
    let balances: BTreeMap<_, _> = wallets.iter().map(|(wallet, balance, _)| (*wallet, *balance)).collect();
    assert_eq!(
        (balances[&1003], balances[&1004], balances[&1005]),
        (12, 5, -3),
        "what the families saw stays"
    );
    let entries: Vec<(i32, i32, String, String)> = sqlx::query_as(
        r#"SELECT "walletId", "delta"::integer, "externalId", "at"::text FROM credit_tx WHERE "reason" = 'MIGRATION_ADJUSTMENT'
           ORDER BY "walletId""#,
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    let at = now().to_string().replace('T', " ").replace('Z', "");
    assert_eq!(
        entries,
        [(1003, -8, "migration:1003"), (1004, 5, "migration:1004"), (1005, -3, "migration:1005")]
            .map(|(wallet, delta, key)| (wallet, delta, key.to_owned(), at.clone()))
    );
}

#[tokio::test]
async fn vectors_of_both_sizes_live_in_an_adopted_database() {
    let database = existing_database(Rows::Good).await;
    let before: String =
        database.one("SELECT md5(string_agg(embedding::text, ',' ORDER BY id)) FROM knowledge_assets").await;
    store(&database).migrate().await.unwrap();
    let after: String =
        database.one("SELECT md5(string_agg(embedding::text, ',' ORDER BY id)) FROM knowledge_assets").await;
    assert_eq!(before, after);
    for dimensions in [3072, 1536] {
        database
            .execute(&format!(
                r#"INSERT INTO memories ("id", "studentId", "kind", "content", "embedding")
                   SELECT 'm{dimensions}', "id", 'PLAN', '', array_fill(0.5, ARRAY[{dimensions}])::vector FROM students LIMIT 1"#
            ))
            .await;
    }
    let sizes = "SELECT string_agg(DISTINCT vector_dims(embedding)::text, ' ') FROM memories";
    assert_eq!(database.one::<String>(sizes).await, "1536 3072");
    // A search of one size passes over the other, as the index of that size does.
    let nearest = "SELECT id FROM memories WHERE vector_dims(embedding) = 1536
                   ORDER BY embedding::vector(1536) <=> array_fill(0.5, ARRAY[1536])::vector LIMIT 1";
    assert_eq!(database.one::<String>(nearest).await, "m1536");
}

/// (table, rule, row, because) of every row in quarantine.
async fn quarantine(database: &TestDatabase) -> BTreeSet<(String, String, String, Option<String>)> {
    let mut connection = database.connect().await;
    let rows: Vec<_> =
        sqlx::query_as(r#"SELECT "tableName", "rule", "rowId", "because" FROM quarantined_rows"#)
            .fetch_all(&mut connection)
            .await
            .unwrap();
    rows.into_iter().collect()
}
