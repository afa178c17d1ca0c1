use axum::http::Method;
use nexus_core::mail::MailTo;
use nexus_core::{Actor, Role};
use nexus_tests::App;
use nexus_tests::rows::count;
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
