use crate::support::routes;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, Method, header};
use axum::routing::get;
use nexus_http::ChassisSettings;
use nexus_http::chassis::{Constant, Origin, RoutePolicies, RoutePolicy};
use nexus_tests::stand::{Stand, unhurried};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

const LIVE: Constant = Constant { content_type: "application/json", body: r#"{"live":true}"# };

/// A route whose answer never changes, and how often its handler was asked all the same.
fn stand(settings: ChassisSettings, policy: RoutePolicy) -> (Stand, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&asked);
    let handler = async move || {
        seen.fetch_add(1, Ordering::Relaxed);
        ([(header::CONTENT_TYPE, LIVE.content_type)], LIVE.body)
    };
    let mut policies = RoutePolicies::default();
    policies.add(Method::GET, "/live", policy);
    policies.always_answers("/live", LIVE);
    (Stand::new(settings, routes().route("/live", get(handler)), policies), asked)
}

fn without_id(mut headers: HeaderMap) -> HeaderMap {
    assert!(headers.remove("x-request-id").is_some());
    // The router writes it itself; for the other answer the server does.
    headers.remove(header::CONTENT_LENGTH);
    headers
}

#[tokio::test]
async fn nobody_is_asked_for_what_never_changes_and_the_answer_is_the_same() {
    let (stand, asked) = stand(unhurried(), RoutePolicy::PROBE);
    let short = stand.get("/live").await;
    assert_eq!(asked.load(Ordering::Relaxed), 0);
    // A request with a body is not plain: its handler is asked.
    let long = stand.send(Request::get("/live").body(Body::from("x")).unwrap()).await;
    assert_eq!(asked.load(Ordering::Relaxed), 1);
    assert_eq!((short.status, &short.body), (long.status, &long.body));
    assert_eq!(without_id(short.headers), without_id(long.headers));
}

#[tokio::test]
async fn an_id_that_is_brought_is_given_back() {
    let (stand, _) = stand(unhurried(), RoutePolicy::PROBE);
    let request = Request::get("/live").header("x-request-id", "mine-1").body(Body::empty()).unwrap();
    assert_eq!(stand.send(request).await.header("x-request-id"), "mine-1");
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused_there_too() {
    let (stand, _) = stand(unhurried(), RoutePolicy::PROBE);
    let large = "x".repeat(1 << 20);
    let request = Request::get("/live").header("x-large", large).body(Body::empty()).unwrap();
    stand.send(request).await.problem(431, "headers_too_large");
}

#[tokio::test]
async fn other_methods_other_sites_and_other_routes_go_the_long_way() {
    let (probe, asked) = stand(unhurried(), RoutePolicy::PROBE);
    probe.send(Request::head("/live").body(Body::empty()).unwrap()).await;
    assert_eq!(asked.load(Ordering::Relaxed), 1);
    probe
        .send(Request::delete("/live").body(Body::empty()).unwrap())
        .await
        .problem(405, "method_not_allowed");

    let origin = "https://app.nexus.example";
    let sharing = ChassisSettings { allowed_origins: vec![Origin::parse(origin).unwrap()], ..unhurried() };
    let (shared, asked) = stand(sharing, RoutePolicy::PROBE);
    let request = Request::get("/live").header(header::ORIGIN, origin).body(Body::empty()).unwrap();
    assert_eq!(shared.send(request).await.header("access-control-allow-origin"), origin);
    assert_eq!(asked.load(Ordering::Relaxed), 1);

    // Whoever may not call it without a limit is counted, whatever the answer would be.
    let (usual, asked) = stand(unhurried(), RoutePolicy::USUAL);
    assert!(!usual.get("/live").await.header("ratelimit-limit").is_empty());
    assert_eq!(asked.load(Ordering::Relaxed), 1);
}
