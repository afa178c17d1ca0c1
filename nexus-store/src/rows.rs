//! Rows as they come from a database, and their conversion into domain values.

pub(crate) mod calendar;
pub(crate) mod ledger;
pub(crate) mod people;
pub(crate) mod subscriptions;
pub(crate) mod till;

use crate::columns::Instant;
use nexus_bilan::bilan::{BankReference, Bilan, BilanSummary, ReportDocument, ScoreSnapshot};
use nexus_bilan::facts::FactSheet;
use nexus_bilan::lifecycle::BilanState;
use nexus_bilan::report::{ReportPayload, Variant};
use nexus_core::{BilanId, Checksum, StoreError, Student, StudentId};
use serde::de::DeserializeOwned;
use sqlx::types::Json;

fn state(text: &str) -> Result<BilanState, StoreError> {
    BilanState::parse(text).ok_or(StoreError::Corrupt("a state is unknown"))
}

pub(crate) fn checksum(text: &str) -> Result<Checksum, StoreError> {
    Checksum::parse(text).ok_or(StoreError::Corrupt("a checksum is malformed"))
}

fn bilan_id(text: String) -> Result<BilanId, StoreError> {
    BilanId::parse(text).map_err(|_| StoreError::Corrupt("an identifier is malformed"))
}

fn student_id(text: String) -> Result<StudentId, StoreError> {
    StudentId::parse(text).map_err(|_| StoreError::Corrupt("an identifier is malformed"))
}

/// Reads an enum that is stored by its serde name.
fn named<T: DeserializeOwned>(text: Option<String>) -> Result<Option<T>, StoreError> {
    text.map(|text| serde_json::from_value(serde_json::Value::String(text)))
        .transpose()
        .map_err(|_| StoreError::Corrupt("a subject or a level is unknown"))
}

#[derive(sqlx::FromRow)]
pub(crate) struct StudentRow {
    id: String,
    first_name: String,
    last_name: String,
    grade: Option<String>,
    school: Option<String>,
}

impl TryFrom<StudentRow> for Student {
    type Error = StoreError;
    fn try_from(row: StudentRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: student_id(row.id)?,
            first_name: row.first_name,
            last_name: row.last_name,
            grade: row.grade,
            school: row.school,
        })
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct BilanRow {
    id: String,
    student: String,
    bank: String,
    bank_version: String,
    bank_checksum: String,
    subject: Option<String>,
    level: Option<String>,
    state: String,
    seed: String,
    revision: i64,
    report_revision: i64,
    created_at: Instant,
    expires_at: Instant,
    submitted_at: Option<Instant>,
    failure: Option<String>,
}

impl TryFrom<BilanRow> for Bilan {
    type Error = StoreError;
    fn try_from(row: BilanRow) -> Result<Self, StoreError> {
        let negative = |_| StoreError::Corrupt("a revision is out of range");
        Ok(Self {
            id: bilan_id(row.id)?,
            student: student_id(row.student)?,
            bank: BankReference {
                slug: row.bank,
                version: row.bank_version,
                checksum: checksum(&row.bank_checksum)?,
            },
            subject: named(row.subject)?,
            level: named(row.level)?,
            state: state(&row.state)?,
            seed: row.seed,
            revision: u64::try_from(row.revision).map_err(negative)?,
            report_revision: u32::try_from(row.report_revision).map_err(negative)?,
            created_at: row.created_at.0,
            expires_at: row.expires_at.0,
            submitted_at: row.submitted_at.map(|instant| instant.0),
            failure: row.failure,
        })
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct AnswerRow<T: DeserializeOwned> {
    pub(crate) item: String,
    pub(crate) answer: Json<T>,
}

#[derive(sqlx::FromRow)]
pub(crate) struct ScoreRow {
    facts: Json<FactSheet>,
    checksum: String,
    created_at: Instant,
}

impl ScoreRow {
    pub(crate) fn into_snapshot(self, bilan: BilanId) -> Result<ScoreSnapshot, StoreError> {
        Ok(ScoreSnapshot {
            bilan,
            facts: self.facts.0,
            checksum: checksum(&self.checksum)?,
            created_at: self.created_at.0,
        })
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct DocumentRow {
    payload: Json<ReportPayload>,
    pdf_key: String,
    pdf_checksum: String,
    pdf_bytes: i64,
    created_at: Instant,
}

impl DocumentRow {
    pub(crate) fn into_document(
        self,
        bilan: BilanId,
        revision: u32,
        variant: Variant,
    ) -> Result<ReportDocument, StoreError> {
        Ok(ReportDocument {
            bilan,
            revision,
            variant,
            payload: self.payload.0,
            pdf_key: self.pdf_key,
            pdf_checksum: checksum(&self.pdf_checksum)?,
            pdf_bytes: u64::try_from(self.pdf_bytes)
                .map_err(|_| StoreError::Corrupt("a size is negative"))?,
            created_at: self.created_at.0,
        })
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct SummaryRow {
    id: String,
    created_at: Instant,
    level: Option<String>,
    subject: Option<String>,
    state: String,
    scores: Json<serde_json::Value>,
}

impl TryFrom<SummaryRow> for BilanSummary {
    type Error = StoreError;
    fn try_from(row: SummaryRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: bilan_id(row.id)?,
            created_at: row.created_at.0,
            level: row.level,
            subject: row.subject,
            state: state(&row.state)?,
            percent: nexus_bilan::bilan::listing_percent(&row.scores.0),
        })
    }
}
