use super::scope::within;
use super::{BackendStore, BackendTx, Db, dialect, store_error};
use crate::columns::Instant;
use crate::rows::{AnswerRow, BilanRow, DocumentRow, ScoreRow, SummaryRow};
use crate::statements::bilans as sql;
use crate::statements::directory;
use async_trait::async_trait;
use nexus_bilan::answers::Answer;
use nexus_bilan::bilan::{AttemptAnswers, Bilan, BilanSummary, LegacyColumns, ReportDocument, ScoreSnapshot};
use nexus_bilan::ports::{BilanStore, BilanTx};
use nexus_bilan::report::Variant;
use nexus_bilan::survey::{SurveyAnswer, SurveyAnswers};
use nexus_core::rights::Scope;
use nexus_core::{BilanId, StoreError, StudentId};
use sqlx::types::Json;
use sqlx::{Database, Executor};

const SELECT_AND_LOCK: &str = concat!(sql::select!(), dialect::for_update!("b"));

async fn bilan(
    executor: impl Executor<'_, Database = Db>,
    statement: &'static str,
    id: &BilanId,
    scope: &Scope,
) -> Result<Option<Bilan>, StoreError> {
    let row: Option<BilanRow> =
        within(scope, statement).bind(id.as_str()).fetch_optional(executor).await.map_err(store_error)?;
    row.map(Bilan::try_from).transpose()
}

async fn document(
    executor: impl Executor<'_, Database = Db>,
    id: &BilanId,
    revision: u32,
    variant: Variant,
) -> Result<Option<ReportDocument>, StoreError> {
    let row: Option<DocumentRow> = sqlx::query_as(sql::SELECT_DOCUMENT)
        .bind(id.as_str())
        .bind(i64::from(revision))
        .bind(variant.as_str())
        .fetch_optional(executor)
        .await
        .map_err(store_error)?;
    row.map(|row| row.into_document(id.clone(), revision, variant)).transpose()
}

async fn answers(
    connection: &mut <Db as Database>::Connection,
    id: &BilanId,
) -> Result<AttemptAnswers, StoreError> {
    let answers: Vec<AnswerRow<Answer>> = sqlx::query_as(sql::SELECT_ANSWERS)
        .bind(id.as_str())
        .fetch_all(&mut *connection)
        .await
        .map_err(store_error)?;
    let survey: Vec<AnswerRow<SurveyAnswer>> = sqlx::query_as(sql::SELECT_SURVEY_ANSWERS)
        .bind(id.as_str())
        .fetch_all(&mut *connection)
        .await
        .map_err(store_error)?;
    Ok(AttemptAnswers {
        answers: answers.into_iter().map(|row| row.answer.0).collect(),
        survey: survey.into_iter().map(|row| (row.item, row.answer.0)).collect(),
    })
}

/// The name under which serde writes a unit variant.
fn serde_name(value: impl serde::Serialize) -> Option<String> {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned))
}

#[async_trait]
impl BilanTx for BackendTx {
    async fn insert_bilan(&mut self, bilan: &Bilan) -> Result<bool, StoreError> {
        let result = sqlx::query(sql::INSERT)
            .bind(bilan.id.as_str())
            .bind(bilan.student.as_str())
            .bind(&bilan.bank.slug)
            .bind(&bilan.bank.version)
            .bind(bilan.bank.checksum.to_string())
            .bind(bilan.subject.and_then(serde_name))
            .bind(bilan.level.and_then(serde_name))
            .bind(bilan.state.as_str())
            .bind(&bilan.seed)
            .bind(i64::try_from(bilan.revision).unwrap_or(i64::MAX))
            .bind(i64::from(bilan.report_revision))
            .bind(Instant(bilan.created_at))
            .bind(Instant(bilan.expires_at))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(result.rows_affected() == 1)
    }

    async fn open_attempt(&mut self, student: &StudentId, bank: &str) -> Result<Option<Bilan>, StoreError> {
        let row: Option<BilanRow> = sqlx::query_as(sql::SELECT_OPEN)
            .bind(student.as_str())
            .bind(bank)
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(store_error)?;
        row.map(Bilan::try_from).transpose()
    }

    async fn lock_bilan(&mut self, id: &BilanId, scope: &Scope) -> Result<Option<Bilan>, StoreError> {
        bilan(&mut *self.tx, SELECT_AND_LOCK, id, scope).await
    }

    async fn save_bilan(&mut self, bilan: &Bilan) -> Result<(), StoreError> {
        sqlx::query(sql::UPDATE)
            .bind(bilan.id.as_str())
            .bind(bilan.state.as_str())
            .bind(i64::try_from(bilan.revision).unwrap_or(i64::MAX))
            .bind(i64::from(bilan.report_revision))
            .bind(bilan.submitted_at.map(Instant))
            .bind(&bilan.failure)
            .bind(Instant(self.clock.now()))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn save_answers(
        &mut self,
        bilan: &Bilan,
        answers: &[Answer],
        survey: &SurveyAnswers,
    ) -> Result<(), StoreError> {
        let now = Instant(self.clock.now());
        let revision = i64::try_from(bilan.revision).unwrap_or(i64::MAX);
        for answer in answers {
            sqlx::query(sql::UPSERT_ANSWER)
                .bind(bilan.id.as_str())
                .bind(&answer.item_id)
                .bind(Json(answer))
                .bind(revision)
                .bind(now)
                .execute(&mut *self.tx)
                .await
                .map_err(store_error)?;
        }
        for (item, answer) in survey {
            sqlx::query(sql::UPSERT_SURVEY_ANSWER)
                .bind(bilan.id.as_str())
                .bind(item)
                .bind(Json(answer))
                .bind(revision)
                .bind(now)
                .execute(&mut *self.tx)
                .await
                .map_err(store_error)?;
        }
        Ok(())
    }

    async fn answers(&mut self, id: &BilanId) -> Result<AttemptAnswers, StoreError> {
        answers(&mut self.tx, id).await
    }

    async fn insert_snapshot(
        &mut self,
        snapshot: &ScoreSnapshot,
        legacy: &LegacyColumns,
    ) -> Result<(), StoreError> {
        let inserted = sqlx::query(sql::INSERT_SCORE)
            .bind(snapshot.bilan.as_str())
            .bind(Json(&snapshot.facts))
            .bind(snapshot.checksum.to_string())
            .bind(&snapshot.facts.engine_version)
            .bind(Instant(snapshot.created_at))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        if inserted.rows_affected() == 0 {
            return Ok(());
        }
        let raw = answers(&mut self.tx, &snapshot.bilan).await?;
        sqlx::query(sql::UPDATE_LEGACY_COLUMNS)
            .bind(snapshot.bilan.as_str())
            .bind(Json(&legacy.qcm_scores))
            .bind(Json(&legacy.pedago_profile))
            .bind(Json(&legacy.synthesis))
            .bind(Json(&legacy.offers))
            .bind(Json(&raw.answers))
            .bind(Json(&raw.survey))
            .bind(Instant(snapshot.created_at))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn snapshot(&mut self, id: &BilanId) -> Result<Option<ScoreSnapshot>, StoreError> {
        let row: Option<ScoreRow> = sqlx::query_as(sql::SELECT_SCORE)
            .bind(id.as_str())
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(store_error)?;
        row.map(|row| row.into_snapshot(id.clone())).transpose()
    }

    async fn insert_document(&mut self, document: &ReportDocument) -> Result<(), StoreError> {
        sqlx::query(sql::INSERT_DOCUMENT)
            .bind(document.bilan.as_str())
            .bind(i64::from(document.revision))
            .bind(document.variant.as_str())
            .bind(Json(&document.payload))
            .bind(&document.pdf_key)
            .bind(document.pdf_checksum.to_string())
            .bind(i64::try_from(document.pdf_bytes).unwrap_or(i64::MAX))
            .bind(Instant(document.created_at))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        if document.variant == Variant::General {
            sqlx::query(sql::UPDATE_PDF_URL)
                .bind(document.bilan.as_str())
                .bind(format!("/api/bilans/{}/download", document.bilan))
                .execute(&mut *self.tx)
                .await
                .map_err(store_error)?;
        }
        Ok(())
    }
}

#[async_trait]
impl BilanStore for BackendStore {
    async fn begin_bilan(&self) -> Result<Box<dyn BilanTx>, StoreError> {
        Ok(Box::new(self.transaction().await?))
    }

    async fn bilan(&self, id: &BilanId, scope: &Scope) -> Result<Option<Bilan>, StoreError> {
        bilan(&self.primary, sql::SELECT, id, scope).await
    }

    async fn attempt_answers(&self, id: &BilanId) -> Result<AttemptAnswers, StoreError> {
        let mut connection = self.primary.acquire().await.map_err(store_error)?;
        answers(&mut connection, id).await
    }

    /// A document never changes: what a replica has is right, what it lacks may be on its way.
    async fn document(
        &self,
        id: &BilanId,
        revision: u32,
        variant: Variant,
    ) -> Result<Option<ReportDocument>, StoreError> {
        let mut reader = self.reader().await?;
        match document(&mut *reader, id, revision, variant).await? {
            None => {
                drop(reader);
                document(&self.primary, id, revision, variant).await
            }
            found => Ok(found),
        }
    }

    /// The primary says whether the scope reaches the pupil; the list itself may lag.
    async fn bilans_of(
        &self,
        student: &StudentId,
        scope: &Scope,
    ) -> Result<Option<Vec<BilanSummary>>, StoreError> {
        let known: Option<(i32,)> = within(scope, directory::STUDENT_EXISTS)
            .bind(student.as_str())
            .fetch_optional(&self.primary)
            .await
            .map_err(store_error)?;
        if known.is_none() {
            return Ok(None);
        }
        let mut reader = self.reader().await?;
        let rows: Vec<SummaryRow> = sqlx::query_as(sql::SELECT_OF_STUDENT)
            .bind(student.as_str())
            .fetch_all(&mut *reader)
            .await
            .map_err(store_error)?;
        rows.into_iter().map(BilanSummary::try_from).collect::<Result<_, _>>().map(Some)
    }
}
