use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use nexus_core::invariants::{RULES, look_at};
use nexus_core::{Actor, Clock, Role, UserId};
use nexus_tests::{App, Backing, Reply};
use serde_json::Value;

async fn ask(app: &App, role: Role) -> Reply {
    let actor = Actor::without_profile(UserId::parse("somebody").unwrap(), role);
    let request = Request::builder().method(Method::GET).uri("/api/consistency").body(Body::empty()).unwrap();
    app.send_as(Some(&actor), request).await
}

async fn account(app: &App, id: &str, role: &str, password: &str) {
    let now = app.instant(app.clock.now());
    app.execute(&format!(
        r#"INSERT INTO users ("id", "email", "role", "password", "createdAt", "updatedAt")
           VALUES ('{id}', '{id}@example.test', '{role}', {password}, {now}, {now})"#
    ))
    .await;
}

fn broken(body: &Value) -> Vec<(&str, Vec<&str>)> {
    let rules = body["rules"].as_array().unwrap().iter().filter(|rule| rule["ok"] == false);
    rules
        .map(|rule| {
            let ids = rule["ids"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
            (rule["name"].as_str().unwrap(), ids)
        })
        .collect()
}

#[tokio::test]
async fn an_administrator_reads_what_does_not_hold_together() {
    for backing in Backing::ALL {
        let app = App::new_on(backing).await;
        ask(&app, Role::Assistante).await.problem(403, "forbidden");
        // Nobody is there yet: the school has nobody who could administer it.
        let reply = ask(&app, Role::Admin).await;
        assert_eq!(reply.status, StatusCode::INTERNAL_SERVER_ERROR);
        let body = reply.json();
        assert_eq!(broken(&body), [("an_administrator_is_left", vec!["users"])]);
        assert_eq!(
            (&body["ok"], &body["summary"][0]),
            (&false.into(), &"Invariants failed: an_administrator_is_left".into())
        );

        account(&app, "chief", "ADMIN", "NULL").await;
        let reply = ask(&app, Role::Admin).await;
        assert_eq!(reply.status, StatusCode::OK);
        let body = reply.json();
        assert!(broken(&body).is_empty(), "{body}");
        // The report of before is there too, and fails as it did: nothing is in the school.
        assert_eq!(
            (&body["ok"], &body["invariants"][0]["ok"], &body["invariants"][3]["ok"]),
            (&true.into(), &true.into(), &false.into())
        );

        for pupil in ["e1", "e2"] {
            account(&app, pupil, "ELEVE", "'one-hash'").await;
        }
        let reply = ask(&app, Role::Admin).await;
        let body = reply.json();
        let pupils = vec!["e1", "e2"];
        assert_eq!(
            broken(&body),
            [("role_has_its_profile", pupils.clone()), ("passwords_are_not_shared", pupils)]
        );
    }
}

#[tokio::test]
async fn every_rule_can_be_looked_at_and_holds_in_a_school() {
    for backing in Backing::ALL {
        let (app, _) = App::with_school_on(backing).await;
        for rule in RULES {
            let finding = look_at(&*app.store, *rule, app.clock.now(), 10).await.unwrap();
            assert!(finding.ok, "{}: {:?}", rule.name, finding.ids);
        }
    }
}
