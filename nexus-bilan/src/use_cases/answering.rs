use super::context::{BilanContext, audit_event};
use super::error::BilanError;
use super::starting::expire_when_due;
use crate::attempt::check_attempt;
use crate::bilan::{AttemptAnswers, Bilan};
use crate::lifecycle::{BilanEvent, BilanState};
use crate::ports::BilanTx;
use crate::questionnaire::{ExposedBank, ExposedSurvey, expose, expose_survey};
use nexus_core::rights::Permit;
use nexus_core::{BilanId, JobId, JobKind, NewJob};

/// What a pupil needs in order to go on with his attempt; no key is in it.
#[derive(Debug, Clone, PartialEq)]
pub struct QuestionSheet {
    /// The attempt.
    pub bilan: Bilan,
    /// The questions, options in the order of the attempt's seed.
    pub questions: ExposedBank,
    /// The pedagogical survey, without how its answers are read.
    pub survey: Option<ExposedSurvey>,
    /// What was saved so far.
    pub saved: AttemptAnswers,
}

/// An autosave.
#[derive(Debug, Clone, PartialEq)]
pub struct SaveAnswers {
    /// The revision that the page started from.
    pub revision: u64,
    /// Answers that changed.
    pub changed: AttemptAnswers,
}

/// Reads the questions of an attempt.
pub async fn questions(
    context: &BilanContext,
    permit: &Permit,
    id: &BilanId,
) -> Result<QuestionSheet, BilanError> {
    let bilan = context.store.bilan(id, permit.scope()).await?.ok_or(BilanError::BilanNotFound)?;
    if bilan.state == BilanState::Expired
        || (bilan.state == BilanState::Draft && context.now() >= bilan.expires_at)
    {
        return Err(BilanError::Expired);
    }
    let bank = context.bank_of(&bilan).ok_or(BilanError::BankChanged)?;
    Ok(QuestionSheet {
        questions: expose(bank, &bilan.seed),
        survey: context.survey_of(bank).map(expose_survey),
        saved: context.store.attempt_answers(id).await?,
        bilan,
    })
}

/// Saves answers item by item and returns the new revision.
///
/// # Errors
/// [`BilanError::StaleRevision`] when somebody saved in between: nothing is written, the page must reload.
pub async fn save_answers(
    context: &BilanContext,
    permit: &Permit,
    id: &BilanId,
    command: &SaveAnswers,
) -> Result<u64, BilanError> {
    let mut tx = context.store.begin_bilan().await?;
    let mut bilan = lock_draft(context, permit, tx.as_mut(), id).await?;
    let bank = context.bank_of(&bilan).ok_or(BilanError::BankChanged)?;
    check_attempt(bank, context.survey_of(bank), &command.changed)?;
    if bilan.revision != command.revision {
        return Err(BilanError::StaleRevision { current: bilan.revision });
    }
    bilan.revision += 1;
    tx.save_answers(&bilan, &command.changed.answers, &command.changed.survey).await?;
    tx.save_bilan(&bilan).await?;
    tx.commit().await?;
    Ok(bilan.revision)
}

/// Hands the answers in: closes the attempt and writes the job that makes the report, in one transaction.
/// Submitting the same revision twice is answered twice in the same way and makes one job.
pub async fn submit(
    context: &BilanContext,
    permit: &Permit,
    id: &BilanId,
    revision: u64,
) -> Result<Bilan, BilanError> {
    let mut tx = context.store.begin_bilan().await?;
    let bilan = tx.lock_bilan(id, permit.scope()).await?.ok_or(BilanError::BilanNotFound)?;
    if bilan.submitted_at.is_some() && bilan.revision == revision {
        return Ok(bilan);
    }
    let mut bilan = keep_draft(context, bilan)?;
    if bilan.revision != revision {
        return Err(BilanError::StaleRevision { current: bilan.revision });
    }
    if tx.answers(id).await?.answers.is_empty() {
        return Err(BilanError::Empty);
    }
    let now = context.now();
    bilan.apply(BilanEvent::Submit)?;
    bilan.submitted_at = Some(now);
    bilan.report_revision = 1;
    tx.save_bilan(&bilan).await?;
    enqueue_processing(context, tx.as_mut(), &bilan).await?;
    tx.record(&audit_event(permit, "BILAN_SUBMIT", &bilan, now)).await?;
    tx.commit().await?;
    Ok(bilan)
}

/// Writes the job of the current report revision.
pub(super) async fn enqueue_processing(
    context: &BilanContext,
    tx: &mut dyn BilanTx,
    bilan: &Bilan,
) -> Result<(), BilanError> {
    let job = NewJob {
        id: JobId::generate(context.ids.as_ref()),
        kind: JobKind::ProcessBilan,
        subject: bilan.id.to_string(),
        unique_key: bilan.job_key(),
        run_at: context.now(),
    };
    tx.enqueue(&job).await?;
    Ok(())
}

async fn lock_draft(
    context: &BilanContext,
    permit: &Permit,
    tx: &mut dyn BilanTx,
    id: &BilanId,
) -> Result<Bilan, BilanError> {
    let bilan = tx.lock_bilan(id, permit.scope()).await?.ok_or(BilanError::BilanNotFound)?;
    keep_draft(context, bilan)
}

/// Lets a draft through whose time is not over. Expiry needs no write: every reader compares the dates.
fn keep_draft(context: &BilanContext, mut bilan: Bilan) -> Result<Bilan, BilanError> {
    if expire_when_due(&mut bilan, context.now())? || bilan.state == BilanState::Expired {
        return Err(BilanError::Expired);
    }
    if bilan.state == BilanState::Draft { Ok(bilan) } else { Err(BilanError::Closed) }
}
