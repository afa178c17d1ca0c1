use nexus_tests::sheets::one_answer;
use nexus_tests::{App, golden};
use serde_json::json;

#[tokio::test]
async fn an_unknown_bilan_has_the_shape_that_the_pages_poll() {
    let app = App::new().await;
    let (status, expected) = (404, json!({"status": "error", "error": "not_found"}));
    if let Some(case) = golden::case("Y-http-00") {
        assert_eq!((&case["expected"]["status"], &case["expected"]["body"]), (&json!(status), &expected));
    }
    for id in ["unknown", "..%2Fx"] {
        let body = app.get(&format!("/api/bilans/{id}/status")).await.problem(status, "bilan_not_found");
        assert_eq!((&body["status"], &body["error"]), (&expected["status"], &expected["error"]));
    }
}

#[tokio::test]
async fn the_word_follows_the_state() {
    let app = App::new().await;
    let id = app.answered("a", one_answer()).await;
    let path = format!("/api/bilans/{id}/status");
    assert_eq!(app.get(&path).await.expect(200)["status"], "queued");
    app.post(&format!("/api/bilans/{id}/submit"), json!({"revision": 1})).await.expect(202);
    assert_eq!(app.get(&path).await.expect(200)["status"], "running");
    app.work().await;
    let body = app.get(&path).await.expect(200);
    if let Some(case) = golden::case("Y-http-03") {
        // The old variant was the one of the last document made; there are four of them now, named by the bilan.
        assert_eq!(body["status"], case["expected"]["body"]["status"]);
    }
    insta::assert_json_snapshot!(body);
}

#[tokio::test]
async fn the_whole_state_names_the_documents_once_they_are_there() {
    let app = App::new().await;
    let id = app.submitted("a", one_answer()).await;
    assert_eq!(app.get(&format!("/api/bilans/{id}")).await.expect(200)["documents"], json!([]));
    app.work().await;
    let body = app.get(&format!("/api/bilans/{id}")).await.expect(200);
    for document in body["documents"].as_array().unwrap() {
        let reply = app.get(document["url"].as_str().unwrap()).await;
        assert_eq!((reply.status.as_u16(), reply.header("content-type")), (200, "application/pdf"));
    }
    insta::assert_json_snapshot!(body);
}
