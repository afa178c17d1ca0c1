use axum::http::Method;
use jiff::SignedDuration;
use nexus_core::mail::MailTo;
use nexus_core::{Actor, Role, UserId};
use nexus_tests::App;
use nexus_tests::mails::WaitingMail;
use nexus_tests::members::PASSWORD;
use nexus_tests::rows::count;
use serde_json::{Value, json};

const CHILDS: &str = "un secret que personne ne devine";

async fn activate(app: &App, token: &str, password: &str, consent: bool) -> nexus_tests::Reply {
    let body = json!({"token": token, "password": password, "consent": consent});
    app.post_as(None, "/api/account/activate", body).await
}

async fn read(app: &App, actor: &Actor) -> Value {
    app.ask(Some(actor), Method::GET, "/api/account", None).await.expect(200)
}

#[tokio::test]
async fn a_child_opens_his_account_once_with_his_own_password() {
    let app = App::new().await;
    app.family("helene@example.tn").await;
    let token = app.mail("child_activation").await.secret();
    activate(&app, &token, CHILDS, false).await.problem(422, "consent_required");
    activate(&app, &token, "zoé", true).await.problem(422, "weak_password");
    activate(&app, &token, "Zoé2013!!", true).await.problem(422, "weak_password");
    let body = activate(&app, &token, CHILDS, true).await.expect(200);
    let email = body["email"].as_str().unwrap();
    assert_eq!(body["role"], "ELEVE");
    activate(&app, &token, "encore un autre secret", true).await.problem(422, "dead_link");
    let child = app.enter(email, CHILDS, None).await.unwrap();
    assert!(child.student.is_some() && child.parent.is_some());
    assert!(
        app.enter(email, PASSWORD, None).await.is_err(),
        "the parent's password opens nothing of the child's"
    );
    let actor = app.actor(child.user.as_str()).await;
    assert_eq!(read(&app, &actor).await["profile"]["birthDate"], "2013-03-30");
    assert_eq!(
        app.audit_actions().await,
        ["FAMILY_REGISTER", "ACCOUNT_ACTIVATE", "SIGN_IN", "SIGN_IN_FAILED"]
    );
}

#[tokio::test]
async fn a_link_dies_of_age_and_what_is_no_link_opens_nothing() {
    let app = App::new().await;
    app.family("helene@example.tn").await;
    let token = app.mail("child_activation").await.secret();
    let other = "A".repeat(43);
    let long = "A".repeat(10_000);
    for text in ["", "x", "../..", "' OR 1=1 --", &other, &long, &format!("{token}x")] {
        activate(&app, text, CHILDS, true).await.problem(422, "dead_link");
    }
    app.clock.advance(SignedDuration::from_hours(48));
    activate(&app, &token, CHILDS, true).await.problem(422, "dead_link");
}

#[tokio::test]
async fn fields_that_a_link_does_not_have_are_refused() {
    let app = App::new().await;
    let body = json!({"token": "x", "password": CHILDS, "consent": true, "role": "ADMIN", "ownerId": "u1"});
    let body = app.post_as(None, "/api/account/activate", body).await.problem(422, "unknown_field");
    let fields: Vec<_> =
        body["errors"].as_array().unwrap().iter().map(|error| error["field"].clone()).collect();
    assert_eq!(fields, ["ownerId", "role"]);
}

#[tokio::test]
async fn a_new_address_counts_once_it_is_confirmed() {
    let app = App::new().await;
    let parent = app.family("helene@example.tn").await;
    app.mails().await;
    let change = |email: &str, password: &str| {
        let body = json!({"newEmail": email, "password": password});
        let (app, parent) = (&app, &parent);
        async move { app.post_as(Some(parent), "/api/account/email", body).await }
    };
    change("h@example.tn", "pas le bon mot").await.problem(422, "wrong_password");
    change("pas une adresse", PASSWORD).await.problem(422, "invalid_email");
    change("H@Example.tn", PASSWORD).await.expect(202);
    let mail = app.mail("address_confirmation").await;
    assert!(matches!(&mail.to, MailTo::Address { address, .. } if address == "h@example.tn"));
    assert_eq!(read(&app, &parent).await["email"], "helene@example.tn");

    // A link for a new password that is on its way does not follow to the new address.
    let forgotten = json!({"email": "helene@example.tn"});
    app.post_as(None, "/api/account/password/forgot", forgotten).await.expect(202);
    let reset = app.mail("password_reset").await.secret();
    let token = json!({"token": mail.secret()});
    app.post_as(None, "/api/account/email/confirm", token.clone()).await.expect(200);
    app.post_as(None, "/api/account/email/confirm", token).await.problem(422, "dead_link");
    let reset = json!({"token": reset, "password": CHILDS});
    app.post_as(None, "/api/account/password/reset", reset).await.problem(422, "dead_link");

    assert_eq!(app.session_version(&parent.user).await, 1);
    assert!(app.enter("helene@example.tn", PASSWORD, None).await.is_err());
    app.enter("h@example.tn", PASSWORD, None).await.unwrap();
    let told = app.mail("sign_in_address_changed").await;
    assert!(matches!(told.to, MailTo::Address { address, .. } if address == "helene@example.tn"));
}

#[tokio::test]
async fn an_address_of_somebody_else_gets_the_same_answer_and_no_link() {
    let app = App::new().await;
    let owner = app.family("inès@example.tn").await;
    let parent = app.family("helene@example.tn").await;
    app.mails().await;
    let body = json!({"newEmail": "INÈS@example.tn", "password": PASSWORD});
    let taken = app.post_as(Some(&parent), "/api/account/email", body).await.expect(202);
    let mails = app.mails().await;
    assert_eq!(mails.iter().map(WaitingMail::template).collect::<Vec<_>>(), ["address_already_known"]);
    assert_eq!(mails[0].to, MailTo::Person(owner.user));
    let body = json!({"newEmail": "libre@example.tn", "password": PASSWORD});
    assert_eq!(taken, app.post_as(Some(&parent), "/api/account/email", body).await.expect(202));
}

/// Between the request and the link somebody else registered with the address: it is his.
#[tokio::test]
async fn an_address_that_was_taken_meanwhile_is_not_confirmed() {
    let app = App::new().await;
    let parent = app.family("helene@example.tn").await;
    app.mails().await;
    let body = json!({"newEmail": "libre@example.tn", "password": PASSWORD});
    app.post_as(Some(&parent), "/api/account/email", body).await.expect(202);
    let token = json!({"token": app.mail("address_confirmation").await.secret()});
    app.family("libre@example.tn").await;
    app.post_as(None, "/api/account/email/confirm", token).await.problem(422, "dead_link");
    assert_eq!(read(&app, &parent).await["email"], "helene@example.tn");
}

/// A link that served, and those that it replaces, are closed in the store too: nothing hangs on the other reasons alone.
#[tokio::test]
async fn what_served_is_marked() {
    let app = App::new().await;
    app.family("helene@example.tn").await;
    let database = app.database();
    let open = r#"SELECT count(*) FROM account_tokens WHERE "usedAt" IS NULL AND "voidedAt" IS NULL"#;
    let used = r#"SELECT count(*) FROM account_tokens WHERE "usedAt" IS NOT NULL"#;
    let token = app.mail("child_activation").await.secret();
    // A link of another purpose, for the same account, that is still open.
    app.execute(
        r#"INSERT INTO account_tokens ("id", "userId", "purpose", "tokenHash", "boundTo", "createdAt", "expiresAt")
           SELECT 'second', "userId", 'GIVE_CONSENT', 'x', "boundTo", "createdAt", "expiresAt" FROM account_tokens"#,
    )
    .await;
    assert_eq!(count(&database, open).await, 2);
    activate(&app, &token, CHILDS, true).await.expect(200);
    assert_eq!((count(&database, open).await, count(&database, used).await), (0, 1));

    app.post_as(None, "/api/account/password/forgot", json!({"email": "helene@example.tn"}))
        .await
        .expect(202);
    let parent = app.enter("helene@example.tn", PASSWORD, None).await.unwrap();
    let parent = app.actor(parent.user.as_str()).await;
    let body = json!({"newEmail": "libre@example.tn", "password": PASSWORD});
    app.post_as(Some(&parent), "/api/account/email", body).await.expect(202);
    assert_eq!(count(&database, open).await, 2);
    let token = json!({"token": app.mail("address_confirmation").await.secret()});
    app.post_as(None, "/api/account/email/confirm", token).await.expect(200);
    assert_eq!((count(&database, open).await, count(&database, used).await), (0, 2));
}

#[tokio::test]
async fn every_session_can_be_closed() {
    let app = App::new().await;
    let parent = app.family("helene@example.tn").await;
    let reply = app.ask(Some(&parent), Method::DELETE, "/api/account/sessions", None).await;
    reply.expect(200);
    assert_eq!(app.session_version(&parent.user).await, 1);
    // A key of the configuration is an administrator without an account.
    app.get("/api/account").await.problem(404, "account_not_found");
    app.call(Method::DELETE, "/api/account/sessions", None).await.problem(404, "account_not_found");
}

#[tokio::test]
async fn an_account_is_read_without_what_opens_it() {
    let app = App::new().await;
    let parent = app.family("helene@example.tn").await;
    insta::assert_json_snapshot!(read(&app, &parent).await);
}

/// The school registers a child of thirteen: both have to agree, in whatever order.
#[tokio::test]
async fn a_child_under_fifteen_needs_his_parent_too() {
    let (app, school) = App::with_school().await;
    let admin = school.actor(Role::Admin);
    let child = json!({
        "email": "zoe@example.tn", "firstName": "Zoé", "lastName": "Ben Salah", "role": "ELEVE",
        "profileData": {"parentId": school.own.parent, "grade": "premiere", "birthDate": "2013-03-30"}
    });
    let created = app.post_as(Some(&admin), "/api/admin/users", child.clone()).await.expect(201);
    assert_eq!(created["user"]["activated"], false);
    let mails = app.mails().await;
    let secret = |template: &str| mails.iter().find(|mail| mail.template() == template).unwrap().secret();
    let (activation, consent) = (secret("child_activation"), secret("joint_consent"));
    activate(&app, &activation, CHILDS, true).await.problem(409, "parental_consent_required");
    // The parent's link opens no account, and the child's gives no consent of a parent.
    activate(&app, &consent, CHILDS, true).await.problem(422, "dead_link");
    let wrong = json!({"token": activation});
    app.post_as(None, "/api/account/consent", wrong).await.problem(422, "dead_link");
    app.post_as(None, "/api/account/consent", json!({"token": consent})).await.expect(200);
    app.post_as(None, "/api/account/consent", json!({"token": consent})).await.problem(422, "dead_link");
    activate(&app, &activation, CHILDS, true).await.expect(200);

    // At fifteen he agrees alone.
    let mut older = child;
    older["email"] = json!("ines@example.tn");
    older["profileData"]["birthDate"] = json!("2011-09-14");
    app.post_as(Some(&admin), "/api/admin/users", older).await.expect(201);
    let mails = app.mails().await;
    assert_eq!(mails.iter().map(WaitingMail::template).collect::<Vec<_>>(), ["child_activation"]);
    activate(&app, &mails[0].secret(), CHILDS, true).await.expect(200);
}

#[tokio::test]
async fn sign_in_tells_no_failure_from_another() {
    use nexus_core::Coded;
    let app = App::new().await;
    let parent = app.family("helene@example.tn").await;
    let (_, closed) = (app.family("closed@example.tn").await, "closed@example.tn");
    let user: UserId = app.enter(closed, PASSWORD, None).await.unwrap().user;
    app.execute(&format!(r#"UPDATE users SET "disabledAt" = "createdAt" WHERE "id" = '{user}'"#)).await;
    // N2, and a closed account.
    for (email, password) in [
        ("nobody@example.tn", PASSWORD),
        ("helene@example.tn", "pas le bon"),
        (closed, PASSWORD),
        ("", ""),
        ("helene@example.tn", ""),
        ("pas une adresse", PASSWORD),
    ] {
        let refused = app.enter(email, password, None).await.unwrap_err();
        assert_eq!(
            (refused.code().as_str(), refused.to_string().as_str()),
            ("sign_in_failed", "the sign-in failed")
        );
    }
    // N3.
    for email in ["Helene@Example.tn", " helene@example.tn", "helene@example.tn"] {
        assert_eq!(app.enter(email, PASSWORD, None).await.unwrap().user, parent.user);
    }
}
