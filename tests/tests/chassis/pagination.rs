use axum::routing::get;
use axum::{Json, Router};
use nexus_http::chassis::{PageOf, RoutePolicies};
use nexus_tests::stand::{Stand, unhurried};
use serde_json::json;

#[tokio::test]
async fn whatever_is_asked_for_the_page_is_within_bounds() {
    let list = async |PageOf(page): PageOf<12>| {
        Json(json!({"page": page.number(), "limit": page.limit(), "offset": page.offset()}))
    };
    let routes = Router::new().route("/list", get(list));
    let stand = Stand::new(unhurried(), routes, RoutePolicies::default());
    let long = "9".repeat(300);
    for (query, page, limit) in [
        ("", 1, 12),
        ("?page=3&limit=40", 3, 40),
        ("?page=2&pageSize=7", 2, 7),
        ("?page=NaN&limit=NaN", 1, 12),
        ("?page=-1&limit=-1", 1, 1),
        ("?page=0&limit=0", 1, 1),
        ("?page=&limit=", 1, 12),
        ("?page&limit", 1, 12),
        ("?limit=101", 1, 100),
        ("?limit=1e9", 1, 12),
        ("?page=1.5", 1, 12),
        ("?page=%00&limit=%FF", 1, 12),
        ("?page=1;DROP TABLE users".split(' ').next().unwrap(), 1, 12),
        ("?page=2&page=3", 2, 12),
        ("?page[]=2", 1, 12),
        (&format!("?page={long}&limit={long}"), 1_000_000, 100),
    ] {
        let body = stand.get(&format!("/list{query}")).await.expect(200);
        let offset = (page - 1) * limit;
        assert_eq!(body, json!({"page": page, "limit": limit, "offset": offset}), "{query}");
    }
}
