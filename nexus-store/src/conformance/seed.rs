//! What [`SeedTx`](nexus_core::seed::SeedTx) promises.

use super::Fixture;
use super::samples::people;
use jiff::Timestamp;
use nexus_core::seed::{SeedRow, SeedValue};
use serde_json::json;

/// Each kind of value reaches a column of its type, and what was written is counted.
pub async fn every_kind_of_value_is_written(fixture: &Fixture) {
    let now = Timestamp::from_second(1_800_000_000).unwrap();
    let mut tx = fixture.store.begin().await.unwrap();
    let (family, _) = people("seed");
    tx.save_family(&family).await.unwrap();
    let pack = SeedRow::of("credit_packs")
        .with("credits", 5)
        .with("priceTnd", SeedValue::Decimal(99.5))
        .with("active", false)
        .with("updatedAt", now);
    let record = SeedRow::of("payment_records")
        .with("provider", "cash")
        .with("externalId", "one")
        .with("userId", family.parent.id.as_str())
        .with(
            "packId",
            SeedValue::RowWith { table: "credit_packs", column: "credits", value: Box::new(5.into()) },
        )
        .with("amountTnd", SeedValue::Decimal(99.5))
        .with("createdAt", now)
        .with("updatedAt", now);
    let payment = SeedRow::of("payments")
        .with("id", "p")
        .with("userId", family.parent.id.as_str())
        .with("type", SeedValue::Word("CREDIT_PACK"))
        .with("amount", SeedValue::Decimal(99.5))
        .with("description", "L'été, l'\"essai\" — d'un pack")
        .with("metadata", SeedValue::Json(json!({"a": ["é"]})))
        .with("createdAt", now)
        .with("updatedAt", now);
    let notification = SeedRow::of("notifications")
        .with("id", "n")
        .with("userId", family.parent.id.as_str())
        .with("userRole", SeedValue::Word("PARENT"))
        .with("type", "SESSION_REMINDER")
        .with("title", "t")
        .with("message", "m")
        .with("data", SeedValue::JsonText(json!({})))
        .with("createdAt", now)
        .with("updatedAt", now);
    for row in [pack, record, payment, notification] {
        tx.insert_seed_row(&row).await.unwrap();
    }
    tx.update_seed_row("p", &SeedRow::of("payments").with("status", SeedValue::Word("COMPLETED")))
        .await
        .unwrap();
    let expected =
        [("users", 1), ("payments", 1), ("payment_records", 1), ("credit_packs", 1), ("notifications", 1)];
    assert_eq!(tx.foreign_rows(&[]).await.unwrap(), expected);
    // A name that the database does not know is refused, whichever the database.
    let wrong = SeedRow::of("payments").with("status", SeedValue::Word("PAID"));
    assert!(tx.update_seed_row("p", &wrong).await.is_err());
}

/// Of seeds that start together, one writes and the others find its mark.
pub async fn one_of_many_seeds_writes(fixture: &Fixture) {
    let now = Timestamp::from_second(1_800_000_000).unwrap();
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let store = fixture.store.clone();
            tokio::spawn(async move {
                let mut tx = store.begin().await.unwrap();
                let mark = tx.lock_seed().await.unwrap();
                if mark.is_none() {
                    tx.mark_seed(now).await.unwrap();
                }
                tx.commit().await.unwrap();
                mark
            })
        })
        .collect();
    let mut written = 0;
    for task in tasks {
        match task.await.unwrap() {
            None => written += 1,
            Some(mark) => assert_eq!(mark, now),
        }
    }
    assert_eq!(written, 1);
}

/// Accounts whose id begins as it was said are left aside.
pub async fn own_accounts_are_no_strangers(fixture: &Fixture) {
    let mut tx = fixture.store.begin().await.unwrap();
    let ((own, _), (other, _)) = (people("a"), people("b"));
    tx.save_family(&own).await.unwrap();
    let prefix = own.parent.id.as_str().to_owned();
    assert_eq!(tx.foreign_rows(&["seed-", &prefix]).await.unwrap(), []);
    tx.save_family(&other).await.unwrap();
    assert_eq!(tx.foreign_rows(&["seed-", &prefix]).await.unwrap(), [("users", 1)]);
}
