//! What one document may use of the machine, and how a worker binds itself to it.

use std::time::Duration;

use rustix::process::{Resource, Rlimit, Signal, setrlimit};
use serde::{Deserialize, Serialize};

/// What one document may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RenderLimits {
    /// Wall clock, from the moment a worker receives the document; the parent kills the worker.
    pub wall: Duration,
    /// Processor time, whole seconds.
    pub cpu_seconds: u64,
    /// Memory that it writes, bytes: the code of the program and the files that it reads do not count.
    pub memory_bytes: u64,
    /// All files that the document writes, bytes: the PDF, and what TeX writes beside it.
    pub output_bytes: u64,
}

impl Default for RenderLimits {
    fn default() -> Self {
        Self {
            wall: Duration::from_secs(30),
            cpu_seconds: 20,
            memory_bytes: 400 << 20,
            output_bytes: 64 << 20,
        }
    }
}

/// Binds the current process, for ever, before it sees a document: `parent` is who must be alive.
///
/// # Errors
/// The system refused a limit, or the parent is already gone.
pub(super) fn bind(limits: &RenderLimits, parent: u32, file_bytes: u64) -> std::io::Result<()> {
    #[cfg(target_os = "linux")]
    {
        rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
        rustix::thread::set_no_new_privs(true)?;
    }
    let alive =
        rustix::process::getppid().is_some_and(|pid| u32::try_from(pid.as_raw_nonzero().get()) == Ok(parent));
    if !alive {
        return Err(std::io::Error::other("the process that asked for this worker is gone"));
    }
    // One second between the two: the first sends SIGXCPU, which tells the parent what happened; the second kills.
    let cpu =
        Rlimit { current: Some(limits.cpu_seconds), maximum: Some(limits.cpu_seconds.saturating_add(1)) };
    setrlimit(Resource::Cpu, cpu)?;
    // Not the address space: a program with debug information, or with more features, would leave less to its documents.
    setrlimit(Resource::Data, exactly(limits.memory_bytes))?;
    setrlimit(Resource::Fsize, exactly(file_bytes))?;
    setrlimit(Resource::Core, exactly(0))?;
    Ok(())
}

/// Takes away the right to open any file, from now on: the second wall behind the sealed engine.
#[cfg(feature = "tectonic")]
pub(super) fn close_the_file_system() -> std::io::Result<()> {
    setrlimit(Resource::Nofile, exactly(0))?;
    Ok(())
}

const fn exactly(value: u64) -> Rlimit {
    Rlimit { current: Some(value), maximum: Some(value) }
}
