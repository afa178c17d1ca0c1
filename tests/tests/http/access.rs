use axum::body::Body;
use axum::http::Request;
use nexus_tests::App;

/// Every route with its method; a new one is added here, or the last test of this file fails.
const ROUTES: [(&str, &str); 15] = [
    ("POST", "/api/bilan/start"),
    ("GET", "/api/bilan/pdf"),
    ("GET", "/api/bilan/pdf/ABC123"),
    ("GET", "/api/bilans/ABC123"),
    ("GET", "/api/bilans/ABC123/status"),
    ("GET", "/api/bilans/ABC123/questions"),
    ("PATCH", "/api/bilans/ABC123/answers"),
    ("POST", "/api/bilans/ABC123/submit"),
    ("GET", "/api/bilans/ABC123/report"),
    ("GET", "/api/bilans/ABC123/download"),
    ("POST", "/api/bilans/ABC123/review"),
    ("POST", "/api/bilans/ABC123/publish"),
    ("POST", "/api/bilans/ABC123/regenerate"),
    ("POST", "/api/bilans/ABC123/retry"),
    ("GET", "/api/students/ABC123/bilans"),
];

#[tokio::test]
async fn no_route_but_health_answers_without_the_key() {
    let app = App::new().await;
    let presented = [
        None,
        Some("Bearer une-clef-tout-a-fait-fausse"),
        Some("Bearer "),
        Some("Bearer"),
        Some("Basic dW5lLWNsZWYtZGUtdGVzdC1hc3Nlei1sb25ndWU="),
        Some("une-clef-de-test-assez-longue"),
    ];
    for (method, path) in ROUTES {
        for header in presented {
            let mut request = Request::builder().method(method).uri(path);
            if let Some(header) = header {
                request = request.header("authorization", header);
            }
            let reply = app.send(request.body(Body::empty()).unwrap()).await;
            let body = reply.problem(401, "unauthenticated");
            // Y-http-08 and Y-http-12: the word that the existing pages test.
            assert_eq!(body["error"], "Unauthorized", "{method} {path} {header:?}");
            assert_eq!(reply.header("www-authenticate"), "Bearer");
        }
    }
}

#[tokio::test]
async fn the_scheme_is_read_without_regard_to_case() {
    let app = App::new().await;
    let request = Request::builder()
        .uri("/api/bilans/ABC123")
        .header("authorization", format!("bearer {}", nexus_tests::KEY))
        .body(Body::empty());
    app.send(request.unwrap()).await.problem(404, "bilan_not_found");
}

#[tokio::test]
async fn every_route_of_the_sources_is_in_the_list_above() {
    let source =
        std::fs::read_to_string(nexus_tests::sheets::repository().join("nexus-http/src/server.rs")).unwrap();
    let routes: Vec<&str> =
        source.lines().filter(|line| line.trim_start().starts_with(".add(Access::")).collect();
    let public: Vec<_> = routes.iter().filter(|line| line.contains("Access::Public")).collect();
    assert_eq!(public.len(), 1, "{public:?}");
    assert!(public[0].contains("\"/api/health\""));
    assert_eq!(routes.len() - 1, ROUTES.len());
    for (_, path) in ROUTES {
        let pattern = path.replace("ABC123", "{id}");
        assert!(routes.iter().any(|line| line.contains(&format!("\"{pattern}\""))), "{pattern}");
    }
}
