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
        // K4: the words of the vector, at 422 where it says 400: decision 18 keeps 400 for what is no JSON at all.
        let unknown = json!({"studentId": student, "newPlan": "PREMIUM"});
        let unknown = app.post_as(Some(&parent), "/api/subscriptions/change", unknown).await;
        let golden = nexus_tests::golden::core_copy(
            "K4",
            json!({"expected": {"status": 400, "error": "Plan d'abonnement invalide"}}),
        );
        assert_eq!(unknown.problem(422, "invalid_field")["error"], golden["expected"]["error"]);
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

/// A subscription as the existing application wrote it: price and credits came from the page.
async fn waiting(app: &App, id: &str, student: &str, plan: &str) {
    let at = app.instant(app.clock.now());
    app.execute(&format!(
        r#"INSERT INTO subscriptions ("id", "studentId", "planName", "monthlyPrice", "creditsPerMonth", "status", "startDate",
                                      "createdAt", "updatedAt")
           VALUES ('{id}', '{student}', '{plan}', 1, 999, 'INACTIVE', {at}, {at}, {at})"#
    ))
    .await;
}

/// A payment that was validated: Nexus writes what it is for into columns, the existing application into the metadata alone.
async fn paid(app: &App, id: &str, parent: &str, student: &str, plan: &str) {
    let at = app.instant(app.clock.now());
    let metadata = json!({"studentId": student, "itemKey": plan, "itemType": "subscription"});
    app.execute(&format!(
        r#"INSERT INTO payments ("id", "userId", "type", "amount", "currency", "description", "status", "method", "metadata",
                                 "createdAt", "updatedAt")
           VALUES ('{id}', '{parent}', 'SUBSCRIPTION', 750, 'TND', 'Abonnement', 'COMPLETED', 'wise', '{metadata}', {at}, {at})"#
    ))
    .await;
}

/// Rows 60 to 63, defects 31 and 35: what waits begins once, with a payment behind it, at the price of the catalogue; nothing
/// is given without one, and an administrator follows the states too.
#[tokio::test]
async fn what_waits_begins_with_its_payment_alone() {
    const OFFICE: &str = "/api/assistant/subscriptions";
    const ADMIN: &str = "/api/admin/subscriptions";
    for backing in Backing::ALL {
        let (app, school) = App::with_school_on(backing).await;
        let [office, admin] = [Role::Assistante, Role::Admin].map(|role| school.actor(role));
        let student = school.own.student.as_str();
        let parent = school.own.parent_user.as_str();
        waiting(&app, "w1", student, "IMMERSION").await;
        waiting(&app, "w2", student, "HYBRIDE").await;
        waiting(&app, "w3", student, "PREMIUM").await;
        let decide = async |id: &str, action: &str| {
            let body = json!({"subscriptionId": id, "action": action, "reason": "Vu au téléphone"});
            app.post_as(Some(&office), OFFICE, body).await
        };
        let edit = async |body: Value| app.ask(Some(&admin), Method::PUT, ADMIN, Some(body)).await;

        // Nobody has paid: neither the office nor an administrator makes it begin, and the row still waits.
        decide("w1", "approve").await.problem(409, "subscription_unpaid");
        edit(json!({"subscriptionId": "w1", "status": "ACTIVE"})).await.problem(409, "subscription_unpaid");
        // A payment for another plan does not help.
        paid(&app, "p0", parent, student, "ACCES_PLATEFORME").await;
        decide("w1", "approve").await.problem(409, "subscription_unpaid");
        assert_eq!(count(&app.database(), "SELECT count(*) FROM credit_tx").await, 0);
        let listed = app.ask(Some(&office), Method::GET, OFFICE, None).await.expect(200);
        assert_eq!(listed["pendingSubscriptions"].as_array().unwrap().len(), 3);
        assert_eq!(listed["pagination"]["total"], 3);
        assert!(!listed.to_string().contains("password"));

        paid(&app, "p1", parent, student, "IMMERSION").await;
        let begun = decide("w1", "approve").await.expect(200);
        assert_eq!(
            begun["subscription"],
            json!({"id": "w1", "status": "ACTIVE", "message": "Abonnement approuvé et crédits ajoutés"})
        );
        let again = decide("w1", "approve").await.problem(409, "subscription_state");
        assert_eq!(again["error"], "Subscription is not pending approval");
        let row = r#"SELECT CAST("monthlyPrice" AS BIGINT) * 1000 + "creditsPerMonth" FROM subscriptions WHERE "id" = 'w1'"#;
        assert_eq!(count(&app.database(), row).await, 750_008);
        let given = r#"SELECT CAST(COALESCE(sum("deltaMilli"), 0) AS BIGINT) FROM credit_tx"#;
        assert_eq!(count(&app.database(), given).await, 8_000);

        // One payment, one subscription: the other one needs its own, and then replaces the first.
        decide("w2", "approve").await.problem(409, "subscription_unpaid");
        paid(&app, "p2", parent, student, "HYBRIDE").await;
        let changed =
            edit(json!({"subscriptionId": "w2", "status": "ACTIVE", "endDate": "2027-06-30"})).await;
        let changed = changed.expect(200);
        assert_eq!(changed["subscription"]["status"], "ACTIVE");
        assert_eq!(changed["subscription"]["endDate"], "2027-06-30T23:00:00Z", "the day is included");
        assert!(changed["subscription"]["studentName"].is_string());
        let active = "SELECT count(*) FROM subscriptions WHERE status = 'ACTIVE'";
        assert_eq!(count(&app.database(), active).await, 1);
        edit(json!({"subscriptionId": "w1", "status": "ACTIVE"})).await.problem(409, "subscription_state");
        edit(json!({"subscriptionId": "w1", "endDate": "2027-06-30"}))
            .await
            .problem(409, "subscription_state");

        // A plan that is not sold begins nothing; a refusal has its reason and gives nothing.
        paid(&app, "p3", parent, student, "PREMIUM").await;
        decide("w3", "approve").await.problem(409, "subscription_state");
        let bare = json!({"subscriptionId": "w3", "action": "reject"});
        app.post_as(Some(&office), OFFICE, bare).await.problem(422, "invalid_field");
        let refused = decide("w3", "reject").await.expect(200);
        assert_eq!(refused["subscription"]["message"], "Abonnement rejeté");
        assert_eq!(count(&app.database(), given).await, 12_000);

        // What cannot be read is told, with the words of the existing pages.
        let told = app.post_as(Some(&office), OFFICE, json!({"action": "approve"})).await;
        assert_eq!(told.problem(422, "invalid_field")["error"], "Missing required fields");
        let told = decide("w2", "maybe").await.problem(422, "unknown_choice");
        assert_eq!(told["error"], "Invalid action");
        let told = decide("absent", "approve").await.problem(404, "subscription_not_found");
        assert_eq!(told["error"], "Subscription not found");
        let told = edit(json!({"status": "ACTIVE"})).await.problem(422, "invalid_field");
        assert_eq!(told["error"], "Subscription ID is required");
        edit(json!({"subscriptionId": "w2", "status": "PAUSED"})).await.problem(422, "unknown_choice");
        for end in ["2027-02-31", "demain", "2020-01-01"] {
            edit(json!({"subscriptionId": "w2", "endDate": end})).await.problem(422, "invalid_field");
        }

        // Bounded pages, by state and by name.
        let list =
            async |query: &str| app.ask(Some(&admin), Method::GET, &format!("{ADMIN}?{query}"), None).await;
        assert_eq!(
            list("").await.expect(200)["pagination"],
            json!({"page": 1, "limit": 10, "total": 1, "totalPages": 1})
        );
        assert_eq!(
            list("status=ALL&limit=2&page=2").await.expect(200)["subscriptions"].as_array().unwrap().len(),
            1
        );
        assert_eq!(list("status=ALL&limit=100000&page=-3").await.expect(200)["pagination"]["limit"], 100);
        assert_eq!(
            list("status=ALL&search=personne%20de%20ce%20nom").await.expect(200)["pagination"]["total"],
            0
        );
        list("status=PAUSED").await.problem(422, "unknown_choice");
        let other = app.ask(Some(&office), Method::GET, ADMIN, None).await;
        other.problem(403, "forbidden");

        // Ended by an administrator, with its traces.
        let ended = edit(json!({"subscriptionId": "w2", "status": "CANCELLED"})).await.expect(200);
        assert_eq!(ended["subscription"]["status"], "CANCELLED");
        edit(json!({"subscriptionId": "w2", "status": "CANCELLED"})).await.expect(200);
        let traces = app.audit_actions().await;
        for (action, rows) in
            [("SUBSCRIPTION_APPROVE", 1), ("SUBSCRIPTION_REJECT", 1), ("SUBSCRIPTION_EDIT", 2)]
        {
            assert_eq!(traces.iter().filter(|trace| *trace == action).count(), rows, "{action}");
        }
        assert_eq!(app.broken_rules().await, []);
    }
}

/// Row 53: the price is the catalogue's, and nothing is written.
#[tokio::test]
async fn an_addition_is_told_at_its_price_of_today() {
    const ADDON: &str = "/api/subscriptions/aria-addon";
    for backing in Backing::ALL {
        let (app, school) = App::with_school_on(backing).await;
        let parent = school.actor(Role::Parent);
        let ask = async |student: &str, addon: &str| {
            let body = json!({"studentId": student, "addon": addon, "price": 1});
            app.post_as(Some(&parent), ADDON, body).await
        };
        let student = school.own.student.as_str();
        let none = ask(student, "MATIERE_SUPPLEMENTAIRE").await.problem(409, "no_active_subscription");
        assert_eq!(none["error"], "Aucun abonnement actif trouvé");
        let wrong = ask(student, "NSI").await.problem(422, "unknown_choice");
        assert_eq!(wrong["error"], "Add-on ARIA invalide");
        ask(school.other.student.as_str(), "MATIERE_SUPPLEMENTAIRE").await.problem(404, "student_not_found");
        waiting(&app, "w1", student, "HYBRIDE").await;
        app.execute("UPDATE subscriptions SET status = 'ACTIVE'").await;
        let told = ask(student, "MATIERE_SUPPLEMENTAIRE").await.expect(200);
        assert_eq!(
            (&told["addon"]["key"], &told["addon"]["price"]),
            (&json!("MATIERE_SUPPLEMENTAIRE"), &json!(50))
        );
        let at = app.instant(app.clock.now());
        app.execute(&format!(
            r#"INSERT INTO product_pricing ("id", "itemType", "itemKey", "amount", "description", "createdAt", "updatedAt")
               VALUES ('a1', 'ADDON', 'MATIERE_SUPPLEMENTAIRE', 40, 'Une matière', {at}, {at})"#
        ))
        .await;
        let told = ask(student, "MATIERE_SUPPLEMENTAIRE").await.expect(200);
        assert_eq!(
            (&told["addon"]["price"], &told["addon"]["description"]),
            (&json!(40), &json!("Une matière"))
        );
        assert_eq!(count(&app.database(), "SELECT count(*) FROM subscription_requests").await, 0);
    }
}

/// C12: what ends within seven days, both bounds included, is told once to the pupil and his parent, and once by mail to whoever
/// answers for it, whoever looks and however often.
#[tokio::test]
async fn credits_that_end_soon_are_told_once_by_mail_too() {
    for backing in Backing::ALL {
        let (app, school) = App::with_school_on(backing).await;
        let golden = nexus_tests::golden::core_copy(
            "C12",
            json!({
                "input": ["2025-12-31T23:59:59Z", "2026-01-01T00:00:00Z", "2026-01-08T00:00:00Z", "2026-01-08T00:00:01Z"],
                "expected": [false, true, true, false]
            }),
        );
        // The ends of the vector, as far from the present as there; the lots are older than all of them.
        let vector_now: jiff::Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let begin = app.clock.now();
        let now = begin.checked_add(jiff::SignedDuration::from_hours(1)).unwrap();
        let mut expected = Vec::new();
        for (place, (end, told)) in
            golden["input"].as_array().unwrap().iter().zip(golden["expected"].as_array().unwrap()).enumerate()
        {
            let end: jiff::Timestamp = end.as_str().unwrap().parse().unwrap();
            let end = now.checked_add(end.duration_since(vector_now)).unwrap();
            let mut tx = app.store.begin().await.unwrap();
            let wanted = nexus_core::ledger::Grant {
                owner: school.own.student_user.clone(),
                origin: nexus_core::ledger::LotOrigin::Purchase,
                amount: nexus_core::ledger::Credits::whole(1).unwrap(),
                expires_at: Some(end),
                key: format!("lot-{place}"),
                description: "PACK_1".to_owned(),
                actor: "system".to_owned(),
            };
            nexus_core::ledger::grant(&mut *tx, &wanted, begin).await.unwrap();
            tx.commit().await.unwrap();
            if told == true {
                expected.push(format!("lot-{place}"));
            }
        }
        app.clock.advance(jiff::SignedDuration::from_hours(1));
        let context = &SubscriptionContext {
            store: app.store.clone(),
            clock: app.clock.clone(),
            ids: std::sync::Arc::new(CountingIds::new("ending")),
            zone: jiff::tz::TimeZone::UTC,
        };
        let (first, second) = tokio::join!(run_scheduled(context), run_scheduled(context));
        let told = [first, second].into_iter().filter_map(Result::ok).map(|done| done.told).sum::<u64>();
        assert_eq!(told, 4, "two lots, two readers");
        assert_eq!(run_scheduled(context).await.unwrap().told, 0);
        let mails = r#"SELECT count(*) FROM outbox WHERE "uniqueKey" LIKE 'credits-ending:%'"#;
        assert_eq!(count(&app.database(), mails).await, 2);
        let lots = r#"SELECT string_agg(l."key", ' ' ORDER BY l."key") FROM credit_lots l
            WHERE EXISTS (SELECT 1 FROM outbox o WHERE o."uniqueKey" = 'credits-ending:' || CAST(l."id" AS TEXT))"#;
        assert_eq!(one::<String>(&app.database(), lots).await, expected.join(" "));
    }
}

/// Decision 13 at the ends of months, in a zone without summer time and in one with it: what is given on the last day of January
/// lasts to the last day of February, and a month begins at the midnight of the school.
#[tokio::test]
async fn a_month_ends_where_the_school_is() {
    for backing in Backing::ALL {
        for (zone, now, month, end) in [
            ("Africa/Tunis", "2027-01-31T10:00:00Z", "2027-01", "2027-02-28T22:59:59.999Z"),
            ("Africa/Tunis", "2027-01-31T23:30:00Z", "2027-02", "2027-03-31T22:59:59.999Z"),
            ("Africa/Tunis", "2027-12-31T10:00:00Z", "2027-12", "2028-01-31T22:59:59.999Z"),
            ("Africa/Tunis", "2028-01-31T10:00:00Z", "2028-01", "2028-02-29T22:59:59.999Z"),
            // The clocks of Paris are put forward in the night to 28 March.
            ("Europe/Paris", "2027-01-31T10:00:00Z", "2027-01", "2027-02-28T22:59:59.999Z"),
            ("Europe/Paris", "2027-02-28T10:00:00Z", "2027-02", "2027-03-31T21:59:59.999Z"),
            ("Europe/Paris", "2027-03-31T22:30:00Z", "2027-04", "2027-05-31T21:59:59.999Z"),
        ] {
            let (app, school) = App::with_school_on(backing).await;
            let now: jiff::Timestamp = now.parse().unwrap();
            app.clock.advance(now.duration_since(app.clock.now()));
            waiting(&app, "s1", school.own.student.as_str(), "HYBRIDE").await;
            app.execute(r#"UPDATE subscriptions SET status = 'ACTIVE', "creditsPerMonth" = 4"#).await;
            let context = &SubscriptionContext {
                store: app.store.clone(),
                clock: app.clock.clone(),
                ids: std::sync::Arc::new(CountingIds::new("month")),
                zone: jiff::tz::TimeZone::get(zone).unwrap(),
            };
            assert_eq!(run_scheduled(context).await.unwrap().allocated, 1, "{zone} {now}");
            assert_eq!(one::<String>(&app.database(), "SELECT period FROM scheduled_runs").await, month);
            let reading = app.store.read_wallet(&school.own.student_user, 1).await.unwrap().unwrap();
            let ends: Vec<_> =
                reading.wallet.lots.iter().map(|lot| lot.expires_at.unwrap().to_string()).collect();
            assert_eq!(ends, [end], "{zone} {now}");
        }
    }
}
