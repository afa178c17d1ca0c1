//! Scripts that drive the real packages of NextAuth; `scripts/setup tests` installs them.

use crate::sheets::repository;
use serde_json::Value;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The folder of the scripts and of their packages.
pub fn folder() -> PathBuf {
    repository().join("tests/nextauth")
}

/// Runs a script with a JSON input; returns the JSON that it prints.
pub fn run(script: &str, input: &Value) -> Value {
    run_in(&folder(), script, input)
}

/// Runs a script of a folder that has packages of its own. Its clock is set to New York: an instant that passes through the
/// local time of a process would show.
pub fn run_in(folder: &Path, script: &str, input: &Value) -> Value {
    assert!(folder.join("node_modules").is_dir(), "the npm packages are missing: run `scripts/setup tests`");
    let mut child = Command::new("node")
        .arg(script)
        .current_dir(folder)
        .env("TZ", "America/New_York")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node is missing: install Node.js 20 or later");
    // Scripts read their whole input before they print anything.
    child.stdin.take().unwrap().write_all(input.to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{script} failed");
    serde_json::from_slice(&output.stdout).unwrap()
}
