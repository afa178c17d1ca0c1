//! Every change of an account leaves its row in the audit log, in the same order as the changes.

use axum::http::Method;
use nexus_core::{Clock, Role};
use nexus_store::conformance::samples;
use nexus_tests::App;
use nexus_tests::members::{PASSWORD, registration};
use serde_json::{Value, json};

const NEW: &str = "cinq autres mots bien choisis";

#[tokio::test]
async fn every_change_of_an_account_leaves_its_row() {
    let (app, school) = App::with_school().await;
    let (admin, parent) = (school.actor(Role::Admin), school.actor(Role::Parent));
    let before = app.audit_actions().await.len();
    let ask = async |actor, method, path: &str, body: Value| {
        let body = (!body.is_null()).then_some(body);
        let reply = app.ask(actor, method, path, body).await;
        assert!(reply.status.is_success(), "{path}: {}", String::from_utf8_lossy(&reply.body));
        reply
    };
    let post = Method::POST;

    // The child: invited, agreed to by link and by hand, opened, taken back.
    let child = format!("/api/parent/children/{}", school.own.student);
    ask(Some(&parent), post.clone(), &format!("{child}/invitation"), Value::Null).await;
    let mails = app.mails().await;
    let secret = |template: &str| mails.iter().find(|mail| mail.template() == template).unwrap().secret();
    ask(None, post.clone(), "/api/account/consent", json!({"token": secret("joint_consent")})).await;
    let activation = json!({"token": secret("child_activation"), "password": PASSWORD, "consent": true});
    ask(None, post.clone(), "/api/account/activate", activation).await;
    ask(Some(&parent), post.clone(), &format!("{child}/consent"), Value::Null).await;
    ask(Some(&parent), Method::DELETE, &format!("{child}/consent"), Value::Null).await;

    // A parent who registers, twice; his password, address, second factor, sessions.
    let own = app.family("helene@example.tn").await;
    app.post_as(None, "/api/bilan-gratuit", registration("helene@example.tn")).await.expect(201);
    app.mails().await;
    ask(None, post.clone(), "/api/account/password/forgot", json!({"email": "helene@example.tn"})).await;
    let token = app.mail("password_reset").await.secret();
    ask(None, post.clone(), "/api/account/password/reset", json!({"token": token, "password": NEW})).await;
    let change = |current: &str, new: &str| json!({"currentPassword": current, "newPassword": new});
    let wrong = app.post_as(Some(&own), "/api/account/password", change("faux", PASSWORD)).await;
    wrong.problem(422, "wrong_password");
    ask(Some(&own), post.clone(), "/api/account/password", change(NEW, PASSWORD)).await;
    app.enter("helene@example.tn", PASSWORD, None).await.unwrap();
    app.enter("helene@example.tn", "faux", None).await.unwrap_err();
    let email = json!({"newEmail": "h@example.tn", "password": PASSWORD});
    ask(Some(&own), post.clone(), "/api/account/email", email).await;
    let token = app.mail("address_confirmation").await.secret();
    ask(None, post.clone(), "/api/account/email/confirm", json!({"token": token})).await;
    let begin = json!({"password": PASSWORD});
    let begun = ask(Some(&own), post.clone(), "/api/account/totp", begin.clone()).await.json();
    let code = samples::totp(begun["secret"].as_str().unwrap()).code(app.clock.now());
    ask(Some(&own), post.clone(), "/api/account/totp/confirm", json!({"code": code})).await;
    let renewed = ask(Some(&own), post.clone(), "/api/account/recovery-codes", begin.clone()).await.json();
    let disable = json!({"password": PASSWORD, "code": renewed["recoveryCodes"][0]});
    ask(Some(&own), post.clone(), "/api/account/totp/disable", disable).await;
    ask(Some(&own), Method::DELETE, "/api/account/sessions", Value::Null).await;

    // The administration.
    let person =
        json!({"email": "new@example.tn", "firstName": "Samia", "lastName": "Trabelsi", "role": "COACH"});
    let user = ask(Some(&admin), post.clone(), "/api/admin/users", person).await.json()["user"]["id"].clone();
    let path = |what: &str| format!("/api/admin/users/{}{what}", user.as_str().unwrap());
    ask(Some(&admin), post.clone(), &path("/invitation"), Value::Null).await;
    ask(Some(&admin), Method::PUT, "/api/admin/users", json!({"id": user, "lastName": "Autre"})).await;
    ask(Some(&admin), post.clone(), &path("/disable"), Value::Null).await;
    ask(Some(&admin), post.clone(), &path("/enable"), Value::Null).await;
    let delete = format!("/api/admin/users?id={}", user.as_str().unwrap());
    ask(Some(&admin), Method::DELETE, &delete, Value::Null).await;
    insta::assert_json_snapshot!(app.audit_actions().await[before..]);
}
