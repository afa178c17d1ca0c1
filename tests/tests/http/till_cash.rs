//! Packs that are paid over the counter, on both databases.

use axum::http::Method;
use nexus_core::Role;
use nexus_tests::school::School;
use nexus_tests::{App, Backing, rows};
use serde_json::{Value, json};
use tokio::task::JoinSet;

/// A school, and a pack of 50 credits (and 5 more) for 500 dinars.
pub(crate) async fn school_with_pack(backing: Backing) -> (App, School, i64) {
    let (app, school) = App::with_school_on(backing).await;
    let body = json!({"credits": 50, "priceTnd": 500, "bonus": 5});
    let pack = app.post_as(Some(&school.actor(Role::Admin)), "/api/credits/packs", body).await.expect(201);
    (app, school, pack["id"].as_i64().unwrap())
}

async fn reserve(app: &App, school: &School, role: Role, pack: i64) -> i64 {
    let body = json!({"userId": school.own.parent_user, "packId": pack, "amountTnd": 1, "parentEmail": "x@example.test"});
    let reply = app.post_as(Some(&school.actor(role)), "/api/payments/cash/reserve", body).await.expect(200);
    assert_eq!(
        (&reply["status"], &reply["amountTnd"], &reply["credits"]),
        (&json!("pending"), &json!(500), &json!(55))
    );
    reply["recordId"].as_i64().unwrap()
}

async fn step(app: &App, school: &School, role: Role, name: &str, record: i64) -> nexus_tests::Reply {
    let body = json!({"recordId": record});
    app.post_as(Some(&school.actor(role)), &format!("/api/payments/cash/{name}"), body).await
}

/// Thousandths of a credit in all wallets, and what their movements add up to.
async fn balances(app: &App) -> (i64, i64) {
    let balance = r#"SELECT CAST(COALESCE(sum("balanceMilli"), 0) AS BIGINT) FROM credit_wallets"#;
    let moved = r#"SELECT CAST(COALESCE(sum("deltaMilli"), 0) AS BIGINT) FROM credit_tx"#;
    (rows::count(&app.database(), balance).await, rows::count(&app.database(), moved).await)
}

async fn status(app: &App, school: &School, record: i64) -> Value {
    let actor = school.actor(Role::Admin);
    let list = app.ask(Some(&actor), Method::GET, "/api/admin/payments/records", None).await.expect(200);
    let found = list.as_array().unwrap().iter().find(|line| line["id"] == record).cloned();
    found.unwrap()["status"].clone()
}

/// Golden vector P1, and what surrounds it.
#[tokio::test]
async fn a_pack_is_reserved_confirmed_once_and_never_cancelled_afterwards() {
    for backing in Backing::ALL {
        let (app, school, pack) = school_with_pack(backing).await;
        let record = reserve(&app, &school, Role::Parent, pack).await;
        assert_ne!(
            record,
            reserve(&app, &school, Role::Parent, pack).await,
            "each reservation has its reference"
        );
        step(&app, &school, Role::Parent, "confirm", record).await.problem(403, "forbidden");
        let done = step(&app, &school, Role::Assistante, "confirm", record).await.expect(200);
        assert_eq!(done, json!({"ok": true}));
        let again = step(&app, &school, Role::Admin, "confirm", record).await.expect(200);
        assert_eq!(again, json!({"ok": true, "message": "Déjà validé"}));
        step(&app, &school, Role::Admin, "cancel", record).await.problem(409, "payment_decided");
        assert_eq!(status(&app, &school, record).await, "paid");
        assert_eq!(balances(&app).await, (55_000, 55_000));

        let other = reserve(&app, &school, Role::Parent, pack).await;
        step(&app, &school, Role::Assistante, "cancel", other).await.expect(200);
        step(&app, &school, Role::Assistante, "cancel", other).await.problem(409, "payment_decided");
        step(&app, &school, Role::Assistante, "confirm", other).await.problem(409, "payment_decided");
        assert_eq!(status(&app, &school, other).await, "cancelled");
        assert_eq!(balances(&app).await, (55_000, 55_000));

        let parent = school.actor(Role::Parent);
        let invoices = app.ask(Some(&parent), Method::GET, "/api/account/invoices", None).await.expect(200);
        assert_eq!(invoices[0]["number"], "F2026-00001");
        assert_eq!(invoices[0]["grossMinor"], 500_000);
        let actions = app.audit_actions().await;
        for action in ["CASH_RESERVE", "CASH_CONFIRM", "CASH_CANCEL", "PACK_CREATE"] {
            assert!(actions.iter().any(|found| found == action), "{action} in {actions:?}");
        }
        assert_eq!(
            rows::count(&app.database(), "SELECT count(*) FROM outbox").await,
            5,
            "three reservations, two answers"
        );
    }
}

#[tokio::test]
async fn two_people_make_a_payment_and_nobody_pays_for_strangers() {
    let (app, school, pack) = school_with_pack(Backing::Sqlite).await;
    let own = reserve(&app, &school, Role::Assistante, pack).await;
    step(&app, &school, Role::Assistante, "confirm", own).await.problem(409, "same_person");
    assert_eq!(balances(&app).await, (0, 0));
    step(&app, &school, Role::Admin, "confirm", own).await.expect(200);

    let parent = school.actor(Role::Parent);
    let body = json!({"userId": school.other.parent_user, "packId": pack});
    app.post_as(Some(&parent), "/api/payments/cash/reserve", body.clone())
        .await
        .problem(404, "account_not_found");
    app.post_as(None, "/api/payments/cash/reserve", body).await.problem(401, "unauthenticated");
    for wrong in [json!({"packId": pack}), json!({"userId": school.own.parent_user})] {
        let refused = app
            .post_as(Some(&parent), "/api/payments/cash/reserve", wrong)
            .await
            .problem(422, "field_required");
        assert_eq!(refused["error"], "userId, packId, amountTnd requis");
    }
    let body = json!({"userId": school.own.parent_user, "packId": 999});
    app.post_as(Some(&parent), "/api/payments/cash/reserve", body).await.problem(404, "pack_not_found");
    step(&app, &school, Role::Admin, "confirm", 999).await.problem(404, "reservation_not_found");
    step(&app, &school, Role::Admin, "confirm", -1).await.problem(404, "reservation_not_found");
}

/// Golden vector P3.
#[tokio::test]
async fn a_pack_that_is_gone_gives_nothing_and_leaves_the_reservation() {
    for backing in Backing::ALL {
        let (app, school, pack) = school_with_pack(backing).await;
        let record = reserve(&app, &school, Role::Parent, pack).await;
        let actor = school.actor(Role::Admin);
        app.ask(Some(&actor), Method::DELETE, &format!("/api/credits/packs/{pack}"), None).await.expect(200);
        step(&app, &school, Role::Admin, "confirm", record).await.problem(409, "pack_gone");
        assert_eq!(status(&app, &school, record).await, "pending");
        assert_eq!(balances(&app).await, (0, 0));
        let back = json!({"active": true});
        app.ask(Some(&actor), Method::PUT, &format!("/api/credits/packs/{pack}"), Some(back))
            .await
            .expect(200);
        step(&app, &school, Role::Admin, "confirm", record).await.expect(200);
        assert_eq!(balances(&app).await, (55_000, 55_000));
    }
}

#[tokio::test]
async fn of_many_confirmations_at_one_time_one_gives() {
    for backing in Backing::ALL {
        let (app, school, pack) = school_with_pack(backing).await;
        let app = std::sync::Arc::new(app);
        let record = reserve(&app, &school, Role::Parent, pack).await;
        let mut tasks = JoinSet::new();
        for place in 0..12 {
            let (app, school) = (app.clone(), school.clone());
            tasks.spawn(async move {
                let (role, name) =
                    if place % 4 == 3 { (Role::Admin, "cancel") } else { (Role::Assistante, "confirm") };
                step(&app, &school, role, name, record).await.status.as_u16()
            });
        }
        let answers = tasks.join_all().await;
        assert!(answers.iter().all(|status| matches!(status, 200 | 409)), "{answers:?}");
        let paid = status(&app, &school, record).await == "paid";
        let expected = if paid { 55_000 } else { 0 };
        assert_eq!(balances(&app).await, (expected, expected), "{backing:?} {answers:?}");
        let invoices = rows::count(&app.database(), "SELECT count(*) FROM invoices").await;
        assert_eq!(invoices, i64::from(paid));
    }
}

/// The tables that a confirmation writes, and how.
const WRITES: [(&str, &str); 9] = [
    ("payment_records", "UPDATE"),
    ("payment_events", "INSERT"),
    ("credit_wallets", "UPDATE"),
    ("credit_tx", "INSERT"),
    ("credit_tx_lots", "INSERT"),
    ("audit_logs", "INSERT"),
    ("outbox", "INSERT"),
    ("invoice_counters", "INSERT"),
    ("invoices", "INSERT"),
];

/// Whichever write of a confirmation fails, none of them is there; when none does, all are.
#[tokio::test]
async fn a_confirmation_is_all_or_nothing() {
    for backing in Backing::ALL {
        let (app, school, pack) = school_with_pack(backing).await;
        let record = reserve(&app, &school, Role::Parent, pack).await;
        for (table, write) in WRITES {
            let (make, drop) = match backing {
                Backing::Sqlite => (
                    format!("CREATE TRIGGER fault BEFORE {write} ON {table} BEGIN SELECT RAISE(ABORT, 'fault'); END;"),
                    "DROP TRIGGER fault;".to_owned(),
                ),
                Backing::Postgres => (
                    format!(
                        "CREATE FUNCTION fault() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'fault'; END $$;
                         CREATE TRIGGER fault BEFORE {write} ON {table} FOR EACH ROW EXECUTE FUNCTION fault();"
                    ),
                    format!("DROP TRIGGER fault ON {table}; DROP FUNCTION fault();"),
                ),
            };
            app.execute(&make).await;
            let failed = step(&app, &school, Role::Admin, "confirm", record).await;
            assert!(failed.status.is_server_error(), "{table}: {}", failed.status);
            app.execute(&drop).await;
            assert_eq!(status(&app, &school, record).await, "pending", "{table}");
            assert_eq!(balances(&app).await, (0, 0), "{table}");
            assert_eq!(rows::count(&app.database(), "SELECT count(*) FROM invoices").await, 0, "{table}");
            assert_eq!(rows::count(&app.database(), "SELECT count(*) FROM outbox").await, 1, "{table}");
            assert!(!app.audit_actions().await.iter().any(|action| action == "CASH_CONFIRM"), "{table}");
        }
        step(&app, &school, Role::Admin, "confirm", record).await.expect(200);
        assert_eq!(balances(&app).await, (55_000, 55_000));
        let number = rows::one::<i64>(&app.database(), r#"SELECT "place" FROM invoices"#).await;
        assert_eq!(number, 1, "no number was lost by what was rolled back");
    }
}

#[tokio::test]
async fn numbers_of_invoices_have_no_gap_under_races() {
    for backing in Backing::ALL {
        let (app, school, pack) = school_with_pack(backing).await;
        let app = std::sync::Arc::new(app);
        let mut records = Vec::new();
        for _ in 0..10 {
            records.push(reserve(&app, &school, Role::Parent, pack).await);
        }
        let mut tasks = JoinSet::new();
        for record in records.iter().copied().chain(records.iter().copied()) {
            let (app, school) = (app.clone(), school.clone());
            tasks.spawn(
                async move { step(&app, &school, Role::Admin, "confirm", record).await.status.as_u16() },
            );
        }
        let answers = tasks.join_all().await;
        assert!(answers.iter().all(|status| *status == 200), "{answers:?}");
        let sum = rows::count(&app.database(), r#"SELECT CAST(sum("place") AS BIGINT) FROM invoices"#).await;
        let count = rows::count(&app.database(), r#"SELECT count(DISTINCT "place") FROM invoices"#).await;
        assert_eq!((count, sum), (10, 55), "{backing:?}");
        assert_eq!(balances(&app).await, (550_000, 550_000));
    }
}

#[tokio::test]
async fn money_goes_back_with_its_credits_and_never_more_than_was_paid() {
    for backing in Backing::ALL {
        let (app, school, pack) = school_with_pack(backing).await;
        let record = reserve(&app, &school, Role::Parent, pack).await;
        let admin = school.actor(Role::Admin);
        let path = format!("/api/admin/payments/records/{record}/refund");
        let refund = |amount: Value, key: &str| json!({"amountTnd": amount, "reason": "Départ", "key": key});
        app.post_as(Some(&admin), &path, refund(json!(100), "a")).await.problem(409, "payment_decided");
        step(&app, &school, Role::Admin, "confirm", record).await.expect(200);
        let first = app.post_as(Some(&admin), &path, refund(json!(100), "a")).await.expect(200);
        assert_eq!((&first["amountMinor"], &first["milliCredits"]), (&json!(100_000), &json!(11_000)));
        let again = app.post_as(Some(&admin), &path, refund(json!(100), "a")).await.expect(200);
        assert_eq!(again["refundId"], first["refundId"]);
        assert_eq!(balances(&app).await, (44_000, 44_000));
        app.post_as(Some(&admin), &path, refund(json!(100.5), "a")).await.problem(409, "order_key_reused");
        app.post_as(Some(&admin), &path, refund(json!(400.001), "b")).await.problem(409, "refund_too_large");
        app.post_as(Some(&admin), &path, refund(json!(-1), "b")).await.problem(422, "invalid_money");
        app.post_as(Some(&admin), &path, json!({"reason": "Le reste", "key": "c"})).await.expect(200);
        assert_eq!(balances(&app).await, (0, 0));
        app.post_as(Some(&admin), &path, json!({"reason": "Encore", "key": "d"}))
            .await
            .problem(409, "refund_too_large");
        let notes =
            rows::count(&app.database(), "SELECT count(*) FROM invoices WHERE series = 'CREDIT_NOTE'").await;
        assert_eq!(notes, 2);
    }
}

/// A parent reserves for his child: the child gets the credits, the parent the mails and the invoice; another family's child does
/// not exist for him.
#[tokio::test]
async fn a_parent_reserves_for_his_child_and_for_no_other() {
    for backing in Backing::ALL {
        let (app, school, pack) = school_with_pack(backing).await;
        let parent = school.actor(Role::Parent);
        let ask = async |user: &str| {
            let body = json!({"userId": user, "packId": pack});
            app.post_as(Some(&parent), "/api/payments/cash/reserve", body).await
        };
        ask(school.other.student_user.as_str()).await.problem(404, "account_not_found");
        ask(school.other.parent_user.as_str()).await.problem(404, "account_not_found");
        ask("absent").await.problem(404, "account_not_found");
        let pupil = school.actor(Role::Eleve);
        let body = json!({"userId": school.own.parent_user, "packId": pack});
        app.post_as(Some(&pupil), "/api/payments/cash/reserve", body).await.problem(404, "account_not_found");

        let reserved = ask(school.own.student_user.as_str()).await.expect(200);
        let record = reserved["recordId"].as_i64().unwrap();
        assert_eq!(balances(&app).await, (0, 0));
        step(&app, &school, Role::Assistante, "confirm", record).await.expect(200);
        let wallet = app.ask(Some(&pupil), Method::GET, "/api/credits/wallet", None).await.expect(200);
        assert_eq!(wallet["balance"], 55);
        let invoices = app.ask(Some(&parent), Method::GET, "/api/account/invoices", None).await.expect(200);
        assert_eq!(invoices.as_array().unwrap().len(), 1);
        let mails = r#"SELECT count(*) FROM outbox WHERE "uniqueKey" LIKE 'payment_record:%'"#;
        assert_eq!(rows::count(&app.database(), mails).await, 2);
        assert_eq!(app.broken_rules().await, []);
    }
}
