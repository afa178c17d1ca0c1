use crate::support::routes;
use axum::body::Body;
use axum::http::{Method, Request};
use nexus_http::ChassisSettings;
use nexus_http::chassis::{Origin, RoutePolicies};
use nexus_tests::Reply;
use nexus_tests::stand::{Stand, unhurried};

fn stand(origins: &[&str]) -> Stand {
    let allowed_origins = origins.iter().map(|origin| Origin::parse(origin).unwrap()).collect();
    let settings = ChassisSettings { allowed_origins, ..unhurried() };
    Stand::new(settings, routes(), RoutePolicies::default())
}

async fn asked(stand: &Stand, method: Method, origin: &str, extra: &[(&str, &str)]) -> Reply {
    let mut request = Request::builder().method(method).uri("/json").header("origin", origin);
    for (name, value) in extra {
        request = request.header(*name, *value);
    }
    stand.send(request.body(Body::empty()).unwrap()).await
}

const PREFLIGHT: [(&str, &str); 2] = [
    ("access-control-request-method", "POST"),
    ("access-control-request-headers", "content-type,idempotency-key"),
];

#[tokio::test]
async fn nothing_is_said_to_other_sites_by_default() {
    let stand = stand(&[]);
    for (method, extra) in [(Method::GET, &[] as &[_]), (Method::OPTIONS, &PREFLIGHT)] {
        let reply = asked(&stand, method, "https://app.example", extra).await;
        assert_eq!(reply.status, 405);
        assert!(reply.headers.keys().all(|name| !name.as_str().starts_with("access-control")));
    }
}

#[tokio::test]
async fn a_named_site_may_read_and_ask_beforehand() {
    let stand = stand(&["https://app.example", "http://localhost:3000"]);
    for origin in ["https://app.example", "http://localhost:3000"] {
        let reply = asked(&stand, Method::GET, origin, &[]).await;
        assert_eq!(reply.header("access-control-allow-origin"), origin);
        assert_eq!(reply.header("access-control-allow-credentials"), "true");
        assert!(reply.header("access-control-expose-headers").contains("x-request-id"));
        assert!(reply.header("vary").contains("origin"), "{}", reply.header("vary"));

        let reply = asked(&stand, Method::OPTIONS, origin, &PREFLIGHT).await;
        assert_eq!(reply.status, 200);
        assert_eq!(reply.header("access-control-allow-origin"), origin);
        assert!(reply.header("access-control-allow-methods").contains("POST"));
        assert!(reply.header("access-control-allow-headers").contains("idempotency-key"));
        assert_eq!(reply.header("access-control-max-age"), "600");
    }
}

#[tokio::test]
async fn any_other_site_may_not() {
    let stand = stand(&["https://app.example"]);
    for origin in [
        "https://evil.example",
        "https://app.example.evil.example",
        "http://app.example",
        "https://app.example:8443",
        "null",
    ] {
        for (method, extra) in [(Method::GET, &[] as &[_]), (Method::OPTIONS, &PREFLIGHT)] {
            let reply = asked(&stand, method, origin, extra).await;
            assert_eq!(reply.header("access-control-allow-origin"), "", "{origin}");
        }
    }
}
