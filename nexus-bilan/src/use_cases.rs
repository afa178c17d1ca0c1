//! What people and workers do with bilans. Each use-case is begin → lock → decide → write → commit; effects come after.

mod answering;
mod context;
mod error;
mod processing;
mod reading;
mod reviewing;
mod starting;

pub use answering::{QuestionSheet, SaveAnswers, questions, save_answers, submit};
pub use context::{BilanContext, BilanSettings};
pub use error::BilanError;
pub use processing::{ProcessError, claim_next_job, process_bilan, prolong, run_job, run_next_job};
pub use reading::{bilan_state, document, document_content, list_for_student, needs_survey};
pub use reviewing::{ReviewDecision, publish, regenerate, retry, review};
pub use starting::{StartBilan, start};
