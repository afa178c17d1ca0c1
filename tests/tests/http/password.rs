use axum::http::Method;
use jiff::SignedDuration;
use nexus_core::mail::MailTo;
use nexus_tests::members::PASSWORD;
use nexus_tests::{App, Reply};
use serde_json::json;

const NEW: &str = "quatre autres mots choisis";

async fn forgot(app: &App, email: &str) -> Reply {
    app.post_as(None, "/api/account/password/forgot", json!({"email": email})).await
}

async fn reset(app: &App, token: &str, password: &str) -> Reply {
    app.post_as(None, "/api/account/password/reset", json!({"token": token, "password": password})).await
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_once() {
    let app = App::new().await;
    let parent = app.family("helene@example.tn").await;
    app.mails().await;
    forgot(&app, "HELENE@example.tn").await.expect(202);
    let mail = app.mail("password_reset").await;
    assert_eq!(mail.to, MailTo::Person(parent.user.clone()));
    reset(&app, &mail.secret(), "court").await.problem(422, "weak_password");
    reset(&app, &mail.secret(), NEW).await.expect(200);
    reset(&app, &mail.secret(), "encore un autre secret").await.problem(422, "dead_link");
    assert!(app.enter("helene@example.tn", PASSWORD, None).await.is_err());
    app.enter("helene@example.tn", NEW, None).await.unwrap();
    assert_eq!(app.session_version(&parent.user).await, 1);
    assert_eq!(app.mail("password_changed").await.to, MailTo::Person(parent.user));
    let actions = app.audit_actions().await;
    assert_eq!(
        actions,
        ["FAMILY_REGISTER", "PASSWORD_RESET_REQUEST", "PASSWORD_RESET", "SIGN_IN_FAILED", "SIGN_IN"]
    );
}

#[tokio::test]
async fn the_answer_does_not_tell_whether_an_address_is_known() {
    let app = App::new().await;
    app.family("helene@example.tn").await;
    app.mails().await;
    let known = forgot(&app, "helene@example.tn").await;
    app.mail("password_reset").await;
    for email in ["nobody@example.tn", "pas une adresse", "", "a@b.tn\r\nBcc: x@y.z", "' OR 1=1 --"] {
        let reply = forgot(&app, email).await;
        assert_eq!((reply.status, reply.json()), (known.status, known.json()), "{email}");
        assert_eq!(reply.lasting_headers(), known.lasting_headers(), "{email}");
    }
    assert_eq!(app.mails().await, []);
    // What is written is the same too.
    assert_eq!(
        app.audit_actions().await.iter().filter(|action| *action == "PASSWORD_RESET_REQUEST").count(),
        6
    );
}

#[tokio::test]
async fn nobody_is_flooded_with_links() {
    let app = App::new().await;
    app.family("helene@example.tn").await;
    app.mails().await;
    for _ in 0..8 {
        forgot(&app, "helene@example.tn").await.expect(202);
    }
    assert_eq!(app.mails().await.len(), 3);
    app.clock.advance(SignedDuration::from_mins(61));
    forgot(&app, "helene@example.tn").await.expect(202);
    assert_eq!(app.mails().await.len(), 1);
}

#[tokio::test]
async fn a_link_dies_after_an_hour_and_with_the_password_that_it_was_made_for() {
    let app = App::new().await;
    let parent = app.family("helene@example.tn").await;
    app.mails().await;
    forgot(&app, "helene@example.tn").await.expect(202);
    let first = app.mail("password_reset").await.secret();
    app.clock.advance(SignedDuration::from_hours(1));
    reset(&app, &first, NEW).await.problem(422, "dead_link");

    forgot(&app, "helene@example.tn").await.expect(202);
    let second = app.mail("password_reset").await.secret();
    let change = json!({"currentPassword": PASSWORD, "newPassword": NEW});
    app.post_as(Some(&parent), "/api/account/password", change).await.expect(200);
    reset(&app, &second, "encore un autre secret").await.problem(422, "dead_link");
    app.enter("helene@example.tn", NEW, None).await.unwrap();
}

#[tokio::test]
async fn changing_asks_for_the_present_password_and_closes_every_session() {
    let app = App::new().await;
    let parent = app.family("helene@example.tn").await;
    let change = |current: &str, new: &str| {
        let body = json!({"currentPassword": current, "newPassword": new});
        let (app, parent) = (&app, &parent);
        async move { app.post_as(Some(parent), "/api/account/password", body).await }
    };
    change("pas le bon", NEW).await.problem(422, "wrong_password");
    change(PASSWORD, "helene@example.tn").await.problem(422, "weak_password");
    assert_eq!(app.session_version(&parent.user).await, 0);
    change(PASSWORD, NEW).await.expect(200);
    assert_eq!(app.session_version(&parent.user).await, 1);
    app.clock.advance(SignedDuration::from_secs(1));
    // Guessing is slowed down here as it is at the door.
    for _ in 0..6 {
        change("pas le bon", PASSWORD).await.problem(422, "wrong_password");
    }
    let reply = change("pas le bon", PASSWORD).await;
    reply.problem(429, "too_many_attempts");
    assert_eq!(reply.header("retry-after"), "2");
}

/// A link for a new password is not sent to a closed account, and one that was on its way does not survive the closing.
#[tokio::test]
async fn a_closed_account_gets_no_link_and_keeps_none() {
    let app = App::new().await;
    let parent = app.family("helene@example.tn").await;
    app.mails().await;
    forgot(&app, "helene@example.tn").await.expect(202);
    let before = app.mail("password_reset").await.secret();
    let path = |what: &str| format!("/api/admin/users/{}/{what}", parent.user);
    app.call(Method::POST, &path("disable"), None).await.expect(200);
    forgot(&app, "helene@example.tn").await.expect(202);
    assert_eq!(app.mails().await, []);
    app.call(Method::POST, &path("enable"), None).await.expect(200);
    reset(&app, &before, NEW).await.problem(422, "dead_link");
    app.enter("helene@example.tn", PASSWORD, None).await.unwrap();
}
