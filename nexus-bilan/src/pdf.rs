//! From a LaTeX document to a PDF: the port and its adapters.

#[cfg(feature = "tectonic")]
mod bundle;
#[cfg(feature = "tectonic")]
mod engine;
#[cfg(feature = "latexmk")]
mod latexmk;
#[cfg(any(feature = "tectonic", feature = "latexmk"))]
mod limits;
#[cfg(any(feature = "tectonic", feature = "latexmk"))]
mod process;
#[cfg(any(feature = "tectonic", feature = "latexmk"))]
mod protocol;
#[cfg(any(feature = "tectonic", feature = "latexmk"))]
mod refusal;
#[cfg(feature = "tectonic")]
mod tectonic;
#[cfg(any(feature = "tectonic", feature = "latexmk"))]
pub mod worker;

use async_trait::async_trait;
use jiff::Timestamp;
use nexus_core::{Coded, ErrorCode};

#[cfg(feature = "latexmk")]
pub use latexmk::{LatexmkRenderer, LatexmkSettings};
#[cfg(any(feature = "tectonic", feature = "latexmk"))]
pub use limits::RenderLimits;
#[cfg(any(feature = "tectonic", feature = "latexmk"))]
pub use process::WorkerProgram;
#[cfg(feature = "tectonic")]
pub use tectonic::{PrepareStep, TectonicRenderer, TectonicSettings};

/// A document to typeset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LatexDocument {
    /// The whole LaTeX source, UTF-8. Data in it are already escaped.
    pub source: String,
    /// Files that the source may open, by plain name (`logo.pdf`).
    pub assets: Vec<LatexAsset>,
    /// Date written in the PDF; the same source, assets and date give the same bytes.
    pub date: Timestamp,
}

impl LatexDocument {
    /// Whether each asset has a name that stays in its own folder and leaves the engine's own files alone.
    ///
    /// # Errors
    /// [`RenderError::Rejected`] with the first name that does not.
    pub fn check_assets(&self) -> Result<(), RenderError> {
        let is_plain = |name: &str| {
            let known = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
            let free = !name.starts_with(['.', '-']) && !name.starts_with("texput.");
            free && !name.is_empty() && name.chars().all(known)
        };
        match self.assets.iter().find(|asset| !is_plain(&asset.name)) {
            Some(asset) => {
                Err(RenderError::Rejected(format!("{:?} is not the plain name of a file", asset.name)))
            }
            None => Ok(()),
        }
    }
}

/// A file beside the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LatexAsset {
    /// Plain name, without a folder.
    pub name: String,
    /// Content.
    pub content: Vec<u8>,
}

/// Which limit stopped the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RenderLimit {
    /// Wall clock.
    Time,
    /// Processor time.
    Cpu,
    /// Memory.
    Memory,
    /// Size of the output.
    Output,
}

/// Why there is no PDF.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RenderError {
    /// The engine refused the document: the first error of its log, without the document's text.
    #[error("the typesetting engine refused the document: {0}")]
    Rejected(String),
    /// The engine was stopped.
    #[error("the typesetting engine exceeded its limit: {0:?}")]
    Limit(RenderLimit),
    /// The engine died by itself.
    #[error("the typesetting engine died: {0}")]
    Died(String),
    /// The engine or its TeX files are not installed; the text says which command installs them.
    #[error("the typesetting engine is not installed: {0}")]
    Missing(String),
    /// The engine could not be started or spoken to.
    #[error("the typesetting engine could not be run")]
    Io(#[source] std::io::Error),
}

impl RenderError {
    /// Whether the same document may succeed later.
    pub const fn is_retryable(&self) -> bool {
        matches!(self, Self::Died(_) | Self::Missing(_) | Self::Io(_) | Self::Limit(RenderLimit::Time))
    }
}

impl Coded for RenderError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Rejected(_) | Self::Died(_) => ErrorCode::DocumentRejected,
            Self::Limit(_) => ErrorCode::DocumentLimit,
            Self::Missing(_) => ErrorCode::RendererMissing,
            Self::Io(_) => ErrorCode::StorageUnavailable,
        }
    }
}

/// A typesetting engine.
///
/// # Contract
/// * A document cannot read or write any file of the machine but its assets and the engine's own TeX files.
/// * A call ends within the renderer's limits, whatever the document does; the next document is not affected.
/// * Same document, same bytes.
#[async_trait]
pub trait PdfRenderer: Send + Sync {
    /// Typesets one document.
    async fn render(&self, document: &LatexDocument) -> Result<Vec<u8>, RenderError>;
    /// Does what is done once, so that the first document does not wait for it; a no-op where there is nothing to do.
    ///
    /// # Errors
    /// [`RenderError::Missing`] when the engine or its files are absent or damaged.
    async fn prepare(&self) -> Result<(), RenderError> {
        Ok(())
    }

    /// Name of the engine, for logs and `nexus doctor`.
    fn name(&self) -> &'static str;
}
