//! Which typesetting engine runs, and how it is set up.

use crate::configuration::{Configuration, RendererChoice};
use nexus_bilan::pdf::{LatexmkRenderer, LatexmkSettings, PdfRenderer, RenderLimits, WorkerProgram};
#[cfg(feature = "tectonic")]
use nexus_bilan::pdf::{TectonicRenderer, TectonicSettings};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

/// Builds the chosen engine; nothing is started before the first document.
///
/// # Errors
/// The system does not tell where the running program is, which has to start again as a worker.
pub fn build_renderer(configuration: &Configuration) -> io::Result<Arc<dyn PdfRenderer>> {
    let worker = configuration.worker_program.clone().map_or_else(WorkerProgram::current, |program| {
        Ok(WorkerProgram { program, arguments: vec!["render-worker".into()] })
    })?;
    Ok(match configuration.renderer {
        #[cfg(feature = "tectonic")]
        RendererChoice::Automatic | RendererChoice::Tectonic => Arc::new(tectonic(configuration, worker)),
        #[cfg(not(feature = "tectonic"))]
        RendererChoice::Automatic | RendererChoice::Tectonic => Arc::new(latexmk(configuration, worker)),
        RendererChoice::Latexmk => Arc::new(latexmk(configuration, worker)),
    })
}

#[cfg(feature = "tectonic")]
fn tectonic(configuration: &Configuration, worker: WorkerProgram) -> TectonicRenderer {
    TectonicRenderer::new(TectonicSettings {
        worker,
        bundle: configuration.tex_bundle.clone(),
        preamble: nexus_bilan::latex::PREAMBLE.to_owned(),
        limits: RenderLimits::default(),
        parallel: configuration.documents_in_parallel as usize,
        // One waits, started, while the others typeset: it hides the time that a process takes to start.
        spares: 1,
    })
}

fn latexmk(configuration: &Configuration, worker: WorkerProgram) -> LatexmkRenderer {
    let folders = configuration.tex_bin.iter().cloned().chain(configuration.search_path.iter().cloned());
    LatexmkRenderer::new(LatexmkSettings {
        worker,
        folders: folders.collect::<Vec<PathBuf>>(),
        limits: RenderLimits::default(),
        parallel: configuration.documents_in_parallel as usize,
    })
}
