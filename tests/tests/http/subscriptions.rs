use axum::http::Method;
use nexus_core::subscriptions::use_cases::{SubscriptionContext, run_scheduled};
use nexus_core::testing::CountingIds;
use nexus_core::{Clock, Role};
use nexus_tests::rows::{count, one};
use nexus_tests::{App, Backing};
use serde_json::{Value, json};

const QUEUE: &str = "/api/assistant/subscription-requests";

/// U1 to U4: decided once, whole or not at all, at the price of the catalogue; a refusal gives nothing.
#[tokio::test]
async fn a_request_is_decided_once_with_all_that_follows() {
    for backing in Backing::ALL {
        let (app, school) = App::with_school_on(backing).await;
        let [office, parent] = [Role::Assistante, Role::Parent].map(|role| school.actor(role));
        let student = school.own.student.as_str();
        let ask =
            async |body: Value| app.post_as(Some(&parent), "/api/parent/subscription-requests", body).await;
        let decide = async |id: &Value, action: &str| {
            let body = json!({"requestId": id, "action": action, "reason": "Vu au téléphone"});
            app.ask(Some(&office), Method::PATCH, QUEUE, Some(body)).await
        };
        // U4: what the page says about price and credits is not read.
        let greedy =
            json!({"studentId": student, "planName": "IMMERSION", "monthlyPrice": 1, "creditsPerMonth": 999});
        let asked = app.post_as(Some(&parent), "/api/parent/subscriptions", greedy).await.expect(200);
        assert_eq!(
            (&asked["subscription"]["monthlyPrice"], &asked["subscription"]["creditsPerMonth"]),
            (&json!(750), &json!(8))
        );
        let waiting = app.ask(Some(&office), Method::GET, QUEUE, None).await.expect(200);
        assert_eq!(
            (&waiting["pagination"]["total"], &waiting["requests"][0]["student"]["id"]),
            (&json!(1), &json!(student))
        );
        assert!(!waiting.to_string().contains("password"));

        // An addition to nothing: the request still waits.
        let addon = json!({"studentId": student, "requestType": "ARIA_ADDON", "planName": "NSI"});
        let addon = ask(addon).await.expect(200)["requestId"].clone();
        decide(&addon, "APPROVED").await.problem(409, "no_active_subscription");

        // U3 and 29: a refusal has a reason and gives nothing.
        let refused =
            ask(json!({"studentId": student, "requestType": "PLAN_CHANGE", "planName": "HYBRIDE"})).await;
        let refused = refused.expect(200)["requestId"].clone();
        let bare = json!({"requestId": refused, "action": "REJECTED"});
        app.ask(Some(&office), Method::PATCH, QUEUE, Some(bare)).await.problem(422, "invalid_field");
        decide(&refused, "REJECTED").await.expect(200);
        let guaranteed = r#"SELECT count(*) FROM students WHERE "guaranteeEligible""#;
        assert_eq!(count(&app.database(), guaranteed).await, 0);

        // U1.
        let plan = asked["subscription"]["id"].clone();
        assert_eq!(decide(&plan, "APPROVED").await.expect(200)["message"], "Demande approuvée avec succès");
        for action in ["REJECTED", "APPROVED"] {
            decide(&plan, action).await.problem(409, "subscription_request_decided");
        }
        decide(&addon, "APPROVED").await.expect(200);
        let again = ask(json!({"studentId": student, "requestType": "ARIA_ADDON", "planName": "NSI"})).await;
        decide(&again.expect(200)["requestId"], "APPROVED").await.expect(200);
        let children =
            app.ask(Some(&parent), Method::GET, "/api/parent/subscriptions", None).await.expect(200);
        let child = &children["children"][0];
        assert_eq!(
            (&child["currentSubscription"], &child["creditBalance"]),
            (&json!("IMMERSION"), &json!(8))
        );
        assert_eq!(child["ariaSubjects"], json!(["NSI"]));
        assert_eq!(count(&app.database(), guaranteed).await, 1);

        // A second plan replaces the first; what ARIA answers stays, and so does the day of the guarantee.
        let first = r#"SELECT CAST("guaranteeActivatedAt" AS TEXT) FROM students WHERE "guaranteeEligible""#;
        let before: String = one(&app.database(), first).await;
        app.clock.advance(jiff::SignedDuration::from_hours(1));
        let change = json!({"studentId": student, "newPlan": "HYBRIDE"});
        let change = app.post_as(Some(&parent), "/api/subscriptions/change", change).await.expect(200);
        decide(&change["subscriptionId"], "APPROVED").await.expect(200);
        let after: String = one(&app.database(), first).await;
        assert_eq!(before, after);
        for (query, expected) in [
            (r"SELECT count(*) FROM subscriptions WHERE status = 'ACTIVE'", 1),
            (r"SELECT count(*) FROM subscriptions WHERE status = 'CANCELLED'", 1),
            (r#"SELECT count(*) FROM credit_tx WHERE "kind" = 'MONTHLY_ALLOCATION'"#, 2),
        ] {
            assert_eq!(count(&app.database(), query).await, expected, "{query}");
        }

        // U2: nothing without a plan enters the queue; what cannot be read is told.
        for (kind, plan) in [
            ("PLAN_CHANGE", None),
            ("PLAN_CHANGE", Some("PREMIUM")),
            ("ARIA_ADDON", Some("LATIN")),
            ("X", None),
        ] {
            ask(json!({"studentId": student, "requestType": kind, "planName": plan}))
                .await
                .problem(422, "invalid_field");
        }
        let foreign = json!({"studentId": school.other.student, "requestType": "INVOICE_DETAILS"});
        ask(foreign).await.problem(404, "student_not_found");
        decide(&json!("absent"), "APPROVED").await.problem(404, "subscription_request_not_found");
        decide(&refused, "MAYBE").await.problem(422, "unknown_choice");
        let path = format!("/api/parent/subscription-requests?studentId={student}");
        let own = app.ask(Some(&parent), Method::GET, &path, None).await.expect(200);
        assert_eq!(own["requests"].as_array().unwrap().len(), 5);
    }
}

/// 18 and 35: the credits of a month are given once, whoever looks and however often; a subscription whose time is over ends.
#[tokio::test]
async fn the_calendar_gives_a_month_once() {
    for backing in Backing::ALL {
        let (app, school) = App::with_school_on(backing).await;
        let now = app.clock.now();
        let soon = app.instant(now.checked_add(jiff::SignedDuration::from_hours(24 * 62)).unwrap());
        let at = app.instant(now);
        for (id, student, end) in
            [("s1", &school.own.student, "NULL".to_owned()), ("s2", &school.other.student, soon)]
        {
            app.execute(&format!(
                r#"INSERT INTO subscriptions ("id", "studentId", "planName", "monthlyPrice", "creditsPerMonth", "status",
                                              "startDate", "endDate", "createdAt", "updatedAt")
                   VALUES ('{id}', '{student}', 'HYBRIDE', 450, 4, 'ACTIVE', {at}, {end}, {at}, {at})"#
            ))
            .await;
        }
        let context = &SubscriptionContext {
            store: app.store.clone(),
            clock: app.clock.clone(),
            ids: std::sync::Arc::new(CountingIds::new("calendar")),
            zone: jiff::tz::TimeZone::UTC,
        };
        let (first, second) = tokio::join!(run_scheduled(context), run_scheduled(context));
        assert_eq!(first.unwrap().allocated + second.unwrap().allocated, 2);
        assert_eq!(run_scheduled(context).await.unwrap().allocated, 0);
        let given = r#"SELECT count(*) FROM credit_tx WHERE "kind" = 'MONTHLY_ALLOCATION'"#;
        assert_eq!(count(&app.database(), given).await, 2);
        // The next month, and the one after: the second subscription is over by then, and the first credits too.
        app.clock.advance(jiff::SignedDuration::from_hours(24 * 31));
        assert_eq!(run_scheduled(context).await.unwrap().allocated, 2);
        app.clock.advance(jiff::SignedDuration::from_hours(24 * 31));
        let done = run_scheduled(context).await.unwrap();
        assert_eq!((done.allocated, done.expired), (1, 1));
        assert_eq!(
            count(&app.database(), "SELECT count(*) FROM subscriptions WHERE status = 'EXPIRED'").await,
            1
        );
        assert_eq!(count(&app.database(), "SELECT count(*) FROM scheduled_runs").await, 3);
        // What ends within seven days is told once to the pupil and once to his parent.
        let told = "SELECT count(*) FROM notifications WHERE \"type\" = 'CREDITS_ENDING'";
        let before = count(&app.database(), told).await;
        run_scheduled(context).await.unwrap();
        assert_eq!(count(&app.database(), told).await, before);
    }
}
