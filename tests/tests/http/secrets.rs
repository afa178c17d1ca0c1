//! No answer of any route holds a password's hash, a token or a secret (D7).

use axum::body::Body;
use axum::http::{Method, Request, header};
use nexus_core::rights::Caller;
use nexus_store::conformance::samples;
use nexus_tests::App;
use nexus_tests::contract::operations;
use nexus_tests::members::PASSWORD;
use serde_json::json;

/// What would betray one, whatever the route.
const TRACES: [&str; 7] = ["$argon2", "$2b$", "$2a$", "$2y$", "tokenHash", "totpSecret", "sessionVersion"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_answer_holds_a_hash_or_a_secret() {
    let (app, school) = App::with_school().await;
    for user in [
        "rights-admin",
        "rights-assistante",
        "rights-coach",
        school.own.parent_user.as_str(),
        school.own.student_user.as_str(),
    ] {
        app.give_password(user).await;
    }
    // Somebody with everything that there is to betray: a hash of today, a second factor, links on their way.
    let parent = app.family("helene@example.tn").await;
    let begun =
        app.post_as(Some(&parent), "/api/account/totp", json!({"password": PASSWORD})).await.expect(200);
    let base32 = begun["secret"].as_str().unwrap().to_owned();
    let code = samples::totp(&base32).code(nexus_core::Clock::now(&*app.clock));
    let codes =
        app.post_as(Some(&parent), "/api/account/totp/confirm", json!({"code": code})).await.expect(200);
    let forgotten = json!({"email": "helene@example.tn"});
    app.post_as(None, "/api/account/password/forgot", forgotten).await.expect(202);
    let mut secrets: Vec<String> = app
        .mails()
        .await
        .iter()
        .filter(|mail| mail.message.valid_until().is_some())
        .map(nexus_tests::mails::WaitingMail::secret)
        .collect();
    assert_eq!(secrets.len(), 2);
    secrets.push(base32);
    secrets.push(codes["recoveryCodes"][0].as_str().unwrap().to_owned());

    let mut read = 0;
    for operation in operations(&app) {
        for caller in Caller::ALL {
            let actor = match caller {
                Caller::Anonymous => None,
                Caller::Person(role) => Some(school.actor(role)),
            };
            let path = operation.path_with(school.own.student.as_str());
            let mut request = Request::builder().method(operation.method.clone()).uri(path);
            let body = operation.body_example().map_or_else(Body::empty, |body| Body::from(body.to_string()));
            if operation.body_example().is_some() {
                request = request.header(header::CONTENT_TYPE, "application/json");
            }
            let reply = app.send_as(actor.as_ref(), request.body(body).unwrap()).await;
            assert!(
                !reply.status.is_server_error(),
                "{} {}: {}",
                operation.method,
                operation.path,
                reply.status
            );
            let text = String::from_utf8_lossy(&reply.body);
            if operation.path == "/openapi.json" || operation.path.starts_with("/docs") {
                // The contract names fields and shows made-up examples.
                continue;
            }
            for trace in TRACES.iter().copied().chain(secrets.iter().map(String::as_str)) {
                assert!(!text.contains(trace), "{trace} in {} {}", operation.method, operation.path);
            }
            read += usize::from(operation.method == Method::GET && reply.status.is_success());
        }
    }
    assert!(read > 10, "{read}");
}
