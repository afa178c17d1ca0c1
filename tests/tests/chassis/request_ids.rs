use crate::support::{post_json, routes};
use axum::body::Body;
use axum::http::Request;
use nexus_http::chassis::RoutePolicies;
use nexus_tests::stand::{Stand, unhurried};
use std::collections::HashSet;

fn stand() -> Stand {
    Stand::new(unhurried(), routes(), RoutePolicies::default())
}

#[tokio::test]
async fn every_answer_has_an_id_of_its_own() {
    let stand = stand();
    let mut ids = HashSet::new();
    for path in ["/hello", "/nothing", "/json", "/hello"] {
        ids.insert(stand.get(path).await.header("x-request-id").to_owned());
    }
    assert_eq!(ids.len(), 4);
}

#[tokio::test]
async fn a_sane_id_is_given_back_and_any_other_replaced() {
    let stand = stand();
    let with = async |id: &str| {
        let request = Request::get("/hello").header("x-request-id", id.as_bytes()).body(Body::empty());
        stand.send(request.unwrap()).await.header("x-request-id").to_owned()
    };
    for id in ["abc", "4bf92f3577b34da6:00f0/1", &"x".repeat(64)] {
        assert_eq!(with(id).await, id);
    }
    for id in ["", "a b", "a\tb", "é", &"x".repeat(65), &"x".repeat(10_000)] {
        let given = with(id).await;
        assert!(given != id && given.len() == 24, "{id}: {given}");
    }
}

#[tokio::test]
async fn a_refusal_names_its_request() {
    let stand = stand();
    for (request, status, code) in [
        (Request::get("/nothing").body(Body::empty()).unwrap(), 404, "not_found"),
        (Request::get("/json").body(Body::empty()).unwrap(), 405, "method_not_allowed"),
        (Request::post("/json").body(Body::empty()).unwrap(), 415, "unsupported_type"),
        (post_json("/json", "{"), 400, "malformed_json"),
        (post_json("/json", ""), 400, "empty_body"),
        (post_json("/json", "{\"a\":1,\"a\":2}"), 400, "malformed_json"),
        (post_json("/json", "[]"), 422, "invalid_field"),
    ] {
        let reply = stand.send(request).await;
        let body = reply.problem(status, code);
        assert_eq!(body["requestId"], reply.header("x-request-id"), "{body}");
    }
}
