//! The adapter that typesets with the tectonic engines, one sealed child process per document.

mod format;

use std::collections::VecDeque;
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use tokio::sync::{Mutex, Semaphore};

use super::bundle::Bundle;
use super::process::{Worker, WorkerProgram};
use super::protocol::{Answer, EXIT_MISSING, EXIT_OUTPUT, Order, Request, Task};
use super::{LatexDocument, PdfRenderer, RenderError, RenderLimit, RenderLimits};
use format::{FormatSource, NOT_BUILT};

/// What a [`TectonicRenderer`] needs to know.
#[derive(Debug, Clone)]
pub struct TectonicSettings {
    /// The program that becomes a worker.
    pub worker: WorkerProgram,
    /// The folder that `scripts/build-tex-bundle` has made; formats are kept in it.
    pub bundle: PathBuf,
    /// A document that begins with this text, to the byte, starts with its packages already loaded; any other
    /// document is typeset as well, more slowly. Empty: none.
    pub preamble: String,
    /// What one document may use.
    pub limits: RenderLimits,
    /// How many documents are typeset at the same time.
    pub parallel: usize,
    /// How many workers wait, started, for a document, as long as fewer than [`Self::parallel`] documents are in hand.
    pub spares: usize,
}

/// Typesets with the tectonic engines.
#[derive(Debug)]
pub struct TectonicRenderer {
    settings: TectonicSettings,
    places: Semaphore,
    spares: Mutex<VecDeque<Spare>>,
    /// Held while a format is made, so that documents that come meanwhile wait for it.
    making: Mutex<()>,
}

#[derive(Debug)]
struct Spare {
    format: PathBuf,
    worker: Worker,
}

/// Where [`TectonicRenderer::prepare`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrepareStep {
    /// Compares the TeX files with their manifest.
    CheckingFiles,
    /// Loads the packages once and keeps them in a file; takes a few seconds.
    BuildingFormat,
    /// The next document will not wait.
    Ready,
}

impl TectonicRenderer {
    /// A renderer; nothing is read nor started before the first document or [`Self::prepare`].
    pub fn new(settings: TectonicSettings) -> Self {
        let places = Semaphore::new(settings.parallel.max(1));
        Self { settings, places, spares: Mutex::default(), making: Mutex::default() }
    }

    /// Checks the TeX files and makes what is made once, so that no document has to wait for it.
    ///
    /// # Errors
    /// [`RenderError::Missing`] when a TeX file is absent or damaged.
    pub async fn prepare(&self, progress: &(dyn Fn(PrepareStep) + Sync)) -> Result<(), RenderError> {
        progress(PrepareStep::CheckingFiles);
        let bundle = self.bundle()?;
        let files = bundle.clone();
        let damaged = tokio::task::spawn_blocking(move || files.damaged())
            .await
            .map_err(|error| RenderError::Died(error.to_string()))?;
        if let Some(name) = damaged.first() {
            let folder = self.settings.bundle.display();
            let count = damaged.len();
            return Err(RenderError::Missing(format!(
                "{count} TeX files of {folder} are absent or damaged, {name} among them: run scripts/build-tex-bundle"
            )));
        }
        let source = FormatSource::preloaded(&self.settings.preamble);
        if !source.path(&bundle).exists() {
            progress(PrepareStep::BuildingFormat);
        }
        let format = self.format(&bundle, &source).await?;
        self.refill(&format).await;
        progress(PrepareStep::Ready);
        Ok(())
    }

    fn bundle(&self) -> Result<Bundle, RenderError> {
        Bundle::open(&self.settings.bundle).map_err(|error| {
            RenderError::Missing(format!("{}: {error}; {NOT_BUILT}", self.settings.bundle.display()))
        })
    }

    /// Whether a document more could be typeset now. When none could, a worker that is started in advance only takes the
    /// processor from those that have a document.
    fn has_room(&self) -> bool {
        self.settings.parallel <= 1 || self.places.available_permits() > 0
    }

    /// A worker with this format, and whether it was waiting.
    async fn worker(&self, format: &Path) -> Result<(Worker, bool), RenderError> {
        let mut spares = self.spares.lock().await;
        while let Some(mut spare) = spares.pop_front() {
            if spare.format == format && !spare.worker.has_ended() {
                return Ok((spare.worker, true));
            }
        }
        drop(spares);
        Ok((self.fresh(format).await?, false))
    }

    async fn fresh(&self, format: &Path) -> Result<Worker, RenderError> {
        self.start(self.document(format), self.settings.limits).await
    }

    fn document(&self, format: &Path) -> Task {
        Task::Document { bundle: self.settings.bundle.clone(), format: format.to_owned() }
    }

    /// Starts workers until enough of them wait; one that cannot be started is missed by nobody yet.
    async fn refill(&self, format: &Path) {
        let mut spares = self.spares.lock().await;
        while spares.len() < self.settings.spares {
            match self.start(self.document(format), self.settings.limits).await {
                Ok(worker) => spares.push_back(Spare { format: format.to_owned(), worker }),
                Err(error) => {
                    tracing::warn!(%error, "no typesetting worker could be started in advance");
                    break;
                }
            }
        }
    }

    async fn start(&self, task: Task, limits: RenderLimits) -> Result<Worker, RenderError> {
        let order = Order { parent: std::process::id(), limits, task };
        let command = self.settings.worker.command(&order).map_err(RenderError::Io)?;
        Worker::start(command).await.map_err(RenderError::Io)
    }

    async fn ask(
        &self,
        worker: Worker,
        request: &Request,
        limits: RenderLimits,
    ) -> Result<Vec<u8>, RenderError> {
        // The answer is at most the output and a few bytes around it.
        let most = limits.output_bytes.saturating_add(4096);
        let ending = worker.ask(&request.encode(), most, limits.wall).await?;
        match Answer::parse(&ending.answer) {
            Some(Answer::Done(content)) => return Ok(content),
            Some(Answer::Rejected(message)) => return Err(RenderError::Rejected(message)),
            Some(Answer::Exhausted) => return Err(RenderError::Limit(RenderLimit::Memory)),
            None => {}
        }
        Err(match ending.status.code().and_then(|code| u8::try_from(code).ok()) {
            Some(EXIT_OUTPUT) => RenderError::Limit(RenderLimit::Output),
            Some(EXIT_MISSING) => RenderError::Missing(format!("{}; {NOT_BUILT}", ending.complaint.trim())),
            _ => ending.error(),
        })
    }
}

#[async_trait]
impl PdfRenderer for TectonicRenderer {
    async fn prepare(&self) -> Result<(), RenderError> {
        // The inherent method of the same name, which also tells where it is.
        Self::prepare(self, &|_| ()).await
    }

    async fn render(&self, document: &LatexDocument) -> Result<Vec<u8>, RenderError> {
        let _place = self.places.acquire().await.map_err(|closed| RenderError::Died(closed.to_string()))?;
        document.check_assets()?;
        let bundle = self.bundle()?;
        let (format, source) = FormatSource::of_document(&self.settings.preamble, &document.source);
        let preloaded = format == FormatSource::preloaded(&self.settings.preamble);
        let format = self.format(&bundle, &format).await?;
        let (worker, waited) = self.worker(&format).await?;
        let request = Request {
            date: u64::try_from(document.date.as_second()).unwrap_or(0),
            source: source.into_bytes(),
            assets: document.assets.iter().map(|asset| (asset.name.clone(), asset.content.clone())).collect(),
        };
        let refill = async {
            if preloaded && self.has_room() {
                self.refill(&format).await;
            }
        };
        let (answer, ()) = tokio::join!(self.ask(worker, &request, self.settings.limits), refill);
        // Nobody waited while every place was taken; the last one leaves a worker for whoever comes next.
        if preloaded && self.has_room() {
            self.refill(&format).await;
        }
        match answer {
            // One that waited may have been killed, for memory or by hand, before it saw the document; a signal takes a
            // moment to show. Should the document itself be the cause, it ends the second worker too.
            Err(RenderError::Died(_)) if waited => {
                let worker = self.fresh(&format).await?;
                self.ask(worker, &request, self.settings.limits).await
            }
            answer => answer,
        }
    }

    fn name(&self) -> &'static str {
        "tectonic"
    }
}
