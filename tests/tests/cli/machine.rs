use nexus_tests::program::Run;
use std::ffi::OsStr;

#[test]
fn the_doctor_says_what_is_ready_and_what_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let words = [OsStr::new("doctor"), "--data".as_ref(), folder.path().as_os_str()];
    let outcome = Run::new(words).finish();
    let printed = outcome.succeeded();
    for line in [
        "✓ Dossier de données",
        "✓ Documents",
        "– Secret des sessions",
        "✓ Questionnaires",
        "✓ Moteur de mise en page",
        "– Courriels",
        "– Redis",
        "– Assistant de rédaction",
    ] {
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
fn the_doctor_tells_who_does_not_answer_and_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    // Nobody listens there: the port was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let outcome = Run::new([OsStr::new("doctor"), "--data".as_ref(), folder.path().as_os_str()])
        .with("SMTP_HOST", "127.0.0.1")
        .with("SMTP_PORT", port.to_string())
        .with("SMTP_SECURE", "none")
        .with("SMTP_FROM", "nexus@exemple.test")
        .with("SMTP_USER", "nexus")
        .with("SMTP_PASSWORD", "mot-de-passe-du-courrier")
        .with("REDIS_URL", format!("redis://:mot-de-passe-de-redis@127.0.0.1:{port}"))
        .with("NEXTAUTH_SECRET", "un-secret-de-plus-de-trente-deux-caracteres")
        .with("NEXUS_ENRICHMENT", "oui")
        .with("OPENAI_API_KEY", "sk-clef-du-fournisseur")
        .with("OPENAI_MODEL", "modele")
        .with("OPENAI_BASE_URL", format!("http://127.0.0.1:{port}/v1"))
        .finish();
    assert_eq!(outcome.code, Some(3), "{outcome:?}");
    for line in ["✗ Courriels", "✗ Redis", "✗ Assistant de rédaction", "✓ Secret des sessions"] {
        assert!(outcome.stdout.contains(line), "{line}: {}", outcome.stdout);
    }
    for secret in ["mot-de-passe", "sk-clef", "un-secret-de"] {
        assert!(!format!("{outcome:?}").contains(secret), "{secret}: {outcome:?}");
    }
}

#[test]
fn a_school_is_counted_only_where_there_is_a_schema() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().as_os_str();
    let words = [OsStr::new("doctor"), "--consistency".as_ref(), "--data".as_ref(), data];
    assert!(Run::new(words).finish().refused(3, "schema_mismatch").contains("nexus migrate"));
    Run::new([OsStr::new("migrate"), "--data".as_ref(), data]).finish().succeeded();
    let outcome = Run::new(words).finish();
    assert_eq!(outcome.code, Some(3), "{outcome:?}");
    for line in
        ["✗ At least 1 admin", "admins=0", "✗ Sessions cover multiple statuses", "Il manque quelque chose."]
    {
        assert!(outcome.stdout.contains(line), "{line}: {outcome:?}");
    }
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
