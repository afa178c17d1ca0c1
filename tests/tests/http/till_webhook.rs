//! Notices of Konnect, on both databases.

use axum::body::Body;
use axum::http::{Method, Request};
use nexus_core::Role;
use nexus_tests::golden::core_copy;
use nexus_tests::school::School;
use nexus_tests::till::{AwayProvider, signature};
use nexus_tests::{App, Backing, Reply, rows};
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::task::JoinSet;

async fn send(app: &App, body: &str, header: Option<&str>) -> Reply {
    let mut request = Request::builder().method(Method::POST).uri("/api/webhooks/konnect");
    if let Some(header) = header {
        request = request.header("X-Konnect-Signature", header);
    }
    app.send(request.body(Body::from(body.to_owned())).unwrap()).await
}

async fn signed(app: &App, body: &Value) -> Reply {
    let body = body.to_string();
    send(app, &body, Some(&signature(&body))).await
}

/// Orders ten credits at 180 dinars; gives the payment.
async fn ordered(app: &App, school: &School) -> String {
    let count = "SELECT count(*) FROM product_pricing";
    if rows::count(&app.database(), count).await == 0 {
        let now = app.instant("2026-09-01T00:00:00Z".parse().unwrap());
        app.execute(&format!(
            r#"INSERT INTO product_pricing ("id", "itemType", "itemKey", "amount", "currency", "description", "active", "createdAt", "updatedAt")
               VALUES ('p1', 'PACK', 'CREDITS_10', 180, 'TND', 'Dix crédits', TRUE, {now}, {now})"#
        ))
        .await;
    }
    let body = json!({"type": "pack", "key": "CREDITS_10", "studentId": school.own.student});
    let order =
        app.post_as(Some(&school.actor(Role::Parent)), "/api/payments/konnect", body).await.expect(200);
    assert_eq!(order["message"], "Session de paiement Konnect créée");
    order["paymentId"].as_str().unwrap().to_owned()
}

async fn state(app: &App) -> String {
    rows::one::<String>(&app.database(), r#"SELECT CAST("status" AS TEXT) FROM payments"#).await
}

async fn granted(app: &App) -> i64 {
    rows::count(
        &app.database(),
        r#"SELECT CAST(COALESCE(sum("balanceMilli"), 0) AS BIGINT) FROM credit_wallets"#,
    )
    .await
}

/// Golden vectors W5, W6, W7 and W9.
#[tokio::test]
async fn what_is_not_signed_or_says_nothing_is_refused_in_order() {
    let (app, school) = App::with_school().await;
    ordered(&app, &school).await;
    let body = r#"{"payment_id":"p1","status":"completed","transaction_id":"tx-1"}"#;
    let exact = signature(body);
    core_copy("W1", json!({"expected": {"x-konnect-signature": exact}}));
    let (upper, long, prefixed) = (exact.to_uppercase(), format!("{exact}xx"), format!("sha256={exact}"));
    for (header, code, word) in [
        (None, "signature_missing", "Signature manquante"),
        (Some(""), "signature_missing", "Signature manquante"),
        (Some(upper.as_str()), "signature_invalid", "Signature invalide"),
        (Some(&exact[..63]), "signature_invalid", "Signature invalide"),
        (Some(long.as_str()), "signature_invalid", "Signature invalide"),
        (Some(prefixed.as_str()), "signature_invalid", "Signature invalide"),
    ] {
        assert_eq!(send(&app, body, header).await.problem(401, code)["error"], word, "{header:?}");
    }
    assert_eq!(
        send(&app, body, Some(&exact)).await.problem(404, "payment_not_found")["error"],
        "Paiement non trouvé"
    );
    send(&app, "hello", Some(&signature("hello"))).await.problem(400, "malformed_json");
    for body in [r#"{"status":"completed"}"#, r#"{"payment_id":"p1"}"#] {
        let refused = send(&app, body, Some(&signature(body))).await.problem(400, "notice_invalid");
        assert_eq!(refused["error"], "Données webhook invalides");
    }
    let blank = r#"{"payment_id":"p1","status":"completed","transaction_id":" "}"#;
    let refused = send(&app, blank, Some(&signature(blank))).await.problem(400, "notice_key_missing");
    assert_eq!(refused["error"], "Clé idempotente manquante");
    assert_eq!((state(&app).await, granted(&app).await), ("PENDING".to_owned(), 0));

    let app = app.with_provider(Arc::new(AwayProvider::without_secret()));
    send(&app, body, Some(&exact)).await.problem(503, "provider_missing");
}

/// The unsigned notice of the existing application is not there.
#[tokio::test]
async fn there_is_no_unsigned_notice() {
    let (app, _) = App::with_school().await;
    for path in
        ["/api/payments/webhook", "/api/payments/webhook?provider=konnect&payment_ref=konnect-link-pending"]
    {
        app.post_as(None, path, json!({})).await.problem(404, "not_found");
    }
}

/// Golden vectors W11, W13 and W15.
#[tokio::test]
async fn an_event_counts_once_and_a_wrong_amount_never() {
    for backing in Backing::ALL {
        let (app, school) = App::with_school_on(backing).await;
        let id = ordered(&app, &school).await;
        let event = |status: &str, transaction: Option<&str>, amount: i64| json!({"payment_id": id, "status": status, "transaction_id": transaction, "amount": amount, "currency": "TND"});
        let wrong = signed(&app, &event("completed", Some("tx-9"), 1_000)).await.expect(200);
        assert_eq!(wrong, json!({"success": true}));
        assert_eq!((state(&app).await, granted(&app).await), ("PENDING".to_owned(), 0));
        let put_aside = r#"SELECT count(*) FROM webhook_events WHERE "outcome" = 'mismatch'"#;
        assert_eq!(rows::count(&app.database(), put_aside).await, 1);
        let told = r#"SELECT count(*) FROM notifications WHERE "title" = 'Paiement à vérifier'"#;
        assert_eq!(rows::count(&app.database(), told).await, 1);

        assert_eq!(
            signed(&app, &event("pending", None, 180_000)).await.expect(200),
            json!({"success": true})
        );
        assert_eq!(
            signed(&app, &event("completed", None, 180_000)).await.expect(200),
            json!({"success": true})
        );
        let known = json!({"success": true, "idempotent": true});
        for transaction in [None, Some("tx-1"), Some("tx-1")] {
            assert_eq!(signed(&app, &event("completed", transaction, 180_000)).await.expect(200), known);
        }
        assert_eq!((state(&app).await, granted(&app).await), ("COMPLETED".to_owned(), 10_000));
        // What is paid does not fail afterwards.
        signed(&app, &event("failed", Some("tx-2"), 180_000)).await.expect(200);
        assert_eq!((state(&app).await, granted(&app).await), ("COMPLETED".to_owned(), 10_000));
        assert_eq!(rows::count(&app.database(), "SELECT count(*) FROM invoices").await, 1);
        let actions = app.audit_actions().await;
        assert_eq!(actions.iter().filter(|action| *action == "PAYMENT_COMPLETED").count(), 1);
        assert_eq!(actions.iter().filter(|action| *action == "PAYMENT_QUARANTINE").count(), 2);
    }
}

/// Golden vector W12.
#[tokio::test]
async fn of_many_copies_at_one_time_one_counts() {
    for backing in Backing::ALL {
        let (app, school) = App::with_school_on(backing).await;
        let id = ordered(&app, &school).await;
        let app = Arc::new(app);
        let mut tasks = JoinSet::new();
        for place in 0..16 {
            let app = app.clone();
            let transaction = if place % 2 == 0 { json!("tx-1") } else { Value::Null };
            let body = json!({"payment_id": id, "status": "completed", "transaction_id": transaction});
            tasks.spawn(async move { signed(&app, &body).await.expect(200) });
        }
        let answers = tasks.join_all().await;
        let first = answers.iter().filter(|answer| answer["idempotent"] != true).count();
        assert_eq!((first, granted(&app).await), (1, 10_000), "{backing:?}");
    }
}

/// Every order of five events, a hundred and twenty of them, ends in the same way.
#[tokio::test]
async fn the_order_of_events_does_not_matter() {
    for backing in Backing::ALL {
        let (app, school) = App::with_school_on(backing).await;
        let kinds = [
            json!({"status": "pending"}),
            json!({"status": "completed", "transaction_id": "tx-1", "amount": 180_000, "currency": "TND"}),
            json!({"status": "completed"}),
            json!({"status": "completed", "transaction_id": "tx-1", "amount": 1_000, "currency": "TND"}),
            json!({"status": "completed", "transaction_id": "tx-1", "amount": 180_000, "currency": "EUR"}),
        ];
        let mut orders = 0;
        for order in permutations(kinds.len()) {
            let id = ordered(&app, &school).await;
            for place in &order {
                let mut body = kinds[*place].clone();
                body["payment_id"] = json!(id);
                signed(&app, &body).await.expect(200);
            }
            orders += 1;
            assert_eq!(granted(&app).await, orders * 10_000, "{backing:?} {order:?}");
        }
        assert_eq!(orders, 120);
        let completed = r#"SELECT count(*) FROM payments WHERE "status" = 'COMPLETED'"#;
        assert_eq!(rows::count(&app.database(), completed).await, 120);
        let put_aside = r#"SELECT count(*) FROM webhook_events WHERE "outcome" = 'mismatch'"#;
        assert_eq!(rows::count(&app.database(), put_aside).await, 240);
    }
}

/// A failure and a success contradict each other: whichever comes first stands, the other one is put aside for people.
#[tokio::test]
async fn a_success_behind_a_failure_is_told_and_gives_nothing() {
    let (app, school) = App::with_school().await;
    let id = ordered(&app, &school).await;
    signed(&app, &json!({"payment_id": id, "status": "failed", "transaction_id": "tx-1"})).await.expect(200);
    signed(&app, &json!({"payment_id": id, "status": "completed", "transaction_id": "tx-2"}))
        .await
        .expect(200);
    assert_eq!((state(&app).await, granted(&app).await), ("FAILED".to_owned(), 0));
    let put_aside = r#"SELECT count(*) FROM webhook_events WHERE "outcome" = 'contradiction'"#;
    assert_eq!(rows::count(&app.database(), put_aside).await, 1);
}

fn permutations(count: usize) -> Vec<Vec<usize>> {
    if count == 0 {
        return vec![Vec::new()];
    }
    let shorter = permutations(count - 1);
    shorter
        .into_iter()
        .flat_map(|order| {
            (0..count).map(move |place| {
                let mut order = order.clone();
                order.insert(place, count - 1);
                order
            })
        })
        .collect()
}
