//! The worker's side: from submitted answers to stored documents, one durable step after the other.

use super::context::{BilanContext, audit_event};
use crate::attempt::{StateError, state_facts};
use crate::bilan::{AttemptAnswers, Bilan, LegacyColumns, ReportDocument, ScoreSnapshot};
use crate::enrichment::enrich;
use crate::latex::{Identity, TemplateError, typeset};
use crate::lifecycle::{BilanEvent, BilanState, InvalidTransition};
use crate::pdf::RenderError;
use crate::report::{ReportPayload, Variant};
use crate::texts;
use nexus_core::rights::{Action, Permit, Scope};
use nexus_core::{
    BilanId, Checksum, ClaimedJob, Coded, ErrorCode, FileError, FileKey, JobKind, JobOutcome, LeaseError,
    StoreError, Student,
};
use serde_json::json;

/// Why a bilan could not be processed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProcessError {
    /// The job names something that is no bilan, or a pupil that is gone.
    #[error("the bilan or its pupil does not exist")]
    Absent,
    /// The workers of all earlier claims disappeared.
    #[error("the job was interrupted at every claim")]
    Interrupted,
    /// The catalogue does not hold the content that the bilan is bound to.
    #[error("the questionnaire of the bilan is not in the catalogue")]
    BankChanged,
    /// The answers cannot be scored.
    #[error(transparent)]
    State(#[from] StateError),
    /// The document cannot be written.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// The document cannot be typeset.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// The state of the bilan forbids it.
    #[error(transparent)]
    Transition(#[from] InvalidTransition),
    /// Another worker has the job.
    #[error(transparent)]
    Job(#[from] LeaseError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file store failed.
    #[error(transparent)]
    Files(#[from] FileError),
}

impl ProcessError {
    /// Whether trying again may help.
    const fn is_retryable(&self) -> bool {
        match self {
            Self::Render(error) => error.is_retryable(),
            Self::Store(error) | Self::Job(LeaseError::Store(error)) => error.is_retryable(),
            // A full disk is emptied, a folder is made writable, the right catalogue is deployed: nothing is lost by
            // waiting.
            Self::Files(_) | Self::BankChanged => true,
            _ => false,
        }
    }
}

impl Coded for ProcessError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Absent => ErrorCode::BilanNotFound,
            Self::BankChanged => ErrorCode::UnknownBank,
            Self::State(error) => error.code(),
            Self::Interrupted | Self::Template(_) => ErrorCode::Internal,
            Self::Render(error) => error.code(),
            Self::Transition(error) => error.code(),
            Self::Job(error) => error.code(),
            Self::Store(error) => error.code(),
            Self::Files(error) => error.code(),
        }
    }
}

/// Claims one due job, runs it and settles it. Returns whether there was one.
///
/// Killed at any point, the job is claimed again after its lease and goes on from the last commit; documents are stored
/// under names made of their content, so that a second run of the same step leaves the same files.
pub async fn run_next_job(context: &BilanContext) -> Result<bool, StoreError> {
    match claim_next_job(context).await? {
        Some(job) => run_job(context, &job).await.map(|_| true),
        None => Ok(false),
    }
}

/// Claims one due job. Who runs it for longer than the lease has to prolong it meanwhile ([`prolong`]).
pub async fn claim_next_job(context: &BilanContext) -> Result<Option<ClaimedJob>, StoreError> {
    context.store.claim(&[JobKind::ProcessBilan], context.now(), context.settings.lease).await
}

/// Gives a sign of life: the claim lasts for one more lease from now.
pub async fn prolong(context: &BilanContext, job: &ClaimedJob) -> Result<(), LeaseError> {
    let until = context.now().checked_add(context.settings.lease).unwrap_or(job.lease_until);
    context.store.extend(job, until).await
}

/// Runs a claimed job and settles it, whatever happens; `None` when another worker took it over.
pub async fn run_job(context: &BilanContext, job: &ClaimedJob) -> Result<Option<JobOutcome>, StoreError> {
    let result = if job.attempt > context.settings.retry.max_attempts {
        // Each claim ended without a word: the job takes its worker down, and would do so for ever.
        Err(ProcessError::Interrupted)
    } else {
        process_bilan(context, job).await
    };
    match result {
        Ok(()) => {
            tracing::info!(job = %job.id, bilan = job.subject, attempt = job.attempt, "job done");
            Ok(Some(JobOutcome::Done))
        }
        Err(ProcessError::Job(LeaseError::LeaseLost)) => Ok(None),
        Err(error) => give_up_or_retry(context, job, &error).await,
    }
}

/// Runs one claimed job to its end.
pub async fn process_bilan(context: &BilanContext, job: &ClaimedJob) -> Result<(), ProcessError> {
    let id = BilanId::parse(job.subject.as_str()).map_err(|_| ProcessError::Absent)?;
    let mut tx = context.store.begin_bilan().await?;
    let mut bilan = tx.lock_bilan(&id, &Scope::Any).await?.ok_or(ProcessError::Absent)?;
    let student = tx.student(&bilan.student, &Scope::Any).await?.ok_or(ProcessError::Absent)?;

    if bilan.state == BilanState::Submitted {
        let answers = tx.answers(&id).await?;
        let snapshot = score_attempt(context, &bilan, &answers)?;
        bilan.apply(BilanEvent::Score)?;
        tx.insert_snapshot(&snapshot, &LegacyColumns::from_facts(&snapshot.facts)).await?;
        tx.save_bilan(&bilan).await?;
    }
    if bilan.state != BilanState::Scored {
        // Done by an earlier claim that was killed before it could say so.
        tx.settle(job, &JobOutcome::Done).await?;
        tx.commit().await?;
        return Ok(());
    }
    let snapshot = tx.snapshot(&id).await?.ok_or(ProcessError::Absent)?;
    tx.commit().await?;

    let documents = make_documents(context, job, &bilan, &student, &snapshot).await?;

    let mut tx = context.store.begin_bilan().await?;
    let mut bilan = tx.lock_bilan(&id, &Scope::Any).await?.ok_or(ProcessError::Absent)?;
    bilan.apply(BilanEvent::CreateReport)?;
    bilan.failure = None;
    for document in &documents {
        tx.insert_document(document).await?;
    }
    tx.save_bilan(&bilan).await?;
    let made = json!({"documents": documents.len(), "reportRevision": bilan.report_revision});
    let system = Permit::system(Action::ReviewBilan);
    tx.record(&audit_event(&system, "BILAN_PREMIUM_GENERATE", &bilan, context.now()).with(made)).await?;
    tx.settle(job, &JobOutcome::Done).await?;
    tx.commit().await?;
    Ok(())
}

fn score_attempt(
    context: &BilanContext,
    bilan: &Bilan,
    attempt: &AttemptAnswers,
) -> Result<ScoreSnapshot, ProcessError> {
    let bank = context.bank_of(bilan).ok_or(ProcessError::BankChanged)?;
    let submitted = bilan.submitted_at.unwrap_or_else(|| context.now());
    let day = submitted.to_zoned(context.settings.zone.clone()).date();
    let facts = state_facts(bank, bilan.bank.checksum, context.survey_of(bank), attempt, day)?;
    let checksum = facts.checksum().map_err(StateError::from)?;
    Ok(ScoreSnapshot { bilan: bilan.id.clone(), checksum, facts, created_at: context.now() })
}

async fn make_documents(
    context: &BilanContext,
    job: &ClaimedJob,
    bilan: &Bilan,
    student: &Student,
    snapshot: &ScoreSnapshot,
) -> Result<Vec<ReportDocument>, ProcessError> {
    let identity = Identity {
        first_name: student.first_name.clone(),
        last_name: student.last_name.clone(),
        school: student.school.clone(),
    };
    let mut documents = Vec::with_capacity(Variant::ALL.len());
    for variant in Variant::ALL {
        let payload = write_report(context, bilan, snapshot, variant).await?;
        let pdf = context.renderer.render(&typeset(&payload, &identity)?).await?;
        let pdf_checksum = Checksum::of_bytes(&pdf);
        let pdf_bytes = pdf.len() as u64;
        let key = bilan.document_key(bilan.report_revision, variant, &pdf_checksum);
        let file_key = FileKey::parse(key.as_str()).ok_or(ProcessError::Absent)?;
        context.files.put(&file_key, pdf).await?;
        documents.push(ReportDocument {
            bilan: bilan.id.clone(),
            revision: bilan.report_revision,
            variant,
            payload,
            pdf_key: key,
            pdf_checksum,
            pdf_bytes,
            created_at: context.now(),
        });
        // A sign of life after each document, for who runs the job without prolonging it beside.
        prolong(context, job).await?;
    }
    Ok(documents)
}

/// Writes the texts by rules, then lets a model, when there is one, enrich them; its failure changes nothing else.
async fn write_report(
    context: &BilanContext,
    bilan: &Bilan,
    snapshot: &ScoreSnapshot,
    variant: Variant,
) -> Result<ReportPayload, ProcessError> {
    let payload = texts::write(&snapshot.facts, variant, bilan.id.as_str(), bilan.report_revision)
        .map_err(StateError::from)?;
    match &context.model {
        Some(model) => Ok(enrich(model.as_ref(), &snapshot.facts, payload).await),
        None => Ok(payload),
    }
}

async fn give_up_or_retry(
    context: &BilanContext,
    job: &ClaimedJob,
    error: &ProcessError,
) -> Result<Option<JobOutcome>, StoreError> {
    let code = error.code().as_str();
    tracing::error!(job = %job.id, bilan = job.subject, attempt = job.attempt, code, error = %error, "job failed");
    let outcome = JobOutcome::after_failure(
        &context.settings.retry,
        job,
        context.now(),
        format!("{code} : {}", error.sentence()),
        error.is_retryable(),
    );
    let settled = match &outcome {
        JobOutcome::Quarantine { .. } => quarantine(context, job, code, &outcome).await,
        _ => context.store.settle_alone(job, &outcome).await,
    };
    match settled {
        Ok(()) => Ok(Some(outcome)),
        Err(LeaseError::LeaseLost) => Ok(None),
        Err(LeaseError::Store(error)) => Err(error),
        Err(other) => Err(StoreError::Backend(other.into())),
    }
}

/// Gives the job up and shows the failure on the bilan, in one transaction.
async fn quarantine(
    context: &BilanContext,
    job: &ClaimedJob,
    code: &str,
    outcome: &JobOutcome,
) -> Result<(), LeaseError> {
    let mut tx = context.store.begin_bilan().await?;
    if let Ok(id) = BilanId::parse(job.subject.as_str())
        && let Some(mut bilan) = tx.lock_bilan(&id, &Scope::Any).await?
    {
        let event = match bilan.state {
            BilanState::Submitted => Some(BilanEvent::FailScoring),
            BilanState::Scored => Some(BilanEvent::FailReport),
            _ => None,
        };
        if let Some(event) = event
            && bilan.apply(event).is_ok()
        {
            bilan.failure = Some(code.to_owned());
            tx.save_bilan(&bilan).await?;
        }
    }
    tx.settle(job, outcome).await?;
    tx.commit().await?;
    Ok(())
}
