use axum::body::Body;
use axum::http::Request;
use nexus_tests::App;
use serde_json::json;

#[tokio::test]
async fn tells_that_the_database_answers() {
    let app = App::new().await;
    app.pupil("a").await;
    let reply = app.send(Request::get("/api/health").body(Body::empty()).unwrap()).await;
    assert_eq!(reply.expect(200), json!({"ok": true, "db": "up", "userCount": 2, "version": "0.0.0-test"}));
    assert_eq!(reply.header("cache-control"), "no-store");
    assert_eq!(reply.header("x-content-type-options"), "nosniff");
    assert!(!reply.header("x-request-id").is_empty());
}

#[tokio::test]
async fn tells_that_the_database_is_down() {
    let app = App::new().await;
    app.store.close().await;
    let reply = app.send(Request::get("/api/health").body(Body::empty()).unwrap()).await;
    let body = reply.problem(503, "storage_unavailable");
    assert_eq!((&body["ok"], &body["error"]), (&json!(false), &json!("db_down")));
    assert_eq!(reply.header("retry-after"), "5");
}
