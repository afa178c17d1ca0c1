//! The tectonic engines in this process, fed from memory. Only a worker may call it: a hostile document can
//! loop, exhaust memory or abort the process.

mod journal;
mod sealed;

use std::time::{Duration, SystemTime};

use tectonic_bridge_core::{CoreBridgeLauncher, SecuritySettings, SecurityStance};
use tectonic_engine_xdvipdfmx::XdvipdfmxEngine;
use tectonic_engine_xetex::{FORMAT_SERIAL, TexEngine, TexOutcome};

use super::protocol::{Answer, Request};
use journal::Journal;
use sealed::Sealed;
pub(super) use sealed::{Content, Library};

/// Name under which the engine finds the format.
const FORMAT: &str = "nexus.fmt";
/// A document whose references do not settle is printed as it is after so many passes.
const MOST_PASSES: usize = 3;

/// What a format depends on beside its source and the TeX files.
pub(super) fn version() -> String {
    format!("xetex format {FORMAT_SERIAL}")
}

/// A loaded engine, good for one document.
pub(super) struct Engine {
    library: Library,
    output_bytes: u64,
}

impl Engine {
    pub(super) const fn new(library: Library, output_bytes: u64) -> Self {
        Self { library, output_bytes }
    }

    /// From the source of a format to the format.
    pub(super) fn make_format(self, request: Request) -> Answer {
        let mut world = Sealed::new(self.library, request, self.output_bytes);
        let mut engine = TexEngine::default();
        engine.initex_mode(true);
        match pass(&mut engine, &mut world) {
            Ok(()) => world.take("texput.fmt").map_or_else(no_output, Answer::Done),
            Err(answer) => answer,
        }
    }

    /// From a LaTeX document to a PDF.
    pub(super) fn typeset(self, request: Request) -> Answer {
        let date = SystemTime::UNIX_EPOCH + Duration::from_secs(request.date);
        let mut world = Sealed::new(self.library, request, self.output_bytes);
        let mut engine = TexEngine::default();
        engine.build_date(date);
        let mut references = None;
        for _ in 0..MOST_PASSES {
            if let Err(answer) = pass(&mut engine, &mut world) {
                return answer;
            }
            let now = world.references();
            if !world.asks_for_another_pass() || references.as_ref() == Some(&now) {
                break;
            }
            references = Some(now);
        }
        match print(&mut world, date) {
            Ok(()) => world.take("texput.pdf").map_or_else(no_output, Answer::Done),
            Err(answer) => answer,
        }
    }
}

fn no_output() -> Answer {
    Answer::Rejected("the document has no page".to_owned())
}

fn pass(engine: &mut TexEngine, world: &mut Sealed) -> Result<(), Answer> {
    let mut journal = Journal::default();
    engine.halt_on_error_mode(true).shell_escape(false);
    let outcome = engine.process(&mut launcher(world, &mut journal), FORMAT, "texput.tex");
    match outcome {
        Ok(TexOutcome::Spotless | TexOutcome::Warnings) => Ok(()),
        Ok(TexOutcome::Errors) => Err(journal.answer(None, &world.log())),
        Err(error) => Err(journal.answer(Some(&error), &world.log())),
    }
}

fn print(world: &mut Sealed, date: SystemTime) -> Result<(), Answer> {
    let mut journal = Journal::default();
    let mut engine = XdvipdfmxEngine::default();
    engine.build_date(date).enable_deterministic_tags(true).paper_spec("a4".to_owned());
    engine
        .process(&mut launcher(world, &mut journal), "texput.xdv", "texput.pdf")
        .map_err(|error| journal.answer(Some(&error), ""))
}

fn launcher<'a>(world: &'a mut Sealed, journal: &'a mut Journal) -> CoreBridgeLauncher<'a> {
    let security = SecuritySettings::new(SecurityStance::DisableInsecures);
    let mut launcher = CoreBridgeLauncher::new_with_security(world, journal, security);
    launcher.with_expose_absolute_paths(false).with_mtime_override(Some(1));
    launcher
}
