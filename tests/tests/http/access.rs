use axum::body::Body;
use axum::http::Request;
use nexus_tests::App;
use nexus_tests::contract::operations;

/// Walks the contract, which is made from the routes themselves: a new route is in this test by being a route.
#[tokio::test]
async fn what_is_not_for_everybody_answers_nobody() {
    let app = App::new().await;
    let presented = [
        None,
        Some("Bearer une-clef-tout-a-fait-fausse"),
        Some("Bearer "),
        Some("Bearer"),
        Some("Basic dW5lLWNsZWYtZGUtdGVzdC1hc3Nlei1sb25ndWU="),
        Some("une-clef-de-test-assez-longue"),
    ];
    for operation in operations(&app).iter().filter(|operation| operation.relation("anonymous").is_none()) {
        for header in presented {
            let mut request =
                Request::builder().method(operation.method.clone()).uri(operation.path_with("ABC123"));
            if let Some(header) = header {
                request = request.header("authorization", header);
            }
            let reply = app.send(request.body(Body::empty()).unwrap()).await;
            let body = reply.problem(401, "unauthenticated");
            // Y-http-08 and Y-http-12: the word that the existing pages test.
            assert_eq!(body["error"], "Unauthorized", "{operation:?} {header:?}");
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
async fn every_operation_names_its_action_and_has_an_example() {
    let app = App::new().await;
    let operations = operations(&app);
    assert!(operations.len() > 15, "{}", operations.len());
    for operation in &operations {
        assert!(!operation.action.is_empty(), "{operation:?}");
        assert!(operation.has_example(), "no example: {} {}", operation.method, operation.path);
    }
}

/// The contract is committed: a change of the interface shows as a change of this file.
#[tokio::test]
#[allow(clippy::disallowed_methods)] // whoever changes the contract says so
async fn the_committed_contract_is_the_one_that_is_served() {
    let app = App::new().await;
    let served = app.get("/openapi.json").await.expect(200);
    let path = nexus_tests::sheets::repository().join("docs/openapi.json");
    let text = format!("{}\n", serde_json::to_string_pretty(&served).unwrap());
    if std::env::var_os("NEXUS_ACCEPT").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == text,
        "docs/openapi.json is out of date: run the tests once with NEXUS_ACCEPT=1 and read the change"
    );
}
