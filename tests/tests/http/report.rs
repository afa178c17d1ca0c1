use nexus_tests::sheets::{example, one_answer};
use nexus_tests::{App, golden};
use serde_json::json;

#[tokio::test]
async fn nothing_is_given_before_the_report_is_there() {
    let app = App::new().await;
    let id = app.submitted("a", one_answer()).await;
    let expected = json!({"status": 409, "body": {"error": "not_ready"}});
    if let Some(case) = golden::case("Y-http-02") {
        assert_eq!(case["expected"], expected);
    }
    for path in ["download", "report", "report?format=pdf", "report?variant=parent"] {
        let body = app.get(&format!("/api/bilans/{id}/{path}")).await.problem(409, "report_not_ready");
        assert_eq!(body["error"], expected["body"]["error"]);
        let body = app.get(&format!("/api/bilans/unknown/{path}")).await.problem(404, "bilan_not_found");
        assert_eq!(body["error"], "not_found");
    }
}

#[tokio::test]
async fn the_json_of_each_variant_holds_no_name_and_no_more_than_its_reader_may_see() {
    let app = App::new().await;
    let id = app.reported("a", example("nour")["answers"].clone()).await;
    for variant in ["eleve", "parent", "nexus", "general"] {
        let reply = app.get(&format!("/api/bilans/{id}/report?variant={variant}")).await;
        let body = reply.expect(200);
        assert_eq!(
            (&body["variant"], &body["reference"], &body["revision"]),
            (&json!(variant), &json!(id), &json!(1))
        );
        let text = String::from_utf8(reply.body).unwrap();
        assert!(!text.contains("Élève") && !text.contains("O'Connor"), "{variant}");
        let blocks = |name: &str| text.contains(&format!("\"block\":\"{name}\""));
        assert_eq!(blocks("items"), variant == "nexus", "{variant}");
        if matches!(variant, "eleve" | "general") {
            assert!(!blocks("offer"), "{variant}");
        }
        insta::assert_json_snapshot!(format!("report_{variant}"), body, {
            ".sections[].blocks" => "[blocks]",
            ".lead.text" => "[text]",
        });
    }
    assert_eq!(app.get(&format!("/api/bilans/{id}/report")).await.expect(200)["variant"], "general");
}

#[tokio::test]
async fn unknown_choices_are_told() {
    let app = App::new().await;
    let id = app.reported("a", one_answer()).await;
    for query in ["variant=coach", "variant=ELEVE", "variant=", "format=docx", "variant=..%2F..%2Fx"] {
        let body = app.get(&format!("/api/bilans/{id}/report?{query}")).await.problem(422, "unknown_choice");
        assert!(body["field"] == "variant" || body["field"] == "format");
    }
    app.get(&format!("/api/bilans/{id}/download?variant=coach")).await.problem(422, "unknown_choice");
    app.get(&format!("/api/bilans/{id}/report?variant=eleve&variant=parent"))
        .await
        .problem(400, "malformed_parameter");
}

#[tokio::test]
async fn the_pdf_is_the_stored_file_under_its_checksum() {
    let app = App::new().await;
    let id = app.reported("a", one_answer()).await;
    let mut bodies = std::collections::HashSet::new();
    for variant in ["eleve", "parent", "nexus", "general"] {
        let reply = app.get(&format!("/api/bilans/{id}/download?variant={variant}")).await;
        assert_eq!(reply.status, 200);
        assert_eq!(reply.header("content-type"), "application/pdf");
        assert_eq!(reply.header("content-disposition"), format!("inline; filename=\"bilan_{id}.pdf\""));
        assert_eq!(reply.header("cache-control"), "private, no-cache");
        assert_eq!(reply.header("etag"), format!("\"{}\"", nexus_core::Checksum::of_bytes(&reply.body)));
        let same = app.get(&format!("/api/bilans/{id}/report?format=pdf&variant={variant}")).await;
        assert_eq!(same.body, reply.body);
        assert!(bodies.insert(reply.body), "{variant} is the document of another variant");
    }
}

#[tokio::test]
async fn a_file_that_was_changed_or_removed_is_not_given() {
    let app = App::new().await;
    let id = app.reported("a", one_answer()).await;
    let folder = app.folder().join(format!("files/bilans/{id}/1"));
    let files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 4);
    for file in &files {
        std::fs::write(file, b"%PDF-1.7 something else").unwrap();
    }
    app.get(&format!("/api/bilans/{id}/download?variant=eleve")).await.problem(409, "report_not_ready");
    for file in &files {
        std::fs::remove_file(file).unwrap();
    }
    app.get(&format!("/api/bilans/{id}/download?variant=eleve")).await.problem(409, "report_not_ready");
}
