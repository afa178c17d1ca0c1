use nexus_tests::program::run;

#[test]
fn every_command_shows_examples() {
    for (words, example) in [
        (vec![], "nexus demo"),
        (vec!["demo"], "nexus demo --serve"),
        (vec!["serve"], "NEXUS_ACCESS_KEYS="),
        (vec!["bilan"], "nexus bilan"),
        (vec!["bilan", "score"], "nexus bilan score --answers"),
        (vec!["bilan", "report"], "nexus bilan report --answers"),
        (vec!["bilan", "pdf"], "nexus bilan pdf --answers"),
        (vec!["bank"], "nexus bank"),
        (vec!["bank", "check"], "nexus bank check ma-banque.json"),
        (vec!["bank", "list"], "nexus bank list"),
        (vec!["migrate"], "nexus migrate --check"),
        (vec!["check"], "nexus check --json --limit 1000"),
        (vec!["doctor"], "nexus doctor --consistency"),
        (vec!["config"], "nexus config explain"),
        (vec!["config", "explain"], "nexus config explain"),
        (vec!["config", "check"], "nexus config check"),
        (vec!["config", "reference"], "nexus config reference"),
        (vec!["rights"], "nexus rights"),
        (vec!["ready"], "nexus ready"),
        (vec!["seed"], "nexus seed --reset-passwords"),
        (vec!["worker"], "nexus worker --documents 0"),
        (vec!["outbox"], "nexus outbox retry"),
        (vec!["outbox", "list"], "nexus outbox list --all"),
        (vec!["outbox", "retry"], "nexus outbox retry"),
        (vec!["outbox", "discard"], "nexus outbox discard"),
        (vec!["outbox", "mails"], "nexus outbox mails --to"),
        (vec!["outbox", "test"], "nexus outbox test --to"),
        (vec!["user"], "nexus user create-admin --email"),
        (vec!["user", "create-admin"], "nexus user create-admin --email"),
        (vec!["user", "new-link"], "nexus user new-link --email"),
        (vec!["audit"], "nexus audit verify"),
        (vec!["audit", "verify"], "nexus audit verify --head"),
        (vec!["audit", "list"], "nexus audit list --limit"),
    ] {
        let outcome = run(words.iter().copied().chain(["--help"]));
        let help = outcome.succeeded();
        assert!(help.contains("Exemple") && help.contains(example), "nexus {words:?}: {help}");
    }
}

#[test]
fn without_a_command_the_help_is_shown_and_an_unknown_one_is_refused() {
    let outcome = run::<&str>([]);
    assert_eq!(outcome.code, Some(2));
    assert!(outcome.stderr.contains("nexus demo"), "{outcome:?}");
    assert_eq!(run(["bilans"]).code, Some(2));
    assert!(run(["--version"]).succeeded().starts_with("nexus "));
}
