//! What bilans ask of a store.

use crate::answers::Answer;
use crate::bilan::{AttemptAnswers, Bilan, BilanSummary, LegacyColumns, ReportDocument, ScoreSnapshot};
use crate::report::Variant;
use crate::survey::SurveyAnswers;
use async_trait::async_trait;
use nexus_core::rights::Scope;
use nexus_core::{BilanId, Store, StoreError, StudentId, Tx};

/// Bilans inside a transaction.
#[async_trait]
pub trait BilanTx: Tx {
    /// Writes a new attempt; returns `false`, and writes nothing, when the pupil has an open attempt on the same bank.
    async fn insert_bilan(&mut self, bilan: &Bilan) -> Result<bool, StoreError>;

    /// The open attempt of a pupil on a bank.
    async fn open_attempt(&mut self, student: &StudentId, bank: &str) -> Result<Option<Bilan>, StoreError>;

    /// Reads a bilan that the scope reaches, and holds it until the end of the transaction.
    async fn lock_bilan(&mut self, id: &BilanId, scope: &Scope) -> Result<Option<Bilan>, StoreError>;

    /// Writes the state, the revisions and the dates of a bilan.
    async fn save_bilan(&mut self, bilan: &Bilan) -> Result<(), StoreError>;

    /// Writes answers item by item; an item that had one gets the new one.
    async fn save_answers(
        &mut self,
        bilan: &Bilan,
        answers: &[Answer],
        survey: &SurveyAnswers,
    ) -> Result<(), StoreError>;

    /// Every answer of an attempt, in the order of item ids.
    async fn answers(&mut self, id: &BilanId) -> Result<AttemptAnswers, StoreError>;

    /// Writes a score; a bilan has one, written once: a second call with the same checksum does nothing.
    async fn insert_snapshot(
        &mut self,
        snapshot: &ScoreSnapshot,
        legacy: &LegacyColumns,
    ) -> Result<(), StoreError>;

    /// The score of a bilan.
    async fn snapshot(&mut self, id: &BilanId) -> Result<Option<ScoreSnapshot>, StoreError>;

    /// Writes one document of a revision; written once.
    async fn insert_document(&mut self, document: &ReportDocument) -> Result<(), StoreError>;
}

/// A store of bilans.
///
/// # Contract
/// * Reads outside a transaction see the last committed state and never wait for a writer. Where the database has a replica,
///   a list may lack what was written in the last moments; a right, a state and a document that exists never lag.
/// * What a scope does not reach is absent, in one query with what is read: nobody can tell it from what does not exist.
#[async_trait]
pub trait BilanStore: Store {
    /// Opens a transaction that may write.
    async fn begin_bilan(&self) -> Result<Box<dyn BilanTx>, StoreError>;

    /// Reads a bilan that the scope reaches.
    async fn bilan(&self, id: &BilanId, scope: &Scope) -> Result<Option<Bilan>, StoreError>;

    /// Reads the answers of an attempt, in the order of item ids.
    async fn attempt_answers(&self, id: &BilanId) -> Result<AttemptAnswers, StoreError>;

    /// Reads one document of a revision.
    async fn document(
        &self,
        id: &BilanId,
        revision: u32,
        variant: Variant,
    ) -> Result<Option<ReportDocument>, StoreError>;

    /// The bilans of a pupil, newest first; `None` when there is no such pupil within the scope.
    async fn bilans_of(
        &self,
        student: &StudentId,
        scope: &Scope,
    ) -> Result<Option<Vec<BilanSummary>>, StoreError>;
}
