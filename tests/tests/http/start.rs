use nexus_core::StudentId;
use nexus_tests::people::{Pupil, enrol};
use nexus_tests::{App, sheets::BANK};
use serde_json::json;

#[tokio::test]
async fn opens_an_attempt_by_bank_or_by_subject_and_level() {
    let app = App::new().await;
    let student = app.pupil("a").await;
    let body = app.post("/api/bilan/start", json!({"studentId": student, "bank": BANK})).await.expect(201);
    insta::assert_json_snapshot!(body);
    let other = app.pupil("b").await;
    for (field, spelling) in [("grade", "terminale"), ("niveau", "Terminale")] {
        let student = if field == "grade" { &other } else { &app.pupil("c").await };
        let body = json!({"student_id": student, "subject": "MATHEMATIQUES", field: spelling});
        assert_eq!(app.post("/api/bilan/start", body).await.expect(201)["bank"], BANK);
    }
}

#[tokio::test]
async fn refuses_what_cannot_be_opened() {
    let app = App::new().await;
    let student = app.pupil("a").await;
    let premiere = enrol(&*app.store, &Pupil { grade: Some("premiere"), ..Pupil::named("p") }).await;
    for (body, status, code) in [
        (json!({"studentId": "nobody", "bank": BANK}), 404, "student_not_found"),
        (json!({"studentId": student, "bank": "nothing"}), 422, "unknown_bank"),
        (json!({"studentId": student, "bank": "../maths-terminale"}), 422, "unknown_bank"),
        (json!({"studentId": student}), 422, "unknown_bank"),
        (json!({"studentId": student, "subject": "MATHEMATIQUES"}), 422, "unknown_bank"),
        (json!({"studentId": student, "subject": "SVT", "grade": "terminale"}), 422, "unknown_choice"),
        (json!({"studentId": student, "subject": "MATHEMATIQUES", "grade": "CM2"}), 422, "unknown_choice"),
        (json!({"studentId": premiere, "bank": BANK}), 422, "level_mismatch"),
        (json!({"studentId": "../../etc"}), 422, "invalid_field"),
        (json!({"studentId": 12}), 422, "invalid_field"),
        (json!({"studentId": {"a": 1}}), 422, "invalid_field"),
        (json!({"bank": BANK}), 422, "invalid_field"),
        (json!([]), 422, "invalid_field"),
        (json!(null), 422, "invalid_field"),
    ] {
        app.post("/api/bilan/start", body.clone()).await.problem(status, code);
    }
    assert_eq!(app.get(&format!("/api/students/{student}/bilans")).await.expect(200), json!([]));
}

#[tokio::test]
async fn a_second_start_names_the_open_attempt_and_an_expired_one_does_not_count() {
    let app = App::new().await;
    let student: StudentId = app.pupil("a").await;
    let first = app.started(&student).await;
    let body = app.post("/api/bilan/start", json!({"studentId": student, "bank": BANK})).await;
    assert_eq!(body.problem(409, "attempt_already_open")["bilanId"], first.as_str());

    app.clock.advance(app.context.settings.time_to_answer);
    let second = app.started(&student).await;
    assert_ne!(first, second);
    assert_eq!((app.state(&first).await, app.state(&second).await), ("EXPIRED".into(), "DRAFT".into()));
}
