use axum::body::Body;
use axum::http::Request;
use nexus_core::Role;
use nexus_tests::{App, METRICS_TOKEN};

fn ask(authorization: &str) -> Request<Body> {
    let request = Request::get("/metrics");
    let request =
        if authorization.is_empty() { request } else { request.header("authorization", authorization) };
    request.body(Body::empty()).unwrap()
}

#[tokio::test]
async fn a_collector_with_the_token_reads_the_measures_and_nothing_else() {
    let app = App::new().await;
    let bearer = format!("Bearer {METRICS_TOKEN}");
    let reply = app.send(ask(&bearer)).await;
    assert_eq!(reply.status, 200, "{}", String::from_utf8_lossy(&reply.body));
    assert_eq!(reply.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    assert_eq!(reply.body, b"measure_of_a_test 1\n");
    for path in ["/api/status", "/api/students/x/bilans"] {
        let request = Request::get(path).header("authorization", &bearer).body(Body::empty()).unwrap();
        app.send(request).await.problem(401, "unauthenticated");
    }
}

#[tokio::test]
async fn nobody_else_does_but_an_administrator() {
    let (app, school) = App::with_school().await;
    for presented in ["", "Bearer ", "Bearer un-jeton-de-mesure", "Basic dW46amV0b24=", METRICS_TOKEN] {
        app.send_as(None, ask(presented)).await.problem(401, "unauthenticated");
    }
    for role in Role::ALL {
        let reply = app.send_as(Some(&school.actor(role)), ask("")).await;
        assert_eq!(reply.status.as_u16(), if role == Role::Admin { 200 } else { 403 }, "{role}");
    }
}

/// The measures of the process are needed all the more when the database is gone.
#[tokio::test]
async fn the_measures_outlive_the_database() {
    let app = App::new().await;
    app.store.close().await;
    assert_eq!(app.send(ask(&format!("Bearer {METRICS_TOKEN}"))).await.status, 200);
}
