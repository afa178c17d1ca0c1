use axum::http::Method;
use nexus_core::{Actor, Role};
use nexus_tests::App;
use nexus_tests::members::{PASSWORD, registration};
use nexus_tests::rows::count;
use serde_json::{Value, json};
use std::time::Duration;

/// Whether a worker of this process was told that a mail waits, since this was last asked.
async fn rung(app: &App) -> bool {
    tokio::time::timeout(Duration::ZERO, app.store.effect_bell().notified()).await.is_ok()
}

/// Every use of a route that writes a mail tells the worker, and those that write none let it rest.
#[tokio::test]
async fn a_mail_is_heard_of_at_once() {
    let (app, school) = App::with_school().await;
    let admin = school.actor(Role::Admin);
    let parent = app.give_password(school.own.parent_user.as_str()).await;
    let pupil = app.give_password(school.own.student_user.as_str()).await;
    let coach = app.give_password("rights-coach").await;
    assert!(!rung(&app).await, "founding the school wrote no mail");
    let child = format!("/api/parent/children/{}", school.own.student);
    let user = |who: &Actor, what: &str| format!("/api/admin/users/{}{what}", who.user);
    let person = json!({
        "email": "new@example.tn", "firstName": "Samia", "lastName": "Trabelsi", "role": "PARENT"
    });
    let steps: Vec<(Option<&Actor>, Method, String, Value, bool)> = vec![
        (None, Method::POST, "/api/bilan-gratuit".into(), registration("one@example.tn"), true),
        // Its owner is told once a day.
        (None, Method::POST, "/api/bilan-gratuit".into(), registration("one@example.tn"), true),
        (None, Method::POST, "/api/bilan-gratuit".into(), registration("one@example.tn"), false),
        (None, Method::POST, "/api/bilan-gratuit".into(), json!({}), false),
        (
            None,
            Method::POST,
            "/api/account/password/forgot".into(),
            json!({"email": "parent.own@example.test"}),
            true,
        ),
        (
            None,
            Method::POST,
            "/api/account/password/forgot".into(),
            json!({"email": "nobody@example.test"}),
            false,
        ),
        (Some(&parent), Method::POST, format!("{child}/invitation"), Value::Null, true),
        (Some(&parent), Method::POST, format!("{child}/consent"), Value::Null, false),
        (Some(&admin), Method::POST, "/api/admin/users".into(), person, true),
        (
            Some(&admin),
            Method::PUT,
            "/api/admin/users".into(),
            json!({"id": coach.user, "email": "coach.new@example.tn"}),
            true,
        ),
        (
            Some(&admin),
            Method::PUT,
            "/api/admin/users".into(),
            json!({"id": coach.user, "lastName": "Autre"}),
            false,
        ),
        (
            Some(&parent),
            Method::POST,
            "/api/account/email".into(),
            json!({"newEmail": "elsewhere@example.tn", "password": PASSWORD}),
            true,
        ),
        (
            Some(&pupil),
            Method::POST,
            "/api/account/password".into(),
            json!({"currentPassword": PASSWORD, "newPassword": "cinq autres mots bien choisis"}),
            true,
        ),
        (Some(&admin), Method::POST, user(&parent, "/disable"), Value::Null, false),
    ];
    for (number, (actor, method, path, body, writes)) in steps.into_iter().enumerate() {
        let mails = count(&app.database(), "SELECT count(*) FROM outbox").await;
        let body = (!body.is_null()).then_some(body);
        let reply = app.ask(actor, method.clone(), &path, body).await;
        let written = count(&app.database(), "SELECT count(*) FROM outbox").await - mails;
        let text = String::from_utf8_lossy(&reply.body);
        assert_eq!(written > 0, writes, "{number}: {method} {path} {} {text}", reply.status);
        assert_eq!(rung(&app).await, writes, "{number}: {method} {path}");
    }
}
