//! Golden vectors of the till over the real routes, on both databases.

use super::support::{balance, paid_pack, school_with_pack};
use axum::http::Method;
use nexus_core::Role;
use nexus_core::till::catalogue::RecordId;
use nexus_core::till::order::PaymentRecord;
use nexus_core::till::ports::RecordFilter;
use nexus_tests::golden::core_copy;
use nexus_tests::{App, Backing, rows};
use serde_json::json;

/// P13: a plan that is paid begins in the row that waited for it, and the one that ran ends.
#[tokio::test]
async fn a_paid_plan_begins_where_it_was_awaited() {
    let vector = core_copy(
        "P13",
        json!({
            "input": {"rows": [{"plan": "ACCES_PLATEFORME", "status": "ACTIVE"},
                {"plan": "HYBRIDE", "status": "INACTIVE", "creditsPerMonth": 4}], "paid": "HYBRIDE"},
            "expected": {"rows": [{"plan": "ACCES_PLATEFORME", "status": "CANCELLED"},
                {"plan": "HYBRIDE", "status": "ACTIVE"}], "allocation": 4}
        }),
    );
    for backing in Backing::ALL {
        let (app, school) = App::with_school_on(backing).await;
        let at = app.instant("2026-09-01T00:00:00Z".parse().unwrap());
        for (place, row) in vector["input"]["rows"].as_array().unwrap().iter().enumerate() {
            let (plan, status) = (row["plan"].as_str().unwrap(), row["status"].as_str().unwrap());
            let credits = row["creditsPerMonth"].as_i64().unwrap_or(0);
            app.execute(&format!(
                r#"INSERT INTO subscriptions ("id", "studentId", "planName", "monthlyPrice", "creditsPerMonth", "status",
                                              "startDate", "createdAt", "updatedAt")
                   VALUES ('s{place}', '{}', '{plan}', 150, {credits}, '{status}', {at}, {at}, {at})"#,
                school.own.student
            ))
            .await;
        }
        let body =
            json!({"type": "subscription", "key": vector["input"]["paid"], "studentId": school.own.student});
        let parent = school.actor(Role::Parent);
        let order = app.post_as(Some(&parent), "/api/payments/wise", body).await.expect(200);
        let decide = json!({"paymentId": order["orderId"], "action": "approve"});
        let office = school.actor(Role::Assistante);
        app.post_as(Some(&office), "/api/payments/validate", decide.clone()).await.expect(200);
        app.post_as(Some(&office), "/api/payments/validate", decide).await.problem(409, "payment_decided");

        let database = app.database();
        let expected = vector["expected"]["rows"].as_array().unwrap();
        let all = rows::count(&database, "SELECT count(*) FROM subscriptions").await;
        assert_eq!(usize::try_from(all).unwrap(), expected.len(), "{backing:?}");
        let first = rows::one::<String>(
            &database,
            r#"SELECT "planName" || ' ' || CAST("status" AS TEXT) FROM subscriptions WHERE "id" = 's0'"#,
        );
        let second = rows::one::<String>(
            &database,
            r#"SELECT "planName" || ' ' || CAST("status" AS TEXT) FROM subscriptions WHERE "id" = 's1'"#,
        );
        for (row, expected) in [first.await, second.await].iter().zip(expected) {
            let (plan, status) = (expected["plan"].as_str().unwrap(), expected["status"].as_str().unwrap());
            assert_eq!(*row, format!("{plan} {status}"), "{backing:?}");
        }
        let allocation = vector["expected"]["allocation"].as_i64().unwrap();
        assert_eq!(balance(&app).await, allocation * 1_000, "{backing:?}");
    }
}

/// P11: an order is approved once, and its month is given once.
#[tokio::test]
async fn an_order_is_approved_once() {
    let vector = core_copy(
        "P11",
        json!({"input": {"action": ["approve", "approve"], "creditsPerMonth": 4},
            "expected": {"statuses": [200, 409], "allocations": 1}}),
    );
    for backing in Backing::ALL {
        let (app, school) = App::with_school_on(backing).await;
        let body = json!({"type": "subscription", "key": "HYBRIDE", "studentId": school.own.student});
        let parent = school.actor(Role::Parent);
        let order = app.post_as(Some(&parent), "/api/payments/wise", body).await.expect(200);
        let mut statuses = Vec::new();
        for action in vector["input"]["action"].as_array().unwrap() {
            let body = json!({"paymentId": order["orderId"], "action": action});
            let office = school.actor(Role::Assistante);
            statuses.push(app.post_as(Some(&office), "/api/payments/validate", body).await.status.as_u16());
        }
        assert_eq!(json!(statuses), vector["expected"]["statuses"], "{backing:?}");
        let given = r#"SELECT count(*) FROM credit_tx WHERE "kind" = 'MONTHLY_ALLOCATION'"#;
        assert_eq!(json!(rows::count(&app.database(), given).await), vector["expected"]["allocations"]);
        assert_eq!(balance(&app).await, 1_000 * vector["input"]["creditsPerMonth"].as_i64().unwrap());
    }
}

/// P14: nobody touches money without saying who he is.
#[tokio::test]
async fn strangers_do_not_touch_money() {
    let vector = core_copy(
        "P14",
        json!({
            "input": ["POST /api/payments/webhook?provider=konnect&payment_ref=konnect-link-pending",
                "POST /api/payments/cash/reserve", "POST /api/payments/checkout", "POST /api/payments/konnect/intent",
                "POST /api/credits/spend"],
            "expected": [404, 401, 401, 401, 401]
        }),
    );
    for backing in Backing::ALL {
        let (app, school, pack) = school_with_pack(backing).await;
        let asked = vector["input"].as_array().unwrap().iter().zip(vector["expected"].as_array().unwrap());
        for (request, status) in asked {
            let path = request.as_str().unwrap().strip_prefix("POST ").unwrap();
            let body = json!({"provider": "konnect", "userId": school.own.student_user, "packId": pack,
                "amountTnd": 500, "credits": 1});
            let answer = app.ask(None, Method::POST, path, Some(body)).await;
            assert_eq!(json!(answer.status.as_u16()), *status, "{backing:?} {path}");
        }
        let database = app.database();
        assert_eq!(rows::count(&database, "SELECT count(*) FROM payment_records").await, 0);
        assert_eq!(
            (rows::count(&database, "SELECT count(*) FROM payments").await, balance(&app).await),
            (0, 0)
        );
    }
}

/// M6: the reference in mails is the number of the reservation, as the office's list has it.
#[tokio::test]
async fn a_reservation_is_named_by_its_number() {
    let vector = core_copy("M6", json!({"input": [1, 42], "expected": ["PR-1", "PR-42"]}));
    for backing in Backing::ALL {
        let (app, school, pack) = school_with_pack(backing).await;
        let record = paid_pack(&app, &school, school.own.parent_user.as_str(), pack).await;
        assert_eq!(record, 1);
        let all = RecordFilter { limit: 1, ..RecordFilter::default() };
        let row = app.store.payment_records(&all).await.unwrap().remove(0);
        let named = vector["input"].as_array().unwrap().iter().zip(vector["expected"].as_array().unwrap());
        for (number, reference) in named {
            let id = RecordId::new(number.as_i64().unwrap()).unwrap();
            let row = PaymentRecord { id, ..row.clone() };
            assert_eq!(json!(row.shown_reference()), *reference);
        }
    }
}
