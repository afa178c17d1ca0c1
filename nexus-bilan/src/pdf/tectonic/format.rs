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

/// The source of a format is our own: it may take what a document may not.
const GENEROUS: RenderLimits = RenderLimits {
    wall: Duration::from_mins(3),
    cpu_seconds: 60,
    memory_bytes: 1 << 30,
    output_bytes: 256 << 20,
};

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

    /// Where the format made from this text and these TeX files is kept.
    pub(super) fn path(&self, bundle: &Bundle) -> PathBuf {
        bundle.format_path(&engine::version(), &self.0)
    }

    /// The format that a document needs, and the document as it is to be read with that format.
    pub(super) fn of_document(preamble: &str, document: &str) -> (Self, String) {
        let head = document.find("\\begin{document}").and_then(|end| document.get(..end)).unwrap_or(document);
        let body = document.get(head.len()..).unwrap_or_default();
        match head.split_once(preamble) {
            Some((before, after)) if !preamble.is_empty() => {
                // As many lines as before, so that a message gives the line of the document.
                let lines = "%\n".repeat(preamble.matches('\n').count());
                (Self::preloaded(preamble), format!("{}{before}{lines}{after}{body}", START.trim_end()))
            }
            _ => (Self::preloaded(""), document.to_owned()),
        }
    }
}

impl TectonicRenderer {
    /// The file of a format; makes it when it is not there.
    pub(super) async fn format(
        &self,
        bundle: &Bundle,
        source: &FormatSource,
    ) -> Result<PathBuf, RenderError> {
        let path = source.path(bundle);
        let _alone = self.making.lock().await;
        if path.exists() {
            return Ok(path);
        }
        tracing::info!(path = %path.display(), "making the TeX format, once");
        let task = Task::Format { bundle: self.settings.bundle.clone() };
        let worker = self.start(task, GENEROUS).await?;
        let request = Request { date: 0, source: source.0.clone().into_bytes(), assets: Vec::new() };
        let format = self.ask(worker, &request, GENEROUS).await?;
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

#[cfg(test)]
mod tests {
    use super::*;

    const PREAMBLE: &str = "\\documentclass{article}\n\\usepackage{xcolor}\n";

    #[test]
    fn a_preloaded_document_keeps_its_lines() {
        for before in ["", "\\ifdefined\\NexusPreloaded\\else\n"] {
            let document = format!("{before}{PREAMBLE}\\begin{{document}}\nA\n\\end{{document}}\n");
            let (format, source) = FormatSource::of_document(PREAMBLE, &document);
            assert_eq!(format, FormatSource::preloaded(PREAMBLE));
            assert!(!source.contains("documentclass"), "{source}");
            let line_of = |text: &str| text.lines().position(|line| line == "A");
            assert_eq!(line_of(&source), line_of(&document));
        }
    }

    #[test]
    fn other_documents_are_read_as_they_are() {
        let plain = FormatSource::preloaded("");
        for (preamble, document) in [
            (PREAMBLE, "\\documentclass{book}\n\\begin{document}\\end{document}".to_owned()),
            (PREAMBLE, format!("\\documentclass{{book}}\\begin{{document}}{PREAMBLE}\\end{{document}}")),
            ("", "\\documentclass{book}\n\\begin{document}\\end{document}".to_owned()),
            (PREAMBLE, String::new()),
        ] {
            assert_eq!(FormatSource::of_document(preamble, &document), (plain.clone(), document));
        }
    }
}
