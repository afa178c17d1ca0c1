use crate::support::{policy, routes};
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, put};
use axum::{Json, Router};
use nexus_http::Problem;
use nexus_http::chassis::{EntityTag, IfMatch, RateClass, RoutePolicies, RoutePolicy};
use nexus_tests::Reply;
use nexus_tests::stand::{Stand, unhurried};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

/// Something that is read, and changed by whoever saw its present state.
fn notebook() -> Router {
    let note = Arc::new(Mutex::new(json!({"text": "a"})));
    let (read, written) = (Arc::clone(&note), note);
    let reading = get(async move || Json(read.lock().unwrap().clone()));
    let writing = put(async move |seen: IfMatch, Json(new): Json<Value>| -> Result<Response, Problem> {
        let mut note = written.lock().unwrap();
        seen.check(&EntityTag::of_json(&*note).unwrap())?;
        *note = new;
        Ok(StatusCode::NO_CONTENT.into_response())
    });
    routes()
        .route("/note", reading.merge(writing))
        .route("/own", get(async || ([(header::ETAG, "\"own\"")], "x")))
        .route("/text", get(async || "x"))
        .route("/created", get(async || (StatusCode::CREATED, Json(json!({})))))
        .route("/large", get(async || Json(json!("x".repeat(2 << 20)))))
}

fn stand() -> Stand {
    Stand::new(unhurried(), notebook(), RoutePolicies::default())
}

async fn asked(
    stand: &Stand,
    method: &str,
    path: &str,
    condition: (&str, &str),
    body: &'static str,
) -> Reply {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(condition.0, condition.1)
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body));
    stand.send(request.unwrap()).await
}

#[tokio::test]
async fn what_has_not_changed_is_not_sent_again() {
    let stand = stand();
    let first = stand.get("/note").await;
    let tag = first.header("etag").to_owned();
    assert!(tag.starts_with('"') && tag.len() == 24, "{tag}");
    let list = format!("\"other\", {tag}");
    let weak = format!("W/{tag}");
    for known in [tag.as_str(), "*", list.as_str(), weak.as_str()] {
        let reply = asked(&stand, "GET", "/note", ("if-none-match", known), "").await;
        assert_eq!((reply.status.as_u16(), reply.header("etag")), (304, tag.as_str()), "{known}");
        assert!(reply.body.is_empty());
        assert_eq!(reply.header("content-type"), "");
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
    }
    for known in ["\"other\"", "", "garbage"] {
        let reply = asked(&stand, "GET", "/note", ("if-none-match", known), "").await;
        assert_eq!((reply.status.as_u16(), &reply.body), (200, &first.body), "{known}");
    }
    assert_eq!(asked(&stand, "PUT", "/note", ("if-match", "*"), "{\"text\":\"b\"}").await.status, 204);
    let reply = asked(&stand, "GET", "/note", ("if-none-match", &tag), "").await;
    assert_eq!(reply.expect(200)["text"], "b");
    assert_ne!(reply.header("etag"), tag);
}

#[tokio::test]
async fn only_small_json_that_was_asked_for_and_found_is_tagged() {
    let stand = stand();
    for (path, status) in [("/text", 200), ("/created", 201), ("/large", 200), ("/nothing", 404)] {
        let reply = stand.get(path).await;
        assert_eq!((reply.status.as_u16(), reply.header("etag")), (status, ""), "{path}");
    }
    assert_eq!(stand.get("/own").await.header("etag"), "\"own\"");
    assert_eq!(asked(&stand, "GET", "/own", ("if-none-match", "\"own\""), "").await.status, 304);
    // A refusal stays a refusal, whatever its reader has.
    asked(&stand, "GET", "/nothing", ("if-none-match", "*"), "").await.problem(404, "not_found");
}

#[tokio::test]
async fn a_change_of_what_somebody_else_changed_is_refused() {
    let stand = stand();
    let tag = stand.get("/note").await.header("etag").to_owned();
    assert_eq!(asked(&stand, "PUT", "/note", ("if-match", &tag), "{\"text\":\"b\"}").await.status, 204);
    let reply = asked(&stand, "PUT", "/note", ("if-match", &tag), "{\"text\":\"c\"}").await;
    reply.problem(412, "precondition_failed");
    let weak = format!("W/{}", stand.get("/note").await.header("etag"));
    asked(&stand, "PUT", "/note", ("if-match", &weak), "{}").await.problem(412, "precondition_failed");
    assert_eq!(stand.get("/note").await.expect(200)["text"], "b");
    assert_eq!(asked(&stand, "PUT", "/note", ("x-none", "x"), "{\"text\":\"d\"}").await.status, 204);
}

#[tokio::test]
async fn a_probe_is_asked_too_often_to_be_hashed() {
    let stand = Stand::new(unhurried(), routes(), policy(Method::GET, "/hello", RoutePolicy::PROBE));
    assert_eq!(stand.get("/hello").await.header("etag"), "");
    // One that also counts its callers goes through the whole gate.
    let counted = RoutePolicy { rate: RateClass::Usual, ..RoutePolicy::PROBE };
    let stand = Stand::new(unhurried(), routes(), policy(Method::GET, "/hello", counted));
    assert_eq!(stand.get("/hello").await.header("etag"), "");
}
