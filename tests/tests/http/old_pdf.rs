use nexus_tests::sheets::one_answer;
use nexus_tests::{App, golden};
use serde_json::json;

#[tokio::test]
async fn the_old_address_redirects_without_repeating_what_was_sent() {
    let app = App::new().await;
    let location = "/api/bilan/pdf?bilanId=ABC123&variant=parent";
    if let Some(case) = golden::case("Y-http-07") {
        assert_eq!(case["expected"], json!({"status": 302, "body": {"location": location}}));
    }
    for (path, expected) in [
        ("ABC123?variant=parent", location),
        ("ABC123", "/api/bilan/pdf?bilanId=ABC123"),
        (
            "ABC123?niveau=Terminale&variant=eleve",
            "/api/bilan/pdf?bilanId=ABC123&variant=eleve&niveau=terminale",
        ),
        ("ABC123?variant=x%0d%0aSet-Cookie:a&niveau=%3Cscript%3E", "/api/bilan/pdf?bilanId=ABC123"),
    ] {
        let reply = app.get(&format!("/api/bilan/pdf/{path}")).await;
        assert_eq!((reply.status.as_u16(), reply.header("location")), (302, expected), "{path}");
        assert!(reply.headers.get("set-cookie").is_none());
    }
}

#[tokio::test]
async fn what_is_missing_is_named_by_the_old_words() {
    let app = App::new().await;
    let student = app.pupil("a").await;
    if let Some(case) = golden::case("Y-http-11") {
        assert_eq!(case["expected"], json!({"status": 400, "body": {"error": "Missing niveau"}}));
    }
    let body = app.get("/api/bilan/pdf").await.problem(400, "malformed_parameter");
    assert_eq!(body["error"], "Missing niveau");
    let body = app.get("/api/bilan/pdf?niveau=terminale").await.problem(400, "malformed_parameter");
    assert_eq!(body["error"], "No student context");
    let path = format!("/api/bilan/pdf?studentId={student}&niveau=terminale");
    assert_eq!(app.get(&path).await.problem(404, "bilan_not_found")["error"], "No bilan for niveau");
    app.get("/api/bilan/pdf?studentId=nobody&niveau=terminale").await.problem(404, "student_not_found");
    app.get("/api/bilan/pdf?bilanId=nothing").await.problem(404, "bilan_not_found");
}

#[tokio::test]
async fn the_pdf_is_found_by_bilan_or_by_pupil_and_level() {
    let app = App::new().await;
    let id = app.reported("a", one_answer()).await;
    let by_id = app.get(&format!("/api/bilan/pdf?bilanId={id}&variant=parent")).await;
    let by_level = app.get("/api/bilan/pdf?studentId=student-a&niveau=Terminale&variant=parent").await;
    assert_eq!((by_id.status.as_u16(), by_id.header("content-type")), (200, "application/pdf"));
    assert_eq!(by_id.body, by_level.body);
    // An unknown variant always meant the general document here.
    let general = app.get(&format!("/api/bilan/pdf?bilanId={id}")).await;
    assert_eq!(app.get(&format!("/api/bilan/pdf?bilanId={id}&variant=zzz")).await.body, general.body);
    assert_ne!(general.body, by_id.body);
    let other_level = app.get("/api/bilan/pdf?studentId=student-a&niveau=premiere").await;
    assert_eq!(other_level.problem(404, "bilan_not_found")["error"], "No bilan for niveau");
}
