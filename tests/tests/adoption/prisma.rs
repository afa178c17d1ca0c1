//! The existing application's own Prisma client goes on reading and writing a database that was taken over.

use crate::expected;
use crate::support::{Rows, existing_database, inspect, now, store};
use jiff::Timestamp;
use nexus_core::{Family, ParentId, Person, Store, UserId};
use nexus_store::Backend;
use nexus_store::conformance::postgres_server::TestDatabase;
use nexus_tests::node;
use nexus_tests::sheets::repository;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What the client saw.
fn existing_application(database: &TestDatabase, mut task: Value) -> Value {
    task["url"] = database.url().into();
    node::run_in(&repository().join("tests/prisma"), "existing-application.mjs", &task)
}

#[tokio::test(flavor = "multi_thread")]
async fn it_reads_every_row_that_it_had() {
    let database = existing_database(Rows::Broken).await;
    let before = existing_application(&database, json!({"what": "read"}));
    store(&database).migrate().await.unwrap();
    let mut after = existing_application(&database, json!({"what": "read"}));
    let counts = after["counts"].as_object_mut().unwrap();
    assert_eq!(counts.len(), 41, "every model was read");
    for (model, fresh) in [("CreditTx", 3), ("AuditLog", 27)] {
        let count = counts[model].as_i64().unwrap();
        assert_eq!(count - before["counts"][model].as_i64().unwrap(), fresh, "{model}");
        counts[model] = before["counts"][model].clone();
    }
    assert_eq!(after, before);
    assert!(
        before["pages"]["sessions"].as_i64().unwrap() > 60
            && before["pages"]["children"].as_i64().unwrap() > 30
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn it_writes_every_table_and_meets_the_new_rules() {
    let database = existing_database(Rows::Broken).await;
    let store = store(&database);
    store.migrate().await.unwrap();
    let answers: Vec<Value> = ["a", "b"]
        .map(|extra| existing_application(&database, json!({"what": "write", "extra": extra})))
        .into();
    for answer in &answers {
        let rows = answer["readBack"].as_object().unwrap();
        assert_eq!(rows.len(), 41, "every model was written, changed and read back");
        assert_eq!(rows["User"]["phone"], "+216");
        assert_eq!(rows["Student"]["freemiumUsage"], json!({"date": "été"}));
        assert_eq!(rows["Bilan"]["synthesis"], json!({"forces": ["é"]}));
        assert_eq!(rows["Session"]["status"], "CONFIRMED");
        assert_eq!(rows["LegalPage"]["version"], 2);
        // Instants and amounts come back as they were given.
        assert_eq!(rows["Session"]["scheduledAt"], "2026-03-29T01:30:00.123Z");
        assert_eq!(rows["SessionBooking"]["completedAt"], "2026-03-29T01:30:00.123Z");
        assert_eq!(rows["PaymentRecord"]["amountTnd"], 0.3);
        assert_eq!(rows["Pricing"]["valeur"], 80.55);
        assert_eq!(rows["SubscriptionRequest"]["monthlyPrice"], 449.9);
        assert_eq!(rows["Session"]["creditCost"], 1.25);
        assert_eq!(answer["nearestIsOurs"], true);
        assert_eq!(answer["transactions"], json!({"givenUp": "GIVEN_UP", "balance": 14, "entries": 2}));
        // P2002 and P2003 are what its routes expect of a taken value and of a wrong reference.
        assert_eq!(
            answer["rules"],
            json!({
                "repeatedPayment": "P2002", "repeatedAddress": "P2002", "orphan": "P2003", "parentWithChildren": true,
                "overlap": true, "movement": true, "negative": true, "availability": 1, "unsold": null,
            })
        );
    }
    // What it wrote breaks no rule of the schema.
    let told: BTreeSet<_> = inspect(&store).await.anomalies;
    let fresh: Vec<_> = told.difference(&expected::after_migration()).cloned().collect();
    assert!(fresh.iter().all(|(rule, ..)| rule == "payment_record_without_reference"), "{fresh:#?}");
    let amounts = r#"SELECT "amountTnd" FROM payment_records WHERE "externalId" = 'r-a'"#;
    // To the last bit: the sum that this client rounded stays rounded.
    assert_eq!(database.one::<f64>(amounts).await.to_bits(), 0.3_f64.to_bits());
}

#[tokio::test(flavor = "multi_thread")]
async fn both_sides_read_the_same_instants() {
    let database = existing_database(Rows::Good).await;
    let store = store(&database);
    store.migrate().await.unwrap();

    let parent = Person {
        id: UserId::parse("parent").unwrap(),
        email: "parent@exemple.tn".to_owned(),
        first_name: "Maëlle".to_owned(),
        last_name: "N'Guyen".to_owned(),
    };
    let mut tx = store.begin().await.unwrap();
    tx.save_family(&Family { id: ParentId::parse("famille").unwrap(), parent: parent.clone() })
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let seen = existing_application(&database, json!({"what": "user", "id": "parent"}));
    assert_eq!(seen["createdAt"].as_str().unwrap().parse::<Timestamp>().unwrap(), now());
    assert_eq!((seen["firstName"].as_str(), seen["role"].as_str()), (Some("Maëlle"), Some("PARENT")));

    let written = existing_application(&database, json!({"what": "write", "extra": "a"}));
    let family = &written["readBack"]["User"];
    let mut tx = store.begin().await.unwrap();
    let account =
        tx.lock_account(&UserId::parse(family["id"].as_str().unwrap()).unwrap()).await.unwrap().unwrap();
    assert_eq!(account.created_at, family["createdAt"].as_str().unwrap().parse::<Timestamp>().unwrap());
    let span = r#"SELECT "startsAt"::text || ' → ' || "endsAt"::text FROM sessions WHERE "title" = 'Séance'"#;
    assert_eq!(database.one::<String>(span).await, "2026-03-29 01:30:00.123 → 2026-03-29 03:00:00.123");
}

/// What its client makes of an amount that is not whole, which it cannot write itself (ADR 40).
#[tokio::test(flavor = "multi_thread")]
async fn it_reads_wallets_with_fractions() {
    let database = existing_database(Rows::Good).await;
    store(&database).migrate().await.unwrap();
    database
        .execute(
            r#"UPDATE credit_wallets SET "balance" = 47.375 WHERE "id" = 1;
               INSERT INTO credit_tx ("walletId", "delta", "reason") VALUES (1, -1.625, 'Cours')"#,
        )
        .await;
    let seen = existing_application(&database, json!({"what": "wallet"}));
    assert_eq!(seen["error"], Value::Null);
    let wallet = seen["rows"].as_array().unwrap().iter().find(|wallet| wallet["id"] == 1).unwrap();
    // It sees the whole credits, and never more than there are.
    assert_eq!((&wallet["balance"], &wallet["tx"][2]["delta"]), (&json!(47), &json!(-1)));
}
