use nexus_tests::program::Run;
use std::ffi::OsStr;

#[test]
fn the_doctor_says_what_is_ready_and_what_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let words = [OsStr::new("doctor"), "--data".as_ref(), folder.path().as_os_str()];
    let outcome = Run::new(words).finish();
    let printed = outcome.succeeded();
    for line in ["✓ Dossier de données", "✓ Questionnaires", "✓ Moteur de mise en page", "– Clefs d'accès"]
    {
        assert!(printed.contains(line), "{line}: {printed}");
    }
    assert!(printed.ends_with("Tout est prêt.\n"));

    let empty = folder.path().join("vide");
    std::fs::create_dir(&empty).unwrap();
    let outcome = Run::new(words).with("NEXUS_TEX_BUNDLE", &empty).finish();
    assert_eq!(outcome.code, Some(3), "{outcome:?}");
    let line = outcome.stdout.lines().find(|line| line.starts_with("✗ Moteur")).unwrap();
    assert!(line.contains("scripts/install-tex"), "{line}");
}

#[test]
fn every_wrong_setting_is_told_at_once_and_no_value_of_a_key() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("nexus.toml"), "access_keys = [\"clef-secrete-1234567890\"\n").unwrap();
    let outcome = Run::new(["doctor"])
        .within(folder.path())
        .with("NEXUS_LISTEN", "partout")
        .with("NEXUS_ZONE", "Lune/Mer")
        .with("NEXUS_DOCUMENTS_IN_PARALLEL", "beaucoup")
        .finish();
    let told = outcome.refused(2, "invalid_configuration");
    for words in ["partout", "Lune/Mer", "beaucoup", "nexus.toml"] {
        assert!(told.contains(words), "{words}: {told}");
    }
    assert!(!told.contains("clef-secrete"), "{told}");
}
