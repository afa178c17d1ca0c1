use crate::support::{post_json, routes};
use axum::http::header;
use axum::response::Html;
use axum::routing::get;
use nexus_http::ChassisSettings;
use nexus_http::chassis::{Origin, RoutePolicies};
use nexus_tests::stand::{Stand, unhurried};
use nexus_tests::{App, Reply};

fn stand(settings: ChassisSettings) -> Stand {
    let routes = routes()
        .route("/page", get(async || Html("<p>Bonjour</p>")))
        .route("/file", get(async || ([(header::CONTENT_TYPE, "application/pdf")], "%PDF-1.7")))
        .route("/cached", get(async || ([(header::CACHE_CONTROL, "private, no-cache")], "x")));
    Stand::new(settings, routes, RoutePolicies::default())
}

fn production() -> ChassisSettings {
    ChassisSettings {
        public_url: Some(Origin::parse("https://nexus.example").unwrap()),
        allowed_origins: vec![Origin::parse("https://app.nexus.example").unwrap()],
        video_origin: Some(Origin::parse("https://meet.example").unwrap()),
        ..unhurried()
    }
}

fn assert_guarded(reply: &Reply) {
    assert_eq!(reply.header("x-content-type-options"), "nosniff");
    assert_eq!(reply.header("referrer-policy"), "no-referrer");
    assert!(reply.header("content-security-policy").contains("frame-ancestors"));
    // Data is no document: it has no camera to be kept from.
    let kind = reply.header("content-type");
    let is_shown = kind.starts_with("text/html") || kind == "application/pdf";
    assert_eq!(reply.headers.contains_key("permissions-policy"), is_shown);
    assert!(!reply.header("cache-control").is_empty());
    assert!(!reply.header("x-request-id").is_empty());
}

#[tokio::test]
async fn every_answer_is_guarded() {
    let stand = stand(production());
    for path in ["/hello", "/page", "/file", "/cached", "/nothing", "/json"] {
        assert_guarded(&stand.get(path).await);
    }
    assert_guarded(&stand.send(post_json("/json", "{")).await);
}

#[tokio::test]
async fn the_policy_fits_the_kind_of_answer() {
    let stand = stand(production());
    let policy = |reply: Reply| reply.header("content-security-policy").to_owned();
    let api = policy(stand.get("/hello").await);
    assert!(api.starts_with("default-src 'none';") && api.contains("frame-ancestors 'none'"), "{api}");
    let page = policy(stand.get("/page").await);
    assert!(page.contains("script-src 'self';") && !page.contains("unsafe-eval"), "{page}");
    assert_eq!(
        policy(stand.get("/file").await),
        "frame-ancestors 'self' https://nexus.example https://app.nexus.example"
    );
}

#[tokio::test]
async fn lessons_may_use_camera_and_microphone() {
    let reply = stand(production()).get("/page").await;
    let policy = reply.header("permissions-policy");
    assert!(policy.contains("camera=(self \"https://meet.example\")"), "{policy}");
    assert!(policy.contains("microphone=(self \"https://meet.example\")"), "{policy}");
}

#[tokio::test]
async fn transport_security_follows_the_public_address() {
    assert_eq!(
        stand(production()).get("/hello").await.header("strict-transport-security"),
        "max-age=31536000; includeSubDomains"
    );
    assert_eq!(stand(unhurried()).get("/hello").await.header("strict-transport-security"), "");
}

#[tokio::test]
async fn what_a_route_says_about_caching_stays() {
    let stand = stand(production());
    assert_eq!(stand.get("/cached").await.header("cache-control"), "private, no-cache");
    assert_eq!(stand.get("/hello").await.header("cache-control"), "no-store");
}

/// The explained contract works with nothing but what its policy allows: its own files.
#[tokio::test]
async fn the_explained_contract_needs_nothing_from_elsewhere() {
    let app = App::new().await;
    let page = app.get("/docs/index.html").await;
    assert_guarded(&page);
    assert!(page.header("content-security-policy").contains("script-src 'self'"));
    let text = String::from_utf8(page.body.clone()).unwrap();
    assert!(text.contains("swagger-ui-bundle.js"));
    assert!(!text.contains("http://") && !text.contains("https://"), "{text}");
    for script in text.split("<script").skip(1) {
        let (attributes, inside) = script.split_once('>').unwrap();
        assert!(attributes.contains("src="), "{script}");
        assert!(inside.trim_start().starts_with("</script>"), "an inline script would not run: {script}");
    }
}
