use crate::support::{post_json, routes};
use axum::body::Body;
use axum::http::{HeaderName, Request};
use nexus_http::ChassisSettings;
use nexus_http::chassis::{Origin, RoutePolicies};
use nexus_tests::stand::{Stand, unhurried};

fn stand() -> Stand {
    let settings =
        ChassisSettings { public_url: Some(Origin::parse("https://nexus.example").unwrap()), ..unhurried() };
    Stand::new(settings, routes(), RoutePolicies::default())
}

fn post(headers: &[(&str, &str)]) -> Request<Body> {
    let mut request = post_json("/json", "{}");
    for (name, value) in headers {
        request.headers_mut().append(name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
    }
    request
}

const SESSION: (&str, &str) = ("cookie", "__Secure-next-auth.session-token=abc");

#[tokio::test]
async fn a_page_of_another_site_cannot_use_a_session() {
    let stand = stand();
    for headers in [
        vec![SESSION, ("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")],
        vec![SESSION, ("origin", "https://evil.nexus.example"), ("sec-fetch-site", "same-site")],
        vec![SESSION, ("origin", "null")],
        vec![SESSION],
    ] {
        let body = stand.send(post(&headers)).await.problem(403, "cross_site_request");
        assert!(body["requestId"].is_string());
    }
}

#[tokio::test]
async fn a_page_of_the_site_and_a_program_can_go_on() {
    let stand = stand();
    for headers in [
        vec![SESSION, ("origin", "https://nexus.example"), ("sec-fetch-site", "same-origin")],
        vec![("authorization", "Bearer abc"), ("origin", "https://evil.example")],
        vec![],
    ] {
        assert_eq!(stand.send(post(&headers)).await.status, 200, "{headers:?}");
    }
}
