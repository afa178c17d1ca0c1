//! That the program starts. What it does is tested in `tests/`; this file also makes `cargo test --workspace` build the
//! program with the very features of the tests, so that those need not build it a second time (`NEXUS_TEST_PROGRAM`).

use std::process::Command;

#[test]
fn the_program_tells_its_version() {
    let answer = Command::new(env!("CARGO_BIN_EXE_nexus")).arg("--version").output().unwrap();
    assert!(answer.status.success());
    assert_eq!(String::from_utf8_lossy(&answer.stdout), format!("nexus {}\n", env!("CARGO_PKG_VERSION")));
}
