//! A real Redis on a free port: Debian's redis-server (scripts/setup tests installs it).

use secrecy::SecretString;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A running server; it ends with its test.
pub(crate) struct RedisServer {
    child: Child,
    port: u16,
}

impl RedisServer {
    /// Starts one that nobody else uses.
    pub(crate) async fn start() -> Self {
        // The port is free now; should somebody take it meanwhile, the server says so and another one is tried.
        for _ in 0..5 {
            let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            if let Some(server) = Self::start_at(port).await {
                return server;
            }
        }
        panic!("redis-server does not start");
    }

    /// Starts one at a port.
    pub(crate) async fn start_at(port: u16) -> Option<Self> {
        tokio::task::spawn_blocking(move || Self::start_blocking(port)).await.unwrap()
    }

    fn start_blocking(port: u16) -> Option<Self> {
        let mut child = Command::new("redis-server")
            .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("redis-server is there: scripts/setup tests");
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let deadline = Instant::now() + Duration::from_secs(30);
        while let Some(Ok(line)) = lines.next() {
            if line.contains("Ready to accept connections") {
                std::thread::spawn(move || lines.for_each(drop));
                return Some(Self { child, port });
            }
            assert!(Instant::now() < deadline);
        }
        let _ = child.wait();
        None
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SecretString {
        format!("redis://127.0.0.1:{}", self.port).into()
    }

    /// Its port.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
