//! A real mail server (aiosmtpd) that answers as it is told: `tests/python/smtp_server.py`.

use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;
use tempfile::TempDir;

/// A mail server; it ends with this value, or with this process.
#[derive(Debug)]
pub struct MailServer {
    child: Child,
    folder: TempDir,
    port: u16,
    authority: Option<PathBuf>,
}

impl MailServer {
    /// A server that accepts everything.
    pub fn start() -> Self {
        Self::with::<&str>([])
    }

    /// A server with the options of the script.
    pub fn with<S: AsRef<std::ffi::OsStr>>(options: impl IntoIterator<Item = S>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let script = crate::sheets::repository().join("tests/python/smtp_server.py");
        let mut child = Command::new(python())
            .arg(script)
            .arg("--folder")
            .arg(folder.path())
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the python of the tests is there: run scripts/install-python-tests");
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let told: Value = serde_json::from_str(&line)
            .unwrap_or_else(|_| panic!("the mail server does not start: run scripts/install-python-tests"));
        let port = u16::try_from(told["port"].as_u64().unwrap()).unwrap();
        Self { child, folder, port, authority: told["ca"].as_str().map(PathBuf::from) }
    }

    /// Its port, on `localhost`.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Who certified it, when it speaks TLS.
    pub fn authority(&self) -> &Path {
        self.authority.as_deref().unwrap()
    }

    /// What it was given in full so far, in order: the answer, and what a reader of mails sees.
    pub fn received(&self) -> Vec<Value> {
        let mut names: Vec<_> = std::fs::read_dir(self.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
            .collect();
        names.sort();
        names.iter().map(|path| serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()).collect()
    }

    /// Waits until it was given so many messages.
    pub fn wait_for(&self, count: usize) -> Vec<Value> {
        let deadline = Instant::now() + crate::server::PATIENCE;
        loop {
            let received = self.received();
            if received.len() >= count {
                return received;
            }
            assert!(Instant::now() < deadline, "{} of {count} messages", received.len());
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The Python of `scripts/install-python-tests`.
#[allow(clippy::disallowed_methods)] // where a person keeps caches is a matter of his machine
pub fn python() -> PathBuf {
    let named = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let cache = named("XDG_CACHE_HOME").or_else(|| named("HOME").map(|home| home.join(".cache")));
    cache.unwrap_or_default().join("nexus/python/bin/python")
}
