use nexus_tests::members::registration;
use nexus_tests::program::Run;
use nexus_tests::server::{PATIENCE, Server, serve};
use nexus_tests::{KEY, rows};
use std::ffi::OsStr;
use std::process::Command;
use std::time::Instant;

#[test]
fn a_key_that_could_be_guessed_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let words = [
        OsStr::new("serve"),
        "--listen".as_ref(),
        "127.0.0.1:0".as_ref(),
        "--data".as_ref(),
        folder.path().as_os_str(),
    ];
    let outcome = Run::new(words).with("NEXUS_ACCESS_KEYS", "abc-1234").finish();
    let sentence = outcome.refused(2, "invalid_configuration");
    assert!(sentence.contains("16") && !outcome.stderr.contains("abc-1234"), "{sentence}");
    let outcome = Run::new(words).with("NEXUS_ACCESS_KEYS", format!("{KEY},bref")).finish();
    outcome.refused(2, "invalid_configuration");
}

/// Keys are for programs: without any, people sign in, and nobody else is let in.
#[test]
fn a_server_without_keys_serves_people() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start_run(&serve(folder.path()).with("NEXUS_ACCESS_KEYS", " , ,"));
    server.get("/api/health").expect(200);
    server.get("/api/bilans/ABC123").problem(401, "unauthenticated");
}

/// Where lessons are held and which texts families agree to are the school's own.
#[tokio::test]
async fn lessons_and_consents_are_those_of_the_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start_run(
        &serve(folder.path())
            .with("NEXT_PUBLIC_JITSI_SERVER_URL", "https://visio.ecole.test")
            .with("NEXUS_CONSENT_VERSION", "2027-01"),
    );
    let page = server.get("/docs/index.html");
    let devices = page.header("permissions-policy");
    assert!(devices.contains("camera=(self \"https://visio.ecole.test\")"), "{devices}");
    server.post("/api/bilan-gratuit", &registration("parent@example.test")).expect(201);
    let versions = "SELECT count(*) FROM consents WHERE \"textVersion\" = '2027-01'";
    let all = "SELECT count(*) FROM consents";
    let database = folder.path().join("nexus.db");
    let (given, all) = (rows::count(&database, versions).await, rows::count(&database, all).await);
    assert!(given > 0 && given == all, "{given} of {all}");
}

/// The workshop forgets what the configuration says is old, and tells how much it was.
#[tokio::test]
async fn what_is_old_is_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let seed = ["seed", "--no-bilans", "--data"].map(OsStr::new);
    Run::new(seed.into_iter().chain([folder.path().as_os_str()])).finish().succeeded();
    let database = folder.path().join("nexus.db");
    // Of two notifications that were read, one is 400 days old and one 200; an unread one is very old.
    let day = 86_400_000_i64;
    let now = "(CAST(strftime('%s', 'now') AS INTEGER) * 1000)";
    let change = format!(
        "UPDATE notifications SET \"updatedAt\" = {now} - 400 * {day} WHERE \"userId\" = 'seed-user-louise';
         UPDATE notifications SET \"updatedAt\" = {now} - 200 * {day} WHERE \"userId\" = 'seed-user-sofiene';
         UPDATE notifications SET \"updatedAt\" = 0 WHERE \"userId\" = 'seed-user-aya';"
    );
    rows::execute(&database, &change).await;
    let server = Server::start_run(&serve(folder.path()).with("NEXUS_KEEP_NOTIFICATIONS_DAYS", "300"));
    let deadline = Instant::now() + PATIENCE;
    while rows::count(&database, "SELECT count(*) FROM notifications").await == 6 {
        assert!(Instant::now() < deadline, "nothing is forgotten: {}", server.log());
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let left = "SELECT count(*) FROM notifications WHERE \"userId\" = 'seed-user-louise'";
    assert_eq!(rows::count(&database, left).await, 0);
    assert_eq!(rows::count(&database, "SELECT count(*) FROM notifications").await, 5);
    let told = "SELECT count(*) FROM audit_logs WHERE action = 'RGPD_PURGE' AND actor = 'system'";
    assert_eq!(rows::count(&database, told).await, 1);
}

#[test]
fn a_taken_port_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let words = [
        OsStr::new("serve"),
        "--listen".as_ref(),
        server.address().as_ref(),
        "--data".as_ref(),
        folder.path().as_os_str(),
    ];
    let outcome = Run::new(words).with("NEXUS_ACCESS_KEYS", KEY).finish();
    let sentence = outcome.refused(2, "invalid_configuration");
    assert!(sentence.contains(server.address()) && sentence.contains("déjà prise"), "{sentence}");
    server.get("/api/health").expect(200);
}

#[test]
fn a_server_stops_when_it_is_asked_to() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Server::start_run(&serve(folder.path()));
    server.get("/api/health").expect(200);
    let asked = Command::new("kill").args(["-TERM", &server.id().to_string()]).status().unwrap();
    assert!(asked.success());
    let deadline = Instant::now() + PATIENCE;
    let code = loop {
        if let Some(status) = server.ended() {
            break status.code();
        }
        assert!(Instant::now() < deadline, "{}", server.log());
        std::thread::yield_now();
    };
    assert_eq!(code, Some(0), "{}", server.log());
}

#[test]
fn a_first_start_tells_what_nobody_could_guess() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let told = server.log();
    for words in ["un secret a été tiré au sort et gardé dans", "session-secret", "nexus seed"] {
        assert!(told.contains(words), "{words}: {told}");
    }
    let secret = std::fs::read_to_string(folder.path().join("session-secret")).unwrap();
    assert!(!told.contains(secret.trim()));
    drop(server);
    let again = Server::start(folder.path());
    assert!(!again.log().contains("tiré au sort"), "{}", again.log());
}

#[test]
fn a_server_in_production_logs_json() {
    let folder = tempfile::tempdir().unwrap();
    let mut run = serve(folder.path()).with("NEXUS_LOG_FORMAT", "json").with("LOG_LEVEL", "info");
    run = run.with("NEXTAUTH_SECRET", "dev-secret");
    let server = Server::start_run(&run);
    server.get("/api/students/x/bilans").problem(404, "student_not_found");
    let log = server.log_with("\"answered\"");
    let lines: Vec<serde_json::Value> = log
        .lines()
        .filter(|line| line.starts_with('{'))
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let answered = lines.iter().find(|line| line["message"] == "answered").unwrap_or_else(|| panic!("{log}"));
    assert_eq!((&answered["level"], &answered["status"]), (&"INFO".into(), &404.into()));
    let notice =
        lines.iter().find(|line| line["message"] == "configuration").unwrap_or_else(|| panic!("{log}"));
    assert!(notice["notice"].as_str().unwrap().starts_with("session_secret"), "{notice}");
}

#[test]
fn whoever_watches_asks_whether_the_server_is_ready() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let ask = |address: &str| Run::new(["ready", "--listen", address]).within(folder.path()).finish();
    assert_eq!(ask(server.address()).succeeded(), "Prêt.\n");
    let address = server.address().to_owned();
    drop(server);
    let outcome = ask(&address);
    assert!(outcome.refused(3, "service_not_ready").contains(&address), "{outcome:?}");
}
