//! Orders for a child, proofs of transfers, and the office's decision.

use axum::body::Body;
use axum::http::{Method, Request};
use nexus_core::Role;
use nexus_tests::school::School;
use nexus_tests::{App, Backing, rows};
use serde_json::{Value, json};

async fn price(app: &App, kind: &str, key: &str, amount: u32, currency: &str, active: bool) {
    let now = app.instant("2026-09-01T00:00:00Z".parse().unwrap());
    app.execute(&format!(
        r#"INSERT INTO product_pricing ("id", "itemType", "itemKey", "amount", "currency", "description", "active", "createdAt", "updatedAt")
           VALUES ('{kind}-{key}', '{kind}', '{key}', {amount}, '{currency}', '{key}', {active}, {now}, {now})"#
    ))
    .await;
}

fn order(school: &School, kind: &str, key: &str, order_key: Option<&str>) -> Value {
    json!({"type": kind, "key": key, "studentId": school.own.student, "idempotencyKey": order_key})
}

/// Golden vector P5.
#[tokio::test]
async fn what_is_not_sold_is_not_ordered() {
    let (app, school) = App::with_school().await;
    let parent = school.actor(Role::Parent);
    price(&app, "SUBSCRIPTION", "HYBRIDE", 450, "TND", false).await;
    price(&app, "ADDON", "ARIA_SUBJECT", 40, "EUR", true).await;
    price(&app, "PACK", "MYSTERE", 40, "TND", true).await;
    for (kind, key) in [
        ("pack", "NOPE"),
        ("subscription", "HYBRIDE"),
        ("addon", "ARIA_SUBJECT"),
        ("badge", "X"),
        ("pack", "MYSTERE"),
    ] {
        for path in ["/api/payments/konnect", "/api/payments/wise"] {
            let refused = app.post_as(Some(&parent), path, order(&school, kind, key, None)).await;
            let refused = refused.problem(400, "item_not_for_sale");
            assert_eq!(refused["error"], "Article inconnu, inactif ou non tarifé");
        }
    }
    let stranger = json!({"type": "subscription", "key": "IMMERSION", "studentId": school.other.student});
    let refused =
        app.post_as(Some(&parent), "/api/payments/wise", stranger).await.problem(404, "student_not_found");
    assert_eq!(refused["error"], "Élève non trouvé ou non autorisé");
    let forbidden = order(&school, "subscription", "IMMERSION", None);
    app.post_as(Some(&school.actor(Role::Coach)), "/api/payments/wise", forbidden.clone())
        .await
        .problem(403, "forbidden");
    app.post_as(None, "/api/payments/wise", forbidden).await.problem(401, "unauthenticated");
    assert_eq!(rows::count(&app.database(), "SELECT count(*) FROM payments").await, 0);
}

/// Golden vectors P7, P8 and P10, on both databases.
#[tokio::test]
async fn a_key_is_one_order_of_one_person() {
    for backing in Backing::ALL {
        let (app, school) = App::with_school_on(backing).await;
        let parent = school.actor(Role::Parent);
        let ask = async |key: &str, path: &str| {
            app.post_as(Some(&parent), path, order(&school, "subscription", key, Some("idem-1"))).await
        };
        let first = ask("HYBRIDE", "/api/payments/wise").await.expect(200);
        assert_eq!(first["message"], "Commande créée pour paiement Wise");
        let second = ask("HYBRIDE", "/api/payments/wise").await.expect(200);
        assert_eq!(second["message"], "Commande Wise récupérée (idempotent)");
        assert_eq!(first["orderId"], second["orderId"]);
        let word = "Clé d'idempotence déjà utilisée pour un autre paiement";
        assert_eq!(
            ask("IMMERSION", "/api/payments/wise").await.problem(409, "order_key_reused")["error"],
            word
        );
        assert_eq!(
            ask("HYBRIDE", "/api/payments/konnect").await.problem(409, "order_key_reused")["error"],
            word
        );

        // The header wins over the body, and reaches the order through the whole server.
        let body = order(&school, "subscription", "HYBRIDE", Some("other")).to_string();
        let request = Request::builder().method(Method::POST).uri("/api/payments/wise");
        let request = request.header("content-type", "application/json").header("idempotency-key", "idem-1");
        let again = app.send_as(Some(&parent), request.body(Body::from(body)).unwrap()).await.expect(200);
        assert_eq!(again["orderId"], first["orderId"]);

        let mut other = school.actor(Role::Parent);
        other.user = school.other.parent_user.clone();
        other.parent = Some(school.other.parent.clone());
        let body = json!({"type": "subscription", "key": "HYBRIDE", "studentId": school.other.student, "idempotencyKey": "idem-1"});
        let theirs = app.post_as(Some(&other), "/api/payments/wise", body).await.expect(200);
        assert_ne!(theirs["orderId"], first["orderId"]);
        assert_eq!(rows::count(&app.database(), "SELECT count(*) FROM payments").await, 2);
        let amount = r#"SELECT CAST(min("amountMinor") AS BIGINT) FROM payments"#;
        assert_eq!(rows::count(&app.database(), amount).await, 450_000, "the plan's own price");
    }
}

/// Golden vector P11.
#[tokio::test]
async fn an_order_is_decided_once() {
    for backing in Backing::ALL {
        let (app, school) = App::with_school_on(backing).await;
        let (parent, office) = (school.actor(Role::Parent), school.actor(Role::Assistante));
        let place = async |key: &str| {
            let body = order(&school, "subscription", key, None);
            let placed = app.post_as(Some(&parent), "/api/payments/wise", body).await.expect(200);
            placed["orderId"].as_str().unwrap().to_owned()
        };
        let decide = async |id: &str, action: &str| {
            app.post_as(Some(&office), "/api/payments/validate", json!({"paymentId": id, "action": action}))
                .await
        };
        let (kept, left) = (place("HYBRIDE").await, place("IMMERSION").await);
        let waiting = app.ask(Some(&office), Method::GET, "/api/assistant/payments", None).await.expect(200);
        assert_eq!(waiting["payments"].as_array().unwrap().len(), 2);
        assert_eq!(
            (&waiting["payments"][0]["amount"], &waiting["payments"][0]["metadata"]["itemKey"]),
            (&json!(450), &json!("HYBRIDE"))
        );
        assert_eq!(decide(&kept, "approve").await.expect(200)["message"], "Paiement validé avec succès");
        decide(&kept, "approve").await.problem(409, "payment_decided");
        decide(&kept, "reject").await.problem(409, "payment_decided");
        assert_eq!(decide(&left, "reject").await.expect(200)["message"], "Paiement rejeté avec succès");
        decide(&left, "approve").await.problem(409, "payment_decided");
        decide("absent", "approve").await.problem(404, "payment_not_found");
        decide(&kept, "maybe").await.problem(422, "unknown_choice");
        // What was paid is given, once, and nothing else is: the plan runs and its month has its credits.
        let count = async |query| rows::count(&app.database(), query).await;
        let given = r#"SELECT count(*) FROM paid_entitlements WHERE "itemKey" = 'HYBRIDE' AND "deliveredAt" IS NOT NULL"#;
        assert_eq!(count(given).await, 1);
        assert_eq!(count("SELECT count(*) FROM paid_entitlements").await, 1);
        let runs =
            r#"SELECT count(*) FROM subscriptions WHERE "planName" = 'HYBRIDE' AND "status" = 'ACTIVE'"#;
        assert_eq!(count(runs).await, 1);
        assert_eq!(count(r#"SELECT count(*) FROM subscriptions WHERE "planName" = 'IMMERSION'"#).await, 0);
        let month =
            r#"SELECT CAST(sum("deltaMilli") AS BIGINT) FROM credit_tx WHERE "kind" = 'MONTHLY_ALLOCATION'"#;
        assert_eq!(count(month).await, 4_000);
    }
}

fn form(parts: &[(&str, &str)], file: Option<&[u8]>) -> Request<Body> {
    let mut body = Vec::new();
    for (name, value) in parts {
        body.extend(
            format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").into_bytes(),
        );
    }
    if let Some(file) = file {
        body.extend(b"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"preuve.pdf\"\r\n\r\n");
        body.extend(file);
        body.extend(b"\r\n");
    }
    body.extend(b"--b--\r\n");
    let request = Request::builder().method(Method::POST).uri("/api/payments/wise/confirm");
    request.header("content-type", "multipart/form-data; boundary=b").body(Body::from(body)).unwrap()
}

#[tokio::test]
async fn a_proof_is_kept_and_the_office_told() {
    for backing in Backing::ALL {
        let (app, school) = App::with_school_on(backing).await;
        let parent = school.actor(Role::Parent);
        let body = order(&school, "subscription", "HYBRIDE", None);
        let placed = app.post_as(Some(&parent), "/api/payments/wise", body).await.expect(200);
        let id = placed["orderId"].as_str().unwrap();
        let right = [
            ("orderId", id),
            ("transferReference", "VIR-2026-1"),
            ("transferDate", "2026-09-12"),
            ("transferAmount", "450,000"),
        ];
        let pdf = b"%PDF-1.4\n%%EOF\n";
        app.send_as(Some(&parent), form(&right, Some(pdf))).await.expect(200);
        assert_eq!(rows::count(&app.database(), "SELECT count(*) FROM payment_proofs").await, 1);
        let told = r#"SELECT count(*) FROM notifications WHERE "title" = 'Virement à valider'"#;
        assert_eq!(rows::count(&app.database(), told).await, 1);
        app.send_as(Some(&parent), form(&right, Some(b"<html>"))).await.problem(415, "proof_refused");
        let with = |name: &str, value: &'static str| {
            right.map(|(known, old)| if known == name { (known, value) } else { (known, old) })
        };
        for (name, value) in [
            ("transferDate", "2026-02-31"),
            ("transferDate", "2026-09-20"),
            ("transferAmount", "-5"),
            ("transferAmount", "0"),
            ("transferAmount", "beaucoup"),
            ("transferReference", ""),
        ] {
            assert_eq!(
                app.send_as(Some(&parent), form(&with(name, value), None)).await.status,
                422,
                "{name} {value}"
            );
        }
        let mut other = school.actor(Role::Parent);
        other.user = school.other.parent_user.clone();
        let refused = app.send_as(Some(&other), form(&right, None)).await.problem(404, "payment_not_found");
        assert_eq!(refused["error"], "Commande non trouvée ou déjà traitée");
        app.post_as(Some(&parent), "/api/payments/wise/confirm", json!({}))
            .await
            .problem(415, "unsupported_type");
        assert_eq!(rows::count(&app.database(), "SELECT count(*) FROM payment_proofs").await, 1);
    }
}

#[tokio::test]
async fn a_statement_is_compared_and_formulas_are_neutralised() {
    let (app, school) = App::with_school().await;
    let office = school.actor(Role::Assistante);
    let ask = async |body: Vec<u8>| {
        let request = Request::builder().method(Method::POST).uri("/api/admin/payments/reconcile");
        app.send_as(Some(&office), request.header("content-type", "text/csv").body(Body::from(body)).unwrap())
            .await
    };
    let reply = ask(b"reference;montant\n=HYPERLINK(1);450,000\n".to_vec()).await;
    assert_eq!(reply.status, 200);
    let text = String::from_utf8(reply.body).unwrap();
    assert!(text.contains("\"'=HYPERLINK(1)\",\"missing_here\",\"\",\"450.000\",\"TND\""), "{text}");
    ask(b"\xff\xfea\0".to_vec()).await.problem(422, "statement_unreadable");
    ask(vec![b'a'; 50_000_000]).await.problem(413, "too_large");
}
