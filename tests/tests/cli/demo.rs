use nexus_tests::program::{Outcome, run};
use nexus_tests::sheets::{example, example_path};
use nexus_tests::{pdf, rows};
use serde_json::Value;
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

const VARIANTS: [&str; 4] = ["eleve", "parent", "nexus", "general"];

fn demo(data: &Path) -> Outcome {
    run([OsStr::new("demo"), OsStr::new("--data"), data.as_os_str()])
}

fn facts(name: &str) -> Value {
    let path = example_path(name);
    let outcome = run([
        OsStr::new("bilan"),
        "score".as_ref(),
        "--json".as_ref(),
        "--answers".as_ref(),
        path.as_os_str(),
    ]);
    serde_json::from_str(outcome.succeeded()).unwrap()
}

fn documents(data: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    ["yasmine", "elias", "nour"]
        .iter()
        .flat_map(|name| VARIANTS.map(|variant| data.join(format!("bilans/{name}/bilan-{variant}.pdf"))))
        .map(|path| (path.clone(), std::fs::read(&path).unwrap()))
        .collect()
}

#[tokio::test]
async fn shows_everything_and_makes_nothing_twice() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("données d'essai");
    let first = demo(&data);
    let printed = first.succeeded();
    let before = documents(&data);
    for path in before.keys() {
        assert!(printed.contains(&path.display().to_string()), "{} is not told", path.display());
    }
    let second = demo(&data);
    assert_eq!(second.succeeded(), printed);
    assert!(documents(&data) == before, "a second run changed a document");
    let database = data.join("nexus.db");
    for (query, expected) in [
        ("SELECT count(*) FROM bilans WHERE state = 'PUBLISHED'", 3),
        ("SELECT count(*) FROM bilans", 3),
        ("SELECT count(*) FROM bilan_documents", 12),
        ("SELECT count(*) FROM students", 3),
        ("SELECT count(*) FROM jobs WHERE state = 'done'", 3),
    ] {
        assert_eq!(rows::count(&database, query).await, expected, "{query}");
    }

    for name in ["yasmine", "elias", "nour"] {
        let (sheet, facts) = (example(name), facts(name));
        let first_name = sheet["student"]["firstName"].as_str().unwrap();
        let last_name = sheet["student"]["lastName"].as_str().unwrap();
        for variant in VARIANTS {
            let path = data.join(format!("bilans/{name}/bilan-{variant}.pdf"));
            let text = pdf::text(&path);
            let context = format!("{name} {variant}");
            assert!(text.contains(first_name) && text.contains(last_name), "{context}: {text}");
            assert!(!text.contains("[ELEVE]") && !text.contains("ELEVE]"), "{context}");
            for domain in facts["domains"].as_array().unwrap() {
                let label = domain["label"].as_str().unwrap();
                assert!(text.contains(label), "{context}: {label} is not in {text}");
                if let Some(percent) = domain["percent"].as_u64() {
                    let figure = format!("{percent} %");
                    assert!(text.contains(&figure), "{context}: {figure} of {label} is not in {text}");
                }
            }
            let properties = pdf::properties(&path);
            assert!(properties.title.contains("Bilan d’entrée"), "{context}: {properties:?}");
            assert!(
                !properties.subject.is_empty() && properties.author.contains("Nexus"),
                "{context}: {properties:?}"
            );
            assert_eq!(properties.language, "fr-FR", "{context}");
            assert!((1..=12).contains(&properties.pages), "{context}: {properties:?}");
        }
        let everybody: Vec<_> = VARIANTS.iter().filter(|variant| **variant != "nexus").collect();
        for variant in everybody {
            let text = pdf::text(&data.join(format!("bilans/{name}/bilan-{variant}.pdf")));
            // Item by item corrections and keys are for staff.
            assert!(!text.contains("MT-SD-01"), "{name} {variant}");
        }
    }
}
