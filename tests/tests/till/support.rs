use axum::body::Body;
use axum::http::{Method, Request};
use nexus_core::{PaymentId, Role};
use nexus_tests::school::School;
use nexus_tests::till::signature;
use nexus_tests::{App, Backing, rows};
use serde_json::{Value, json};

/// A school, and a pack of 50 credits (and 5 more) for 500 dinars.
pub(crate) async fn school_with_pack(backing: Backing) -> (App, School, i64) {
    let (app, school) = App::with_school_on(backing).await;
    let body = json!({"credits": 50, "priceTnd": 500, "bonus": 5});
    let pack = app.post_as(Some(&school.actor(Role::Admin)), "/api/credits/packs", body).await.expect(201);
    (app, school, pack["id"].as_i64().unwrap())
}

/// Reserves the pack for somebody and confirms it; gives the number of the reservation.
pub(crate) async fn paid_pack(app: &App, school: &School, user: &str, pack: i64) -> i64 {
    let body = json!({"userId": user, "packId": pack});
    let office = school.actor(Role::Assistante);
    let reserved = app.post_as(Some(&office), "/api/payments/cash/reserve", body).await.expect(200);
    let record = reserved["recordId"].as_i64().unwrap();
    let admin = school.actor(Role::Admin);
    app.post_as(Some(&admin), "/api/payments/cash/confirm", json!({"recordId": record})).await.expect(200);
    record
}

/// Orders ten credits at 180 dinars for the own pupil; gives the payment.
pub(crate) async fn ordered(app: &App, school: &School) -> String {
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
    order["paymentId"].as_str().unwrap().to_owned()
}

/// Asks for the PDF of a document.
pub(crate) async fn pdf(app: &App, school: &School, role: Role, number: &str) -> nexus_tests::Reply {
    let path = format!("/api/account/invoices/{number}/pdf");
    app.ask(Some(&school.actor(role)), Method::GET, &path, None).await
}

/// Where an order stands.
pub(crate) async fn payment_state(app: &App, id: &str) -> &'static str {
    let id = PaymentId::parse(id).unwrap();
    app.store.payment(&id).await.unwrap().unwrap().state.as_str()
}

/// Thousandths of a credit in all wallets.
pub(crate) async fn balance(app: &App) -> i64 {
    let sum = r#"SELECT CAST(COALESCE(sum("balanceMilli"), 0) AS BIGINT) FROM credit_wallets"#;
    rows::count(&app.database(), sum).await
}

/// How many times larger than usual.
#[allow(clippy::disallowed_methods)] // whoever runs the proofs says how long they may take
pub(crate) fn rounds() -> usize {
    std::env::var("NEXUS_TILL_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(1)
}

/// Sends a signed notice of Konnect, which is accepted.
pub(crate) async fn notice(app: &App, body: &Value) -> Value {
    let body = body.to_string();
    let request = Request::builder().method(Method::POST).uri("/api/webhooks/konnect");
    let request = request.header("x-konnect-signature", signature(&body)).body(Body::from(body)).unwrap();
    app.send(request).await.expect(200)
}

/// Sends a notice about an order that is put aside; gives the path of its alert.
pub(crate) async fn put_aside(app: &App, school: &School, id: &str, mut body: Value) -> String {
    body["payment_id"] = json!(id);
    notice(app, &body).await;
    let path = "/api/admin/payments/alerts";
    let list = app.ask(Some(&school.actor(Role::Admin)), Method::GET, path, None).await.expect(200);
    format!("{path}/{}", list[0]["id"])
}
