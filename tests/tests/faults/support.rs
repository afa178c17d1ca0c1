use nexus_tests::people::{Pupil, enrol, store};
use nexus_tests::rows;
use nexus_tests::server::Server;
use nexus_tests::sheets::{BANK, example};
use serde_json::{Value, json};
use std::path::Path;

/// Writes the database and one pupil in a data folder.
pub(crate) async fn enrolled(data: &Path, name: &str) -> String {
    let store = store(data).await;
    let student = enrol(&*store, &Pupil::named(name)).await;
    store.close().await;
    student.to_string()
}

/// Starts a bilan and saves the answers of an example; returns its id, at revision 1.
pub(crate) fn answered(server: &Server, student: &str) -> String {
    let start = server.post("/api/bilan/start", &json!({"studentId": student, "bank": BANK})).expect(201);
    let id = start["id"].as_str().unwrap().to_owned();
    let sheet = example("elias");
    let save = json!({"revision": 0, "answers": sheet["answers"], "survey": sheet["survey"]});
    server.call("PATCH", &format!("/api/bilans/{id}/answers"), Some(&save)).expect(200);
    id
}

/// The submission of revision 1.
pub(crate) fn submission() -> Value {
    json!({"revision": 1})
}

/// Asserts that a bilan of one pupil is whole: report, documents, files, answers, and one finished job.
pub(crate) async fn assert_whole(server: &Server, data: &Path, id: &str, context: &str) {
    let sheet = example("elias");
    let saved = server.get(&format!("/api/bilans/{id}/questions")).expect(200)["saved"].clone();
    let by_id = |answers: &Value| {
        let mut answers = answers.as_array().unwrap().clone();
        answers.sort_by_key(|answer| answer["itemId"].as_str().unwrap().to_owned());
        answers
    };
    assert_eq!(by_id(&saved["answers"]), by_id(&sheet["answers"]), "{context}");
    assert_eq!(saved["survey"], sheet["survey"], "{context}");

    let database = data.join("nexus.db");
    assert_eq!(rows::count(&database, "SELECT count(*) FROM bilan_documents").await, 4, "{context}");
    assert_eq!(
        rows::count(&database, "SELECT count(DISTINCT variant) FROM bilan_documents").await,
        4,
        "{context}"
    );
    assert_eq!(rows::count(&database, "SELECT count(*) FROM bilan_scores").await, 1, "{context}");
    assert_eq!(rows::count(&database, "SELECT count(*) FROM jobs").await, 1, "{context}");
    assert_eq!(rows::one::<String>(&database, "SELECT state FROM jobs").await, "done", "{context}");
    assert_eq!(rows::one::<String>(&database, "PRAGMA integrity_check").await, "ok", "{context}");
    let names: Vec<_> = std::fs::read_dir(data.join(format!("files/bilans/{id}/1")))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(names.len(), 4, "{context}: {names:?}");
    for variant in ["eleve", "parent", "nexus", "general"] {
        let reply = server.get(&format!("/api/bilans/{id}/download?variant={variant}"));
        assert_eq!(reply.status.as_u16(), 200, "{context}: {variant}");
        assert!(
            reply.body.starts_with(b"%PDF-") && reply.body.trim_ascii_end().ends_with(b"%%EOF"),
            "{context}"
        );
    }
}
