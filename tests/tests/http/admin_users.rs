use axum::http::Method;
use nexus_core::{Actor, Role, UserId};
use nexus_tests::members::PASSWORD;
use nexus_tests::rows::count;
use nexus_tests::{App, Reply, golden};
use serde_json::{Value, json};

const USERS: &str = "/api/admin/users";

async fn put(app: &App, admin: &Actor, body: Value) -> Reply {
    app.ask(Some(admin), Method::PUT, USERS, Some(body)).await
}

async fn delete(app: &App, admin: &Actor, id: &str) -> Reply {
    app.ask(Some(admin), Method::DELETE, &format!("{USERS}?id={id}"), None).await
}

async fn create(app: &App, admin: &Actor, body: Value) -> Reply {
    app.post_as(Some(admin), USERS, body).await
}

fn person(email: &str, role: &str) -> Value {
    json!({"email": email, "firstName": "Samia", "lastName": "Trabelsi", "role": role, "password": PASSWORD})
}

#[tokio::test]
async fn every_role_is_made_with_its_profile() {
    let (app, school) = App::with_school().await;
    let admin = school.actor(Role::Admin);
    let mut created = Vec::new();
    for (number, role) in ["ADMIN", "ASSISTANTE", "COACH", "PARENT"].iter().enumerate() {
        let body = create(&app, &admin, person(&format!("p{number}@example.tn"), role)).await.expect(201);
        assert_eq!((&body["success"], &body["message"]), (&json!(true), &json!("User created successfully")));
        created.push(body["user"].clone());
    }
    let mut pupil = person("p9@example.tn", "ELEVE");
    pupil["profileData"] = json!({"parentId": school.own.parent});
    create(&app, &admin, pupil.clone()).await.problem(422, "field_of_another_role");
    pupil.as_object_mut().unwrap().remove("password");
    pupil["profileData"] = json!(null);
    create(&app, &admin, pupil.clone()).await.problem(422, "field_required");
    pupil["profileData"] = json!({"parentId": "absent"});
    create(&app, &admin, pupil.clone()).await.problem(422, "guardian_not_found");
    pupil["profileData"] =
        json!({"parentId": school.own.parent, "grade": "terminale", "birthDate": "2010-01-31"});
    created.push(create(&app, &admin, pupil).await.expect(201)["user"].clone());
    insta::assert_json_snapshot!(created);
    // A second coach of the same name has a pseudonym of his own; one that is asked for has to be free.
    let twin = create(&app, &admin, person("twin@example.tn", "COACH")).await.expect(201);
    assert_eq!(twin["user"]["profile"]["pseudonym"], "Samia T. 2");
    let mut taken = person("third@example.tn", "COACH");
    taken["profileData"] = json!({"pseudonym": "SAMIA t."});
    create(&app, &admin, taken).await.problem(409, "pseudonym_taken");
    let known = create(&app, &admin, person("P0@example.tn", "ADMIN")).await.problem(409, "address_taken");
    assert_eq!(known["error"], "User with this email already exists");
    app.enter("p0@example.tn", PASSWORD, None).await.unwrap();
}

#[tokio::test]
async fn without_a_password_somebody_is_invited_and_chooses_his_own() {
    let (app, school) = App::with_school().await;
    let admin = school.actor(Role::Admin);
    let mut coach = person("coach@example.tn", "COACH");
    coach.as_object_mut().unwrap().remove("password");
    let user = create(&app, &admin, coach).await.expect(201)["user"].clone();
    let first = app.mail("staff_invitation").await.secret();
    let again = format!("{USERS}/{}/invitation", user["id"].as_str().unwrap());
    app.ask(Some(&admin), Method::POST, &again, None).await.expect(202);
    let second = app.mail("staff_invitation").await.secret();
    let open = |token: &str| {
        let body = json!({"token": token, "password": PASSWORD});
        let app = &app;
        async move { app.post_as(None, "/api/account/activate", body).await }
    };
    open(&first).await.problem(422, "dead_link");
    open(&second).await.expect(200);
    app.ask(Some(&admin), Method::POST, &again, None).await.problem(409, "already_activated");
    app.enter("coach@example.tn", PASSWORD, None).await.unwrap();
}

#[tokio::test]
async fn lists_are_pages_that_nothing_breaks() {
    let (app, school) = App::with_school().await;
    let admin = school.actor(Role::Admin);
    let list = |query: &str| {
        let (app, admin, path) = (&app, &admin, format!("{USERS}?{query}"));
        async move { app.ask(Some(admin), Method::GET, &path, None).await }
    };
    insta::assert_json_snapshot!(list("role=COACH&limit=1&page=2").await.expect(200));
    let all = list("role=ALL").await.expect(200);
    assert_eq!(all["pagination"], json!({"page": 1, "limit": 10, "total": 8, "totalPages": 1}));
    for (query, page, limit) in [
        ("page=-1&limit=-5", 1, 1),
        ("page=0&limit=0", 1, 1),
        ("page=NaN&limit=abc", 1, 10),
        ("page=1e3&limit=2.5", 1, 10),
        ("page=99999999999999999999&limit=99999999999999999999", 1_000_000, 100),
        ("page=1%27%20OR%201=1&limit=%00", 1, 10),
    ] {
        let pagination = &list(query).await.expect(200)["pagination"];
        assert_eq!((&pagination["page"], &pagination["limit"]), (&json!(page), &json!(limit)), "{query}");
    }
    list("role=SUPERUSER").await.problem(422, "unknown_choice");
    list("role=admin").await.problem(422, "unknown_choice");
    for (search, found) in
        [("STUDENT.OWN", 1), ("%25", 0), ("_", 0), ("'%20OR%201=1%20--", 0), ("prénom", 4), ("PRÉNOM", 4)]
    {
        assert_eq!(
            list(&format!("search={search}")).await.expect(200)["pagination"]["total"],
            found,
            "{search}"
        );
    }
    let long = "x".repeat(2_000);
    assert_eq!(list(&format!("search={long}")).await.expect(200)["users"], json!([]));
}

#[tokio::test]
async fn what_is_changed_is_told_and_what_is_foreign_refused() {
    let (app, school) = App::with_school().await;
    let admin = school.actor(Role::Admin);
    let parent = app.give_password(school.own.parent_user.as_str()).await;
    let id = parent.user.as_str();
    let body =
        json!({"id": id, "lastName": "Ben Salah", "phone": "0612345678", "profileData": {"city": "Tunis"}});
    let user = put(&app, &admin, body).await.expect(200)["user"].clone();
    assert_eq!((&user["lastName"], &user["profile"]["city"]), (&json!("Ben Salah"), &json!("Tunis")));
    assert_eq!(app.session_version(&parent.user).await, 0);
    for field in ["ownerId", "balance", "password", "sessionVersion", "createdAt", "disabledAt"] {
        let reply = put(&app, &admin, json!({"id": id, field: 1, "lastName": "Autre"})).await;
        assert_eq!(reply.problem(422, "unknown_field")["errors"][0]["field"], field);
    }
    let foreign = put(&app, &admin, json!({"id": id, "profileData": {"credits": 12}})).await;
    assert_eq!(foreign.problem(422, "unknown_field")["errors"][0]["field"], "profileData.credits");
    let other = put(&app, &admin, json!({"id": id, "profileData": {"pseudonym": "Hélios"}})).await;
    other.problem(422, "field_of_another_role");
    put(&app, &admin, json!({"id": id, "role": "SUPERUSER"})).await.problem(422, "unknown_choice");
    put(&app, &admin, json!({"id": id, "email": "x"})).await.problem(422, "invalid_email");
    put(&app, &admin, json!({"id": id, "firstName": ""})).await.problem(422, "field_required");
    let taken = put(&app, &admin, json!({"id": id, "email": "RIGHTS-coach@example.test"})).await;
    taken.problem(409, "address_taken");
    for id in ["absent", "../x", "a b"] {
        let body =
            put(&app, &admin, json!({"id": id, "lastName": "X"})).await.problem(404, "account_not_found");
        assert_eq!(body["error"], "User not found");
    }
    assert_eq!(
        put(&app, &admin, json!({"lastName": "X"})).await.problem(400, "malformed_parameter")["error"],
        "User ID is required"
    );

    // Another address: sessions end, the former one is told, and nobody signs in there any more.
    put(&app, &admin, json!({"id": id, "email": "nouvelle@example.tn"})).await.expect(200);
    assert_eq!(app.session_version(&parent.user).await, 1);
    app.mail("sign_in_address_changed").await;
    app.enter("nouvelle@example.tn", PASSWORD, None).await.unwrap();
    // An audit row names fields, never what they hold.
    let rows = app.store.recent_audit(10).await.unwrap();
    let diffs: Vec<_> = rows.iter().filter_map(|row| row.diff.clone()).collect();
    assert!(diffs.iter().any(|diff| diff.contains("email")));
    assert!(diffs.iter().all(|diff| !diff.contains("nouvelle") && !diff.contains("Ben Salah")), "{diffs:?}");
}

#[tokio::test]
async fn a_role_changes_with_its_profile_unless_data_would_be_orphaned() {
    let (app, school) = App::with_school().await;
    let admin = school.actor(Role::Admin);
    let role = |id: &str, role: &str| {
        let body = json!({"id": id, "role": role});
        let (app, admin) = (&app, &admin);
        async move { put(app, admin, body).await }
    };
    for (id, to) in [
        (school.own.parent_user.as_str(), "COACH"),
        (school.own.student_user.as_str(), "PARENT"),
        ("rights-coach", "ASSISTANTE"),
    ] {
        role(id, to).await.problem(409, "role_change_refused");
    }
    app.give_password("rights-admin").await;
    let user = create(&app, &admin, person("p@example.tn", "ASSISTANTE")).await.expect(201)["user"].clone();
    let id = user["id"].as_str().unwrap();
    role(id, "ELEVE").await.problem(409, "role_change_refused");
    for (to, profile) in
        [("COACH", true), ("PARENT", true), ("ADMIN", false), ("ASSISTANTE", false), ("COACH", true)]
    {
        let changed = role(id, to).await.expect(200)["user"].clone();
        assert_eq!((&changed["role"], changed["profile"].is_object()), (&json!(to), profile));
    }
    assert_eq!(app.session_version(&UserId::parse(id).unwrap()).await, 5);
    let profiles = "SELECT (SELECT count(*) FROM parent_profiles) + (SELECT count(*) FROM coach_profiles)";
    assert_eq!(count(&app.database(), profiles).await, 5);
}

/// Golden vector N9.
#[tokio::test]
async fn the_last_administrator_and_oneself_stay() {
    let vector = golden::core_copy(
        "N9",
        json!({"input": {"admins": 1, "action": "delete or demote"}, "expected": {"status": 409}}),
    );
    let status = u16::try_from(vector["expected"]["status"].as_u64().unwrap()).unwrap();
    let (app, school) = App::with_school().await;
    let admin = app.give_password("rights-admin").await;
    let active = r#"SELECT count(*) FROM users WHERE "role" = 'ADMIN' AND "password" IS NOT NULL"#;
    assert_eq!(json!(count(&app.database(), active).await), vector["input"]["admins"]);
    let key = "/api/admin/users/rights-admin/disable";
    // Somebody else (the key of the configuration) tries; he is the only administrator who can sign in.
    app.call(Method::PUT, USERS, Some(json!({"id": "rights-admin", "role": "ASSISTANTE"})))
        .await
        .problem(status, "last_administrator");
    app.call(Method::DELETE, &format!("{USERS}?id=rights-admin"), None)
        .await
        .problem(status, "last_administrator");
    app.call(Method::POST, key, None).await.problem(status, "last_administrator");
    put(&app, &admin, json!({"id": "rights-admin", "role": "COACH"})).await.problem(409, "own_account");
    delete(&app, &admin, "rights-admin").await.problem(409, "own_account");
    app.ask(Some(&admin), Method::POST, key, None).await.problem(409, "own_account");
    // His name may change, and once there is another one he may go.
    put(&app, &admin, json!({"id": "rights-admin", "role": "ADMIN", "lastName": "Autre"})).await.expect(200);
    create(&app, &school.actor(Role::Admin), person("second@example.tn", "ADMIN")).await.expect(201);
    app.call(Method::POST, key, None).await.expect(200);
    app.call(Method::POST, "/api/admin/users/rights-admin/enable", None).await.expect(200);
    app.call(Method::DELETE, &format!("{USERS}?id=rights-admin"), None).await.expect(200);
}

#[tokio::test]
async fn a_closed_account_opens_nothing_until_it_is_opened() {
    let (app, school) = App::with_school().await;
    let admin = school.actor(Role::Admin);
    let parent = app.give_password(school.own.parent_user.as_str()).await;
    let path = |what: &str| format!("{USERS}/{}/{what}", parent.user);
    app.ask(Some(&admin), Method::POST, &path("disable"), None).await.expect(200);
    assert!(app.enter("parent.own@example.test", PASSWORD, None).await.is_err());
    assert_eq!(app.session_version(&parent.user).await, 1);
    app.ask(Some(&admin), Method::POST, &path("enable"), None).await.expect(200);
    app.enter("parent.own@example.test", PASSWORD, None).await.unwrap();
    for what in ["disable", "enable", "invitation"] {
        let absent = format!("{USERS}/absent/{what}");
        app.ask(Some(&admin), Method::POST, &absent, None).await.problem(404, "account_not_found");
    }
}

#[tokio::test]
async fn who_is_deleted_is_forgotten_and_leaves_everything_else() {
    let (app, school) = App::with_school().await;
    let admin = school.actor(Role::Admin);
    let parent = app.give_password(school.own.parent_user.as_str()).await;
    let before = count(&app.database(), "SELECT count(*) FROM bilans").await;
    assert_eq!(
        delete(&app, &admin, "").await.problem(400, "malformed_parameter")["error"],
        "User ID is required"
    );
    let body = delete(&app, &admin, parent.user.as_str()).await.expect(200);
    assert_eq!(body, json!({"success": true, "message": "User deleted successfully"}));
    delete(&app, &admin, parent.user.as_str()).await.problem(404, "account_not_found");
    delete(&app, &admin, school.own.student_user.as_str()).await.expect(200);

    let database = app.database();
    assert_eq!(count(&database, "SELECT count(*) FROM users").await, 8);
    assert_eq!(count(&database, "SELECT count(*) FROM students").await, 2);
    assert_eq!(count(&database, "SELECT count(*) FROM sessions").await, 2);
    assert_eq!(count(&database, "SELECT count(*) FROM bilans").await, before);
    let traces = r#"SELECT count(*) FROM users WHERE "email" LIKE '%.own@%' OR "lastName" LIKE '%Connor%' AND "deletedAt" IS NOT NULL"#;
    assert_eq!(count(&database, traces).await, 0);
    assert!(app.enter("parent.own@example.test", PASSWORD, None).await.is_err());
    let left = app.ask(Some(&admin), Method::GET, USERS, None).await.expect(200);
    assert_eq!(left["pagination"]["total"], 6);
}

/// What other tables hold of somebody in words goes with him, and so does what opened his account.
#[tokio::test]
async fn who_is_deleted_leaves_no_words_and_no_codes() {
    let (app, school) = App::with_school().await;
    let admin = school.actor(Role::Admin);
    let parent = app.family("helene@example.tn").await;
    app.execute(&format!(
        r#"INSERT INTO recovery_codes ("userId", "codeHash", "createdAt") SELECT "id", 'x', "createdAt" FROM users
           WHERE "id" = '{}'"#,
        parent.user
    ))
    .await;
    let database = app.database();
    let words = r#"SELECT count(*) FROM registrations WHERE "objectives" <> ''"#;
    assert_eq!(count(&database, words).await, 1);
    let child: String = nexus_tests::rows::one(
        &database,
        r#"SELECT "id" FROM users WHERE "email" LIKE 'zoé.%@nexus-student.local'"#,
    )
    .await;
    delete(&app, &admin, &child).await.expect(200);
    assert_eq!(count(&database, words).await, 0);
    delete(&app, &admin, parent.user.as_str()).await.expect(200);
    assert_eq!(count(&database, "SELECT count(*) FROM recovery_codes").await, 0);
}

#[tokio::test]
async fn only_administrators_manage_users() {
    let (app, school) = App::with_school().await;
    for role in [Role::Assistante, Role::Coach, Role::Parent, Role::Eleve] {
        let actor = school.actor(role);
        app.ask(Some(&actor), Method::GET, USERS, None).await.problem(403, "forbidden");
        create(&app, &actor, person("x@example.tn", "ADMIN")).await.problem(403, "forbidden");
    }
    app.ask(None, Method::GET, USERS, None).await.problem(401, "unauthenticated");
}
