//! `nexus till reconcile`.

use nexus_tests::program::run;
use std::path::Path;

fn reconcile(data: &Path, file: &Path, more: &[&str]) -> nexus_tests::program::Outcome {
    let (data, file) = (data.to_str().unwrap(), file.to_str().unwrap());
    run(["--data", data, "till", "reconcile", file].iter().copied().chain(more.iter().copied()))
}

#[test]
fn a_statement_is_compared_and_a_table_told() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    run(["--data", data.to_str().unwrap(), "migrate"]).succeeded();
    let file = folder.path().join("releve.csv");
    std::fs::write(&file, "reference,amount\npay-1,450.000\n=1+1,2\n").unwrap();
    let outcome = reconcile(&data, &file, &[]);
    assert_eq!(outcome.code, Some(3), "{}", outcome.stderr);
    for words in ["pay-1", "absent d'ici", "450,000", "'=1+1", "0 concordent, 2 absents d'ici"] {
        assert!(outcome.stdout.contains(words), "{words} is not in\n{}", outcome.stdout);
    }
    let again = reconcile(&data, &file, &[]);
    assert_eq!(again.stdout, outcome.stdout);
    let told = reconcile(&data, &file, &["--json"]);
    let told: serde_json::Value = serde_json::from_str(&told.stdout).unwrap();
    assert_eq!((&told[1]["reference"], &told[1]["result"]), (&"pay-1".into(), &"missing_here".into()));

    std::fs::write(&file, "reference,amount\n").unwrap();
    reconcile(&data, &file, &[]).succeeded();
}

#[test]
fn what_is_no_statement_is_refused_before_anything_else() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    run(["--data", data.to_str().unwrap(), "migrate"]).succeeded();
    let file = folder.path().join("releve.csv");
    let large = std::fs::File::create(&file).unwrap();
    large.set_len(50 * 1024 * 1024).unwrap();
    assert!(reconcile(&data, &file, &[]).stderr.contains("dépasse 10 Mo"));
    std::fs::write(&file, "montant\n1\n").unwrap();
    assert!(reconcile(&data, &file, &[]).stderr.contains("« reference » manque"));
    std::fs::write(&file, b"\xff\xfer\0").unwrap();
    assert!(reconcile(&data, &file, &[]).stderr.contains("n'est pas un texte lisible"));
    let absent = folder.path().join("absent.csv");
    assert!(reconcile(&data, &absent, &[]).stderr.contains("ne peut pas être lu"));
}
