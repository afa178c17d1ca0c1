use axum::body::Body;
use axum::http::{Method, Request};
use nexus_core::Role;
use nexus_core::mail::{MailTo, Reader};
use nexus_tests::members::{PASSWORD, registration};
use nexus_tests::rows::count;
use nexus_tests::{App, Reply, golden};
use serde_json::{Value, json};

const ADDRESS: &str = "/api/bilan-gratuit";

async fn register(app: &App, body: Value) -> Reply {
    app.post_as(None, ADDRESS, body).await
}

#[tokio::test]
async fn a_family_is_registered_with_its_consents_and_a_link_for_the_child() {
    let app = App::new().await;
    let body = register(&app, registration(" Helene@Example.tn ")).await.expect(201);
    insta::assert_json_snapshot!(body);
    let database = app.database();
    assert_eq!(count(&database, "SELECT count(*) FROM users").await, 2);
    assert_eq!(count(&database, "SELECT count(*) FROM registrations").await, 1);
    let consents = r#"SELECT count(*) FROM consents WHERE "textVersion" <> '' AND "withdrawnAt" IS NULL"#;
    assert_eq!(count(&database, consents).await, 2);
    assert_eq!(count(&database, r#"SELECT count(*) FROM students WHERE "birthDate" IS NOT NULL"#).await, 1);
    // Nobody has a password that he did not choose.
    let without = r#"SELECT count(*) FROM users WHERE "role" = 'ELEVE' AND "password" IS NULL"#;
    assert_eq!(count(&database, without).await, 1);
    let local = r#"SELECT count(*) FROM users WHERE "email" LIKE 'zoé.oconnor.%@nexus-student.local'"#;
    assert_eq!(count(&database, local).await, 1);

    let parent = app.actor(body["user"]["id"].as_str().unwrap()).await;
    assert_eq!((parent.role, parent.parent.is_some()), (Role::Parent, true));
    let mails = app.mails().await;
    let templates: Vec<_> = mails.iter().map(nexus_tests::mails::WaitingMail::template).collect();
    assert_eq!(templates, ["child_activation", "family_welcome"]);
    // Without an address of the child's own, the link goes to the parent, and speaks to him.
    assert!(mails.iter().all(|mail| mail.to == MailTo::Person(parent.user.clone())));
    assert!(format!("{:?}", mails[0].message).contains(&format!("{:?}", Reader::Parent)));
    assert_eq!(app.audit_actions().await, ["FAMILY_REGISTER"]);
    app.enter("HELENE@example.tn", PASSWORD, None).await.unwrap();
}

/// Golden vector N8.
#[tokio::test]
async fn a_known_address_gets_the_same_answer_and_its_owner_a_mail() {
    let vector = golden::core_copy(
        "N8",
        json!({
            "input": {"parentEmail": "existing"},
            "expected": {"status": 201, "sameBodyShapeAsNew": true, "usersCreated": 0},
        }),
    );
    let expected = &vector["expected"];
    let status = u16::try_from(expected["status"].as_u64().unwrap()).unwrap();
    let app = App::new().await;
    let new = register(&app, registration("helene@example.tn")).await;
    let first = new.expect(201);
    app.mails().await;
    let users = count(&app.database(), "SELECT count(*) FROM users").await;
    let mut again = registration("Helene@example.tn");
    again["parentPassword"] = json!("un tout autre mot de passe");
    again["studentFirstName"] = json!("Inès");
    let known = register(&app, again.clone()).await;
    let headers = |reply: &Reply| {
        let mut headers = reply.lasting_headers();
        // The ids of tests are counted, and grow longer.
        assert_eq!(headers.remove("content-length").unwrap(), reply.body.len().to_string());
        headers
    };
    assert_eq!(headers(&new), headers(&known));
    let second = known.expect(status);
    let shape = |body: &Value| {
        let mut body = body.clone();
        body["user"]["id"] = Value::from("ID");
        body
    };
    assert_eq!(shape(&first) == shape(&second), expected["sameBodyShapeAsNew"], "{first} {second}");
    assert_ne!(first["user"]["id"], second["user"]["id"]);
    let created = count(&app.database(), "SELECT count(*) FROM users").await - users;
    assert_eq!(json!(created), expected["usersCreated"]);
    assert_eq!(
        app.mail("address_already_known").await.to,
        MailTo::Person(app.actor(first["user"]["id"].as_str().unwrap()).await.user)
    );
    assert!(app.enter("helene@example.tn", "un tout autre mot de passe", None).await.is_err());
    // Once a day: nobody is flooded.
    register(&app, again).await.expect(201);
    assert_eq!(app.mails().await, []);
}

#[tokio::test]
async fn a_childs_address_that_is_known_stays_its_owners() {
    let app = App::new().await;
    let owner = app.family("zoe@example.tn").await;
    app.mails().await;
    let mut body = registration("other@example.tn");
    body["studentEmail"] = json!("ZOE@example.tn");
    let registered = register(&app, body).await.expect(201);
    let mails = app.mails().await;
    let to = |template: &str| mails.iter().find(|mail| mail.template() == template).unwrap().to.clone();
    let parent = app.actor(registered["user"]["id"].as_str().unwrap()).await.user;
    assert_eq!(to("address_already_known"), MailTo::Person(owner.user));
    assert_eq!(to("child_activation"), MailTo::Person(parent));
    assert_eq!(
        count(&app.database(), r#"SELECT count(*) FROM users WHERE "email" = 'zoe@example.tn'"#).await,
        1
    );

    let mut body = registration("third@example.tn");
    body["studentEmail"] = json!("ines@example.tn");
    register(&app, body).await.expect(201);
    let child = app.mail("child_activation").await;
    assert!(format!("{:?}", child.message).contains(&format!("{:?}", Reader::Child)));
}

#[tokio::test]
async fn every_wrong_field_is_told_at_once() {
    let app = App::new().await;
    let body = register(
        &app,
        json!({
            "parentFirstName": "H", "parentEmail": "pas une adresse", "parentPhone": "1234", "parentPassword": "court",
            "studentFirstName": "Zoé\r\nBcc: x", "studentLastName": "O", "studentEmail": "a@b", "studentGrade": " ",
            "studentBirthDate": "2999-01-01", "subjects": ["MATHS"], "objectives": "court", "preferredModality": "avion",
            "acceptTerms": false, "role": "ADMIN"
        }),
    )
    .await
    .problem(422, "invalid_field");
    assert_eq!(body["error"], "Données invalides.");
    insta::assert_json_snapshot!(body, { ".requestId" => "[request]" });
    assert_eq!(count(&app.database(), "SELECT count(*) FROM users").await, 0);
    assert_eq!(app.mails().await, []);

    let mut same = registration("helene@example.tn");
    same["studentEmail"] = json!("HELENE@example.tn");
    register(&app, same).await.problem(422, "same_address");
    let mut personal = registration("helene@example.tn");
    personal["parentPassword"] = json!("Hélène2026");
    register(&app, personal).await.problem(422, "weak_password");
}

#[tokio::test]
async fn what_is_no_registration_is_refused_in_the_old_words() {
    let app = App::new().await;
    let send = |text: &'static str| {
        let request =
            Request::builder().method(Method::POST).uri(ADDRESS).header("content-type", "application/json");
        app.send(request.body(Body::from(text)).unwrap())
    };
    assert_eq!(send("{").await.problem(400, "malformed_json")["error"], "Requête invalide: JSON mal formé.");
    send("[]").await.problem(422, "invalid_field");
    send(r#"{"parentFirstName": 12}"#).await.problem(422, "invalid_field");
    send(r#"{"subjects": "NSI"}"#).await.problem(422, "invalid_field");
    let missing = send("{}").await.problem(422, "invalid_field");
    assert!(missing["errors"].as_array().unwrap().len() >= 10, "{missing}");
}

/// Texts are stored as they are and bound as values; what would end a header or hide a text is refused.
#[tokio::test]
async fn injected_texts_do_nothing() {
    let app = App::new().await;
    for (number, text) in [
        "Robert'); DROP TABLE users;--",
        "<script>alert(1)</script>",
        "../../etc/passwd",
        "{{7*7}} ${7*7} %s %n",
        "\\'; -- /*",
    ]
    .iter()
    .enumerate()
    {
        let mut body = registration(&format!("parent{number}@example.tn"));
        for field in
            ["parentFirstName", "parentLastName", "studentFirstName", "studentLastName", "studentSchool"]
        {
            body[field] = json!(text);
        }
        for field in ["currentLevel", "objectives", "difficulties", "availability", "studentGrade"] {
            body[field] = json!(format!("{text} et voilà"));
        }
        let user = register(&app, body).await.expect(201)["user"]["id"].clone();
        let parent = app.actor(user.as_str().unwrap()).await;
        let read = app.ask(Some(&parent), Method::GET, "/api/account", None).await.expect(200);
        assert_eq!(read["firstName"], *text);
    }
    assert_eq!(count(&app.database(), "SELECT count(*) FROM users").await, 10);
    for text in ["a\r\nBcc: x@y.z", "a\u{0}b", "a\u{202e}b", "a\u{feff}b"] {
        let mut body = registration("z@example.tn");
        body["parentFirstName"] = json!(text);
        register(&app, body).await.problem(422, "forbidden_characters");
    }
    for address in ["a@b.tn\r\nBcc: x@y.z", "a@b.tn, x@y.z", "<a@b.tn>", "a'--@b.tn' OR 1=1"] {
        let mut body = registration(address);
        body["parentEmail"] = json!(address);
        register(&app, body).await.problem(422, "invalid_email");
    }
}
