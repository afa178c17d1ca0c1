use axum::http::Method;
use nexus_core::identity::use_cases::{Behalf, give_consent};
use nexus_core::mail::MailTo;
use nexus_core::rights::{Action, authorize};
use nexus_core::{Actor, Clock, Role};
use nexus_tests::mails::WaitingMail;
use nexus_tests::members::PASSWORD;
use nexus_tests::rows::count;
use nexus_tests::sheets::BANK;
use nexus_tests::{App, Backing};
use serde_json::json;

fn path(student: &str, what: &str) -> String {
    format!("/api/parent/children/{student}/{what}")
}

#[tokio::test]
async fn a_parent_invites_his_own_child_again() {
    let (app, school) = App::with_school().await;
    let parent: Actor = school.actor(Role::Parent);
    let (own, other) = (school.own.student.as_str(), school.other.student.as_str());
    let invite = |student: &str| {
        let (app, parent, path) = (&app, &parent, path(student, "invitation"));
        async move { app.ask(Some(parent), Method::POST, &path, None).await }
    };
    invite(own).await.expect(202);
    let first = app.mail("child_activation").await.secret();
    invite(own).await.expect(202);
    let mails = app.mails().await;
    let second = mails.iter().find(|mail| mail.template() == "child_activation").unwrap();
    // The pupil has an address of his own.
    assert_eq!(second.to, MailTo::Person(school.own.student_user.clone()));
    // Nobody has agreed for him yet, and his age is not known.
    assert!(mails.iter().any(|mail| mail.template() == "joint_consent"));

    let open = |token: &str| {
        let body = json!({"token": token, "password": "un secret que personne ne devine", "consent": true});
        let app = &app;
        async move { app.post_as(None, "/api/account/activate", body).await }
    };
    open(&first).await.problem(422, "dead_link");
    open(&second.secret()).await.problem(409, "parental_consent_required");
    app.ask(Some(&parent), Method::POST, &path(own, "consent"), None).await.expect(200);
    app.ask(Some(&parent), Method::POST, &path(own, "consent"), None).await.expect(200);
    assert_eq!(count(&app.database(), "SELECT count(*) FROM consents").await, 1);
    open(&second.secret()).await.expect(200);
    // Once it is open, he is sent a link for a new password instead.
    app.mails().await;
    invite(own).await.expect(202);
    assert_eq!(app.mail("password_reset").await.to, MailTo::Person(school.own.student_user.clone()));

    // Another family's child looks like one that does not exist.
    let missing = invite("absent").await;
    let foreign = invite(other).await;
    assert_eq!(
        foreign.problem(404, "student_not_found")["detail"],
        missing.problem(404, "student_not_found")["detail"]
    );
    assert_eq!(app.mails().await, []);
}

#[tokio::test]
async fn a_consent_that_is_taken_back_closes_the_childs_account() {
    let (app, school) = App::with_school().await;
    let parent = school.actor(Role::Parent);
    let own = school.own.student.as_str();
    let pupil = app.give_password(school.own.student_user.as_str()).await;
    app.ask(Some(&parent), Method::POST, &path(own, "consent"), None).await.expect(200);
    app.ask(Some(&parent), Method::DELETE, &path(own, "consent"), None).await.expect(200);
    let standing = r#"SELECT count(*) FROM consents WHERE "withdrawnAt" IS NULL"#;
    assert_eq!(count(&app.database(), standing).await, 0);
    assert_eq!(app.session_version(&pupil.user).await, 1);
    let facts =
        nexus_core::identity::session_directory::SessionDirectory::session_facts(&*app.store, &pupil.user);
    assert!(facts.await.unwrap().unwrap().disabled);
    let foreign = path(school.other.student.as_str(), "consent");
    for method in [Method::POST, Method::DELETE] {
        app.ask(Some(&parent), method, &foreign, None).await.problem(404, "student_not_found");
    }
}

/// What the mail to the parent promises: without both consents a child neither opens his account, nor signs in, nor starts.
#[tokio::test]
async fn a_child_does_not_start_before_both_have_agreed() {
    for backing in Backing::ALL {
        let (app, school) = App::with_school_on(backing).await;
        let parent = school.actor(Role::Parent);
        let own = school.own.student.as_str();
        app.ask(Some(&parent), Method::POST, &path(own, "invitation"), None).await.expect(202);
        let mails = app.mails().await;
        let secret = |template: &str| mails.iter().find(|mail| mail.template() == template).unwrap().secret();
        let (activation, consent) = (secret("child_activation"), secret("joint_consent"));
        let open = |agrees: bool| {
            let body = json!({"token": activation, "password": PASSWORD, "consent": agrees});
            let app = &app;
            async move { app.post_as(None, "/api/account/activate", body).await }
        };
        let enter = || app.enter("student.own@example.test", PASSWORD, None);
        open(true).await.problem(409, "parental_consent_required");
        assert!(enter().await.is_err());
        app.post_as(None, "/api/account/consent", json!({"token": consent})).await.expect(200);
        open(false).await.problem(422, "consent_required");
        assert!(enter().await.is_err());
        // Nobody is the pupil before that: there is no session in whose name a bilan could be started.
        let facts = app.store.session_facts(&school.own.student_user).await.unwrap().unwrap();
        assert!(facts.disabled && facts.actor(&school.own.student_user, facts.session_version).is_none());
        open(true).await.expect(200);
        enter().await.unwrap();
        let pupil = app.actor(school.own.student_user.as_str()).await;
        let body = json!({"studentId": own, "bank": BANK});
        app.post_as(Some(&pupil), "/api/bilan/start", body).await.expect(201);
    }
}

/// A consent that was taken back keeps the account closed, whoever would open it.
#[tokio::test]
async fn the_office_does_not_reopen_a_child_whose_parent_no_longer_agrees() {
    let (app, school) = App::with_school().await;
    let (parent, admin) = (school.actor(Role::Parent), school.actor(Role::Admin));
    let own = school.own.student.as_str();
    let pupil = app.give_password(school.own.student_user.as_str()).await;
    let account = |what: &str| format!("/api/admin/users/{}/{what}", pupil.user);
    // Nobody was ever asked about a pupil of the existing application.
    app.ask(Some(&admin), Method::POST, &account("disable"), None).await.expect(200);
    app.ask(Some(&admin), Method::POST, &account("enable"), None).await.expect(200);

    for method in [Method::POST, Method::DELETE] {
        app.ask(Some(&parent), method, &path(own, "consent"), None).await.expect(200);
    }
    let refused = app.ask(Some(&admin), Method::POST, &account("enable"), None).await;
    refused.problem(409, "parental_consent_required");
    assert!(app.enter("student.own@example.test", PASSWORD, None).await.is_err());
    // The parent agrees again, while the account is closed; it stays so until the office opens it.
    app.ask(Some(&parent), Method::POST, &path(own, "consent"), None).await.expect(200);
    assert!(app.enter("student.own@example.test", PASSWORD, None).await.is_err());
    app.ask(Some(&admin), Method::POST, &account("enable"), None).await.expect(200);
    app.enter("student.own@example.test", PASSWORD, None).await.unwrap();
}

/// Another day of birth does not make a child of somebody whose account is open and for whom no parent has agreed.
#[tokio::test]
async fn a_birth_date_is_corrected_once_a_parent_agrees() {
    let (app, school) = App::with_school().await;
    let (parent, admin) = (school.actor(Role::Parent), school.actor(Role::Admin));
    let pupil = app.give_password(school.own.student_user.as_str()).await;
    let born = |day: &str| {
        let body = json!({"id": pupil.user, "profileData": {"birthDate": day}});
        let (app, admin) = (&app, &admin);
        async move { app.ask(Some(admin), Method::PUT, "/api/admin/users", Some(body)).await }
    };
    born("2008-01-31").await.expect(200);
    born("2014-01-31").await.problem(409, "parental_consent_required");
    let kept = r#"SELECT count(*) FROM students WHERE "id" = 'student-own' AND "birthDate" IS NOT NULL"#;
    assert_eq!(count(&app.database(), kept).await, 1);
    let consent = path(school.own.student.as_str(), "consent");
    app.ask(Some(&parent), Method::POST, &consent, None).await.expect(200);
    born("2014-01-31").await.expect(200);
}

/// Links from before a withdrawal open nothing once the consent is given again.
#[tokio::test]
async fn a_withdrawal_voids_the_links_and_nobody_who_agreed_is_asked_again() {
    let (app, school) = App::with_school().await;
    let (parent, admin) = (school.actor(Role::Parent), school.actor(Role::Admin));
    let own = |what: &str| path(school.own.student.as_str(), what);
    app.ask(Some(&parent), Method::POST, &own("consent"), None).await.expect(200);
    app.ask(Some(&parent), Method::POST, &own("invitation"), None).await.expect(202);
    let mails = app.mails().await;
    // He has agreed: he is not asked.
    assert_eq!(mails.iter().map(WaitingMail::template).collect::<Vec<_>>(), ["child_activation"]);
    app.ask(Some(&parent), Method::DELETE, &own("consent"), None).await.expect(200);
    app.ask(Some(&parent), Method::POST, &own("consent"), None).await.expect(200);
    let enable = format!("/api/admin/users/{}/enable", school.own.student_user);
    app.ask(Some(&admin), Method::POST, &enable, None).await.expect(200);
    let body = json!({"token": mails[0].secret(), "password": PASSWORD, "consent": true});
    app.post_as(None, "/api/account/activate", body).await.problem(422, "dead_link");
}

/// A consent is to a text: another text is agreed to anew, the same one once.
#[tokio::test]
async fn another_text_is_agreed_to_anew() {
    let (app, school) = App::with_school().await;
    let permit = authorize(Some(&school.actor(Role::Parent)), Action::GiveConsent, app.clock.now()).unwrap();
    let mut context = app.identity().clone();
    for (version, already) in [("2026-09", false), ("2026-09", true), ("2027-01", false), ("2027-01", true)] {
        context.settings.consent_version = version.to_owned();
        let given = give_consent(&context, Behalf::of(&permit), &school.own.student).await.unwrap();
        assert_eq!(given.already, already, "{version}");
    }
    assert_eq!(count(&app.database(), "SELECT count(*) FROM consents").await, 2);
}
