//! Every route × six callers × their own object, another family's, and one that does not exist, against the table of rights.
//! The list of routes is the contract, which is made from the routes themselves.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use hyper_util::rt::TokioIo;
use nexus_core::Role;
use nexus_core::rights::{Caller, Relation};
use nexus_tests::accounts;
use nexus_tests::app::Listening;
use nexus_tests::contract::{Operation, operations};
use nexus_tests::members::OLD_HASH;
use nexus_tests::school::{FamilyObjects, School};
use nexus_tests::{App, Backing, Reply};
use serde_json::Value;
use tokio::net::TcpStream;

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
        session: "absent".to_owned(),
        coach: "absent".to_owned(),
        availability: "absent".to_owned(),
        closure: "absent".to_owned(),
    }
}

/// The object that a parameter names, by its own name or by the path that it stands in.
fn value(name: &str, path: &str, objects: &FamilyObjects, caller: Caller) -> Option<String> {
    match name {
        // What somebody does for himself.
        // A parent reserves for his child; for himself he does without asking.
        "userId" if path == "/api/payments/cash/reserve" => Some(objects.student_user.to_string()),
        "userId" if path.starts_with("/api/payments/") && caller == Caller::Person(Role::Eleve) => {
            Some(objects.student_user.to_string())
        }
        "userId" if path.starts_with("/api/payments/") => Some(objects.parent_user.to_string()),
        "studentId" => Some(objects.student.to_string()),
        "userId" if path.starts_with("/api/credits/") => Some(objects.student_user.to_string()),
        "bilanId" => Some(objects.bilan.clone()),
        // The document of the pupil, see `school_with_documents`.
        "number" if path.starts_with("/api/account/invoices/") => Some(match objects.student.as_str() {
            "student-own" => "F2001-00001".to_owned(),
            "student-other" => "F2001-00002".to_owned(),
            _ => "F2001-00003".to_owned(),
        }),
        "sessionId" => Some(objects.session.clone()),
        // Both families read every coach; a coach reads himself.
        "coachId" => Some(objects.coach.clone()),
        "id" if path.starts_with("/api/students/") => Some(objects.student.to_string()),
        "id" if path.starts_with("/api/bilan") => Some(objects.bilan.clone()),
        "id" if path == "/api/coaches/availability" => Some(objects.availability.clone()),
        "id" if path == "/api/coaches/closures" => Some(objects.closure.clone()),
        "id" => Some(objects.parent_user.to_string()),
        _ => None,
    }
}

fn request(operation: &Operation, objects: &FamilyObjects, caller: Caller) -> Request<Body> {
    let fill = |part: &str| match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
        Some(name) => value(name, &operation.path, objects, caller).unwrap_or_else(|| "x".to_owned()),
        None => part.to_owned(),
    };
    let mut path = operation.path.split('/').map(fill).collect::<Vec<_>>().join("/");
    let query: Vec<_> = operation
        .query_parameters()
        .into_iter()
        .filter_map(|name| Some(format!("{name}={}", value(name, &operation.path, objects, caller)?)))
        .collect();
    if !query.is_empty() {
        path = format!("{path}?{}", query.join("&"));
    }
    let request = Request::builder().method(operation.method.clone()).uri(path);
    match operation.body_example().cloned() {
        Some(mut body) => {
            if let Value::Object(fields) = &mut body {
                for (name, field) in fields.iter_mut() {
                    if let Some(id) = value(name, &operation.path, objects, caller) {
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

/// A school in which a document was issued to each pupil, in a year of its own: no other test counts it.
async fn school_with_documents(backing: Backing) -> (App, School) {
    let (app, school) = App::with_school_on(backing).await;
    let at = app.instant("2001-09-14T08:30:00Z".parse().unwrap());
    for (place, family) in [(1, &school.own), (2, &school.other)] {
        app.execute(&format!(
            r#"INSERT INTO invoices ("id", "series", "year", "place", "userId", "subject", "lines", "netMinor", "taxMinor",
                                     "grossMinor", "currency", "issuedAt")
               VALUES ('document-{place}', 'INVOICE', 2001, {place}, '{}', 'record:{place}', '[]', 0, 0, 0, 'TND', {at})"#,
            family.student_user
        ))
        .await;
    }
    (app, school)
}

/// Asks a system that is there, or one of its own.
async fn ask(system: Option<&(App, School)>, operation: &Operation, caller: Caller, target: Target) -> Reply {
    let fresh;
    let (app, school) = if let Some(system) = system {
        system
    } else {
        fresh = school_with_documents(Backing::Sqlite).await;
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
    app.send_as(actor.as_ref(), request(operation, &objects, caller)).await
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
    let system = school_with_documents(Backing::Postgres).await;
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
    let relation = operation.relation(name_of(caller));
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

/// As a browser meets it: a socket, a session cookie, the account as it stands in the store. Whoever is refused leaves everything
/// as it was, so that one school is enough for all of them, on PostgreSQL, whatever the method.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sessions_are_refused_what_is_not_theirs_on_postgres() {
    let (app, school) = school_with_documents(Backing::Postgres).await;
    let wire = Wire::to(&app, &school).await;
    let mut failures = Vec::new();
    for operation in operations(&app) {
        for caller in Caller::ALL {
            let relation = operation.relation(name_of(caller));
            let targets: &[Target] = match relation {
                None => &[Target::Own, Target::Other],
                Some("any") => &[],
                Some(_) if operation.names_an_object() => &[Target::Other],
                Some(_) => &[],
            };
            for target in targets {
                let reply = wire.ask(&operation, caller, *target).await;
                let holds = match (relation, caller) {
                    (None, Caller::Anonymous) => is_refused(&reply, 401),
                    (None, Caller::Person(_)) => is_refused(&reply, 403),
                    _ => {
                        let absent = wire.ask(&operation, caller, Target::Absent).await;
                        shape(&reply, "other") == shape(&absent, "absent") && !is_refused(&reply, 401)
                    }
                };
                if !holds {
                    let body = String::from_utf8_lossy(&reply.body).into_owned();
                    failures.push(format!(
                        "{} {} as {caller:?}, {target:?}: {} {body}",
                        operation.method, operation.path, reply.status
                    ));
                }
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// What a session may do, it can: each time in a school of its own, since it changes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sessions_reach_what_is_theirs() {
    let mut failures = Vec::new();
    for operation in operations(&App::new().await) {
        for caller in Caller::ALL.into_iter().filter(|caller| *caller != Caller::Anonymous) {
            if operation.relation(name_of(caller)).is_none() {
                continue;
            }
            let (app, school) = school_with_documents(Backing::Sqlite).await;
            let reply = Wire::to(&app, &school).await.ask(&operation, caller, Target::Own).await;
            let is_lost = operation.relation(name_of(caller)) != Some("any") && reply.status == 404;
            if is_refused(&reply, 401) || is_refused(&reply, 403) || is_lost {
                failures
                    .push(format!("{} {} as {caller:?}: {}", operation.method, operation.path, reply.status));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// A cookie of another version of the sessions, or of nobody, is nobody's on every route.
#[tokio::test]
async fn a_closed_session_is_nobodys_on_every_route() {
    let (app, school) = school_with_documents(Backing::Sqlite).await;
    let mut wire = Wire::to(&app, &school).await;
    for (_, cookie) in &mut wire.cookies {
        *cookie = accounts::cookie(&app, &school.actor(Role::Admin).user, 7);
    }
    for operation in operations(&app).iter().filter(|operation| operation.relation("anonymous").is_none()) {
        let reply = wire.ask(operation, Caller::Person(Role::Admin), Target::Own).await;
        assert!(is_refused(&reply, 401), "{} {}: {}", operation.method, operation.path, reply.status);
    }
}

const fn name_of(caller: Caller) -> &'static str {
    match caller {
        Caller::Anonymous => "anonymous",
        Caller::Person(role) => role.as_str(),
    }
}

/// Whether the guard refused, rather than something behind it.
fn is_refused(reply: &Reply, status: u16) -> bool {
    let code = if status == 401 { "unauthenticated" } else { "forbidden" };
    reply.status == status && reply.json()["code"] == code
}

/// A school behind a socket, and the sessions of whoever acts in it.
struct Wire {
    listening: Listening,
    school: School,
    cookies: Vec<(Role, String)>,
}

impl Wire {
    async fn to(app: &App, school: &School) -> Self {
        app.execute(&format!(r#"UPDATE users SET "password" = '{OLD_HASH}'"#)).await;
        let cookie = |role: Role| (role, accounts::cookie(app, &school.actor(role).user, 0));
        let cookies = Role::ALL.into_iter().map(cookie).collect();
        Self { listening: app.listen().await, school: school.clone(), cookies }
    }

    async fn ask(&self, operation: &Operation, caller: Caller, target: Target) -> Reply {
        let objects = match target {
            Target::Own => self.school.own.clone(),
            Target::Other => self.school.other.clone(),
            Target::Absent => nothing(),
        };
        let mut request = request(operation, &objects, caller);
        let headers = request.headers_mut();
        headers.insert(header::HOST, self.listening.address.to_string().parse().unwrap());
        if let Caller::Person(role) = caller {
            let (_, cookie) = self.cookies.iter().find(|(of, _)| *of == role).unwrap();
            headers.insert(header::COOKIE, cookie.parse().unwrap());
            headers.insert("sec-fetch-site", "same-origin".parse().unwrap());
        }
        let stream = TcpStream::connect(self.listening.address).await.unwrap();
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
        let connection = tokio::spawn(connection);
        let (parts, mut body) = sender.send_request(request).await.unwrap().into_parts();
        let kind = parts.headers.get(header::CONTENT_TYPE);
        let body = if kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream")) {
            // A stream of events does not end: its first one is enough.
            body.frame().await.unwrap().unwrap().into_data().unwrap().to_vec()
        } else {
            body.collect().await.unwrap().to_bytes().to_vec()
        };
        connection.abort();
        Reply { status: parts.status, headers: parts.headers, body }
    }
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
