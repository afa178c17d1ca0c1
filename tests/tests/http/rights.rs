//! Every route × six callers × their own object, another family's, and one that does not exist, against the table of rights.
//! The list of routes is the contract, which is made from the routes themselves.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use nexus_core::Role;
use nexus_core::rights::{Caller, Relation};
use nexus_tests::contract::{Operation, operations};
use nexus_tests::school::{FamilyObjects, School};
use nexus_tests::{App, Backing, Reply};
use serde_json::Value;

/// Whose object is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target {
    Own,
    Other,
    Absent,
}

/// The objects of nobody.
fn nothing() -> FamilyObjects {
    FamilyObjects {
        student: nexus_core::StudentId::parse("absent").unwrap(),
        student_user: nexus_core::UserId::parse("absent").unwrap(),
        parent: nexus_core::ParentId::parse("absent").unwrap(),
        parent_user: nexus_core::UserId::parse("absent").unwrap(),
        bilan: "absent".to_owned(),
    }
}

/// The object that a parameter names, by its own name or by the path that it stands in.
fn value(name: &str, path: &str, objects: &FamilyObjects) -> Option<String> {
    match name {
        "studentId" => Some(objects.student.to_string()),
        "bilanId" => Some(objects.bilan.clone()),
        "id" if path.starts_with("/api/students/") => Some(objects.student.to_string()),
        "id" if path.starts_with("/api/bilan") => Some(objects.bilan.clone()),
        "id" => Some(objects.parent_user.to_string()),
        _ => None,
    }
}

fn request(operation: &Operation, objects: &FamilyObjects) -> Request<Body> {
    let fill = |part: &str| match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
        Some(name) => value(name, &operation.path, objects).unwrap_or_else(|| "x".to_owned()),
        None => part.to_owned(),
    };
    let mut path = operation.path.split('/').map(fill).collect::<Vec<_>>().join("/");
    let query: Vec<_> = operation
        .query_parameters()
        .into_iter()
        .filter_map(|name| Some(format!("{name}={}", value(name, &operation.path, objects)?)))
        .collect();
    if !query.is_empty() {
        path = format!("{path}?{}", query.join("&"));
    }
    let request = Request::builder().method(operation.method.clone()).uri(path);
    match operation.body_example().cloned() {
        Some(mut body) => {
            if let Value::Object(fields) = &mut body {
                for (name, field) in fields.iter_mut() {
                    if let Some(id) = value(name, &operation.path, objects) {
                        *field = id.into();
                    }
                }
            }
            let request = request.header(header::CONTENT_TYPE, "application/json");
            request.body(Body::from(body.to_string())).unwrap()
        }
        None => request.body(Body::empty()).unwrap(),
    }
}

/// What a caller may learn from a refusal.
fn shape(reply: &Reply, id: &str) -> (StatusCode, String) {
    let text = String::from_utf8_lossy(&reply.body).replace(id, "ID");
    let mut body: Value = serde_json::from_str(&text).unwrap_or(Value::Null);
    if let Value::Object(fields) = &mut body {
        fields.remove("requestId");
    }
    (reply.status, body.to_string())
}

/// Asks a system that is there, or one of its own.
async fn ask(system: Option<&(App, School)>, operation: &Operation, caller: Caller, target: Target) -> Reply {
    let fresh;
    let (app, school) = if let Some(system) = system {
        system
    } else {
        fresh = App::with_school().await;
        &fresh
    };
    let objects = match target {
        Target::Own => school.own.clone(),
        Target::Other => school.other.clone(),
        Target::Absent => nothing(),
    };
    let actor = match caller {
        Caller::Anonymous => None,
        Caller::Person(role) => Some(school.actor(role)),
    };
    app.send_as(actor.as_ref(), request(operation, &objects)).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_route_keeps_the_table() {
    let all = operations(&App::new().await);
    keep_the_table(None, &all).await;
}

/// The relations are part of the queries, and each database answers them in its own way. Reading changes nothing: one school
/// is enough.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_reading_route_keeps_the_table_on_postgres() {
    let system = App::with_school_on(Backing::Postgres).await;
    let reading: Vec<_> =
        operations(&system.0).into_iter().filter(|operation| operation.method == Method::GET).collect();
    keep_the_table(Some(&system), &reading).await;
}

async fn keep_the_table(system: Option<&(App, School)>, operations: &[Operation]) {
    let mut failures = Vec::new();
    for operation in operations {
        for caller in Caller::ALL {
            for failure in broken_rights(system, operation, caller).await {
                failures.push(format!("{} {} as {caller:?}: {failure}", operation.method, operation.path));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

async fn broken_rights(system: Option<&(App, School)>, operation: &Operation, caller: Caller) -> Vec<String> {
    let name = match caller {
        Caller::Anonymous => "anonymous",
        Caller::Person(role) => role.as_str(),
    };
    let relation = operation.relation(name);
    let own = ask(system, operation, caller, Target::Own).await;
    let other = ask(system, operation, caller, Target::Other).await;
    let absent = ask(system, operation, caller, Target::Absent).await;
    let mut broken = Vec::new();
    let mut expect = |holds: bool, what: &str| {
        if !holds {
            let body =
                |reply: &Reply| String::from_utf8_lossy(&reply.body).chars().take(160).collect::<String>();
            broken.push(format!(
                "{what} (own {} {}, other {} {}, absent {})",
                own.status,
                body(&own),
                other.status,
                body(&other),
                absent.status
            ));
        }
    };
    // A wrong password is answered by 401 too, which says nothing about rights.
    let refused = |reply: &Reply| {
        matches!(reply.status.as_u16(), 401 | 403)
            && matches!(reply.json()["code"].as_str(), Some("unauthenticated" | "forbidden"))
    };
    match (relation, caller) {
        (None, Caller::Anonymous) => {
            expect([&own, &other, &absent].iter().all(|reply| reply.status == 401), "nobody must get 401");
        }
        (None, Caller::Person(_)) => {
            expect([&own, &other, &absent].iter().all(|reply| reply.status == 403), "this role must get 403");
        }
        (Some("any"), _) => {
            expect(!refused(&own) && !refused(&other), "this caller must reach everything");
            expect(own.status == other.status, "everything must be reached alike");
        }
        (Some(_), _) => {
            expect(!refused(&own) && own.status != 404, "the own object must be reached");
            if operation.names_an_object() {
                expect(
                    shape(&other, "other") == shape(&absent, "absent"),
                    "another family's object must look like one that does not exist",
                );
            }
        }
    }
    broken
}

/// The contract says what the table says.
#[tokio::test]
async fn the_contract_repeats_the_table() {
    let known = |operation: &Operation| {
        nexus_core::rights::Action::ALL.iter().copied().find(|action| action.as_str() == operation.action)
    };
    for operation in operations(&App::new().await) {
        let action = known(&operation).unwrap_or_else(|| panic!("{operation:?}"));
        for role in Role::ALL {
            let word = match action.relation(Caller::Person(role)) {
                None => None,
                Some(Relation::Any) => Some("any"),
                Some(Relation::Own) => Some("own"),
                Some(Relation::OwnChild) => Some("own_child"),
                Some(Relation::OwnPupil) => Some("own_pupil"),
            };
            assert_eq!(operation.relation(role.as_str()), word, "{operation:?} {role}");
        }
    }
}
