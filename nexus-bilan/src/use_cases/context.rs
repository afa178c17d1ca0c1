use crate::bilan::Bilan;
use crate::pdf::PdfRenderer;
use crate::ports::BilanStore;
use crate::questionnaire::{Bank, Catalogue, Survey};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use nexus_core::audit::AuditEvent;
use nexus_core::rights::Permit;
use nexus_core::{Clock, FileStore, IdSource, LanguageModel, RetryPolicy};
use std::sync::Arc;

/// Everything that the use-cases of bilans lean on.
#[derive(Clone)]
pub struct BilanContext {
    /// Where bilans are stored.
    pub store: Arc<dyn BilanStore>,
    /// Where documents are stored.
    pub files: Arc<dyn FileStore>,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// New identifiers.
    pub ids: Arc<dyn IdSource>,
    /// The questionnaires.
    pub catalogue: Arc<Catalogue>,
    /// The typesetting engine.
    pub renderer: Arc<dyn PdfRenderer>,
    /// The language model, when one is configured.
    pub model: Option<Arc<dyn LanguageModel>>,
    /// The school's choices.
    pub settings: BilanSettings,
}

/// The school's choices about bilans.
#[derive(Debug, Clone)]
pub struct BilanSettings {
    /// An attempt that is not submitted expires after this time.
    pub time_to_answer: SignedDuration,
    /// The zone in which a day is a day.
    pub zone: TimeZone,
    /// How long a worker may hold a job without a sign of life.
    pub lease: SignedDuration,
    /// When a failed job is tried again.
    pub retry: RetryPolicy,
}

impl Default for BilanSettings {
    /// 30 days to answer, a lease of one minute, five tries from 2 s to 5 min apart, UTC.
    fn default() -> Self {
        Self {
            time_to_answer: SignedDuration::from_hours(30 * 24),
            zone: TimeZone::UTC,
            lease: SignedDuration::from_secs(60),
            retry: RetryPolicy {
                max_attempts: 5,
                base_delay: SignedDuration::from_secs(2),
                max_delay: SignedDuration::from_mins(5),
            },
        }
    }
}

/// What somebody does to a bilan, for the audit log.
pub(super) fn audit_event(permit: &Permit, action: &str, bilan: &Bilan, at: Timestamp) -> AuditEvent {
    AuditEvent::new(permit.audit_name(), action, at).about("bilan", bilan.id.as_str())
}

impl BilanContext {
    /// The bank that a bilan is bound to; `None` when the catalogue no longer holds this very content.
    pub(super) fn bank_of(&self, bilan: &Bilan) -> Option<&Bank> {
        let (bank, checksum) = self.catalogue.bank_with_checksum(&bilan.bank.slug)?;
        (checksum == bilan.bank.checksum).then_some(bank)
    }

    /// The survey that goes with a bank.
    pub(super) fn survey_of(&self, bank: &Bank) -> Option<&Survey> {
        bank.survey.as_deref().and_then(|slug| self.catalogue.survey(slug))
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

impl std::fmt::Debug for BilanContext {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("BilanContext")
            .field("renderer", &self.renderer.name())
            .finish_non_exhaustive()
    }
}
