//! The parent's side of a worker process: starting it, speaking to it, stopping it.

mod keeper;

use std::ffi::OsString;
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};

use super::protocol::{EXIT_UNABLE, Order};
use super::{RenderError, RenderLimit};

/// How much of a worker's standard error is kept, bytes.
const STDERR_KEPT: u64 = 4096;

/// The program that becomes a worker: it must call [`super::worker::run`] with its last argument, before it
/// starts any thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerProgram {
    /// Path of the program.
    pub program: PathBuf,
    /// Arguments before the order.
    pub arguments: Vec<OsString>,
}

impl WorkerProgram {
    /// The program that runs now, with the hidden subcommand `render-worker`.
    ///
    /// # Errors
    /// The system does not tell where the running program is.
    pub fn current() -> io::Result<Self> {
        Ok(Self { program: std::env::current_exe()?, arguments: vec!["render-worker".into()] })
    }

    /// A command for a worker with an environment of nothing but a setting of malloc, pipes and a process group of its own.
    pub(super) fn command(&self, order: &Order) -> io::Result<Command> {
        let mut command = Command::new(&self.program);
        command
            .args(&self.arguments)
            .arg(order.to_argument()?)
            .env_clear()
            // Large pages for the engine's large arrays: half of the time that the system spends on a document.
            .env("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1")
            .current_dir("/")
            .process_group(0)
            .kill_on_drop(true)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        Ok(command)
    }
}

/// A running worker; dropping it kills its whole process group.
#[derive(Debug)]
pub(super) struct Worker {
    child: Child,
    group: Option<Pid>,
}

/// How a worker ended.
#[derive(Debug)]
pub(super) struct Ending {
    /// What it wrote on standard output, cut at the limit given.
    pub answer: Vec<u8>,
    /// The beginning of what it wrote on standard error.
    pub complaint: String,
    pub status: ExitStatus,
}

impl Worker {
    pub(super) async fn start(command: Command) -> io::Result<Self> {
        let child = keeper::spawn(command).await?;
        let group = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        Ok(Self { child, group })
    }

    /// Whether the worker has ended by itself.
    #[cfg(feature = "tectonic")]
    pub(super) fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// Gives the worker its request and waits for its end, at most `wall`; at most `answer_limit` bytes are read.
    pub(super) async fn ask(
        mut self,
        request: &[u8],
        answer_limit: u64,
        wall: Duration,
    ) -> Result<Ending, RenderError> {
        match tokio::time::timeout(wall, self.converse(request, answer_limit)).await {
            Ok(ending) => {
                let ending = ending.map_err(RenderError::Io)?;
                self.group = None; // Reaped: the number may belong to another group from now on.
                Ok(ending)
            }
            Err(_) => Err(RenderError::Limit(RenderLimit::Time)),
        }
    }

    async fn converse(&mut self, request: &[u8], answer_limit: u64) -> io::Result<Ending> {
        let (stdin, stdout, stderr) =
            (self.child.stdin.take(), self.child.stdout.take(), self.child.stderr.take());
        let give = async {
            if let Some(mut stdin) = stdin {
                // A worker that died does not read: its status tells more than the broken pipe.
                let _ = stdin.write_all(request).await;
            }
        };
        let (answer, complaint, ()) =
            tokio::join!(read_bounded(stdout, answer_limit), read_bounded(stderr, STDERR_KEPT), give);
        let status = self.child.wait().await?;
        Ok(Ending { answer: answer?, complaint: String::from_utf8_lossy(&complaint?).into_owned(), status })
    }

    fn kill(&mut self) {
        if let Some(group) = self.group.take() {
            // ESRCH: everybody is gone already.
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Reads to the end, so that the writer never blocks, and keeps the beginning.
async fn read_bounded(source: Option<impl AsyncRead + Unpin>, limit: u64) -> io::Result<Vec<u8>> {
    let mut kept = Vec::new();
    if let Some(mut source) = source {
        (&mut source).take(limit).read_to_end(&mut kept).await?;
        tokio::io::copy(&mut source, &mut tokio::io::sink()).await?;
    }
    Ok(kept)
}

impl Ending {
    /// The error of a worker that ended without an answer.
    pub(super) fn error(&self) -> RenderError {
        let memory = ["memory allocation of", "bad_alloc", "xmalloc", "out of memory", "memory exhausted"];
        if self.status.signal() == Some(Signal::XCPU.as_raw()) {
            return RenderError::Limit(RenderLimit::Cpu);
        }
        if self.status.signal() == Some(Signal::XFSZ.as_raw()) {
            return RenderError::Limit(RenderLimit::Output);
        }
        if memory.iter().any(|words| self.complaint.contains(words)) {
            return RenderError::Limit(RenderLimit::Memory);
        }
        if self.status.code() == Some(i32::from(EXIT_UNABLE)) {
            return RenderError::Io(io::Error::other(self.complaint.trim().to_owned()));
        }
        RenderError::Died(self.status.to_string())
    }
}
