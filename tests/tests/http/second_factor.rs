use axum::http::Method;
use jiff::SignedDuration;
use nexus_core::identity::totp::TotpSecret;
use nexus_core::{Actor, Clock, Coded, Role};
use nexus_store::conformance::samples;
use nexus_tests::members::PASSWORD;
use nexus_tests::{App, Reply};
use serde_json::{Value, json};

async fn begin(app: &App, actor: &Actor, password: &str) -> Reply {
    app.post_as(Some(actor), "/api/account/totp", json!({"password": password})).await
}

/// Somebody whose sign-in asks for a code, with the secret of his authenticator and his recovery codes.
async fn enrolled(app: &App) -> (Actor, TotpSecret, Vec<String>) {
    let parent = app.family("helene@example.tn").await;
    let begun = begin(app, &parent, PASSWORD).await.expect(200);
    let secret = samples::totp(begun["secret"].as_str().unwrap());
    assert!(
        begun["uri"]
            .as_str()
            .unwrap()
            .starts_with("otpauth://totp/Nexus%20R%C3%A9ussite:helene%40example.tn?")
    );
    let code = secret.code(app.clock.now());
    let confirmed = confirm(app, &parent, &code).await.expect(200);
    let codes: Vec<String> = serde_json::from_value(confirmed["recoveryCodes"].clone()).unwrap();
    assert_eq!(codes.len(), 10);
    app.clock.advance(SignedDuration::from_secs(60));
    (parent, secret, codes)
}

async fn confirm(app: &App, actor: &Actor, code: &str) -> Reply {
    app.post_as(Some(actor), "/api/account/totp/confirm", json!({"code": code})).await
}

#[tokio::test]
async fn a_second_factor_counts_once_its_first_code_was_typed() {
    let app = App::new().await;
    let parent = app.family("helene@example.tn").await;
    begin(&app, &parent, "pas le bon").await.problem(422, "wrong_password");
    confirm(&app, &parent, "123456").await.problem(409, "second_factor_off");
    let begun = begin(&app, &parent, PASSWORD).await.expect(200);
    app.enter("helene@example.tn", PASSWORD, None).await.unwrap();
    let wrong = if samples::totp(begun["secret"].as_str().unwrap()).code(app.clock.now()) == "000000" {
        "1"
    } else {
        "000000"
    };
    confirm(&app, &parent, wrong).await.problem(422, "wrong_code");
    // Beginning again draws another secret.
    let again = begin(&app, &parent, PASSWORD).await.expect(200);
    assert_ne!(begun["secret"], again["secret"]);
    let code = samples::totp(again["secret"].as_str().unwrap()).code(app.clock.now());
    confirm(&app, &parent, &code).await.expect(200);
    begin(&app, &parent, PASSWORD).await.problem(409, "second_factor_on");
    assert_eq!(
        app.ask(Some(&parent), Method::GET, "/api/account", None).await.expect(200)["twoFactor"],
        true
    );
    // The secret in the database is sealed.
    let stored: String = nexus_tests::rows::one(
        &app.database(),
        r#"SELECT "totpSecret" FROM users WHERE "totpSecret" IS NOT NULL"#,
    )
    .await;
    assert!(stored.starts_with("v1.") && !stored.contains(again["secret"].as_str().unwrap()));
}

#[tokio::test]
async fn a_code_is_asked_for_once_the_password_is_right() {
    let app = App::new().await;
    let (_, secret, codes) = enrolled(&app).await;
    app.mail("second_factor_changed").await;
    let enter = async |password: &str, code: Option<&str>| {
        app.enter("helene@example.tn", password, code).await.map_err(|error| error.code().as_str())
    };
    assert_eq!(enter(PASSWORD, None).await.unwrap_err(), "second_factor_required");
    assert_eq!(enter("pas le bon", None).await.unwrap_err(), "sign_in_failed");
    assert_eq!(enter("pas le bon", Some(&secret.code(app.clock.now()))).await.unwrap_err(), "sign_in_failed");
    assert_eq!(enter(PASSWORD, Some("abc")).await.unwrap_err(), "sign_in_failed");
    enter(PASSWORD, Some(&secret.code(app.clock.now()))).await.unwrap();
    assert_eq!(enter(PASSWORD, Some(&secret.code(app.clock.now()))).await.unwrap_err(), "sign_in_failed");
    // A recovery code opens once, however it is written.
    enter(PASSWORD, Some(&codes[0].to_lowercase().replace('-', " "))).await.unwrap();
    assert_eq!(enter(PASSWORD, Some(&codes[0])).await.unwrap_err(), "sign_in_failed");
}

#[tokio::test]
async fn taking_it_away_asks_for_both() {
    let app = App::new().await;
    let (parent, secret, codes) = enrolled(&app).await;
    let disable = |password: &str, code: String| {
        let body = json!({"password": password, "code": code});
        let (app, parent) = (&app, &parent);
        async move { app.post_as(Some(parent), "/api/account/totp/disable", body).await }
    };
    disable("pas le bon", secret.code(app.clock.now())).await.problem(422, "wrong_password");
    disable(PASSWORD, "abc".into()).await.problem(422, "wrong_code");
    let renewed =
        app.post_as(Some(&parent), "/api/account/recovery-codes", json!({"password": PASSWORD})).await;
    let renewed: Value = renewed.expect(200);
    disable(PASSWORD, codes[1].clone()).await.problem(422, "wrong_code");
    disable(PASSWORD, renewed["recoveryCodes"][0].as_str().unwrap().to_owned()).await.expect(200);
    assert_eq!(app.store.recovery_codes_left(&parent.user).await.unwrap(), 0, "they go with it");
    app.enter("helene@example.tn", PASSWORD, None).await.unwrap();
    disable(PASSWORD, "123456".into()).await.problem(409, "second_factor_off");
}

#[tokio::test]
async fn an_administrator_helps_whoever_has_lost_it() {
    let (app, school) = App::with_school().await;
    let (parent, ..) = enrolled(&app).await;
    let admin = school.actor(Role::Admin);
    let path = format!("/api/admin/users/{}/totp", parent.user);
    app.ask(Some(&admin), Method::DELETE, &path, None).await.expect(200);
    app.ask(Some(&admin), Method::DELETE, &path, None).await.problem(409, "second_factor_off");
    assert_eq!(app.session_version(&parent.user).await, 1);
    app.enter("helene@example.tn", PASSWORD, None).await.unwrap();
}

/// Whoever may write to the database and has an authenticator of his own does not enter as somebody else with it.
#[tokio::test]
async fn a_secret_that_is_copied_to_another_account_opens_nothing() {
    let app = App::new().await;
    let (_, secret, _) = enrolled(&app).await;
    let victim = app.family("victim@example.tn").await;
    app.execute(&format!(
        r#"UPDATE users SET "totpEnabledAt" = "createdAt", "totpSecret" = (
               SELECT "totpSecret" FROM users WHERE "email" = 'helene@example.tn') WHERE "id" = '{}'"#,
        victim.user
    ))
    .await;
    let code = secret.code(app.clock.now());
    let refused = app.enter("victim@example.tn", PASSWORD, Some(&code)).await.unwrap_err();
    assert_eq!(refused.code().as_str(), "sign_in_failed");
    app.enter("helene@example.tn", PASSWORD, Some(&code)).await.unwrap();
}
