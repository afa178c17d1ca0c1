//! Fields that a request does not have.

use crate::support::post_json;
use axum::routing::post;
use axum::{Json, Router};
use nexus_http::chassis::RoutePolicies;
use nexus_http::{JsonBody, StrictJsonBody};
use nexus_tests::stand::{Stand, unhurried};
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Change {
    first_name: Option<String>,
    #[serde(default)]
    children: Vec<Child>,
}

#[derive(Serialize, Deserialize)]
struct Child {
    name: String,
}

fn stand() -> Stand {
    let routes = Router::new()
        .route("/strict", post(async |StrictJsonBody(change): StrictJsonBody<Change>| Json(change)))
        .route("/old", post(async |JsonBody(change): JsonBody<Change>| Json(change)));
    Stand::new(unhurried(), routes, RoutePolicies::default())
}

#[tokio::test]
async fn every_field_that_is_not_accepted_is_told_at_once() {
    let stand = stand();
    let sent = json!({
        "firstName": "Léa", "role": "ADMIN", "ownerId": "u1", "balance": 10,
        "children": [{"name": "a"}, {"name": "b", "credits": 3}]
    });
    let body = stand.send(post_json("/strict", sent.to_string())).await.problem(422, "unknown_field");
    let fields: Vec<_> =
        body["errors"].as_array().unwrap().iter().map(|error| error["field"].as_str().unwrap()).collect();
    assert_eq!(fields.len(), 4, "{body}");
    for field in ["role", "ownerId", "balance", "children.1.credits"] {
        assert!(fields.contains(&field), "{field} is not told: {body}");
    }
    assert!(body["errors"].as_array().unwrap().iter().all(|error| error["code"] == "unknown_field"));
    assert_eq!(body["detail"], "Plusieurs champs (4) sont incorrects.");
    assert!(!body.to_string().contains("ADMIN"), "what was sent is not repeated");
}

#[tokio::test]
async fn what_is_known_passes_and_old_addresses_ignore_the_rest() {
    let stand = stand();
    let known = json!({"firstName": "Léa", "children": [{"name": "a"}]});
    assert_eq!(stand.send(post_json("/strict", known.to_string())).await.expect(200), known);
    let more = json!({"firstName": "Léa", "children": [{"name": "a"}], "role": "ADMIN"});
    assert_eq!(stand.send(post_json("/old", more.to_string())).await.expect(200), known);
}

#[tokio::test]
async fn a_wrong_type_names_its_place() {
    let stand = stand();
    for path in ["/strict", "/old"] {
        let body = stand.send(post_json(path, "{\"children\":[{\"name\":1}]}")).await;
        let body = body.problem(422, "invalid_field");
        assert_eq!(body["errors"][0]["field"], "children[0].name", "{body}");
    }
}
