use nexus_tests::KEY;
use nexus_tests::program::Run;
use nexus_tests::server::{PATIENCE, Server, serve};
use std::ffi::OsStr;
use std::process::Command;
use std::time::Instant;

#[test]
fn a_server_without_a_good_key_does_not_start() {
    let folder = tempfile::tempdir().unwrap();
    let words = [
        OsStr::new("serve"),
        "--listen".as_ref(),
        "127.0.0.1:0".as_ref(),
        "--data".as_ref(),
        folder.path().as_os_str(),
    ];
    let outcome = Run::new(words).finish();
    assert!(outcome.refused(2, "invalid_configuration").contains("NEXUS_ACCESS_KEYS"), "{outcome:?}");
    let outcome = Run::new(words).with("NEXUS_ACCESS_KEYS", "abc-1234").finish();
    let sentence = outcome.refused(2, "invalid_configuration");
    assert!(sentence.contains("16") && !outcome.stderr.contains("abc-1234"), "{sentence}");
    let outcome = Run::new(words).with("NEXUS_ACCESS_KEYS", format!("{KEY},bref")).finish();
    outcome.refused(2, "invalid_configuration");
    let outcome = Run::new(words).with("NEXUS_ACCESS_KEYS", " , ,").finish();
    outcome.refused(2, "invalid_configuration");
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
