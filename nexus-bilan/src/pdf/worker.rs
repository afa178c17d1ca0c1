//! The worker: a process of its own for each document.

use std::ffi::OsStr;
use std::io::{self, Write};
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode};

use super::limits;
use super::protocol::{EXIT_UNABLE, Order, Task};

/// Obeys the order that a renderer gives as the last argument of its worker program.
///
/// To be called before the program starts a thread or opens anything: the limits set here count all of it.
/// Standard input, output and error belong to the renderer.
pub fn run(order: &OsStr) -> ExitCode {
    match obey(order) {
        Ok(code) => code,
        Err(error) => {
            let _ = writeln!(io::stderr(), "{error}");
            ExitCode::from(EXIT_UNABLE)
        }
    }
}

fn obey(order: &OsStr) -> io::Result<ExitCode> {
    let order = order.to_str().ok_or_else(|| io::Error::other("the order is not UTF-8"))?;
    let Order { parent, limits, task } = serde_json::from_str(order)?;
    match task {
        #[cfg(feature = "tectonic")]
        Task::Document { bundle, format } => {
            limits::bind(&limits, parent, 0)?;
            typesetting::serve(&bundle, Some(&format), &limits)
        }
        #[cfg(feature = "tectonic")]
        Task::Format { bundle } => {
            limits::bind(&limits, parent, 0)?;
            typesetting::serve(&bundle, None, &limits)
        }
        Task::Become { program, arguments } => {
            limits::bind(&limits, parent, limits.output_bytes)?;
            Err(Command::new(program).args(arguments).exec())
        }
    }
}

#[cfg(feature = "tectonic")]
mod typesetting {
    use std::fs::File;
    use std::io::{self, Write};
    use std::path::Path;
    use std::process::ExitCode;
    use std::rc::Rc;

    use crate::pdf::bundle::Bundle;
    use crate::pdf::engine::{Engine, Library};
    use crate::pdf::limits::{RenderLimits, close_the_file_system};
    use crate::pdf::protocol::{EXIT_MISSING, Request};

    /// Loads the engine, waits for the request, answers. Without a format it makes one.
    pub(super) fn serve(bundle: &Path, format: Option<&Path>, limits: &RenderLimits) -> io::Result<ExitCode> {
        let engine = match load(bundle, format, limits.output_bytes) {
            Ok(engine) => engine,
            Err(error) => {
                let _ = writeln!(io::stderr(), "{error}");
                return Ok(ExitCode::from(EXIT_MISSING));
            }
        };
        // Whatever a C library prints on standard output must not be taken for the answer.
        let mut answers = File::from(rustix::io::dup(rustix::stdio::stdout())?);
        rustix::stdio::dup2_stdout(rustix::stdio::stderr())?;
        close_the_file_system()?;
        let Ok(request) = Request::read(&mut io::stdin().lock()) else {
            return Ok(ExitCode::SUCCESS); // The renderer needs this worker no more.
        };
        let answer = if format.is_some() { engine.typeset(request) } else { engine.make_format(request) };
        answer.write(&mut answers)?;
        Ok(ExitCode::SUCCESS)
    }

    fn load(bundle: &Path, format: Option<&Path>, output_bytes: u64) -> io::Result<Engine> {
        let files = Bundle::open(bundle)?.load()?;
        let format = format.map(File::open).transpose()?.map(Rc::new);
        Ok(Engine::new(Library { files, format }, output_bytes))
    }
}
