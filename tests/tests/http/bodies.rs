//! What the layers around the routes refuse, whatever the route.

use axum::body::Body;
use axum::http::{Request, header};
use nexus_tests::{App, KEY, Reply};
use serde_json::json;

async fn post(app: &App, kind: Option<&str>, body: impl Into<Body>) -> Reply {
    let mut request =
        Request::post("/api/bilan/start").header(header::AUTHORIZATION, format!("Bearer {KEY}"));
    if let Some(kind) = kind {
        request = request.header(header::CONTENT_TYPE, kind);
    }
    app.send(request.body(body.into()).unwrap()).await
}

#[tokio::test]
async fn what_is_no_json_is_refused() {
    let app = App::new().await;
    for text in ["", " ", "\n\t"] {
        let body = post(&app, Some("application/json"), text).await.problem(400, "empty_body");
        assert_eq!(body["error"], "Requête invalide: corps vide.");
    }
    let texts = [
        "{",
        "{\"a\":1",
        "nul",
        "{} {}",
        "{\"studentId\":\"a\",}",
        "\u{feff}{}",
        "{\"studentId\": \"\\ud800\"}",
    ];
    for text in texts {
        let body = post(&app, Some("application/json"), text).await.problem(400, "malformed_json");
        assert_eq!(body["detail"], body["title"], "{text}");
    }
    post(&app, Some("application/json"), vec![b'{', b'"', 0xff, b'"', b':', b'1', b'}'])
        .await
        .problem(400, "malformed_json");
}

/// One database keeps the character, the other one does not: neither gets it.
#[tokio::test]
async fn a_nul_is_refused_wherever_it_is() {
    let app = App::new().await;
    for (text, field) in [
        ("{\"studentId\": \"a\", \"bank\": \"b\\u0000\"}", "bank"),
        ("{\"studentId\": \"a\", \"unknown\": [{\"b\\u0000\": 1}]}", "unknown[0].b\u{fffd}"),
    ] {
        let body = post(&app, Some("application/json"), text).await.problem(422, "forbidden_characters");
        assert_eq!(body["errors"][0]["field"], field);
    }
    // What its type refuses keeps that type's refusal.
    let text = "{\"studentId\": \"a\\u0000\"}";
    post(&app, Some("application/json"), text).await.problem(422, "invalid_field");
}

/// What misses is named; nothing that was sent is told.
#[tokio::test]
async fn a_field_that_misses_is_named() {
    let app = App::new().await;
    let body = post(&app, Some("application/json"), "{}").await.problem(422, "invalid_field");
    let field = body["errors"][0]["field"].as_str().unwrap();
    assert_ne!(field, ".");
    assert_eq!(body["detail"], format!("Le champ « {field} » manque."));
}

#[tokio::test]
async fn a_hundred_thousand_levels_are_refused_without_falling() {
    let app = App::new().await;
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let body = format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
        let reply = post(&app, Some("application/json"), body.clone()).await;
        assert!(reply.status.is_client_error());
        assert_eq!(reply.header("content-type"), "application/problem+json; charset=utf-8");
        // The same depth where the reader has to skip an unknown field.
        let hidden = format!("{{\"studentId\":\"a\",\"unknown\":{body}}}");
        post(&app, Some("application/json"), hidden).await.problem(400, "malformed_json");
    }
    let flat = "[".repeat(100_000);
    assert!(post(&app, Some("application/json"), flat).await.status.is_client_error());
}

#[tokio::test]
async fn another_type_of_content_is_refused() {
    let app = App::new().await;
    for kind in
        [None, Some("text/plain"), Some("application/x-www-form-urlencoded"), Some("application/jsonx")]
    {
        post(&app, kind, "{}").await.problem(415, "unsupported_type");
    }
    post(&app, Some("Application/JSON; charset=utf-8"), "{}").await.problem(422, "invalid_field");
}

#[tokio::test]
async fn two_megabytes_are_refused() {
    let app = App::new().await;
    let body = json!({"studentId": "a", "bank": "x".repeat(2 << 20)}).to_string();
    post(&app, Some("application/json"), body).await.problem(413, "too_large");
}

#[tokio::test]
async fn another_method_is_told_which_ones_are_accepted() {
    let app = App::new().await;
    for (method, path, allowed) in [
        ("DELETE", "/api/bilans/ABC123", "GET,HEAD"),
        ("GET", "/api/bilan/start", "POST"),
        ("PUT", "/api/bilans/ABC123/answers", "PATCH"),
        ("POST", "/api/health", "GET,HEAD"),
    ] {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::AUTHORIZATION, format!("Bearer {KEY}"))
            .body(Body::empty());
        let reply = app.send(request.unwrap()).await;
        reply.problem(405, "method_not_allowed");
        assert_eq!(reply.header("allow"), allowed, "{method} {path}");
    }
}

#[tokio::test]
async fn an_unknown_path_is_a_problem_like_the_others() {
    let app = App::new().await;
    for path in ["/", "/api", "/api/bilans", "/api/bilans/", "/api/nothing", "/api/bilans/a/b/c", "/.env"] {
        app.get(path).await.problem(404, "not_found");
    }
}

#[tokio::test]
async fn what_cannot_be_an_identifier_does_not_exist() {
    let app = App::new().await;
    let long = "x".repeat(65);
    for id in
        ["..%2F..%2Fetc%2Fpasswd", "%2e%2e", "a%00b", "a%20b", "%C3%A9", "a%0d%0ax-evil:1", "%FF", &long]
    {
        for path in ["", "/status", "/questions", "/report", "/download"] {
            let body = app.get(&format!("/api/bilans/{id}{path}")).await.problem(404, "bilan_not_found");
            assert_eq!(body["error"], "not_found");
        }
        app.get(&format!("/api/students/{id}/bilans")).await.problem(404, "student_not_found");
        app.get(&format!("/api/bilan/pdf?bilanId={id}")).await;
        let reply = app.get(&format!("/api/bilan/pdf/{id}")).await;
        assert!(reply.status.is_client_error(), "{id}: {}", reply.status);
        assert_eq!(reply.header("location"), "");
    }
}
