//! Packs, usages, prices, offers, settings.

use axum::http::Method;
use nexus_core::Role;
use nexus_tests::{App, Backing, rows};
use serde_json::{Value, json};

#[tokio::test]
async fn packs_usages_and_prices_are_written_by_the_office_and_read_by_everybody() {
    for backing in Backing::ALL {
        let (app, school) = App::with_school_on(backing).await;
        let admin = school.actor(Role::Admin);
        let ask = async |method: Method, path: &str, body: Option<Value>| {
            app.ask(Some(&admin), method, path, body).await
        };
        let pack = ask(Method::POST, "/api/credits/packs", Some(json!({"credits": 50, "priceTnd": 19.99})))
            .await
            .expect(201);
        assert_eq!((&pack["priceTnd"], &pack["priceMillimes"]), (&json!(19.99), &json!(19_990)));
        let path = format!("/api/credits/packs/{}", pack["id"]);
        let changed = ask(Method::PUT, &path, Some(json!({"bonus": 2}))).await.expect(200);
        assert_eq!((&changed["bonus"], &changed["priceTnd"]), (&json!(2), &json!(19.99)));
        let stored = rows::one::<f64>(
            &app.database(),
            r#"SELECT "priceTnd" FROM credit_packs WHERE "priceMinor" = 19990"#,
        )
        .await;
        assert!((stored - 19.99).abs() < 1e-9, "the existing application reads {stored}");
        for (body, code) in [
            (json!({"credits": 0, "priceTnd": 1}), "invalid_field"),
            (json!({"credits": 1.5, "priceTnd": 1}), "invalid_field"),
            (json!({"credits": 1, "priceTnd": -1}), "invalid_money"),
            (json!({"credits": 1, "priceTnd": 0.0001}), "invalid_money"),
            (json!({"credits": 1, "priceTnd": 1, "id": 7}), "unknown_field"),
            (json!({"credits": 1}), "field_required"),
        ] {
            ask(Method::POST, "/api/credits/packs", Some(body)).await.problem(422, code);
        }
        for id in ["abc", "999", "-1", "1e3"] {
            let path = format!("/api/credits/packs/{id}");
            ask(Method::PUT, &path, Some(json!({"bonus": 1}))).await.problem(404, "pack_not_found");
        }
        ask(Method::DELETE, &path, None).await.expect(200);
        let packs = app.ask(None, Method::GET, "/api/credits/packs", None).await.expect(200);
        let retired = packs.as_array().unwrap().iter().find(|line| line["id"] == pack["id"]).unwrap();
        assert_eq!(retired["active"], false);

        let usage = json!({"key": "SOS_15", "credits": 2});
        ask(Method::POST, "/api/credits/usage", Some(usage.clone())).await.expect(201);
        ask(Method::POST, "/api/credits/usage", Some(usage)).await.problem(409, "usage_taken");
        ask(Method::PUT, "/api/credits/usage/SOS_15", Some(json!({"credits": 3}))).await.expect(200);
        ask(Method::PUT, "/api/credits/usage/SOS_99", Some(json!({"credits": 3})))
            .await
            .problem(404, "usage_not_found");
        let usages = app.ask(None, Method::GET, "/api/credits/usage", None).await.expect(200);
        assert_eq!((&usages[0]["key"], &usages[0]["credits"]), (&json!("SOS_15"), &json!(3)));
        ask(Method::DELETE, "/api/credits/usage/SOS_15", None).await.expect(200);
        ask(Method::DELETE, "/api/credits/usage/SOS_15", None).await.problem(404, "usage_not_found");

        let price = json!({"service": "credits", "variable": "pack_50_credits", "valeur": 550});
        let first = ask(Method::POST, "/api/pricing", Some(price.clone())).await.expect(201);
        ask(Method::POST, "/api/pricing", Some(price)).await.problem(409, "pricing_taken");
        let other = json!({"service": "credits", "variable": "pack_100_credits", "valeur": 1000});
        let other = ask(Method::POST, "/api/pricing", Some(other)).await.expect(201);
        let taken = Some(json!({"variable": "pack_50_credits"}));
        ask(Method::PUT, &format!("/api/pricing/{}", other["id"]), taken).await.problem(409, "pricing_taken");
        ask(Method::PUT, &format!("/api/pricing/{}", first["id"]), Some(json!({"valeur": 560.5})))
            .await
            .expect(200);
        let list = app.ask(None, Method::GET, "/api/pricing", None).await.expect(200);
        assert_eq!((&list[0]["variable"], &list[1]["valeur"]), (&json!("pack_100_credits"), &json!(560.5)));
        let refused =
            ask(Method::PUT, "/api/pricing/abc", Some(json!({}))).await.problem(404, "pricing_not_found");
        assert_eq!(refused["error"], "Invalid id");
        ask(Method::DELETE, &format!("/api/pricing/{}", first["id"]), None).await.expect(200);
        assert_eq!(rows::count(&app.database(), "SELECT count(*) FROM pricing").await, 1);
        let changes = rows::count(&app.database(), "SELECT count(*) FROM pricing_changes").await;
        assert_eq!(changes, 10, "every committed change is noted, no refusal is");
    }
}

#[tokio::test]
async fn who_may_not_changes_nothing() {
    let (app, school) = App::with_school().await;
    let body = json!({"credits": 50, "priceTnd": 500});
    app.post_as(None, "/api/credits/packs", body.clone()).await.problem(401, "unauthenticated");
    for role in [Role::Parent, Role::Eleve, Role::Coach] {
        app.post_as(Some(&school.actor(role)), "/api/credits/packs", body.clone())
            .await
            .problem(403, "forbidden");
    }
    let office = school.actor(Role::Assistante);
    let pack = app.post_as(Some(&office), "/api/credits/packs", body).await.expect(201);
    let path = format!("/api/credits/packs/{}", pack["id"]);
    app.ask(Some(&office), Method::DELETE, &path, None).await.problem(403, "forbidden");
}

#[tokio::test]
async fn an_account_number_is_changed_by_two_people() {
    for backing in Backing::ALL {
        let (app, school) = App::with_school_on(backing).await;
        let (admin, office) = (school.actor(Role::Admin), school.actor(Role::Assistante));
        let settings = async || app.ask(None, Method::GET, "/api/payments/settings", None).await.expect(200);
        assert_eq!(settings().await["allowCash"], true);
        assert_eq!(
            rows::count(&app.database(), "SELECT count(*) FROM payment_settings").await,
            0,
            "reading writes nothing"
        );
        let iban = "TN59 1000 6035 1835 9847 8831";
        let change = async |actor, body: Value| {
            app.ask(Some(actor), Method::PUT, "/api/payments/settings", Some(body)).await
        };
        let decide = async |actor, approve: bool| {
            app.post_as(Some(actor), "/api/payments/settings/iban", json!({"approve": approve})).await
        };
        let asked = change(&office, json!({"iban": iban, "cashNote": "Samedi matin"})).await.expect(200);
        assert_eq!(
            (&asked["iban"], &asked["ibanPending"], &asked["cashNote"]),
            (&json!(null), &json!(true), &json!("Samedi matin"))
        );
        decide(&office, true).await.problem(409, "same_person");
        change(&admin, json!({"iban": "FR1420041010050500013M02606"})).await.problem(409, "change_pending");
        let wire = app.ask(None, Method::GET, "/api/payments/wire/info", None).await.expect(200);
        assert_eq!((&wire["available"], &wire["rib"]), (&json!(false), &json!(null)));
        decide(&admin, true).await.expect(200);
        decide(&admin, true).await.problem(404, "change_not_found");
        assert_eq!(settings().await["iban"], "TN5910006035183598478831");
        change(&admin, json!({"iban": "TN5910006035183598478832"})).await.problem(422, "invalid_iban");
        change(&admin, json!({"id": 7})).await.problem(422, "unknown_field");
        let rows = app.audit().await;
        let told: Vec<_> = rows.iter().filter(|row| row.action.starts_with("IBAN_")).collect();
        assert_eq!(told.len(), 2);
        assert!(
            rows.iter().all(|row| !format!("{row:?}").contains("5910006035183598478831")),
            "a number in the log"
        );
    }
}

#[tokio::test]
async fn offers_and_the_billing_policy() {
    for backing in Backing::ALL {
        let (app, school) = App::with_school_on(backing).await;
        let office = school.actor(Role::Assistante);
        let put = async |path: &str, body: Value| app.ask(Some(&office), Method::PUT, path, Some(body)).await;
        let offer = |code: &str| json!({"code": code, "label": "Odyssée", "pricingRefs": [{"variable": "Odysee_Premiere", "label": "Première"}]});
        put("/api/offers/bindings", json!({"offers": [offer("ODYSSEE"), offer("STAGE")]})).await.expect(200);
        put("/api/offers/bindings", json!({"offers": [offer("AUTRE"), {"code": "X"}]}))
            .await
            .problem(422, "invalid_field");
        put("/api/offers/bindings", json!({})).await.problem(422, "invalid_field");
        let list = app.ask(None, Method::GET, "/api/offers/bindings", None).await.expect(200);
        assert_eq!(list.as_array().unwrap().len(), 2);
        assert_eq!(list[0]["refs"][0]["variable"], "Odysee_Premiere");

        let policy = app.ask(None, Method::GET, "/api/billing/policy", None).await.expect(200);
        assert_eq!(
            (&policy["annualDepositPct"], &policy["scheduleEndISO"]),
            (&json!(20), &json!("2026-06-30"))
        );
        put("/api/billing/policy", json!({"annualDepositPct": 25})).await.expect(200);
        put("/api/billing/policy", json!({"annualDepositPct": 101})).await.problem(422, "invalid_field");
        put("/api/billing/policy", json!({"scheduleEndISO": "2027-02-31"}))
            .await
            .problem(422, "invalid_date");
        let policy = app.ask(None, Method::GET, "/api/billing/policy", None).await.expect(200);
        assert_eq!(policy["annualDepositPct"], 25);
    }
}
