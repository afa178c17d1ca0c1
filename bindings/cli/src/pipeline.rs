//! The whole way of a bilan, on a sheet that is there: what the pupil does, what the worker does, what the staff does.

use crate::failure::Failure;
use crate::sheet::AnswerSheet;
use nexus_bilan::bilan::{AttemptAnswers, Bilan};
use nexus_bilan::lifecycle::BilanState;
use nexus_bilan::use_cases::{
    self, BilanContext, ReviewDecision, SaveAnswers, StartBilan, publish, review, run_next_job, save_answers,
    start, submit,
};
use nexus_core::rights::{Action, Permit};
use nexus_core::{ErrorCode, StudentId};

/// Goes on from wherever the newest bilan of the pupil stands, up to its documents.
pub(crate) async fn up_to_documents(
    context: &BilanContext,
    student: &StudentId,
    sheet: &AnswerSheet,
) -> Result<Bilan, Failure> {
    let mut bilan = match newest(context, student).await? {
        Some(bilan) if !matches!(bilan.state, BilanState::Expired) => bilan,
        _ => {
            let command =
                StartBilan { student: student.clone(), bank: sheet.bank.clone(), subject: None, level: None };
            start(context, &Permit::system(Action::StartBilan), &command).await?
        }
    };
    if bilan.state == BilanState::Draft {
        let permit = Permit::system(Action::AnswerBilan);
        let changed = AttemptAnswers { answers: sheet.answers.clone(), survey: sheet.survey.clone() };
        let command = SaveAnswers { revision: bilan.revision, changed };
        let revision = save_answers(context, &permit, &bilan.id, &command).await?;
        bilan = submit(context, &permit, &bilan.id, revision).await?;
    }
    if matches!(bilan.state, BilanState::ScoringFailed | BilanState::ReportGenerationFailed) {
        bilan = use_cases::retry(context, &Permit::system(Action::ReviewBilan), &bilan.id).await?;
    }
    while matches!(bilan.state, BilanState::Submitted | BilanState::Scored) {
        if !run_next_job(context).await? {
            // The job waits for a retry or for the lease of a run that was killed.
            let sentence = "Le traitement a échoué ou attend une reprise ; relancez avec --verbose.";
            return Err(Failure::Told(ErrorCode::StorageUnavailable, sentence.to_owned()));
        }
        bilan = use_cases::bilan_state(context, &Permit::system(Action::ReadBilan), &bilan.id).await?;
    }
    if let Some(code) = &bilan.failure {
        let known = ErrorCode::ALL.iter().copied().find(|known| known.as_str() == code);
        let code = known.unwrap_or(ErrorCode::Internal);
        return Err(Failure::Told(code, code.sentence().to_owned()));
    }
    Ok(bilan)
}

/// As the staff does once it has read the documents.
pub(crate) async fn up_to_publication(context: &BilanContext, mut bilan: Bilan) -> Result<Bilan, Failure> {
    let permit = Permit::system(Action::ReviewBilan);
    if bilan.state == BilanState::ReportPendingReview {
        bilan = review(context, &permit, &bilan.id, ReviewDecision::Validate).await?;
    }
    if bilan.state == BilanState::Validated {
        bilan = publish(context, &permit, &bilan.id).await?;
    }
    Ok(bilan)
}

async fn newest(context: &BilanContext, student: &StudentId) -> Result<Option<Bilan>, Failure> {
    let permit = Permit::system(Action::ReadBilan);
    match use_cases::list_for_student(context, &permit, student).await?.first() {
        Some(summary) => Ok(Some(use_cases::bilan_state(context, &permit, &summary.id).await?)),
        None => Ok(None),
    }
}
