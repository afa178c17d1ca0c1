use nexus_tests::sheets::example;
use nexus_tests::{App, golden};
use serde_json::json;

#[tokio::test]
async fn an_unknown_pupil_has_the_old_words() {
    let app = App::new().await;
    if let Some(case) = golden::case("Y-http-13") {
        assert_eq!(case["expected"], json!({"status": 404, "body": {"error": "Not found"}}));
    }
    let body = app.get("/api/students/nobody/bilans").await.problem(404, "student_not_found");
    assert_eq!(body["error"], "Not found");
}

#[tokio::test]
async fn lists_newest_first_with_the_percentage_of_the_score() {
    let app = App::new().await;
    let first = app.reported("a", example("elias")["answers"].clone()).await;
    app.clock.advance(jiff::SignedDuration::from_hours(1));
    let student = nexus_core::StudentId::parse("student-a").unwrap();
    let second = app.started(&student).await;
    let body = app.get("/api/students/student-a/bilans").await.expect(200);
    assert_eq!((&body[0]["id"], &body[1]["id"]), (&json!(second), &json!(first)));
    assert_eq!(body[0]["percent"], json!(null), "no score, no percentage");
    // The stored points give the percentage, half up, as Y-list-percent has it.
    let scores: String =
        nexus_tests::rows::one(&app.database(), r#"SELECT "qcmScores" FROM bilans WHERE "state" <> 'DRAFT'"#)
            .await;
    let scores: serde_json::Value = serde_json::from_str(&scores).unwrap();
    let number =
        |name: &str| scores[name].as_f64().unwrap_or_else(|| panic!("{name} is no number: {scores}"));
    let expected = (100.0 * number("total") / number("totalMax") + 0.5).floor();
    assert_eq!(body[1]["percent"].as_f64().unwrap().to_string(), expected.to_string());
    insta::assert_json_snapshot!(body);
}
