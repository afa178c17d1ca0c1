//! Notices of providers beside Konnect, through the same port, on both databases.

use super::support::{balance, ordered, payment_state};
use axum::body::Body;
use axum::http::{Method, Request};
use jiff::SignedDuration;
use nexus_core::Clock;
use nexus_tests::till::{FORMER_SECRET, WEBHOOK_SECRET, signature_with};
use nexus_tests::{App, Backing, Reply, rows};
use serde_json::{Value, json};

async fn send(app: &App, provider: &str, headers: &[(&str, String)], body: &str) -> Reply {
    let mut request = Request::builder().method(Method::POST).uri(format!("/api/webhooks/{provider}"));
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    app.send(request.body(Body::from(body.to_owned())).unwrap()).await
}

async fn clictopay(app: &App, secret: &str, body: &Value) -> Reply {
    let body = body.to_string();
    let signature = signature_with(secret, &body).to_uppercase();
    send(app, "clictopay", &[("x-clictopay-signature", signature)], &body).await
}

/// Signed now, as the test's clock has it, and so many seconds ago.
async fn standard(app: &App, ago: i64, body: &Value) -> Reply {
    let (body, at) = (body.to_string(), app.clock.now().as_second() - ago);
    let signature = signature_with(WEBHOOK_SECRET, &format!("evt_1.{at}.{body}"));
    let headers =
        [("webhook-id", "evt_1".to_owned()), ("webhook-signature", format!("t={at},v1={signature}"))];
    send(app, "standard", &headers, &body).await
}

fn completed(id: &str, amount: i64) -> Value {
    json!({"payment_id": id, "status": "completed", "transaction_id": "tx-1", "amount": amount, "currency": "TND"})
}

#[tokio::test]
async fn a_second_provider_is_one_more_scheme() {
    for backing in Backing::ALL {
        let (app, school) = App::with_school_on(backing).await;
        let id = ordered(&app, &school).await;
        // The body of another amount is put aside, by whomever it is signed.
        clictopay(&app, WEBHOOK_SECRET, &completed(&id, 1_000)).await.expect(200);
        assert_eq!((payment_state(&app, &id).await, balance(&app).await), ("PENDING", 0));
        clictopay(&app, "another", &completed(&id, 180_000)).await.problem(401, "signature_invalid");
        // While the secret is being changed, the former one counts too.
        clictopay(&app, FORMER_SECRET, &completed(&id, 180_000)).await.expect(200);
        let again = clictopay(&app, WEBHOOK_SECRET, &completed(&id, 180_000)).await.expect(200);
        assert_eq!(again["idempotent"], true);
        assert_eq!((payment_state(&app, &id).await, balance(&app).await), ("COMPLETED", 10_000));

        let id = ordered(&app, &school).await;
        standard(&app, 301, &completed(&id, 180_000)).await.problem(401, "signature_invalid");
        standard(&app, 0, &completed(&id, 180_000)).await.expect(200);
        assert_eq!(standard(&app, 299, &completed(&id, 180_000)).await.expect(200)["idempotent"], true);
        app.clock.advance(SignedDuration::from_mins(10));
        standard(&app, 600, &completed(&id, 180_000)).await.problem(401, "signature_invalid");
        assert_eq!((payment_state(&app, &id).await, balance(&app).await), ("COMPLETED", 20_000));

        for completed in [
            r#"SELECT count(*) FROM webhook_events WHERE "provider" = 'clictopay' AND "outcome" = 'completed'"#,
            r#"SELECT count(*) FROM webhook_events WHERE "provider" = 'standard' AND "outcome" = 'completed'"#,
        ] {
            assert_eq!(rows::count(&app.database(), completed).await, 1, "{backing:?}");
        }
        let alerts = r#"SELECT count(*) FROM webhook_events WHERE "outcome" = 'mismatch'"#;
        assert_eq!(rows::count(&app.database(), alerts).await, 1);
    }
}

#[tokio::test]
async fn who_is_not_known_or_not_configured_is_not_heard() {
    let (app, school) = App::with_school().await;
    let id = ordered(&app, &school).await;
    let body = completed(&id, 180_000).to_string();
    send(&app, "stripe", &[], &body).await.problem(404, "not_found");
    send(&app, "bare", &[], &body).await.problem(503, "provider_missing");
    send(&app, "clictopay", &[], &body).await.problem(401, "signature_missing");
    // The signature of one provider opens nothing at another one.
    let signature = signature_with(WEBHOOK_SECRET, &body);
    send(&app, "clictopay", &[("x-konnect-signature", signature)], &body)
        .await
        .problem(401, "signature_missing");
    assert_eq!((payment_state(&app, &id).await, balance(&app).await), ("PENDING", 0));
}
