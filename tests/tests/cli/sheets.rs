use nexus_tests::pdf;
use nexus_tests::program::{Outcome, Run, run};
use nexus_tests::sheets::{example, example_path};
use serde_json::{Value, json};
use std::ffi::OsStr;
use std::path::Path;

fn bilan(action: &str, answers: &Path, more: &[&str]) -> Outcome {
    let words = [OsStr::new("bilan"), action.as_ref(), "--answers".as_ref(), answers.as_os_str()];
    run(words.into_iter().chain(more.iter().map(OsStr::new)))
}

fn written(folder: &Path, content: impl AsRef<[u8]>) -> std::path::PathBuf {
    let path = folder.join("feuille.json");
    std::fs::write(&path, content).unwrap();
    path
}

#[test]
fn a_score_as_a_table_and_as_json_say_the_same() {
    let path = example_path("elias");
    let facts: Value = serde_json::from_str(bilan("score", &path, &["--json"]).succeeded()).unwrap();
    let outcome = bilan("score", &path, &[]);
    let table = pdf::flat(outcome.succeeded());
    assert!(table.starts_with("Elias Ben Salem-Martin"));
    for domain in facts["domains"].as_array().unwrap() {
        let (label, percent) = (domain["label"].as_str().unwrap(), domain["percent"].as_u64().unwrap());
        let line = outcome.stdout.lines().find(|line| line.starts_with(label)).unwrap();
        assert!(pdf::flat(line).contains(&format!("{percent} %")), "{line}");
    }
    assert_eq!(bilan("score", &path, &["--json"]).stdout, bilan("score", &path, &["--json"]).stdout);
}

#[test]
fn a_report_is_the_json_of_its_variant() {
    for variant in ["eleve", "parent", "nexus", "general"] {
        let outcome = bilan("report", &example_path("nour"), &["--variant", variant]);
        let report: Value = serde_json::from_str(outcome.succeeded()).unwrap();
        assert_eq!(report["variant"], variant);
        assert!(!outcome.stdout.contains("Nour"), "{variant}: a stored text holds the name");
    }
    assert_eq!(bilan("report", &example_path("nour"), &["--variant", "coach"]).code, Some(2));
}

#[test]
fn the_same_sheet_and_day_give_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let mut sheet = example("yasmine");
    sheet["date"] = json!("2026-09-14");
    let path = written(folder.path(), sheet.to_string());
    let mut files = Vec::new();
    for name in ["un.pdf", "deux.pdf"] {
        let out = folder.path().join(name);
        let outcome = bilan("pdf", &path, &["--variant", "parent", "--out", out.to_str().unwrap()]);
        assert_eq!(outcome.succeeded().trim_end(), out.to_str().unwrap());
        files.push(std::fs::read(out).unwrap());
    }
    assert!(files[0] == files[1]);
    sheet["date"] = json!("2026-09-15");
    let path = written(folder.path(), sheet.to_string());
    let out = folder.path().join("trois.pdf");
    bilan("pdf", &path, &["--variant", "parent", "--out", out.to_str().unwrap()]).succeeded();
    assert!(std::fs::read(&out).unwrap() != files[0]);
    assert!(pdf::text(&out).contains("15 septembre 2026"));
}

#[test]
fn hostile_names_are_printed_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let hostile = r"100 % de réussite & plus_ ^~\input{/etc/passwd} $\input{x}$";
    let mut sheet = example("nour");
    sheet["student"]["firstName"] = json!(hostile);
    sheet["student"]["lastName"] = json!(r"\write18{id} #1 {}} <script>");
    sheet["student"]["school"] = json!(hostile);
    let path = written(folder.path(), sheet.to_string());
    let out = folder.path().join("bilan.pdf");
    bilan("pdf", &path, &["--variant", "eleve", "--out", out.to_str().unwrap()]).succeeded();
    let text = pdf::text(&out);
    for words in
        [r"100 % de réussite & plus_ ^~\input{/etc/passwd}", r"$\input{x}$", r"\write18{id}", "<script>"]
    {
        // A long name may be broken over lines at any place.
        let bare = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        assert!(bare(&text).contains(&bare(words)), "{words} is not in {text}");
    }
    assert!(!text.contains("root:") && !text.contains("uid="), "{text}");
}

#[test]
fn a_sheet_that_cannot_be_used_is_told_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let absent = folder.path().join("absente.json");
    assert!(bilan("score", &absent, &[]).refused(2, "invalid_field").contains("n'existe pas"));
    assert!(
        bilan("score", folder.path(), &[])
            .refused(2, "invalid_field")
            .contains(folder.path().to_str().unwrap())
    );

    let mut option = example("elias");
    option["answers"][0]["value"] = json!("Z");
    let mut twice = example("elias");
    let first = twice["answers"][0].clone();
    twice["answers"].as_array_mut().unwrap().push(first);
    let mut unknown = example("elias");
    unknown["bank"] = json!("maths-cm2");
    let mut bankless = example("elias");
    bankless.as_object_mut().unwrap().remove("bank");
    let mut field = example("elias");
    field["answerz"] = json!([]);
    for (content, code, words) in [
        (option.to_string(), "unknown_option", "MT-SD-01"),
        (twice.to_string(), "duplicate_answer", "MT-SD-01"),
        (unknown.to_string(), "unknown_bank", "maths-terminale"),
        (bankless.to_string(), "unknown_bank", "--bank"),
        (field.to_string(), "invalid_field", "ligne 1"),
        ("{\n\"student\": ".to_owned(), "malformed_json", "ligne 2"),
        (String::new(), "malformed_json", "ligne"),
        ("[".repeat(100_000), "invalid_field", "ligne 1"),
        (format!("{{\"survey\": {}", "[".repeat(100_000)), "invalid_field", "ligne 1"),
        (format!("{{\"student\": {}", "{\"a\":".repeat(100_000)), "invalid_field", "ligne 1"),
        ("[1]".to_owned(), "invalid_field", "ligne 1"),
    ] {
        let path = written(folder.path(), content);
        for action in ["score", "report", "pdf"] {
            let outcome = bilan(action, &path, &[]);
            let sentence = outcome.refused(2, code);
            assert!(sentence.contains(words), "{code}: {sentence}");
            assert!(outcome.stdout.is_empty(), "{code}");
        }
    }
    let path = written(folder.path(), format!("{{\"student\": \"{}\"}}", "x".repeat(3 << 20)));
    assert!(bilan("score", &path, &[]).refused(1, "too_large").contains("2 Mo"));
    assert!(
        bilan("score", &example_path("nour"), &["--bank", "rien"])
            .refused(2, "unknown_bank")
            .contains("rien")
    );
}

#[test]
fn a_pdf_that_cannot_be_written_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("nulle/part/bilan.pdf");
    let outcome = bilan("pdf", &example_path("nour"), &["--out", out.to_str().unwrap()]);
    assert!(outcome.refused(2, "invalid_field").contains("Impossible d'écrire"), "{outcome:?}");
}

#[test]
fn without_the_files_of_the_engine_the_command_that_installs_them_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = example_path("nour");
    let outcome = Run::new([OsStr::new("bilan"), "pdf".as_ref(), "--answers".as_ref(), path.as_os_str()])
        .with("NEXUS_TEX_BUNDLE", folder.path())
        .within(folder.path())
        .finish();
    assert!(outcome.refused(3, "renderer_missing").contains("scripts/install-tex"), "{outcome:?}");
    assert!(!folder.path().join("bilan-eleve.pdf").exists());
}
