use crate::support::{policy, routes};
use axum::Json;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use axum::routing::get;
use nexus_core::Role;
use nexus_http::chassis::{RoutePolicies, RoutePolicy};
use nexus_tests::stand::{Stand, from, somebody, unhurried};
use serde_json::{Value, json};
use std::io;
use std::sync::{Arc, Mutex};
use tracing_subscriber::fmt::MakeWriter;

/// Keeps what is logged by this thread.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    fn lines(&self) -> Vec<Value> {
        self.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

fn keep(level: tracing::Level) -> (Log, tracing::subscriber::DefaultGuard) {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().json().with_max_level(level).with_writer(log.clone()).finish();
    (log, tracing::subscriber::set_default(subscriber))
}

#[tokio::test]
async fn a_request_leaves_one_line_that_names_nobody() {
    let routes = routes().route("/api/eleves/{id}", get(async || Json(json!({"nom": "Ben Salem"}))));
    let policies = policy(Method::GET, "/api/eleves/{id}", RoutePolicy::USUAL);
    let stand = Stand::new(unhurried(), routes, policies);
    let (log, _guard) = keep(tracing::Level::INFO);
    let mut request = Request::get("/api/eleves/cm3secretid?email=lea@example.test&token=abcdef")
        .header("authorization", "Bearer eyJhbGciOi.secret.token")
        .header("cookie", "next-auth.session-token=hidden")
        .header("x-forwarded-for", "198.51.100.77")
        .header("user-agent", "Safari of Lea")
        .body(Body::empty())
        .unwrap();
    request.extensions_mut().insert(somebody("user-of-lea", Role::Eleve));
    let reply = stand.send(from("203.0.113.9", request)).await;
    assert_eq!(reply.status, 200);

    let lines = log.lines();
    assert_eq!(lines.len(), 1, "{}", log.text());
    let fields = &lines[0]["fields"];
    assert_eq!(fields["method"], "GET");
    assert_eq!(fields["route"], "/api/eleves/{id}");
    assert_eq!(fields["status"], 200);
    assert_eq!(fields["role"], "ELEVE");
    assert!(fields["milliseconds"].as_f64().unwrap() < 10_000.0);
    assert_eq!(lines[0]["span"]["id"], reply.header("x-request-id"));
    let text = log.text();
    for hidden in [
        "cm3secretid",
        "lea@",
        "abcdef",
        "eyJ",
        "hidden",
        "198.51",
        "203.0.113",
        "Safari",
        "user-of-lea",
        "Ben Salem",
    ] {
        assert!(!text.contains(hidden), "« {hidden} » is in the log: {text}");
    }
}

#[tokio::test]
async fn what_no_route_answers_is_not_repeated_in_the_log() {
    let stand = Stand::new(unhurried(), routes(), RoutePolicies::default());
    let (log, _guard) = keep(tracing::Level::INFO);
    stand.get("/wp-admin/%0d%0aX-Evil:1?password=x").await.problem(404, "not_found");
    let lines = log.lines();
    assert_eq!((lines.len(), &lines[0]["fields"]["route"]), (1, &json!("unmatched")));
    assert!(!log.text().contains("wp-admin"));
}

#[tokio::test]
async fn probes_are_quiet_and_failures_are_not() {
    let routes = routes()
        .route("/health/live", get(async || "ok"))
        .route("/broken", get(async || StatusCode::INTERNAL_SERVER_ERROR));
    let stand = Stand::new(unhurried(), routes, policy(Method::GET, "/health/live", RoutePolicy::PROBE));
    let (log, _guard) = keep(tracing::Level::INFO);
    stand.get("/health/live").await;
    assert_eq!(log.text(), "");
    stand.get("/broken").await.problem(500, "internal");
    assert_eq!(log.lines()[0]["level"], "WARN");
}

/// What a handler logs can be found by the id that its caller was given.
#[tokio::test]
async fn lines_of_a_handler_carry_the_id_of_its_request() {
    let routes = routes().route(
        "/talks",
        get(async || {
            tracing::info!("before");
            tokio::task::yield_now().await;
            tracing::info!("after");
            "ok"
        }),
    );
    let stand = Stand::new(unhurried(), routes, RoutePolicies::default());
    let (log, _guard) = keep(tracing::Level::INFO);
    let (one, other) = tokio::join!(stand.get("/talks"), stand.get("/talks"));
    let of = |id: &str| log.lines().iter().filter(|line| line["span"]["id"] == id).count();
    assert_eq!((of(one.header("x-request-id")), of(other.header("x-request-id"))), (3, 3));
}

#[tokio::test]
async fn a_caller_that_goes_away_leaves_a_line_too() {
    let routes = routes().route("/never", get(async || std::future::pending::<()>().await));
    let stand = Stand::new(unhurried(), routes, RoutePolicies::default());
    let (log, _guard) = keep(tracing::Level::INFO);
    let call = stand.get("/never");
    let gone = tokio::time::timeout(std::time::Duration::from_millis(20), call).await;
    assert!(gone.is_err());
    assert_eq!(log.lines()[0]["fields"]["status"], 499);
    assert!(log.lines()[0]["span"]["id"].is_string());
}
