//! What a test drives in the place of an engine, a provider, a recorder, a way out for mails. What a PDF looks like is proved
//! with the real engine only, the page of measures with the real server.

use async_trait::async_trait;
use nexus_bilan::pdf::{LatexDocument, PdfRenderer, RenderError};
use nexus_core::EffectId;
use nexus_core::mail::{Mail, MailChannel, Mailer, PreparedMail};
use nexus_core::outbox::AttemptFailure;
use nexus_http::{Measures, ServiceAnswer, ServiceProbe, ServiceState};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::Semaphore;

/// Services beside the database: one answers, one does not, one is not there.
#[derive(Debug)]
pub struct FoundServices;

#[async_trait]
impl ServiceProbe for FoundServices {
    async fn examine(&self) -> Vec<ServiceState> {
        let state = |name, answer, took| ServiceState { name, answer, took: Duration::from_millis(took) };
        vec![
            state("rag", ServiceAnswer::Absent("not_installed"), 0),
            state("llm", ServiceAnswer::Failed("timeout"), 3_000),
            state("pdf", ServiceAnswer::Good, 12),
        ]
    }
}

/// A page of one measure.
#[derive(Debug)]
pub struct OnePage;

impl Measures for OnePage {
    fn page(&self) -> String {
        "measure_of_a_test 1\n".to_owned()
    }
}

/// Gives a small PDF that carries a digest of the source, so that two documents are two files.
#[derive(Debug)]
pub struct SmallPdf {
    missing: AtomicBool,
    rendered: AtomicUsize,
    gate: Semaphore,
}

impl Default for SmallPdf {
    fn default() -> Self {
        Self {
            missing: AtomicBool::new(false),
            rendered: AtomicUsize::new(0),
            gate: Semaphore::new(Semaphore::MAX_PERMITS),
        }
    }
}

impl SmallPdf {
    /// Makes the engine absent, or brings it back.
    pub fn set_missing(&self, missing: bool) {
        self.missing.store(missing, Ordering::SeqCst);
    }

    /// How many documents were asked for.
    pub fn rendered(&self) -> usize {
        self.rendered.load(Ordering::SeqCst)
    }

    /// Lets no document through until [`Self::open`].
    pub async fn close(&self) {
        let permits = self.gate.available_permits();
        self.gate.acquire_many(u32::try_from(permits).unwrap_or(u32::MAX)).await.unwrap().forget();
        self.gate.forget_permits(self.gate.available_permits());
    }

    /// Lets every document through.
    pub fn open(&self) {
        self.gate.add_permits(1_000);
    }
}

#[async_trait]
impl PdfRenderer for SmallPdf {
    async fn render(&self, document: &LatexDocument) -> Result<Vec<u8>, RenderError> {
        self.rendered.fetch_add(1, Ordering::SeqCst);
        let _permit = self.gate.acquire().await.unwrap();
        if self.missing.load(Ordering::SeqCst) {
            return Err(RenderError::Missing("nothing here".to_owned()));
        }
        let digest = nexus_core::Checksum::of_bytes(document.source.as_bytes());
        Ok(format!("%PDF-1.7\n% {digest}\n%%EOF\n").into_bytes())
    }

    fn name(&self) -> &'static str {
        "small"
    }
}

/// A way out for mails that keeps what it was given.
#[derive(Debug, Default)]
pub struct MailBox {
    prepared: AtomicUsize,
    handed_over: Arc<Mutex<Vec<Mail>>>,
}

impl MailBox {
    /// How many mails were prepared.
    pub fn prepared(&self) -> usize {
        self.prepared.load(Ordering::SeqCst)
    }

    /// What was handed over.
    pub fn handed_over(&self) -> Vec<Mail> {
        self.handed_over.lock().unwrap().clone()
    }
}

struct Letter(Mail, Arc<Mutex<Vec<Mail>>>);

#[async_trait]
impl Mailer for MailBox {
    async fn prepare(&self, mail: &Mail) -> Result<Box<dyn PreparedMail>, AttemptFailure> {
        self.prepared.fetch_add(1, Ordering::SeqCst);
        Ok(Box::new(Letter(mail.clone(), Arc::clone(&self.handed_over))))
    }

    fn message_id(&self, effect: &EffectId) -> String {
        format!("{effect}@nexus.test")
    }
}

#[async_trait]
impl PreparedMail for Letter {
    async fn hand_over(self: Box<Self>) -> Result<MailChannel, AttemptFailure> {
        self.1.lock().unwrap().push(self.0);
        Ok(MailChannel::Smtp)
    }
}
