//! Notices that were put aside, and the person who decides about them, on both databases.

use super::support::{balance, notice, ordered, payment_state, put_aside};
use axum::http::Method;
use nexus_core::Role;
use nexus_tests::{App, Backing, rows};
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::task::JoinSet;

fn decision(word: &str) -> Value {
    json!({"decision": word, "reason": "Vu sur le relevé du 14"})
}

#[tokio::test]
async fn a_success_behind_a_failure_is_accepted_once_and_gives_once() {
    for backing in Backing::ALL {
        let (app, school) = App::with_school_on(backing).await;
        let (admin, parent) = (school.actor(Role::Admin), school.actor(Role::Parent));
        let id = ordered(&app, &school).await;
        notice(&app, &json!({"payment_id": id, "status": "failed", "transaction_id": "tx-1"})).await;
        let late = json!({"payment_id": id, "status": "completed", "transaction_id": "tx-2", "amount": 180_000, "currency": "TND"});
        notice(&app, &late).await;
        let path = "/api/admin/payments/alerts";
        app.ask(Some(&parent), Method::GET, path, None).await.problem(403, "forbidden");
        let list = app.ask(Some(&admin), Method::GET, path, None).await.expect(200);
        assert_eq!(list.as_array().unwrap().len(), 1);
        assert_eq!((&list[0]["reason"], &list[0]["paymentId"]), (&json!("contradiction"), &json!(id)));
        let told =
            json!({"status": "completed", "transaction": "tx-2", "amountMinor": 180_000, "currency": "TND"});
        assert_eq!(list[0]["told"], told);
        let one = format!("{path}/{}", list[0]["id"]);

        app.post_as(Some(&parent), &one, decision("accept")).await.problem(403, "forbidden");
        app.post_as(Some(&admin), &one, json!({"decision": "accept"})).await.problem(422, "field_required");
        app.post_as(Some(&admin), &one, decision("maybe")).await.problem(422, "unknown_choice");
        for absent in ["999", "0", "x"] {
            let path = format!("{path}/{absent}");
            app.post_as(Some(&admin), &path, decision("accept")).await.problem(404, "alert_not_found");
        }
        assert_eq!((payment_state(&app, &id).await, balance(&app).await), ("FAILED", 0));

        let done = app.post_as(Some(&admin), &one, decision("accept")).await.expect(200);
        assert_eq!(done["decision"]["decision"], "accept");
        assert_eq!((payment_state(&app, &id).await, balance(&app).await), ("COMPLETED", 10_000));
        for word in ["accept", "dismiss"] {
            app.post_as(Some(&admin), &one, decision(word)).await.problem(409, "payment_decided");
        }
        // The right notice, sent again, finds the order paid.
        notice(&app, &json!({"payment_id": id, "status": "completed", "transaction_id": "tx-3"})).await;
        assert_eq!(balance(&app).await, 10_000);
        assert_eq!(rows::count(&app.database(), "SELECT count(*) FROM invoices").await, 1);
        let open = app.ask(Some(&admin), Method::GET, path, None).await.expect(200);
        assert_eq!(open, json!([]));
        let all = app.ask(Some(&admin), Method::GET, "/api/admin/payments/alerts?state=all", None).await;
        assert_eq!(all.expect(200)[0]["decision"]["reason"], "Vu sur le relevé du 14");
        let actions = app.audit_actions().await;
        assert_eq!(actions.iter().filter(|action| *action == "PAYMENT_ALERT_ACCEPT").count(), 1);
    }
}

#[tokio::test]
async fn what_is_dismissed_changes_nothing_and_what_was_taken_back_is_not_accepted() {
    for backing in Backing::ALL {
        let (app, school) = App::with_school_on(backing).await;
        let office = school.actor(Role::Assistante);
        let id = ordered(&app, &school).await;
        let wrong = put_aside(&app, &school, &id, json!({"status": "completed", "amount": 1_000})).await;
        app.post_as(Some(&office), &wrong, decision("dismiss")).await.expect(200);
        assert_eq!((payment_state(&app, &id).await, balance(&app).await), ("PENDING", 0));
        // What was dismissed does not keep the right notice out.
        notice(&app, &json!({"payment_id": id, "status": "completed", "amount": 180_000})).await;
        assert_eq!((payment_state(&app, &id).await, balance(&app).await), ("COMPLETED", 10_000));
        let back = put_aside(&app, &school, &id, json!({"status": "failed", "transaction_id": "tx-9"})).await;
        app.post_as(Some(&office), &back, decision("accept")).await.problem(409, "alert_not_acceptable");
        // A refused decision is none: the alert still waits.
        app.post_as(Some(&office), &back, decision("dismiss")).await.expect(200);
        assert_eq!((payment_state(&app, &id).await, balance(&app).await), ("COMPLETED", 10_000));
    }
}

/// Many people at one moment, half of whom accept: one decides.
#[tokio::test]
async fn of_many_people_one_decides() {
    for backing in Backing::ALL {
        let (app, school) = App::with_school_on(backing).await;
        let id = ordered(&app, &school).await;
        let path = put_aside(&app, &school, &id, json!({"status": "completed", "amount": 1_000})).await;
        let (app, admin) = (Arc::new(app), school.actor(Role::Admin));
        let mut tasks = JoinSet::new();
        for place in 0..12 {
            let (app, admin, path) = (app.clone(), admin.clone(), path.clone());
            let word = if place % 2 == 0 { "accept" } else { "dismiss" };
            tasks.spawn(async move {
                (word, app.post_as(Some(&admin), &path, decision(word)).await.status.as_u16())
            });
        }
        let answers = tasks.join_all().await;
        let winners: Vec<_> = answers.iter().filter(|(_, status)| *status == 200).collect();
        assert_eq!(winners.len(), 1, "{backing:?} {answers:?}");
        assert!(answers.iter().all(|(_, status)| [200, 409].contains(status)), "{answers:?}");
        let given = if winners[0].0 == "accept" { 10_000 } else { 0 };
        assert_eq!(balance(&app).await, given, "{backing:?}");
        assert_eq!(rows::count(&app.database(), "SELECT count(*) FROM notice_decisions").await, 1);
    }
}
