//! The stream of prices.

use axum::body::{Body, BodyDataStream};
use axum::http::{Method, Request, Response};
use nexus_core::Role;
use nexus_tests::{App, Backing};
use serde_json::json;
use std::time::Duration;
use tokio_stream::StreamExt;
use tower::ServiceExt;

async fn listen(app: &App, last: Option<&str>) -> Response<Body> {
    let mut request = Request::builder().method(Method::GET).uri("/api/pricing/stream");
    if let Some(last) = last {
        request = request.header("last-event-id", last);
    }
    app.router().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
}

async fn next(stream: &mut BodyDataStream) -> String {
    let frame = tokio::time::timeout(Duration::from_secs(10), stream.next()).await.unwrap();
    String::from_utf8(frame.unwrap().unwrap().to_vec()).unwrap()
}

/// Golden vector K5, and what is told behind it.
#[tokio::test]
async fn a_committed_change_is_told_and_a_refused_one_is_not() {
    for backing in Backing::ALL {
        let (app, school) = App::with_school_on(backing).await;
        let admin = school.actor(Role::Admin);
        let response = listen(&app, None).await;
        assert_eq!(response.headers()["content-type"], "text/event-stream; charset=utf-8");
        assert_eq!(response.headers()["x-accel-buffering"], "no");
        let mut stream = response.into_body().into_data_stream();
        assert_eq!(next(&mut stream).await, "event: ready\ndata: {\"ok\":true}\n\n");
        let price =
            |value: i64| json!({"service": "credits", "variable": "pack_50_credits", "valeur": value});
        app.post_as(Some(&admin), "/api/pricing", price(-1)).await.problem(422, "invalid_money");
        app.post_as(Some(&admin), "/api/pricing", price(550)).await.expect(201);
        let told = next(&mut stream).await;
        assert!(told.contains("event: pricing\n") && told.contains("id: 1\n"), "{told}");
        assert!(told.contains("\"valeur\":550"), "{told}");
        app.ask(Some(&admin), Method::PUT, "/api/pricing/1", Some(json!({"valeur": 560}))).await.expect(200);
        assert!(next(&mut stream).await.contains("id: 2\n"));

        // Whoever connects again is told what he missed.
        let mut again = listen(&app, Some("1")).await.into_body().into_data_stream();
        assert!(next(&mut again).await.starts_with("event: ready"));
        let missed = next(&mut again).await;
        assert!(missed.contains("id: 2\n") && missed.contains("560"), "{missed}");
    }
}

#[tokio::test]
async fn places_are_bounded_and_given_back() {
    let (app, _) = App::with_school().await;
    let mut held = Vec::new();
    for _ in 0..3 {
        held.push(listen(&app, None).await);
    }
    assert_eq!(listen(&app, None).await.status(), 503);
    held.pop();
    assert_eq!(listen(&app, None).await.status(), 200);
}
