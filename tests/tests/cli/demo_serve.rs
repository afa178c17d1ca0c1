//! The demonstration, with a server: people sign in, with passwords that are shown once.

use nexus_tests::program::{Run, run};
use nexus_tests::rows;
use nexus_tests::server::Server;
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::Path;

fn demo(data: &Path) -> Server {
    let words = [OsStr::new("demo"), "--serve".as_ref(), "--data".as_ref(), data.as_os_str()];
    Server::start_run(&Run::new(words).with("NEXUS_LISTEN", "127.0.0.1:0"))
}

/// The end of what it says before it serves.
const LAST_WORDS: &str = "/docs montre le reste.";

/// Address → role and password, as the table shows them.
fn accounts(printed: &str) -> BTreeMap<String, (String, String)> {
    let lines = printed.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let rows = lines.filter_map(|words| match words[..] {
        [role, .., email, password] if email.ends_with(".example") => {
            Some((email.to_owned(), (role.to_owned(), password.to_owned())))
        }
        _ => None,
    });
    rows.collect()
}

#[tokio::test]
async fn somebody_of_each_role_signs_in_and_no_password_is_shown_twice() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("données d'essai");
    let server = demo(&data);
    let first = server.printed_with(LAST_WORDS);
    let shown = accounts(&first);
    for role in ["admin", "assistante", "coach", "parent", "élève"] {
        let (email, (_, password)) = shown.iter().find(|(_, account)| account.0 == role).unwrap();
        let (reply, cookies) = server.sign_in(email, password);
        assert_eq!(reply.status, 200, "{role}");
        let session = server.get_with("/api/auth/session", &cookies);
        assert_eq!(session.expect(200)["user"]["email"], *email);
        let bilans = server.get_with("/api/students/demo-student-yasmine/bilans", &cookies);
        // Whoever may see everything sees what the demonstration made; the others do not know the child.
        assert_eq!(
            bilans.status == 200,
            ["admin", "assistante"].contains(&role),
            "{role}: {}",
            bilans.status
        );
    }
    let password = &shown["admin@nexus-essai.example"].1;
    assert!(first.contains(&format!("--data-urlencode password={password}")), "{first}");
    assert!(!first.contains("Bearer"), "{first}");
    drop(server);

    let server = demo(&data);
    let second = server.printed_with(LAST_WORDS);
    assert!(accounts(&second).is_empty() && second.contains("rien n'a été ajouté"), "{second}");
    for (_, password) in shown.values() {
        assert!(!second.contains(password), "a password is shown twice");
    }
    assert_eq!(server.sign_in("admin@nexus-essai.example", password).0.status, 200);
    // The command that it names for other passwords is one.
    let quoted = data.display().to_string().replace('\'', "'\\''");
    assert!(
        second.contains(&format!("« nexus seed --no-bilans --reset-passwords --data '{quoted}' »")),
        "{second}"
    );
    let words = ["seed", "--no-bilans", "--reset-passwords", "--data"].map(OsStr::new);
    let reset = run(words.into_iter().chain([data.as_os_str()]));
    let anew = &accounts(reset.succeeded())["admin@nexus-essai.example"].1;
    assert_eq!(server.sign_in("admin@nexus-essai.example", anew).0.status, 200);
    assert_eq!(server.sign_in("admin@nexus-essai.example", password).0.status, 401);
    for (query, expected) in [
        ("SELECT count(*) FROM users WHERE id LIKE 'seed-%'", 18),
        ("SELECT count(*) FROM users WHERE id LIKE 'demo-%'", 4),
        ("SELECT count(*) FROM audit_logs WHERE action = 'SEED'", 1),
    ] {
        assert_eq!(rows::count(&data.join("nexus.db"), query).await, expected, "{query}");
    }
}
