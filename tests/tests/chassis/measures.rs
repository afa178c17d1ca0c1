use crate::support::{post_json, routes};
use axum::Json;
use axum::body::Body;
use axum::http::{Method, Request};
use axum::routing::get;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use nexus_http::chassis::{RoutePolicies, RoutePolicy};
use nexus_tests::stand::{Stand, unhurried};
use serde_json::json;

/// A stand whose measures, and nobody else's, can be read.
fn stand() -> (Stand, PrometheusHandle) {
    let recorder = PrometheusBuilder::new().set_buckets(&[0.1, 0.5, 1.0]).unwrap().build_recorder();
    let handle = recorder.handle();
    // For the rest of this test: the meters are made by the thread that runs it.
    let recorder: &'static _ = Box::leak(Box::new(recorder));
    std::mem::forget(metrics::set_default_local_recorder(recorder));
    let routes = routes().route("/api/eleves/{id}", get(async || Json(json!({}))));
    let mut policies = RoutePolicies::default();
    for (method, path) in
        [(Method::GET, "/api/eleves/{id}"), (Method::GET, "/hello"), (Method::POST, "/json")]
    {
        policies.add(method, path, RoutePolicy::USUAL);
    }
    (Stand::new(unhurried(), routes, policies), handle)
}

#[tokio::test]
async fn the_names_are_those_that_the_alerts_use() {
    let (stand, measures) = stand();
    for id in ["a", "b", "c"] {
        stand.get(&format!("/api/eleves/{id}")).await;
    }
    stand.send(post_json("/json", "{")).await;
    let text = measures.render();
    for line in [
        r#"http_requests_total{method="GET",route="/api/eleves/{id}",status="200"} 3"#,
        r#"http_requests_total{method="POST",route="/json",status="400"} 1"#,
        r#"http_request_duration_seconds_bucket{method="GET",route="/api/eleves/{id}",le="0.5"} 3"#,
        r#"http_request_duration_seconds_count{method="GET",route="/api/eleves/{id}"} 3"#,
        "http_requests_in_flight 0",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
    }
}

#[tokio::test]
async fn nobody_can_make_more_series() {
    let (stand, measures) = stand();
    let series = |text: &str| text.lines().filter(|line| line.starts_with("http_requests_total{")).count();
    for number in 0..200 {
        stand.get(&format!("/api/eleves/{number}?{number}")).await;
        stand.get(&format!("/random/{number}")).await;
        let method = format!("M{number}");
        let request = Request::builder().method(method.as_str()).uri("/hello").body(Body::empty());
        stand.send(request.unwrap()).await;
    }
    let text = measures.render();
    assert_eq!(series(&text), 3, "{text}");
    assert!(
        text.contains(r#"http_requests_total{method="GET",route="unmatched",status="404"} 200"#),
        "{text}"
    );
    assert!(
        text.contains(r#"http_requests_total{method="other",route="/hello",status="405"} 200"#),
        "{text}"
    );
}
