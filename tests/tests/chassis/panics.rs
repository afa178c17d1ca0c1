use crate::support::{policy, routes};
use axum::http::Method;
use axum::routing::get;
use nexus_http::chassis::RoutePolicy;
use nexus_tests::stand::{Stand, unhurried};

#[tokio::test]
async fn a_handler_that_panics_is_a_problem_like_the_others_and_harms_nobody_else() {
    let routes = routes().route(
        "/panic",
        get(async || {
            let empty: Vec<String> = Vec::new();
            empty[3].clone()
        }),
    );
    // A probe takes the short way through the gate.
    for of_panic in [RoutePolicy::USUAL, RoutePolicy::PROBE] {
        let stand = Stand::new(unhurried(), routes.clone(), policy(Method::GET, "/panic", of_panic));
        for _ in 0..3 {
            let reply = stand.get("/panic").await;
            let body = reply.problem(500, "internal");
            assert_eq!(body["requestId"], reply.header("x-request-id"));
            assert_eq!(reply.header("x-content-type-options"), "nosniff");
            assert_eq!(stand.get("/hello").await.status, 200);
        }
    }
}
