use nexus_tests::program::Run;
use nexus_tests::{golden, sheets::repository};
use serde_json::{Value, json};

/// Secrets that no output may hold.
const HIDDEN: &str = "hunter2hunter2hunter2hunter2hunter2";

#[test]
fn explains_what_counts_and_what_it_won_over() {
    let folder = tempfile::tempdir().unwrap();
    let file = "listen = \"127.0.0.1:1\"\n\n[smtp]\n";
    std::fs::write(folder.path().join("nexus.toml"), file).unwrap();
    let run = |words: &[&str]| {
        Run::new(["config", "explain"].iter().chain(words))
            .within(folder.path())
            .with("NEXUS_LISTEN", "127.0.0.1:2")
            .with("NEXTAUTH_SECRET", HIDDEN)
            .with("DATABASE_URL", format!("postgresql://nexus:{HIDDEN}@base/nexus"))
            .finish()
    };
    let outcome = run(&[]);
    let printed = outcome.succeeded();
    let after = |name: &str| {
        printed.lines().skip_while(|line| !line.contains(name)).take(2).collect::<Vec<_>>().join("\n")
    };
    let listen = after("  listen ");
    assert!(listen.contains("127.0.0.1:2") && listen.contains("variable NEXUS_LISTEN"), "{listen}");
    assert!(listen.contains("l'emporte sur 127.0.0.1:1 (nexus.toml, ligne 1)"), "{listen}");
    assert!(after("  session_secret ").contains("••• (35 caractères)"), "{printed}");
    assert!(after("  database_url ").contains("postgresql://nexus:•••@base/nexus"), "{printed}");
    assert!(after("  zone ").contains("Africa/Tunis") && after("  zone ").contains("par défaut"));
    assert!(outcome.stderr.contains("✗ smtp (nexus.toml, ligne 3)"), "{outcome:?}");
    assert!(!format!("{outcome:?}").contains("hunter2"));

    let one = run(&["NEXTAUTH_SECRET"]);
    assert_eq!(one.succeeded().lines().count(), 5, "{one:?}");
    assert!(one.stdout.contains("NEXUS_SESSION_SECRET, puis NEXTAUTH_SECRET"), "{one:?}");
    run(&["couleur"]).refused(2, "unknown_choice");

    let all: Value = serde_json::from_str(run(&["--json"]).succeeded()).unwrap();
    let secret = all.as_array().unwrap().iter().find(|setting| setting["name"] == "session_secret").unwrap();
    assert_eq!(secret["value"], "••• (35 caractères)");
    assert_eq!(secret["source"], "variable NEXTAUTH_SECRET");
    assert!(!all.to_string().contains("hunter2"));
}

#[test]
fn checks_everything_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let run = |words: &[&str], pairs: &[(&str, &str)]| {
        let run = Run::new(["config", "check"].iter().chain(words)).within(folder.path());
        pairs.iter().fold(run, |run, (name, value)| run.with(name, value)).finish()
    };
    let outcome = run(&[], &[]);
    assert!(outcome.succeeded().contains("utilisable"), "{outcome:?}");
    let wrong = [
        ("NEXUS_LISTEN", "partout"),
        ("NEXUS_ZONE", "Lune/Mer"),
        ("SMTP_PORT", "0"),
        ("NEXTAUTH_SECRET", "bref"),
    ];
    let outcome = run(&[], &wrong);
    assert_eq!(outcome.code, Some(2), "{outcome:?}");
    for words in ["✗ listen", "✗ zone", "✗ smtp_port", "– session_secret", "3 erreur(s), 1 remarque(s)"]
    {
        assert!(outcome.stdout.contains(words), "{words}: {}", outcome.stdout);
    }
    let answer: Value = serde_json::from_str(&run(&["--json"], &wrong).stdout).unwrap();
    assert_eq!(answer["ok"], false);
    assert_eq!(answer["problems"][0]["severity"], "refusal");
}

/// O10. The vector's `VECTOR_DIM must be 3072` is told as a notice: `docs/adr/0010`.
#[test]
fn an_incomplete_production_is_refused_with_everything_that_it_lacks() {
    let vector = golden::core("O10");
    let input = vector.as_ref().map_or_else(
        || {
            json!({
                "NODE_ENV": "production", "DATABASE_URL": "mysql://x",
                "OPENAI_EMBEDDINGS_MODEL": "text-embedding-3-large", "VECTOR_DIM": "1536"
            })
        },
        |vector| vector["input"].clone(),
    );
    let expected = vector.as_ref().map_or_else(
        || {
            json!([
                "DATABASE_URL must be a valid PostgreSQL URL in production",
                "SMTP_HOST is required in production"
            ])
        },
        |vector| vector["expected"]["mustMention"].clone(),
    );
    let folder = tempfile::tempdir().unwrap();
    let run = |words: &[&str]| {
        let run = Run::new(words).within(folder.path());
        input
            .as_object()
            .unwrap()
            .iter()
            .fold(run, |run, (name, value)| run.with(name, value.as_str().unwrap()))
            .finish()
    };
    let outcome = run(&["config", "check", "--json"]);
    assert_eq!(outcome.code, Some(2), "{outcome:?}");
    let answer: Value = serde_json::from_str(&outcome.stdout).unwrap();
    let problems = answer["problems"].as_array().unwrap();
    for mention in expected.as_array().unwrap() {
        let mention = mention.as_str().unwrap();
        let found = problems.iter().find(|problem| problem["developer"].as_str().unwrap().contains(mention));
        let found = found.unwrap_or_else(|| panic!("{mention} is not among {problems:#?}"));
        let refused = !mention.starts_with("VECTOR_DIM") && !mention.starts_with("OPENAI_MODEL");
        assert_eq!(found["severity"] == "refusal", refused, "{mention}");
    }
    // The server refuses with the same list, before it touches anything.
    let outcome = run(&["serve"]);
    let told = outcome.refused(2, "invalid_configuration");
    for name in
        ["DATABASE_URL", "NEXTAUTH_URL", "NEXTAUTH_SECRET", "NEXT_PUBLIC_APP_URL", "SMTP_HOST", "SMTP_FROM"]
    {
        assert!(told.contains(name), "{name}: {told}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn the_page_of_settings_is_up_to_date() {
    let written = Run::new(["config", "reference"]).finish();
    let page = std::fs::read_to_string(repository().join("docs/configuration.md")).unwrap();
    assert!(written.succeeded() == page, "run: nexus config reference > docs/configuration.md");
}
