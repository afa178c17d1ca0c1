use async_trait::async_trait;
use axum::body::Body;
use axum::http::Request;
use nexus_core::{PoolUse, Role, StoreError, StoreHealth};
use nexus_tests::{App, Reply, rows};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};

async fn get(app: &App, path: &str) -> Reply {
    app.send(Request::get(path).body(Body::empty()).unwrap()).await
}

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

#[tokio::test]
async fn a_process_without_a_database_still_lives() {
    let app = App::new().await;
    app.store.close().await;
    assert_eq!(get(&app, "/health/live").await.expect(200), json!({"live": true}));
}

fn failed_checks(body: &Value) -> Vec<&str> {
    let checks = body["checks"].as_object().unwrap();
    checks.iter().filter(|(_, good)| **good == false).map(|(name, _)| name.as_str()).collect()
}

#[tokio::test]
async fn a_server_is_ready_until_it_leaves() {
    let app = App::new().await;
    let body = get(&app, "/health/ready").await.expect(200);
    assert_eq!(body["ready"], true);
    assert_eq!(
        body["checks"],
        json!({"serving": true, "database": true, "schema": true, "queues": true, "sessions": true})
    );
    app.leave();
    let reply = get(&app, "/health/ready").await;
    let body = reply.problem(503, "service_not_ready");
    assert_eq!((&body["ready"], failed_checks(&body)), (&json!(false), vec!["serving"]));
    assert!(!reply.header("retry-after").is_empty());
    // It still answers whoever is there.
    get(&app, "/api/health").await.expect(200);
}

#[tokio::test]
async fn a_server_without_its_database_is_not_ready() {
    let app = App::new().await;
    app.store.close().await;
    let body = get(&app, "/health/ready").await.problem(503, "service_not_ready");
    assert_eq!(failed_checks(&body), ["database", "queues", "schema"]);
}

/// A database that never answers.
struct Hanging;

#[async_trait]
impl StoreHealth for Hanging {
    async fn ping(&self) -> Result<(), StoreError> {
        std::future::pending().await
    }

    async fn schema_is_current(&self) -> Result<bool, StoreError> {
        std::future::pending().await
    }

    fn pools(&self) -> Vec<PoolUse> {
        Vec::new()
    }
}

#[tokio::test]
async fn readiness_does_not_hang_with_its_database() {
    let app = App::new().await.with_health(Arc::new(Hanging));
    let start = Instant::now();
    let body = get(&app, "/health/ready").await.problem(503, "service_not_ready");
    assert_eq!(failed_checks(&body), ["database", "queues", "schema"]);
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_server_on_another_schema_is_not_ready() {
    let app = App::new().await;
    rows::execute(&app.database(), "DELETE FROM _sqlx_migrations WHERE version = 14").await;
    let body = get(&app, "/health/ready").await.problem(503, "service_not_ready");
    assert_eq!(failed_checks(&body), ["queues", "schema"]);
    rows::execute(&app.database(), "UPDATE _sqlx_migrations SET checksum = x'00' WHERE version = 1").await;
    let body = get(&app, "/health/ready").await.problem(503, "service_not_ready");
    assert_eq!(failed_checks(&body), ["queues", "schema"]);
}

#[tokio::test]
async fn an_administrator_reads_how_everything_is() {
    let (app, school) = App::with_school().await;
    let ask = || Request::get("/api/status").body(Body::empty()).unwrap();
    let body = app.send_as(Some(&school.actor(Role::Admin)), ask()).await.expect(200);
    // One of the two services that are there answers.
    assert_eq!(body["status"], "degraded");
    assert_eq!(body["app"]["db"]["connected"], true);
    assert!(body["app"]["db"]["userCount"].as_u64().unwrap() > 0 && body["app"]["db"]["ms"].is_u64());
    assert_eq!(
        body["services"],
        json!({
            "rag": {"ok": false, "ms": 0, "error": "not_installed"},
            "llm": {"ok": false, "ms": 3000, "error": "timeout"},
            "pdf": {"ok": true, "ms": 12}
        })
    );
    assert_eq!(body["timestamp"], "2026-09-14T08:30:00Z");
    app.send_as(None, ask()).await.problem(401, "unauthenticated");
    app.send_as(Some(&school.actor(Role::Assistante)), ask()).await.problem(403, "forbidden");
    app.store.close().await;
    let body = app.send_as(Some(&school.actor(Role::Admin)), ask()).await.problem(503, "storage_unavailable");
    assert_eq!(body["status"], "error");
}
