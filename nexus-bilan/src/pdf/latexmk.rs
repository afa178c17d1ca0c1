//! The adapter that typesets with the `latexmk` and `xelatex` of the machine.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use tempfile::TempDir;
use tokio::sync::Semaphore;

use super::process::{Ending, Worker, WorkerProgram};
use super::protocol::{Order, Task};
use super::refusal::{DOCUMENT, first_error, is_exhaustion, refusal};
use super::{LatexDocument, PdfRenderer, RenderError, RenderLimit, RenderLimits};

/// What a [`LatexmkRenderer`] needs to know.
#[derive(Debug, Clone)]
pub struct LatexmkSettings {
    /// The program that sets the limits and then becomes `latexmk`.
    pub worker: WorkerProgram,
    /// Folders where `latexmk`, `xelatex` and `perl` are, in order: that of `TEXBIN`, then those of `PATH`.
    pub folders: Vec<PathBuf>,
    /// What one document may use; the memory is that of each process.
    pub limits: RenderLimits,
    /// How many documents are typeset at the same time.
    pub parallel: usize,
}

/// Typesets with the `latexmk` and `xelatex` of the machine, in a private folder and with limits.
///
/// Weaker than the sealed engine: TeX's own `openin_any=p` keeps documents away from absolute paths, hidden files
/// and other folders, but images, fonts and PDF streams are opened by libraries that do not always ask it.
#[derive(Debug)]
pub struct LatexmkRenderer {
    settings: LatexmkSettings,
    places: Semaphore,
}

impl LatexmkRenderer {
    /// A renderer; nothing is looked for before the first document.
    pub fn new(settings: LatexmkSettings) -> Self {
        let places = Semaphore::new(settings.parallel.max(1));
        Self { settings, places }
    }

    fn latexmk(&self) -> Result<PathBuf, RenderError> {
        let find = |name: &str| {
            self.settings
                .folders
                .iter()
                .map(|folder| folder.join(name))
                .find(|path| path.is_file())
                .ok_or_else(|| RenderError::Missing(format!("{name} is not found: run scripts/install-tex")))
        };
        find("xelatex")?;
        find("latexmk")
    }

    async fn run(&self, latexmk: &Path, folder: &Path, date: i64) -> Result<Ending, RenderError> {
        let limits = self.settings.limits;
        let arguments =
            ["-norc", "-xelatex", "-halt-on-error", "-interaction=nonstopmode", "-no-shell-escape"];
        let arguments = arguments.into_iter().map(str::to_owned);
        let arguments = arguments.chain(["-file-line-error".to_owned(), format!("{DOCUMENT}.tex")]).collect();
        let task = Task::Become { program: latexmk.to_owned(), arguments };
        let mut command = self
            .settings
            .worker
            .command(&Order { parent: std::process::id(), limits, task })
            .map_err(RenderError::Io)?;
        let path =
            std::env::join_paths(&self.settings.folders).unwrap_or_else(|_| OsString::from("/usr/bin:/bin"));
        command
            .current_dir(folder)
            .env("PATH", path)
            .env("HOME", folder)
            .env("LC_ALL", "C.UTF-8")
            .env("openin_any", "p")
            .env("openout_any", "p")
            .env("max_print_line", "10000")
            .env("SOURCE_DATE_EPOCH", date.max(0).to_string())
            .env("FORCE_SOURCE_DATE", "1");
        let worker = Worker::start(command).await.map_err(RenderError::Io)?;
        worker.ask(&[], KEPT, limits.wall).await
    }
}

/// How much of what latexmk prints is kept, bytes.
const KEPT: u64 = 64 << 10;

#[async_trait]
impl PdfRenderer for LatexmkRenderer {
    async fn prepare(&self) -> Result<(), RenderError> {
        self.latexmk().map(drop)
    }

    async fn render(&self, document: &LatexDocument) -> Result<Vec<u8>, RenderError> {
        let _place = self.places.acquire().await.map_err(|closed| RenderError::Died(closed.to_string()))?;
        document.check_assets()?;
        let latexmk = self.latexmk()?;
        let folder = private_folder(document).map_err(RenderError::Io)?;
        let ending = self.run(&latexmk, folder.path(), document.date.as_second()).await?;
        let read = |extension: &str| std::fs::read(folder.path().join(format!("{DOCUMENT}.{extension}")));
        if ending.status.success()
            && let Ok(pdf) = read("pdf")
        {
            return Ok(pdf);
        }
        let log = read("log").unwrap_or_default();
        Err(explain(&ending, &String::from_utf8_lossy(&log), &self.settings.limits))
    }

    fn name(&self) -> &'static str {
        "latexmk"
    }
}

fn private_folder(document: &LatexDocument) -> std::io::Result<TempDir> {
    let folder = tempfile::Builder::new().prefix("nexus-latexmk-").tempdir()?;
    std::fs::write(folder.path().join(format!("{DOCUMENT}.tex")), &document.source)?;
    for asset in &document.assets {
        std::fs::write(folder.path().join(&asset.name), &asset.content)?;
    }
    Ok(folder)
}

/// Why there is no PDF, from what latexmk and xelatex say.
fn explain(ending: &Ending, log: &str, limits: &RenderLimits) -> RenderError {
    let said = format!("{}\n{}", String::from_utf8_lossy(&ending.answer), ending.complaint);
    let has = |words: &str| said.contains(words);
    // A shell says 128 + the number of the signal; latexmk quotes it.
    if has("return code 152") || has("CPU time limit exceeded") {
        return RenderError::Limit(RenderLimit::Cpu);
    }
    if has("return code 153") || has("File size limit exceeded") {
        return RenderError::Limit(RenderLimit::Output);
    }
    match first_error(log) {
        Some(message) if is_exhaustion(message) => RenderError::Limit(RenderLimit::Memory),
        Some(message) => RenderError::Rejected(refusal(message, log)),
        None if ending.status.success() => RenderError::Rejected("the document has no page".to_owned()),
        None => match ending.error() {
            RenderError::Died(status) => {
                RenderError::Died(format!("{status}, with {} MB for each process", limits.memory_bytes >> 20))
            }
            error => error,
        },
    }
}
