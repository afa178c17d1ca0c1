//! Statements of providers, and the products whose prices the till asks for.

use super::support::{notice, ordered};
use axum::body::Body;
use axum::http::{Method, Request};
use nexus_core::Role;
use nexus_tests::{App, Backing, Reply, rows};
use serde_json::json;

async fn reconcile(app: &App, role: Role, statement: Vec<u8>, school: &nexus_tests::school::School) -> Reply {
    let request = Request::builder().method(Method::POST).uri("/api/admin/payments/reconcile");
    let request = request.header("content-type", "text/csv").body(Body::from(statement)).unwrap();
    app.send_as(Some(&school.actor(role)), request).await
}

#[tokio::test]
async fn a_statement_is_compared_as_often_as_it_is_sent() {
    for backing in Backing::ALL {
        let (app, school) = App::with_school_on(backing).await;
        let mut paid = Vec::new();
        for _ in 0..3 {
            let id = ordered(&app, &school).await;
            notice(&app, &json!({"payment_id": id, "status": "completed", "amount": 180_000})).await;
            paid.push(id);
        }
        app.clock.advance(jiff::SignedDuration::from_hours(1));
        let statement = format!(
            "Référence client;reference;montant\nA;ref-{};180,000\nB;ref-{};90,000\nC;=HYPERLINK(\"x\");1\n",
            paid[0], paid[1]
        );
        // As Excel writes it in French: Windows-1252.
        let statement: Vec<u8> =
            statement.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect();
        reconcile(&app, Role::Parent, statement.clone(), &school).await.problem(403, "forbidden");
        let first = reconcile(&app, Role::Assistante, statement.clone(), &school).await;
        assert_eq!(first.status.as_u16(), 200);
        let table = String::from_utf8(first.body.clone()).unwrap();
        for line in [
            format!("\"ref-{}\",\"matched\",\"180.000\",\"180.000\",\"TND\"", paid[0]),
            format!("\"ref-{}\",\"amount_differs\",\"180.000\",\"90.000\",\"TND\"", paid[1]),
            format!("\"ref-{}\",\"missing_there\",\"180.000\",\"\",\"TND\"", paid[2]),
            "\"'=HYPERLINK(\"\"x\"\")\",\"missing_here\",\"\",\"1.000\",\"TND\"".to_owned(),
        ] {
            assert!(table.lines().any(|told| told == line), "{backing:?} {line} is not in\n{table}");
        }
        assert_eq!(reconcile(&app, Role::Admin, statement, &school).await.body, first.body);
    }
}

#[tokio::test]
async fn what_is_no_statement_is_refused_clearly() {
    let (app, school) = App::with_school().await;
    let send = async |content: Vec<u8>| reconcile(&app, Role::Admin, content, &school).await;
    send(vec![b'a'; 50 * 1024 * 1024]).await.problem(413, "too_large");
    send(b"\xff\xfer\0e\0f\0".to_vec()).await.problem(422, "statement_unreadable");
    send(b"reference,amount\npay-1,\"1\n".to_vec()).await.problem(422, "statement_unreadable");
    let missing = send(b"amount\n1\n".to_vec()).await.problem(422, "statement_unreadable");
    assert_eq!(missing["detail"], "La colonne « reference » manque au relevé.");
}

#[tokio::test]
async fn a_product_is_priced_by_the_office_and_orders_follow() {
    for backing in Backing::ALL {
        let (app, school) = App::with_school_on(backing).await;
        let (office, parent) = (school.actor(Role::Assistante), school.actor(Role::Parent));
        let path = "/api/admin/products/pack/CREDITS_10";
        let put = async |path: &str, body| app.ask(Some(&office), Method::PUT, path, Some(body)).await;
        app.ask(Some(&parent), Method::PUT, path, Some(json!({"amount": 1}))).await.problem(403, "forbidden");
        put(path, json!({"amount": 180})).await.problem(422, "field_required");
        put(path, json!({"amount": 180.5, "description": "Dix crédits"})).await.problem(422, "invalid_money");
        put(path, json!({"amount": 0, "description": "Dix crédits"})).await.problem(422, "invalid_money");
        put(path, json!({"amount": 180, "id": "x"})).await.problem(422, "unknown_field");
        put("/api/admin/products/badge/X1", json!({"amount": 1})).await.problem(404, "not_found");
        let nameless = json!({"amount": 1, "description": "Crédits"});
        put("/api/admin/products/pack/SOME", nameless).await.problem(400, "item_not_for_sale");

        let made = put(path, json!({"amount": 180, "description": "Dix crédits"})).await.expect(200);
        assert_eq!((&made["itemKey"], &made["amountMinor"]), (&json!("CREDITS_10"), &json!(180_000)));
        let id = ordered(&app, &school).await;
        let changed = put(path, json!({"amount": 200})).await.expect(200);
        assert_eq!((&changed["description"], &changed["active"]), (&json!("Dix crédits"), &json!(true)));
        // What was ordered keeps its price.
        notice(&app, &json!({"payment_id": id, "status": "completed", "amount": 180_000})).await;
        put(path, json!({"active": false})).await.expect(200);
        let order = json!({"type": "pack", "key": "CREDITS_10", "studentId": school.own.student});
        app.post_as(Some(&parent), "/api/payments/konnect", order).await.problem(400, "item_not_for_sale");

        let list = app.ask(Some(&office), Method::GET, "/api/admin/products", None).await.expect(200);
        assert_eq!((&list[0]["amount"], &list[0]["active"]), (&json!(200), &json!(false)));
        let database = app.database();
        assert_eq!(rows::count(&database, "SELECT count(*) FROM product_pricing").await, 1);
        let told = r#"SELECT count(*) FROM pricing_changes WHERE "kind" = 'product'"#;
        assert_eq!(rows::count(&database, told).await, 3, "the stream of prices tells each change");
        let actions = app.audit_actions().await;
        assert_eq!(actions.iter().filter(|action| action.starts_with("PRODUCT_")).count(), 3);
    }
}
