use nexus_tests::program::run;
use nexus_tests::sheets::repository;
use serde_json::{Value, json};
use std::ffi::OsStr;
use std::path::Path;

fn bank() -> Value {
    let path = repository().join("nexus-bilan/banks/maths-terminale.json");
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn check(folder: &Path, content: impl AsRef<[u8]>) -> nexus_tests::program::Outcome {
    let path = folder.join("banque.json");
    std::fs::write(&path, content).unwrap();
    run([OsStr::new("bank"), "check".as_ref(), path.as_os_str()])
}

#[test]
fn the_built_in_files_have_no_problem() {
    let outcome = run(["bank", "check"]);
    assert!(outcome.succeeded().ends_with("2 fichier(s), 0 erreur(s), 0 avertissement(s).\n"), "{outcome:?}");
    assert!(run(["bank", "list"]).succeeded().contains("maths-terminale"));
}

#[test]
fn every_kind_of_broken_file_is_told_with_its_item_and_rule() {
    let folder = tempfile::tempdir().unwrap();
    let mut two_keys = bank();
    two_keys["items"][0]["options"][0]["correct"] = json!(true);
    let mut same_id = bank();
    same_id["items"][1]["id"] = json!("MT-SD-01");
    let mut no_prompt = bank();
    no_prompt["items"][0].as_object_mut().unwrap().remove("prompt");
    let mut text_weight = bank();
    text_weight["items"][0]["weight"] = json!("lourd");
    for (content, rule, words) in [
        (two_keys.to_string(), "V5", "MT-SD-01"),
        (same_id.to_string(), "V1", "MT-SD-01"),
        (no_prompt.to_string(), "wrong_type", "MT-SD-01"),
        (text_weight.to_string(), "", "MT-SD-01"),
        ("{\"slug\": ".to_owned(), "unreadable", "banque.json"),
        ("[]".to_owned(), "", "banque.json"),
        ("\u{0}\u{1}".to_owned(), "unreadable", "banque.json"),
        ("[".repeat(200_000), "unreadable", "banque.json"),
        (" ".repeat(10 << 20), "unreadable", "banque.json"),
    ] {
        let outcome = check(folder.path(), &content);
        assert_eq!(outcome.code, Some(2), "{outcome:?}");
        let line = outcome
            .stdout
            .lines()
            .find(|line| line.contains("erreur ") && line.contains(&format!("[{rule}")));
        assert!(line.is_some(), "{rule}: {}", outcome.stdout);
        assert!(outcome.stdout.contains(words), "{rule}: {}", outcome.stdout);
        assert!(outcome.stdout.lines().count() < 200, "{rule}");
        for line in outcome.stdout.lines().filter(|line| line.contains("erreur ")) {
            nexus_tests::reply::assert_is_for_people(line.split_once(']').unwrap().1);
        }
    }
}

#[test]
fn an_absent_file_is_an_error_and_a_good_one_beside_it_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let absent = folder.path().join("absente.json");
    let good = repository().join("nexus-bilan/banks/maths-terminale.json");
    let outcome = run([OsStr::new("bank"), "check".as_ref(), good.as_os_str(), absent.as_os_str()]);
    assert!(outcome.refused(2, "invalid_field").contains("absente.json"));
}
