//! One notice, sent very often: at one time and one behind the other.

use super::support::{balance, notice, ordered, payment_state, rounds};
use nexus_tests::{App, Backing, rows};
use serde_json::json;
use std::sync::Arc;
use tokio::task::JoinSet;

/// Ten copies usually; a thousand with `NEXUS_TILL_ROUNDS=100`.
#[tokio::test]
async fn a_notice_that_is_replayed_gives_once() {
    for backing in Backing::ALL {
        let (app, school) = App::with_school_on(backing).await;
        let id = ordered(&app, &school).await;
        let app = Arc::new(app);
        let copies = 10 * rounds();
        let mut first = 0;
        for begun in (0..copies).step_by(50) {
            let mut tasks = JoinSet::new();
            for place in begun..copies.min(begun + 50) {
                let (app, id) = (app.clone(), id.clone());
                // A third of the copies name no transaction, as the provider does at times.
                let transaction = (place % 3 != 0).then_some("tx-1");
                let body = json!({"payment_id": id, "status": "completed", "transaction_id": transaction,
                    "amount": 180_000, "currency": "TND"});
                tasks.spawn(async move { notice(&app, &body).await });
            }
            let answers = tasks.join_all().await;
            first += answers.iter().filter(|answer| answer["idempotent"] != true).count();
        }
        assert_eq!((first, balance(&app).await), (1, 10_000), "{backing:?}");
        assert_eq!(payment_state(&app, &id).await, "COMPLETED");
        let database = app.database();
        assert_eq!(rows::count(&database, "SELECT count(*) FROM invoices").await, 1);
        let granted = r#"SELECT count(*) FROM credit_tx WHERE "deltaMilli" > 0"#;
        assert_eq!(rows::count(&database, granted).await, 1);
        let completed = r#"SELECT count(*) FROM webhook_events WHERE "outcome" = 'completed'"#;
        assert_eq!(rows::count(&database, completed).await, 1);
        let printed = r#"SELECT count(*) FROM jobs WHERE "kind" = 'print_invoice'"#;
        assert_eq!(rows::count(&database, printed).await, 1);
    }
}
