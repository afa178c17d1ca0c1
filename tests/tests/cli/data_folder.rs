use nexus_tests::program::{Outcome, Run, nexus, run};
use nexus_tests::rows;
use std::ffi::OsStr;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

fn migrate(data: &Path, more: &[&str]) -> Outcome {
    let words = [OsStr::new("migrate"), "--data".as_ref(), data.as_os_str()];
    run(words.into_iter().chain(more.iter().map(OsStr::new)))
}

#[test]
fn a_check_tells_what_is_to_be_done_and_does_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    for _ in 0..2 {
        let outcome = migrate(&data, &["--check"]);
        assert_eq!(outcome.code, Some(4), "{outcome:?}");
        assert!(outcome.stdout.contains("à faire : 0001"), "{outcome:?}");
    }
    assert!(migrate(&data, &[]).succeeded().contains("faite : 0001"));
    assert!(migrate(&data, &["--check"]).succeeded().contains("La base est à jour."));
    assert!(migrate(&data, &[]).succeeded().contains("La base est à jour."));
}

#[tokio::test]
async fn two_processes_may_migrate_a_new_folder_at_once() {
    for _ in 0..3 {
        let folder = tempfile::tempdir().unwrap();
        let children: Vec<_> = (0..4)
            .map(|_| {
                let words = [OsStr::new("migrate"), "--data".as_ref(), folder.path().as_os_str()];
                Run::new(words).command().spawn().unwrap()
            })
            .collect();
        for child in children {
            let output = child.wait_with_output().unwrap();
            assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        }
        let database = folder.path().join("nexus.db");
        let steps = rows::count(&database, "SELECT count(*) FROM _sqlx_migrations WHERE success").await;
        assert_eq!(steps, rows::count(&database, "SELECT count(*) FROM _sqlx_migrations").await);
        migrate(folder.path(), &["--check"]).succeeded();
    }
}

#[tokio::test]
async fn a_database_of_another_version_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    migrate(folder.path(), &[]).succeeded();
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(folder.path().join("nexus.db"));
    let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
    sqlx::query("UPDATE _sqlx_migrations SET checksum = x'00' WHERE version = 1")
        .execute(&pool)
        .await
        .unwrap();
    pool.close().await;
    for arguments in [&[][..], &["--check"]] {
        migrate(folder.path(), arguments).refused(3, "schema_mismatch");
    }
}

#[test]
fn a_file_that_is_no_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("nexus.db"), "this is no database, whatever its name says".repeat(100))
        .unwrap();
    let outcome = migrate(folder.path(), &[]);
    assert_eq!(outcome.code, Some(3), "{outcome:?}");
    nexus_tests::reply::assert_is_for_people(&outcome.stderr);
}

/// Runs as somebody who may read everything here and write nothing.
fn unprivileged(arguments: &[&OsStr], program: &Path, home: &Path) -> Outcome {
    let is_root = std::fs::metadata("/proc/self").unwrap().uid() == 0;
    let run = Run::new(arguments.iter().copied()).program(program).with("HOME", home).within(home);
    let run = if is_root {
        run.through(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"])
    } else {
        run
    };
    run.finish()
}

#[test]
fn a_read_only_data_folder_is_told() {
    let folder = tempfile::tempdir().unwrap();
    // The program itself must be within the reach of somebody who is not root.
    let program = folder.path().join("nexus");
    std::fs::copy(nexus(), &program).unwrap();
    let data = folder.path().join("data");
    migrate(&data, &[]).succeeded();
    // It is its owner's alone; whoever has none draws one, which needs the folder.
    std::fs::remove_file(data.join("session-secret")).unwrap();
    for path in [folder.path(), &data] {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o555)).unwrap();
    }
    for file in
        std::fs::read_dir(&data).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file())
    {
        std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o444)).unwrap();
    }
    for (command, place) in [("migrate", data.clone()), ("migrate", data.join("sub")), ("demo", data.clone())]
    {
        let arguments = [OsStr::new(command), "--data".as_ref(), place.as_os_str()];
        let outcome = unprivileged(&arguments, &program, folder.path());
        outcome.refused(3, "storage_read_only");
    }
    let arguments = [OsStr::new("doctor"), "--data".as_ref(), data.as_os_str()];
    let outcome = unprivileged(&arguments, &program, folder.path());
    assert_eq!(outcome.code, Some(3), "{outcome:?}");
    for path in [&data, folder.path()] {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
}
