use super::*;
use nexus_core::Coded;
use std::path::Path;

fn examine(pairs: &[(&str, &str)]) -> Examination {
    let environment = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Configuration::examine_sources(&Overrides::default(), &environment)
}

fn load(pairs: &[(&str, &str)]) -> Result<Configuration, ConfigurationErrors> {
    examine(pairs).into_configuration()
}

/// Everything that production asks for.
const PRODUCTION: [(&str, &str); 10] = [
    ("NODE_ENV", "production"),
    ("DATABASE_URL", "postgresql://nexus:secret-de-la-base@base/nexus"),
    ("NEXTAUTH_URL", "https://nexus.test"),
    ("NEXTAUTH_SECRET", "un-secret-de-plus-de-trente-deux-caracteres"),
    ("NEXT_PUBLIC_APP_URL", "https://nexus.test"),
    ("SMTP_HOST", "courrier.test"),
    ("SMTP_USER", "nexus"),
    ("SMTP_PASSWORD", "secret-du-courrier"),
    ("SMTP_FROM", "Nexus Réussite <contact@nexus.test>"),
    ("OPENAI_MODEL", "gpt-4o-mini"),
];

fn developer_texts(examination: &Examination, severity: Severity) -> Vec<&str> {
    let of = examination.problems.iter().filter(|problem| problem.severity == severity);
    of.map(|problem| problem.developer.as_str()).collect()
}

#[test]
fn defaults_need_nothing() {
    let configuration = load(&[("HOME", "/home/x")]).unwrap();
    assert_eq!(configuration.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(configuration.tex_bundle, Path::new("/home/x/.local/share/nexus/tex"));
    assert!(configuration.language_model().is_none());
    assert!(configuration.session_secret.is_none(), "no secret comes with the program");
    assert_eq!(configuration.site(), "http://127.0.0.1:8080");
    assert!(!configuration.cookies_are_secure());
}

#[test]
fn lessons_and_consents_are_those_of_the_school() {
    let configuration = load(&[]).unwrap();
    assert_eq!(configuration.video_url, "https://meet.jit.si");
    let usual = nexus_core::identity::use_cases::IdentitySettings::default();
    assert_eq!(configuration.consent_version, usual.consent_version, "one default, in two places");
    let pairs =
        [("NEXT_PUBLIC_JITSI_SERVER_URL", "https://visio.ecole.test/"), ("NEXUS_CONSENT_VERSION", "2027-01")];
    let configuration = load(&pairs).unwrap();
    assert_eq!(configuration.video_url.trim_end_matches('/'), "https://visio.ecole.test");
    assert_eq!(configuration.consent_version, "2027-01");
    let wrong = examine(&[("NEXUS_VIDEO_URL", "visio")]);
    assert_eq!(wrong.problems[0].setting, "video_url");
}

#[test]
fn what_is_kept_is_kept_as_long_as_the_rules_say() {
    let usual = nexus_core::retention::RetentionPolicy::default();
    let configuration = load(&[]).unwrap();
    for (days, rule) in [
        (configuration.keep_effects_days, usual.effects),
        (configuration.keep_mail_log_days, usual.mail_log),
        (configuration.keep_notifications_days, usual.notifications),
    ] {
        assert_eq!(i64::from(days) * 24, rule.as_hours(), "one default, in two places");
    }
    assert_eq!(load(&[("NEXUS_KEEP_EFFECTS_DAYS", "7")]).unwrap().keep_effects_days, 7);
    assert!(load(&[("NEXUS_KEEP_MAIL_LOG_DAYS", "0")]).is_err());
}

#[test]
fn every_setting_is_told_once_with_names_of_its_own() {
    let examination = examine(&[]);
    let mut names: Vec<_> = examination.explanations.iter().map(|setting| setting.name).collect();
    let mut variables: Vec<_> =
        examination.explanations.iter().flat_map(|setting| setting.variables.clone()).collect();
    let (count, variable_count) = (names.len(), variables.len());
    assert_eq!(count, table::table().len());
    names.sort_unstable();
    names.dedup();
    variables.sort_unstable();
    variables.dedup();
    assert_eq!((names.len(), variables.len()), (count, variable_count));
    for setting in &examination.explanations {
        assert!(setting.sentence.ends_with('.') && !setting.kind.is_empty(), "{}", setting.name);
    }
}

#[test]
fn every_error_is_told_at_once() {
    let errors = load(&[
        ("NEXUS_LISTEN", "8080"),
        ("NEXUS_ZONE", "Mars/Olympus"),
        ("NEXUS_DAYS_TO_ANSWER", "0"),
        ("NEXUS_JOB_LEASE_SECONDS", "vite"),
        ("NEXUS_RENDERER", "word"),
        ("NEXUS_ENRICHMENT", "oui"),
        ("SMTP_HOST", "courrier.test"),
    ])
    .unwrap_err();
    let settings: Vec<_> = errors.0.iter().map(|problem| problem.setting.as_str()).collect();
    assert_eq!(
        settings,
        [
            "listen",
            "zone",
            "job_lease_seconds",
            "days_to_answer",
            "renderer",
            "enrichment",
            "enrichment",
            "smtp_from"
        ]
    );
    let sentence = errors.sentence();
    assert!(
        sentence.contains("listen (variable NEXUS_LISTEN) : « 8080 » n'est pas une adresse"),
        "{sentence}"
    );
}

#[test]
fn a_key_alone_switches_nothing_on() {
    let with_key = load(&[("OPENAI_API_KEY", "sk-x"), ("OPENAI_MODEL", "m")]).unwrap();
    assert!(with_key.language_model().is_none());
    let on = load(&[("OPENAI_API_KEY", "sk-x"), ("OPENAI_MODEL", "m"), ("NEXUS_ENRICHMENT", "1")]).unwrap();
    assert!(on.language_model().is_some());
    assert!(!format!("{on:?}").contains("sk-x"));
}

#[test]
fn flags_win_over_the_environment_and_the_environment_over_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("n.toml");
    std::fs::write(&file, "# l'école\ndata = \"du-fichier\"\nlisten = \"127.0.0.1:1\"\n").unwrap();
    let overrides =
        Overrides { file: Some(file.clone()), listen: Some("127.0.0.1:3".into()), ..Overrides::default() };
    let environment = [("NEXUS_LISTEN".to_owned(), "127.0.0.1:2".to_owned())].into();
    let examination = Configuration::examine_sources(&overrides, &environment);
    let of = |name: &str| examination.explanations.iter().find(|setting| setting.name == name).unwrap();
    let listen = of("listen");
    assert_eq!(
        (listen.value.as_deref(), &listen.source),
        (Some("127.0.0.1:3"), &Some(Source::Flag("--listen")))
    );
    let overridden: Vec<_> =
        listen.overridden.iter().map(|other| format!("{} {}", other.source, other.value)).collect();
    assert_eq!(
        overridden,
        ["variable NEXUS_LISTEN 127.0.0.1:2".to_owned(), format!("{}, ligne 3 127.0.0.1:1", file.display())]
    );
    assert_eq!(of("data").source, Some(Source::File { path: file, line: 2 }));
    assert_eq!(of("zone").source, Some(Source::Default));
    let configuration = examination.into_configuration().unwrap();
    assert_eq!(configuration.listen.port(), 3);
    assert_eq!(configuration.data, Path::new("du-fichier"));
}

#[test]
fn an_own_variable_wins_over_the_existing_application_s() {
    let examination = examine(&[
        ("NEXTAUTH_SECRET", "a".repeat(40).as_str()),
        ("NEXUS_SESSION_SECRET", "b".repeat(50).as_str()),
    ]);
    let setting = examination.explanations.iter().find(|setting| setting.name == "session_secret").unwrap();
    assert_eq!(setting.value.as_deref(), Some("••• (50 caractères)"));
    assert_eq!(setting.overridden[0].value, "••• (40 caractères)");
}

#[test]
fn every_wrong_line_of_a_file_is_told_and_none_is_quoted() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("n.toml");
    let text =
        "listen = \"127.0.0.1:1\"\nopenai_api_key = sk-secret\nlisen = \"127.0.0.1:2\"\nzone = { nom = 1 }\n";
    std::fs::write(&file, text).unwrap();
    let overrides = Overrides { file: Some(file), ..Overrides::default() };
    let errors = Configuration::from_sources(&overrides, &BTreeMap::new()).unwrap_err().to_string();
    for words in ["ligne 2", "lisen", "ligne 3", "vouliez-vous « listen »", "zone", "ligne 4"] {
        assert!(errors.contains(words), "{words}: {errors}");
    }
    assert!(!errors.contains("sk-secret"), "{errors}");
}

#[test]
fn no_secret_is_ever_shown() {
    let secrets = [
        ("DATABASE_URL", "postgresql://nexus:hunter2hunter2@base/nexus?sslpassword=hunter2hunter2"),
        ("DATABASE_REPLICA_URL", "pas une adresse, hunter2hunter2"),
        ("REDIS_URL", "redis://hunter2hunter2@cache"),
        ("NEXTAUTH_SECRET", "hunter2hunter2"),
        ("NEXTAUTH_SECRET_PREVIOUS", "hunter2hunter2,hunter2hunter2hunter2"),
        ("SMTP_PASSWORD", "hunter2hunter2"),
        ("NEXUS_METRICS_TOKEN", "hunter2hunter2"),
        ("OPENAI_API_KEY", "hunter2hunter2"),
        ("OPENAI_BASE_URL", "https://qui:hunter2hunter2@fournisseur.test/v1"),
        ("NEXTAUTH_URL", "https://qui:hunter2hunter2@nexus.test"),
    ];
    let examination = examine(&secrets);
    let told = format!("{examination:?}");
    assert!(!told.contains("hunter2"), "{told}");
    let json = serde_json::to_string(&(&examination.explanations, &examination.problems)).unwrap();
    assert!(!json.contains("hunter2"), "{json}");
    assert!(!examination.into_configuration().unwrap_err().sentence().contains("hunter2"));
}

#[test]
fn a_variable_that_nobody_reads_is_told() {
    let examination = examine(&[("NEXUS_LISEN", "127.0.0.1:1"), ("NEXUS_SHARED", "/x")]);
    let notices: Vec<_> = examination.notices().map(ToString::to_string).collect();
    assert_eq!(notices, ["NEXUS_LISEN : aucun réglage ne lit cette variable ; vouliez-vous NEXUS_LISTEN ?"]);
}

#[test]
fn a_complete_production_is_accepted() {
    let configuration = load(&PRODUCTION).unwrap();
    assert!(configuration.is_production() && configuration.cookies_are_secure());
    assert_eq!(configuration.log_format(), LogFormat::Json);
    assert_eq!(configuration.mail_security(), MailSecurity::StartTls);
}

#[test]
fn each_thing_that_production_lacks_is_named() {
    for (missing, expected) in [
        ("DATABASE_URL", "DATABASE_URL must be a valid PostgreSQL URL in production"),
        ("NEXTAUTH_URL", "NEXTAUTH_URL is required in production"),
        ("NEXTAUTH_SECRET", "NEXTAUTH_SECRET (>= 32 chars) is required in production"),
        ("NEXT_PUBLIC_APP_URL", "NEXT_PUBLIC_APP_URL is required in production"),
        ("SMTP_HOST", "SMTP_HOST is required in production"),
        ("SMTP_USER", "SMTP_USER is required in production"),
        ("SMTP_PASSWORD", "SMTP_PASSWORD is required in production"),
        ("SMTP_FROM", "SMTP_FROM is required in production"),
    ] {
        let rest: Vec<_> = PRODUCTION.into_iter().filter(|(name, _)| *name != missing).collect();
        assert_eq!(developer_texts(&examine(&rest), Severity::Refusal), [expected], "without {missing}");
        // Nothing of it is asked for in development.
        let rest: Vec<_> = rest.into_iter().filter(|(name, _)| *name != "NODE_ENV").collect();
        assert!(load(&rest).is_ok() || missing == "SMTP_FROM", "without {missing}");
    }
    for (name, value) in [
        ("NEXTAUTH_SECRET", "trente-et-un-caracteres-pas-plu"),
        ("DATABASE_URL", "file:./dev.db"),
        ("SMTP_SECURE", "none"),
    ] {
        let changed: Vec<_> =
            PRODUCTION.into_iter().filter(|(other, _)| *other != name).chain([(name, value)]).collect();
        let examination = examine(&changed);
        assert_eq!(developer_texts(&examination, Severity::Refusal).len(), 1, "{name}={value}");
        assert!(developer_texts(&examination, Severity::Refusal)[0].contains(name));
    }
}

#[test]
fn what_nexus_can_do_without_is_a_notice() {
    let rest: Vec<_> = PRODUCTION.into_iter().filter(|(name, _)| *name != "OPENAI_MODEL").collect();
    let examination = examine(&rest);
    assert_eq!(
        developer_texts(&examination, Severity::Notice),
        ["OPENAI_MODEL is required in production", "OPENAI_EMBEDDINGS_MODEL is required in production"]
    );
    assert!(examination.into_configuration().is_ok());
}

#[test]
fn everything_is_missing_at_once() {
    let examination = examine(&[("NODE_ENV", "production")]);
    let names: Vec<_> = examination.problems.iter().map(|problem| problem.setting.as_str()).collect();
    assert_eq!(
        names,
        [
            "database_url",
            "auth_url",
            "public_url",
            "session_secret",
            "smtp_host",
            "smtp_from",
            "smtp_user",
            "openai_model",
            "openai_embeddings_model"
        ]
    );
}

#[test]
fn other_dimensions_are_read_and_left_aside() {
    let with = |more: &[(&'static str, &'static str)]| {
        let all: Vec<_> = PRODUCTION.into_iter().chain(more.iter().copied()).collect();
        let examination = examine(&all);
        let told: Vec<_> = examination.notices().map(|notice| notice.developer.clone()).collect();
        assert!(examination.into_configuration().is_ok());
        told
    };
    let large = ("OPENAI_EMBEDDINGS_MODEL", "text-embedding-3-large");
    assert!(with(&[large, ("VECTOR_DIM", "1536")])[0].starts_with("VECTOR_DIM must be 3072"));
    assert!(with(&[large])[0].starts_with("VECTOR_DIM must be 3072"));
    assert!(with(&[large, ("VECTOR_DIM", "3072")])[0].starts_with("VECTOR_DIM is ignored"));
    assert!(
        with(&[("OPENAI_EMBEDDINGS_MODEL", "text-embedding-3-small"), ("VECTOR_DIM", "1536")]).is_empty()
    );
}

#[test]
fn a_short_session_secret_is_told_in_development() {
    let examination = examine(&[("NEXTAUTH_SECRET", "dev-secret")]);
    assert_eq!(developer_texts(&examination, Severity::Notice), ["NEXTAUTH_SECRET has fewer than 32 chars"]);
    assert!(examination.into_configuration().is_ok());
}
