//! The release build of `nexus serve` as a process of its own.

use crate::Failure;
use crate::process::{children, memory, nexus_program, processor};
use rustix::process::{Pid, Signal, kill_process};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A running server; dropping it ends it.
#[derive(Debug)]
pub struct Server {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Server {
    /// Starts it on a folder and a free port, with these variables and arguments, and returns once it says where it listens.
    ///
    /// # Errors
    /// It was not built, or it ended before it listened.
    pub fn start(data: &Path, settings: &[(&str, &str)], arguments: &[&str]) -> Result<Self, Failure> {
        let mut child = Command::new(nexus_program()?)
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .args(arguments)
            .envs(settings.iter().copied())
            .env("NEXUS_RATE_LIMIT_MAX", "1000000")
            .current_dir(data)
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()?;
        let mut said = BufReader::new(child.stderr.take().ok_or("no standard error")?);
        let mut line = String::new();
        let address = loop {
            line.clear();
            if said.read_line(&mut line)? == 0 {
                child.kill()?;
                return Err("the server ended before it listened".into());
            }
            let address = line.split_once("http://").and_then(|(_, rest)| rest.split_whitespace().next());
            if let Some(address) = address.and_then(|address| address.parse().ok()) {
                break address;
            }
        };
        // What it logs later must not fill the pipe.
        std::thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
        Ok(Self { child, address })
    }

    /// Its number.
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// A size of [`memory`], in MB.
    ///
    /// # Errors
    /// The server is gone.
    pub fn memory(&self, name: &str) -> Result<f64, Failure> {
        memory(self.child.id(), name).ok_or_else(|| "the server is gone".into())
    }

    /// Waits until it has nothing left to do: its waiting typesetting worker is there, and it takes no more time.
    ///
    /// # Errors
    /// The server is gone.
    pub fn settle(&self) -> Result<(), Failure> {
        let process = self.child.id().to_string();
        let deadline = Instant::now() + Duration::from_secs(15);
        let mut before = processor(&process)?;
        while Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(1_500));
            let now = processor(&process)?;
            if now == before && !children(self.child.id()).is_empty() {
                return Ok(());
            }
            before = now;
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(process) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            let _ = kill_process(process, Signal::TERM);
        }
        let _ = self.child.wait();
    }
}
