use super::context::BilanContext;
use super::error::BilanError;
use crate::bilan::{Bilan, BilanSummary, ReportDocument};
use crate::report::{Audience, Variant};
use nexus_core::rights::Permit;
use nexus_core::{BilanId, Checksum, FileKey, FileStore, StudentId};

/// Reads where a bilan stands.
pub async fn bilan_state(context: &BilanContext, permit: &Permit, id: &BilanId) -> Result<Bilan, BilanError> {
    context.store.bilan(id, permit.scope()).await?.ok_or(BilanError::BilanNotFound)
}

/// Reads a document of the current revision: the wanted variant, or the one that is written for this reader.
///
/// # Errors
/// [`BilanError::BilanNotFound`] also for a variant that this reader may never see; [`BilanError::ReportNotReady`] as long as
/// the report is not open to him.
pub async fn document(
    context: &BilanContext,
    permit: &Permit,
    id: &BilanId,
    wanted: Option<Variant>,
) -> Result<ReportDocument, BilanError> {
    let bilan = bilan_state(context, permit, id).await?;
    let audience = Audience::of(permit);
    let variant = wanted.unwrap_or_else(|| audience.own_variant());
    if !audience.may_read(variant) {
        return Err(BilanError::BilanNotFound);
    }
    if !audience.is_open(bilan.state) {
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
    content_of(context.files.as_ref(), document).await
}

async fn content_of(files: &dyn FileStore, document: &ReportDocument) -> Result<Vec<u8>, BilanError> {
    let key = FileKey::parse(document.pdf_key.as_str()).ok_or(BilanError::ReportNotReady)?;
    let pdf = files.get(&key).await?.ok_or(BilanError::ReportNotReady)?;
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
    permit: &Permit,
    student: &StudentId,
) -> Result<Vec<BilanSummary>, BilanError> {
    context.store.bilans_of(student, permit.scope()).await?.ok_or(BilanError::StudentNotFound)
}

/// Whether a pedagogical survey goes with the questionnaire of a bilan.
pub fn needs_survey(context: &BilanContext, bilan: &Bilan) -> bool {
    context.bank_of(bilan).is_some_and(|bank| context.survey_of(bank).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::{Answer, AnswerValue};
    use crate::attempt::state_facts;
    use crate::bilan::AttemptAnswers;
    use crate::questionnaire::Catalogue;
    use crate::survey::SurveyAnswers;
    use crate::texts;
    use async_trait::async_trait;
    use jiff::Timestamp;
    use nexus_core::FileError;

    mockall::mock! {
        Files {}

        #[async_trait]
        impl FileStore for Files {
            async fn put(&self, key: &FileKey, content: Vec<u8>) -> Result<(), FileError>;
            async fn get(&self, key: &FileKey) -> Result<Option<Vec<u8>>, FileError>;
            async fn delete(&self, key: &FileKey) -> Result<(), FileError>;
        }
    }

    fn document(content: &[u8]) -> ReportDocument {
        let catalogue = Catalogue::built_in();
        let (bank, checksum) = catalogue.bank_with_checksum("maths-terminale").unwrap();
        let answers = vec![Answer {
            item_id: bank.items[0].id.clone(),
            value: AnswerValue::DontKnow,
            confidence: None,
            elapsed_ms: None,
        }];
        let attempt = AttemptAnswers { answers, survey: SurveyAnswers::new() };
        let facts = state_facts(bank, checksum, None, &attempt, jiff::civil::date(2026, 11, 22)).unwrap();
        ReportDocument {
            bilan: BilanId::parse("b").unwrap(),
            revision: 1,
            variant: Variant::General,
            payload: texts::write(&facts, Variant::General, "b", 1).unwrap(),
            pdf_key: "bilans/b/1/general-0.pdf".to_owned(),
            pdf_checksum: Checksum::of_bytes(content),
            pdf_bytes: content.len() as u64,
            created_at: Timestamp::UNIX_EPOCH,
        }
    }

    #[tokio::test]
    async fn a_file_that_is_gone_or_changed_is_not_handed_out() {
        let document = document(b"%PDF-1");
        for (stored, expected) in [
            (Some(b"%PDF-1".to_vec()), Some(b"%PDF-1".to_vec())),
            (Some(b"%PDF-2".to_vec()), None),
            (None, None),
        ] {
            let mut files = MockFiles::new();
            let wanted = document.pdf_key.clone();
            files
                .expect_get()
                .withf(move |key| key.as_str() == wanted)
                .times(1)
                .return_once(move |_| Ok(stored));
            assert_eq!(content_of(&files, &document).await.ok(), expected);
        }
    }

    #[tokio::test]
    async fn a_failing_store_is_told_as_such() {
        let mut files = MockFiles::new();
        files.expect_get().returning(|_| Err(FileError::Full("no room".into())));
        let error = content_of(&files, &document(b"%PDF-1")).await.unwrap_err();
        assert!(matches!(error, BilanError::Files(FileError::Full(_))));
    }
}
