use axum::http::Method;
use nexus_core::{Actor, Role, UserId};
use nexus_tests::members::PASSWORD;
use nexus_tests::rows::count;
use nexus_tests::{App, Reply};
use serde_json::{Value, json};

const COACHES: &str = "/api/assistant/coaches";

async fn put(app: &App, actor: &Actor, user: &str, body: Value) -> Reply {
    app.ask(Some(actor), Method::PUT, &format!("{COACHES}/{user}"), Some(body)).await
}

fn coach(email: &str, pseudonym: &str) -> Value {
    json!({
        "firstName": "Samia", "lastName": "Trabelsi", "email": email, "password": PASSWORD, "pseudonym": pseudonym,
        "subjects": ["MATHEMATIQUES", "NSI"], "tag": "🎯 Stratège", "description": "Dix ans de classes préparatoires."
    })
}

#[tokio::test]
async fn the_office_makes_and_changes_coaches() {
    let (app, school) = App::with_school().await;
    let office = school.actor(Role::Assistante);
    let made = app.post_as(Some(&office), COACHES, coach("samia@example.tn", "Hélios")).await.expect(201);
    insta::assert_json_snapshot!(made);
    let user = made["coach"]["userId"].as_str().unwrap();
    app.enter("samia@example.tn", PASSWORD, None).await.unwrap();

    let changed =
        put(&app, &office, user, json!({"tag": "Autre", "availableInPerson": false})).await.expect(200);
    assert_eq!(changed["message"], "Coach mis à jour avec succès");
    assert_eq!(
        (&changed["coach"]["tag"], &changed["coach"]["pseudonym"]),
        (&json!("Autre"), &json!("Hélios"))
    );
    let id = UserId::parse(user).unwrap();
    assert_eq!(app.session_version(&id).await, 0);
    put(&app, &office, user, json!({"password": "court"})).await.problem(422, "weak_password");
    put(&app, &office, user, json!({"password": "quatre autres mots choisis"})).await.expect(200);
    assert_eq!(app.session_version(&id).await, 1);
    app.mail("password_changed").await;

    let list = app.ask(Some(&office), Method::GET, COACHES, None).await.expect(200);
    insta::assert_json_snapshot!(list);
}

#[tokio::test]
async fn refusals_use_the_old_words() {
    let (app, school) = App::with_school().await;
    let office = school.actor(Role::Assistante);
    let post = |body: Value| {
        let (app, office) = (&app, &office);
        async move { app.post_as(Some(office), COACHES, body).await }
    };
    let missing = post(json!({"firstName": "Samia"})).await.problem(422, "invalid_field");
    assert_eq!(missing["error"], "Missing required fields");
    let mut nameless = coach("a@example.tn", "x");
    nameless["pseudonym"] = json!(" ");
    assert_eq!(post(nameless).await.problem(422, "field_required")["error"], "Missing required fields");
    let taken = post(coach("RIGHTS-coach@example.test", "Libre")).await.problem(409, "address_taken");
    assert_eq!(taken["error"], "Email already exists");
    let taken = post(coach("b@example.tn", "Rights-COACH")).await.problem(409, "pseudonym_taken");
    assert_eq!(taken["error"], "Pseudonym already exists");

    let change = |user: &str, body: Value| {
        let (app, office, user) = (&app, &office, user.to_owned());
        async move { put(app, office, &user, body).await }
    };
    let taken = change("rights-coach", json!({"email": "rights-other-coach@example.test"})).await;
    assert_eq!(taken.problem(409, "address_taken")["error"], "Un utilisateur avec cet email existe déjà");
    let taken = change("rights-coach", json!({"pseudonym": "rights-other-coach"})).await;
    assert_eq!(taken.problem(409, "pseudonym_taken")["error"], "Un coach avec ce pseudonyme existe déjà");
    // His own, in other letters, is his.
    change("rights-coach", json!({"pseudonym": "Rights-Coach"})).await.expect(200);
    let short = change("rights-coach", json!({"description": "court", "subjects": []})).await;
    let short = short.problem(422, "invalid_field");
    assert_eq!(
        (&short["error"], short["errors"].as_array().unwrap().len()),
        (&json!("Données invalides"), 2)
    );
    change("rights-coach", json!({"subjects": ["MAGIE"]})).await.problem(422, "unknown_choice");
    // Neither an account of another role nor one that does not exist is a coach.
    for user in ["absent", "rights-admin", school.own.parent_user.as_str()] {
        let absent = change(user, json!({"tag": "x"})).await.problem(404, "coach_not_found");
        assert_eq!(absent["error"], "Coach non trouvé");
    }
    for field in ["role", "ownerId", "balance", "userId", "id"] {
        let foreign = change("rights-coach", json!({field: "ADMIN", "tag": "x"})).await;
        assert_eq!(foreign.problem(422, "unknown_field")["errors"][0]["field"], field);
    }
}

#[tokio::test]
async fn a_coach_who_has_lessons_to_give_stays() {
    let (app, school) = App::with_school().await;
    let (office, admin) = (school.actor(Role::Assistante), school.actor(Role::Admin));
    let path = format!("{COACHES}/rights-coach");
    app.ask(Some(&office), Method::DELETE, &path, None).await.problem(403, "forbidden");
    let reply = app.ask(Some(&admin), Method::DELETE, &path, None).await.problem(409, "coach_has_sessions");
    assert_eq!(reply["error"], "Impossible de supprimer un coach qui a des sessions programmées");
    app.clock.advance(jiff::SignedDuration::from_hours(100));
    let done = app.ask(Some(&admin), Method::DELETE, &path, None).await.expect(200);
    assert_eq!(done["message"], "Coach supprimé avec succès");
    app.ask(Some(&admin), Method::DELETE, &path, None).await.problem(404, "coach_not_found");
    assert_eq!(count(&app.database(), "SELECT count(*) FROM sessions").await, 2);
    let pseudonym = r#"SELECT count(*) FROM coach_profiles WHERE "pseudonym" = 'rights-coach'"#;
    assert_eq!(count(&app.database(), pseudonym).await, 0);
    let list = app.ask(Some(&office), Method::GET, COACHES, None).await.expect(200);
    assert_eq!(list.as_array().unwrap().len(), 1);
}
