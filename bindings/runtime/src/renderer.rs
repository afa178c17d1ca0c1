//! Which typesetting engine runs, and how it is set up.

use crate::configuration::{Configuration, RendererChoice};
use nexus_bilan::pdf::{LatexmkRenderer, LatexmkSettings, PdfRenderer, RenderLimits, WorkerProgram};
#[cfg(feature = "tectonic")]
use nexus_bilan::pdf::{TectonicRenderer, TectonicSettings};
use std::sync::Arc;

/// Builds the chosen engine; nothing is started before the first document.
pub fn build_renderer(configuration: &Configuration) -> Arc<dyn PdfRenderer> {
    match configuration.renderer {
        #[cfg(feature = "tectonic")]
        RendererChoice::Automatic | RendererChoice::Tectonic => Arc::new(tectonic(configuration)),
        #[cfg(not(feature = "tectonic"))]
        RendererChoice::Automatic | RendererChoice::Tectonic => Arc::new(latexmk(configuration)),
        RendererChoice::Latexmk => Arc::new(latexmk(configuration)),
    }
}
