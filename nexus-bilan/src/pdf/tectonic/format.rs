//! The format: TeX's memory after LaTeX and the packages of the preamble are loaded, kept in a file.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::TectonicRenderer;
use crate::pdf::bundle::Bundle;
use crate::pdf::engine;
use crate::pdf::protocol::{Request, Task};
use crate::pdf::{RenderError, RenderLimits};

/// What to do when there are no TeX files.
pub(super) const NOT_BUILT: &str =
    "run scripts/install-tex, or scripts/build-tex-bundle when TeX is installed";

const HEAD: &str = include_str!("../../../tex/format-head.tex");
const TAIL: &str = include_str!("../../../tex/format-tail.tex");
/// Put on the first line of a document whose packages are preloaded.
const START: &str = include_str!("../../../tex/document-start.tex");

/// The text from which a format is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FormatSource(String);

impl FormatSource {
    /// LaTeX and the packages of a preamble; with an empty preamble, LaTeX alone.
    pub(super) fn preloaded(preamble: &str) -> Self {
        if preamble.is_empty() {
            return Self("\\input xelatex.ini\n".to_owned());
        }
        Self(format!("{HEAD}{preamble}\n{TAIL}"))
    }

    /// The format that a document needs, and the document as it is to be read with that format.
    pub(super) fn of_document(preamble: &str, document: &str) -> (Self, String) {
        match document.strip_prefix(preamble) {
            Some(rest) if !preamble.is_empty() => {
                // As many lines as before, so that a message gives the line of the document.
                let lines = "%\n".repeat(preamble.matches('\n').count());
                (Self::preloaded(preamble), format!("{}{lines}{rest}", START.trim_end()))
            }
            _ => (Self::preloaded(""), document.to_owned()),
        }
    }
}

impl TectonicRenderer {
    pub(super) fn format_path(&self, bundle: &Bundle, source: &FormatSource) -> PathBuf {
        bundle.format_path(&engine::version(), &source.0)
    }

    /// The file of a format; makes it when it is not there.
    pub(super) async fn format(
        &self,
        bundle: &Bundle,
        source: &FormatSource,
    ) -> Result<PathBuf, RenderError> {
        let path = self.format_path(bundle, source);
        let _alone = self.making.lock().await;
        if path.exists() {
            return Ok(path);
        }
        tracing::info!(path = %path.display(), "making the TeX format, once");
        let limits = RenderLimits { wall: Duration::from_secs(120), cpu_seconds: 60, ..self.settings.limits };
        let task = Task::Format { bundle: self.settings.bundle.clone() };
        let worker = self.start(task, limits).await?;
        let request = Request { date: 0, source: source.0.clone().into_bytes(), assets: Vec::new() };
        let format = self.ask(worker, &request, limits).await?;
        write_atomically(&path, &format).map_err(RenderError::Io)?;
        Ok(path)
    }
}

/// Writes a file that another process may write at the same time: the last one wins, nobody sees a half.
fn write_atomically(path: &Path, content: &[u8]) -> io::Result<()> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let folder = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
    std::fs::create_dir_all(folder)?;
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let draft = folder.join(format!(".{}-{number}.part", std::process::id()));
    std::fs::write(&draft, content)
        .and_then(|()| std::fs::rename(&draft, path))
        .inspect_err(|_| drop(std::fs::remove_file(&draft)))
}
