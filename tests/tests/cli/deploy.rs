//! The files of a deployment name things that exist. No engine is needed to know that.

use nexus_tests::program::{Run, run};
use nexus_tests::server::Server;
use nexus_tests::sheets::repository;
use serde_json::Value;
use std::collections::BTreeSet;

fn read(path: &str) -> String {
    std::fs::read_to_string(repository().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The variables that some setting reads.
fn known_variables() -> BTreeSet<String> {
    let settings: Value = serde_json::from_str(run(["config", "explain", "--json"]).succeeded()).unwrap();
    let variables =
        settings.as_array().unwrap().iter().flat_map(|setting| setting["variables"].as_array().unwrap());
    variables.map(|variable| variable.as_str().unwrap().to_owned()).collect()
}

fn is_variable(word: &str) -> bool {
    word.len() > 2
        && word.chars().all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '_')
}

/// `NAME=value` pairs of a text, wherever they stand on their lines.
fn assignments(text: &str) -> Vec<(String, String)> {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    let words = lines.flat_map(|line| line.split(['=', ' ', '"']).zip(line.split_once('=')));
    words
        .filter(|(_, (name, _))| !name.is_empty())
        .map(|(_, (name, value))| {
            (name.trim().rsplit(' ').next().unwrap().to_owned(), value.trim().to_owned())
        })
        .filter(|(name, _)| is_variable(name))
        .collect()
}

#[test]
fn every_variable_of_the_files_is_a_setting() {
    let known = known_variables();
    let mut seen = BTreeSet::new();
    for file in [
        "scripts/docker/nexus.env.example",
        "docs/deploy/nexus-serve.service",
        "docs/deploy/nexus-worker.service",
        "docs/deploy/nexus-admin",
    ] {
        seen.extend(assignments(&read(file)).into_iter().map(|(name, _)| name));
    }
    // NAME=value in the Dockerfile's ENV, NAME: value under the compose file's environment.
    let dockerfile = read("scripts/docker/Dockerfile");
    let environment = dockerfile.split("ENV ").nth(1).unwrap().split("\nUSER").next().unwrap();
    seen.extend(
        environment
            .split([' ', '\n', '\\'])
            .filter_map(|word| word.split_once('='))
            .map(|(name, _)| name.to_owned()),
    );
    let compose = read("scripts/docker/docker-compose.yml");
    let block =
        compose.split("environment: &environment\n").nth(1).unwrap().split("  volumes:").next().unwrap();
    seen.extend(
        block.lines().filter_map(|line| line.trim().split_once(':')).map(|(name, _)| name.to_owned()),
    );
    for expected in ["NEXTAUTH_SECRET", "NODE_ENV", "NEXUS_LISTEN", "DATABASE_URL", "REDIS_URL", "SMTP_HOST"]
    {
        assert!(seen.contains(expected), "{expected} is not among {seen:?}");
    }
    for name in seen {
        assert!(known.contains(&name), "no setting reads {name}");
    }
}

#[test]
fn the_example_of_an_environment_is_enough_for_production() {
    let folder = tempfile::tempdir().unwrap();
    let mut run = Run::new(["config", "check"])
        .within(folder.path())
        .with("NODE_ENV", "production")
        .with("DATABASE_URL", "postgresql://nexus:secret@postgres:5432/nexus");
    for line in read("scripts/docker/nexus.env.example").lines().filter(|line| !line.starts_with('#')) {
        let Some((name, value)) = line.split_once('=') else { continue };
        run = run
            .with(name, if value.is_empty() { "un-secret-de-plus-de-trente-deux-caracteres" } else { value });
    }
    assert!(run.finish().succeeded().contains("0 erreur(s)"));
}

#[test]
fn every_path_and_every_command_of_the_files_exists() {
    let dockerfile = read("scripts/docker/Dockerfile");
    let mut sources = BTreeSet::new();
    for line in dockerfile.lines().filter(|line| line.starts_with("COPY ") && !line.contains("--from")) {
        let words: Vec<_> = line.split_whitespace().skip(1).collect();
        sources.extend(words[..words.len() - 1].iter().map(|word| (*word).to_owned()));
    }
    for line in dockerfile.lines().filter(|line| line.contains("scripts/") || line.contains("examples/")) {
        let words = line
            .split_whitespace()
            .filter(|word| word.starts_with("scripts/") || word.starts_with("examples/"));
        sources.extend(words.map(str::to_owned));
    }
    assert!(sources.len() > 5, "{sources:?}");
    for source in sources {
        assert!(repository().join(&source).exists(), "{source} of the Dockerfile");
    }

    let ignored = read("scripts/docker/Dockerfile.dockerignore");
    assert!(
        ignored.lines().any(|line| line == "!.cargo"),
        "the image is built with the flags of .cargo/config.toml"
    );
    for line in ignored.lines().filter_map(|line| line.strip_prefix('!')) {
        let prefix = line.trim_end_matches('*');
        let entries = std::fs::read_dir(repository()).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        assert!(names.into_iter().any(|name| name.starts_with(prefix)), "{line} of the .dockerignore");
    }

    let compose = read("scripts/docker/docker-compose.yml");
    let mut commands: BTreeSet<String> = compose
        .lines()
        .filter_map(|line| line.trim().strip_prefix("command: ["))
        .filter(|words| !words.starts_with("redis-server"))
        .map(|words| words.trim_end_matches(']').replace(',', ""))
        .collect();
    for unit in ["docs/deploy/nexus-serve.service", "docs/deploy/nexus-worker.service"] {
        let unit = read(unit);
        commands.extend(
            unit.lines()
                .filter_map(|line| line.split_once("/usr/local/bin/nexus "))
                .map(|(_, words)| words.to_owned()),
        );
    }
    commands.insert("ready".to_owned());
    for command in ["serve --no-worker", "worker", "migrate", "config check"] {
        assert!(commands.contains(command), "{command} is not among {commands:?}");
    }
    for command in commands {
        let outcome = run(command.split(' ').chain(["--help"]));
        assert_eq!(outcome.code, Some(0), "nexus {command}: {outcome:?}");
    }
}

#[test]
fn nothing_starts_on_a_database_before_it_is_migrated() {
    let compose = read("scripts/docker/docker-compose.yml");
    let service = |name: &str| {
        let rest = compose.split(&format!("\n  {name}:\n")).nth(1).unwrap_or_else(|| panic!("no {name}"));
        rest.split("\n\n").next().unwrap().to_owned()
    };
    let migrate = service("migrate");
    // Once: a migration that failed is looked at by somebody, not repeated.
    assert!(migrate.contains("command: [migrate]") && migrate.contains("restart: \"no\""), "{migrate}");
    assert!(migrate.contains("postgres: { condition: service_healthy }"), "{migrate}");
    for (name, command) in [("server", "command: [serve, --no-worker]"), ("worker", "command: [worker]")] {
        let service = service(name);
        assert!(service.contains(command), "{service}");
        assert!(service.contains("migrate: { condition: service_completed_successfully }"), "{service}");
    }
}

/// Code of a page: what stands between back-ticks, and the lines of its blocks for a shell without their comments.
fn code(page: &str) -> Vec<String> {
    let mut code = Vec::new();
    for (place, part) in page.split("```").enumerate() {
        if place % 2 == 1 {
            let lines = part.strip_prefix("sh\n").unwrap_or(part).lines();
            code.extend(lines.map(|line| line.split(" #").next().unwrap().trim().to_owned()));
        } else {
            code.extend(part.split('`').skip(1).step_by(2).map(|text| text.replace('\n', " ")));
        }
    }
    code
}

/// The words after the program, for each time that it is run: directly, or through compose.
fn orders(code: &[String]) -> BTreeSet<Vec<String>> {
    let words = code.iter().map(|line| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
    words
        .filter_map(|words| match words.first().map(String::as_str) {
            Some("nexus") => Some(words[1..].to_vec()),
            Some("sudo") if words[1] == "nexus-admin" => Some(words[2..].to_vec()),
            // run --rm SERVICE words
            Some("docker" | "run") => {
                let run = words.iter().position(|word| word == "--rm")?;
                Some(words[run + 2..].to_vec())
            }
            _ => None,
        })
        .filter(|words| !words.is_empty() && words[0] != "…")
        .collect()
}

#[test]
fn the_way_into_production_names_things_that_exist() {
    let page = read("docs/deploy/README.md");
    let code = code(&page);
    let known = known_variables();
    let words = code.iter().flat_map(|line| {
        line.split(|letter: char| !letter.is_ascii_uppercase() && letter != '_' && !letter.is_ascii_digit())
    });
    let of_nexus = |word: &&str| {
        ["NEXUS_", "NEXTAUTH_", "NEXT_PUBLIC_", "SMTP_", "DATABASE_", "REDIS_", "NODE_"]
            .iter()
            .any(|prefix| word.starts_with(prefix))
    };
    let variables: BTreeSet<_> = words.filter(of_nexus).collect();
    assert!(variables.len() >= 20, "{variables:?}");
    for variable in variables {
        assert!(known.contains(variable), "no setting reads {variable}");
    }
    // A name outside code is one that this test would not see.
    for line in page.lines().filter(|line| line.contains("NEXUS_")) {
        assert!(line.contains('`') || line.contains("--setenv"), "{line}");
    }

    let orders = orders(&code);
    assert!(orders.len() >= 15, "{orders:?}");
    for order in &orders {
        let command: Vec<_> = order.iter().take_while(|word| !word.starts_with('-')).collect();
        let outcome = run(command.iter().map(|word| word.as_str()).chain(["--help"]));
        let help = outcome.succeeded();
        for option in order.iter().filter(|word| word.starts_with("--")) {
            assert!(help.split_whitespace().any(|word| word == option), "nexus {order:?}: {help}");
        }
    }
    for needed in ["migrate --check", "migrate", "user create-admin", "config check", "ready", "audit verify"]
    {
        let found = orders.iter().any(|order| order.join(" ").starts_with(needed));
        assert!(found, "{needed} is not among {orders:?}");
    }

    // Paths of the repository: links of the page, and files that its commands install.
    let links =
        page.split("](").skip(1).map(|rest| format!("docs/deploy/{}", rest.split(')').next().unwrap()));
    let words = code.iter().flat_map(|line| line.split_whitespace());
    let files = words.filter(|word| word.starts_with("scripts/") || word.starts_with("docs/"));
    for path in links.chain(files.map(str::to_owned)).filter(|path| !path.ends_with("nexus.env")) {
        assert!(repository().join(&path).exists(), "{path}");
    }
    for alert in
        read("docs/deploy/prometheus-alerts.yml").lines().filter_map(|line| line.split_once("alert: "))
    {
        assert!(page.contains(alert.1), "{} is not explained", alert.1);
    }
}

#[test]
fn everybody_speaks_of_the_same_port() {
    for (file, words) in [
        ("scripts/docker/Dockerfile", "EXPOSE 8080"),
        ("scripts/docker/Dockerfile", "NEXUS_LISTEN=0.0.0.0:8080"),
        ("scripts/docker/docker-compose.yml", "\"127.0.0.1:8080:8080\""),
        ("docs/deploy/nginx.conf", "server 127.0.0.1:8080;"),
        ("docs/deploy/prometheus.yml", "\"127.0.0.1:8080\""),
    ] {
        assert!(read(file).contains(words), "{words} is not in {file}");
    }
}

#[test]
fn the_reverse_proxy_tells_who_called_and_keeps_no_stream_back() {
    let nginx = read("docs/deploy/nginx.conf");
    for words in [
        "proxy_set_header X-Forwarded-For $remote_addr;",
        "proxy_set_header X-Forwarded-Proto $scheme;",
        "proxy_set_header Host $host;",
        "location = /metrics { return 404; }",
    ] {
        assert!(nginx.contains(words), "{words}");
    }
    let streams = nginx.split("location /api/aria/").nth(1).unwrap().split('}').next().unwrap();
    assert!(streams.contains("proxy_buffering off;") && streams.contains("gzip off;"), "{streams}");
}

/// Names of measures in the expressions of the alerts.
fn measured(alerts: &str) -> BTreeSet<String> {
    let expressions = alerts.lines().filter_map(|line| line.trim().strip_prefix("expr: "));
    let names = expressions
        .flat_map(|line| line.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_'));
    let known = ["http_", "nexus_", "process_"];
    names.filter(|name| known.iter().any(|prefix| name.starts_with(prefix))).map(str::to_owned).collect()
}

#[test]
fn every_measure_of_the_alerts_is_on_the_page() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    server.get("/api/health").expect(200);
    server.get("/health/live").expect(200);
    // The first reading counts itself only once it is answered.
    server.get("/metrics");
    let page = String::from_utf8(server.get("/metrics").body).unwrap();
    let names = measured(&read("docs/deploy/prometheus-alerts.yml"));
    assert!(names.len() >= 8, "{names:?}");
    for name in names {
        let found = page.lines().any(|line| {
            line.strip_prefix(&name).is_some_and(|rest| rest.starts_with('{') || rest.starts_with(' '))
        });
        assert!(found, "{name} is not on the page:\n{page}");
    }
    for line in [
        "http_requests_total{method=\"GET\",route=\"/api/health\",status=\"200\"} 1",
        "nexus_database_up 1",
        "nexus_outbox_pending 0",
        "nexus_jobs_pending 0",
        "nexus_db_pool_connections{pool=\"writer\",state=\"most\"} 1",
    ] {
        assert!(page.lines().any(|found| found == line), "{line} is not on the page:\n{page}");
    }
    assert!(
        page.lines()
            .any(|line| line.starts_with("http_request_duration_seconds_bucket")
                && line.contains("le=\"0.5\""))
    );
}
