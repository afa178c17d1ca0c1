use axum::http::Method;
use nexus_core::ledger::{Grant, LotOrigin, grant};
use nexus_core::{Actor, Clock, Role, UserId};
use nexus_store::conformance::ledger::credits;
use nexus_tests::rows::count;
use nexus_tests::school::School;
use nexus_tests::{App, Backing};
use serde_json::{Value, json};

/// Gives the own pupil credits that last two days, and others without an end.
pub(crate) async fn fill(app: &App, owner: &UserId, milli: i64, key: &str) {
    let now = app.clock.now();
    let mut tx = app.store.begin().await.unwrap();
    let wanted = Grant {
        owner: owner.clone(),
        origin: LotOrigin::Purchase,
        amount: credits(milli),
        expires_at: None,
        key: key.to_owned(),
        description: "PACK_1".to_owned(),
        actor: "system".to_owned(),
    };
    grant(&mut *tx, &wanted, now).await.unwrap();
    tx.commit().await.unwrap();
}

async fn prices(app: &App) {
    let now = app.instant(app.clock.now());
    app.execute(&format!(
        r#"INSERT INTO credit_usage ("key", "credits", "updatedAt") VALUES ('SOS_30', 3, {now})"#
    ))
    .await;
}

async fn balance(app: &App, actor: &Actor) -> Value {
    app.ask(Some(actor), Method::GET, "/api/credits/wallet", None).await.expect(200)["balance"].clone()
}

fn spend(school: &School, body: &Value) -> Value {
    let mut whole = json!({"userId": school.own.student_user});
    whole.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
    whole
}

/// C13 to C15, and who may: a priced usage by oneself or a parent, an amount by the office only.
#[tokio::test]
async fn credits_are_spent_once_by_whoever_may() {
    for backing in Backing::ALL {
        let (app, school) = App::with_school_on(backing).await;
        let [admin, parent, pupil, coach] =
            [Role::Admin, Role::Parent, Role::Eleve, Role::Coach].map(|role| school.actor(role));
        prices(&app).await;
        fill(&app, &school.own.student_user, 10_000, "cash:1").await;
        let post = async |actor: Option<&Actor>, body: Value| {
            app.post_as(actor, "/api/credits/spend", spend(&school, &body)).await
        };
        let paid =
            post(Some(&pupil), json!({"usageKey": "SOS_30", "idempotencyKey": "k-0001"})).await.expect(200);
        assert_eq!(paid, json!({"ok": true, "balance": 7, "already": false}));
        let again =
            post(Some(&parent), json!({"usageKey": "SOS_30", "idempotencyKey": "k-0001"})).await.expect(200);
        assert_eq!(again, json!({"ok": true, "balance": 7, "already": true}));
        // The same key with another amount.
        post(Some(&admin), json!({"credits": 2, "idempotencyKey": "k-0001"}))
            .await
            .problem(409, "movement_key_reused");
        let refused = post(Some(&admin), json!({"credits": 8})).await.problem(402, "missing_credits");
        assert_eq!(
            (&refused["error"], &refused["balance"], &refused["needed"]),
            (&json!("Crédits insuffisants"), &json!(7), &json!(8))
        );
        post(Some(&admin), json!({"credits": 5, "metadata": {"reason": "Stage", "provider": "x"}}))
            .await
            .expect(200);
        assert_eq!(balance(&app, &pupil).await, 2);
        // Nobody names his own price, nor spends what is another's.
        post(Some(&parent), json!({"credits": 1})).await.problem(403, "forbidden");
        post(Some(&coach), json!({"usageKey": "SOS_30"})).await.problem(403, "forbidden");
        post(None, json!({"credits": 1})).await.problem(401, "unauthenticated");
        for user in [school.other.student_user.as_str(), "absent"] {
            let body = json!({"userId": user, "usageKey": "SOS_30"});
            app.post_as(Some(&parent), "/api/credits/spend", body.clone())
                .await
                .problem(404, "account_not_found");
            app.post_as(Some(&pupil), "/api/credits/spend", body).await.problem(404, "account_not_found");
        }
        let wallets = "SELECT count(*) FROM credit_wallets";
        assert_eq!(count(&app.database(), wallets).await, 1, "a refusal leaves no wallet");
        let spent = app.audit_actions().await.into_iter().filter(|action| action == "CREDITS_SPEND").count();
        assert_eq!(spent, 2, "a replay is no second act");
    }
}

/// C18: what the body must be (422 by decision 18, where the existing application said 400).
#[tokio::test]
async fn a_wrong_body_spends_nothing() {
    let (app, school) = App::with_school().await;
    let admin = school.actor(Role::Admin);
    prices(&app).await;
    fill(&app, &school.own.student_user, 10_000, "cash:1").await;
    let owner = school.own.student_user.as_str();
    for body in [
        json!({"userId": owner}),
        json!({"userId": owner, "credits": 0}),
        json!({"userId": owner, "credits": -3}),
        json!({"userId": owner, "credits": 1.5}),
        json!({"userId": owner, "credits": "2"}),
        json!({"userId": owner, "credits": 9_223_372_036_854_775_807_i64}),
        json!({"userId": owner, "credits": 2, "idempotencyKey": "12345"}),
        json!({"userId": owner, "usageKey": "NOPE"}),
        json!({"userId": owner, "usageKey": " "}),
        json!({"userId": "", "credits": 1}),
        json!({"credits": 1}),
    ] {
        let reply = app.post_as(Some(&admin), "/api/credits/spend", body.clone()).await;
        assert_eq!(reply.status, 422, "{body}: {}", String::from_utf8_lossy(&reply.body));
    }
    let valid = json!({"userId": owner, "credits": 2, "idempotencyKey": "123456"});
    app.post_as(Some(&admin), "/api/credits/spend", valid).await.expect(200);
    let count = count(&app.database(), "SELECT count(*) FROM credit_tx WHERE \"kind\" = 'USAGE'").await;
    assert_eq!(count, 1);
}

#[tokio::test]
async fn a_pupils_credits_are_seen_by_his_family_and_the_office() {
    for backing in Backing::ALL {
        let (app, school) = App::with_school_on(backing).await;
        let [admin, parent, pupil] = [Role::Admin, Role::Parent, Role::Eleve].map(|role| school.actor(role));
        fill(&app, &school.own.student_user, 2_625, "cash:1").await;
        let get = async |actor: &Actor, path: &str| app.ask(Some(actor), Method::GET, path, None).await;
        let own = get(&pupil, "/api/student/credits").await.expect(200);
        assert_eq!((&own["balance"], &own["transactions"][0]["type"]), (&json!(2.625), &json!("PURCHASE")));
        let child = format!("?studentId={}", school.own.student);
        assert_eq!(get(&parent, &format!("/api/student/credits{child}")).await.expect(200), own);
        let foreign = format!("?studentId={}", school.other.student);
        for path in ["/api/student/credits", "/api/credits/explanation", "/api/credits/statement"] {
            get(&parent, &format!("{path}{foreign}")).await.problem(404, "student_not_found");
            get(&pupil, &format!("{path}{foreign}")).await.problem(404, "student_not_found");
            get(&admin, &format!("{path}{foreign}")).await.expect(200);
        }
        let told = get(&parent, &format!("/api/credits/explanation{child}")).await.expect(200);
        assert_eq!(told["sentences"][0], "Il reste 2,625 crédits.");
        let lines = get(&parent, &format!("/api/credits/statement{child}&format=json")).await.expect(200);
        assert_eq!((&lines[0]["amount"], &lines[0]["balance"]), (&json!(2.625), &json!(2.625)));
        let table = get(&parent, &format!("/api/credits/statement{child}&format=csv")).await;
        assert_eq!(table.header("content-type"), "text/csv; charset=utf-8");
        assert!(String::from_utf8(table.body).unwrap().ends_with(";Achat;PACK_1;2,625;2,625\r\n"));
        get(&parent, &format!("/api/credits/statement{child}&format=xls"))
            .await
            .problem(422, "unknown_choice");

        let list = get(&admin, "/api/assistant/students/credits").await.expect(200);
        let of = |id: &str| list.as_array().unwrap().iter().find(|line| line["id"] == id).unwrap().clone();
        assert_eq!(of(school.own.student.as_str())["creditBalance"], 2.625);
        assert_eq!(of(school.other.student.as_str())["creditBalance"], 0);
        let one = get(&admin, &format!("/api/assistant/students/credits{child}")).await.expect(200);
        assert_eq!(
            (&one["student"]["id"], &one["creditBalance"]),
            (&json!(school.own.student), &json!(2.625))
        );
        get(&admin, "/api/assistant/students/credits?studentId=absent")
            .await
            .problem(404, "student_not_found");
    }
}

/// Closed types, a reason, never below nothing; and a movement is undone once.
#[tokio::test]
async fn the_office_corrects_with_a_reason() {
    for backing in Backing::ALL {
        let (app, school) = App::with_school_on(backing).await;
        let office = school.actor(Role::Assistante);
        let post =
            async |body: Value| app.post_as(Some(&office), "/api/assistant/students/credits", body).await;
        let body = |amount: Value, kind: &str, why: &str| json!({"studentId": school.own.student, "amount": amount, "type": kind, "description": why});
        let added = post(body(json!("1,5"), "CREDIT_ADD", "Geste")).await.expect(200);
        assert_eq!(
            (&added["newBalance"], &added["transaction"]["type"]),
            (&json!(1.5), &json!("CREDIT_ADD"))
        );
        assert_eq!(post(body(json!(-0.5), "ADJUSTMENT", "Erreur")).await.expect(200)["newBalance"], 1);
        post(body(json!(-1.001), "ADJUSTMENT", "Trop")).await.problem(402, "missing_credits");
        for (amount, kind, why) in [
            (json!(0), "ADJUSTMENT", "x"),
            (json!("NaN"), "ADJUSTMENT", "x"),
            (json!(1e300), "ADJUSTMENT", "x"),
            (json!(0.0001), "ADJUSTMENT", "x"),
            (json!(null), "ADJUSTMENT", "x"),
            (json!(-1), "CREDIT_ADD", "x"),
            (json!(1), "CREDIT_REQUEST", "x"),
            (json!(1), "ADJUSTMENT", " "),
        ] {
            let reply = post(body(amount.clone(), kind, why)).await;
            assert_eq!(reply.status, 422, "{amount} {kind} {why:?}");
        }
        let mut absent = body(json!(1), "CREDIT_ADD", "x");
        absent["studentId"] = json!("absent");
        post(absent).await.problem(404, "student_not_found");

        let id = added["transaction"]["id"].as_str().unwrap();
        let undo = async |id: &str| {
            let path = format!("/api/credits/movements/{id}/reversal");
            app.post_as(Some(&office), &path, json!({"reason": "Doublon"})).await
        };
        // Half a credit of it is gone.
        undo(id).await.problem(409, "movement_not_reversible");
        let second = post(body(json!(2), "CREDIT_ADD", "Geste")).await.expect(200);
        let second = second["transaction"]["id"].as_str().unwrap();
        assert_eq!(undo(second).await.expect(200)["delta"], -2);
        undo(second).await.problem(409, "movement_already_reversed");
        for id in ["999999", "x", "-1", "99999999999999999999"] {
            undo(id).await.problem(404, "movement_not_found");
        }
        assert_eq!(balance(&app, &school.actor(Role::Eleve)).await, 1);
        let actions = app.audit_actions().await;
        let counted = |name: &str| actions.iter().filter(|action| *action == name).count();
        assert_eq!((counted("CREDITS_ADJUST"), counted("CREDITS_REVERSE")), (3, 1));
    }
}

/// A booking is paid from the wallet of the pupil: a parent gives his own credits to his child, once per key, and to nobody else.
#[tokio::test]
async fn a_parent_gives_credits_to_his_child() {
    const TRANSFER: &str = "/api/credits/transfer";
    for backing in Backing::ALL {
        let (app, school) = App::with_school_on(backing).await;
        let [admin, parent, pupil] = [Role::Admin, Role::Parent, Role::Eleve].map(|role| school.actor(role));
        fill(&app, &school.own.parent_user, 10_000, "cash:1").await;
        let student = school.own.student.as_str();
        let give = async |credits: Value, key: &str| {
            let body = json!({"studentId": student, "credits": credits, "idempotencyKey": key});
            app.post_as(Some(&parent), TRANSFER, body).await
        };
        let done = give(json!(2.5), "don-2026-1").await.expect(200);
        assert_eq!(done, json!({"ok": true, "balance": 7.5, "childBalance": 2.5, "already": false}));
        let again = give(json!("2.5"), "don-2026-1").await.expect(200);
        assert_eq!((&again["already"], &again["balance"]), (&json!(true), &json!(7.5)));
        give(json!(3), "don-2026-1").await.problem(409, "movement_key_reused");
        let short = give(json!(8), "don-2026-2").await.problem(402, "missing_credits");
        assert_eq!((&short["balance"], &short["needed"]), (&json!(7.5), &json!(8)));
        for wrong in [json!(0), json!("0.0005"), json!("x"), json!(null)] {
            give(wrong.clone(), "don-2026-3").await.problem(422, "invalid_field");
        }
        give(json!(-1), "don-2026-3").await.problem(422, "invalid_amount");
        give(json!(1), "court").await.problem(422, "invalid_field");
        let other = json!({"studentId": school.other.student, "credits": 1});
        app.post_as(Some(&parent), TRANSFER, other).await.problem(404, "student_not_found");
        for nobody in [&admin, &pupil] {
            let body = json!({"studentId": student, "credits": 1});
            app.post_as(Some(nobody), TRANSFER, body).await.problem(403, "forbidden");
        }
        assert_eq!((balance(&app, &parent).await, balance(&app, &pupil).await), (json!(7.5), json!(2.5)));
        // Neither half is undone alone, whoever asks.
        let wallet = app.ask(Some(&pupil), Method::GET, "/api/credits/wallet", None).await.expect(200);
        let path = format!("/api/credits/movements/{}/reversal", wallet["tx"][0]["id"]);
        let undone = app.post_as(Some(&admin), &path, json!({"reason": "Erreur"})).await;
        undone.problem(409, "movement_not_reversible");
        let traces = app.audit_actions().await;
        assert_eq!(traces.iter().filter(|action| *action == "CREDITS_TRANSFER").count(), 1);
        let told = r#"SELECT count(*) FROM notifications WHERE "type" = 'CREDITS_RECEIVED'"#;
        assert_eq!(count(&app.database(), told).await, 1);
        assert_eq!(app.broken_rules().await, []);
    }
}
