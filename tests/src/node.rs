//! Scripts that drive the real packages of NextAuth; `scripts/setup tests` installs them.

use crate::sheets::repository;
use serde_json::Value;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// The folder of the scripts and of their packages.
pub fn folder() -> PathBuf {
    repository().join("tests/nextauth")
}

/// Runs a script with a JSON input; returns the JSON that it prints.
pub fn run(script: &str, input: &Value) -> Value {
    let folder = folder();
    assert!(folder.join("node_modules").is_dir(), "the npm packages are missing: run `scripts/setup tests`");
    let mut child = Command::new("node")
        .arg(script)
        .current_dir(&folder)
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
