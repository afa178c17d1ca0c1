use super::context::BilanContext;
use super::error::BilanError;
use crate::bilan::{Bilan, BilanSummary, ReportDocument};
use crate::report::Variant;
use nexus_core::{BilanId, Checksum, FileKey, StudentId};

/// Reads where a bilan stands.
pub async fn bilan_state(context: &BilanContext, id: &BilanId) -> Result<Bilan, BilanError> {
    context.store.bilan(id).await?.ok_or(BilanError::BilanNotFound)
}

/// Reads a document of the current revision.
pub async fn document(
    context: &BilanContext,
    id: &BilanId,
    variant: Variant,
) -> Result<ReportDocument, BilanError> {
    let bilan = bilan_state(context, id).await?;
    if !bilan.state.has_report() {
        return Err(BilanError::ReportNotReady);
    }
    context.store.document(id, bilan.report_revision, variant).await?.ok_or(BilanError::ReportNotReady)
}

/// Reads the PDF of a document.
///
/// # Errors
/// [`BilanError::ReportNotReady`] when the file is gone or is not the one that was stored.
pub async fn document_content(
    context: &BilanContext,
    document: &ReportDocument,
) -> Result<Vec<u8>, BilanError> {
    let key = FileKey::parse(document.pdf_key.as_str()).ok_or(BilanError::ReportNotReady)?;
    let pdf = context.files.get(&key).await?.ok_or(BilanError::ReportNotReady)?;
    if Checksum::of_bytes(&pdf) == document.pdf_checksum {
        Ok(pdf)
    } else {
        tracing::error!(bilan = %document.bilan, "a stored document does not have its checksum");
        Err(BilanError::ReportNotReady)
    }
}

/// Lists the bilans of a pupil, newest first.
pub async fn list_for_student(
    context: &BilanContext,
    student: &StudentId,
) -> Result<Vec<BilanSummary>, BilanError> {
    context.store.bilans_of(student).await?.ok_or(BilanError::StudentNotFound)
}

/// Whether a pedagogical survey goes with the questionnaire of a bilan.
pub fn needs_survey(context: &BilanContext, bilan: &Bilan) -> bool {
    context.bank_of(bilan).is_some_and(|bank| context.survey_of(bank).is_some())
}
