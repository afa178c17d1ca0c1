//! One attempt as values: is it acceptable, and what are its facts. The same rules for the server and for a file.

use crate::bilan::AttemptAnswers;
use crate::facts::{FactError, FactInput, FactSheet, SurveyInput};
use crate::questionnaire::{Bank, Survey};
use crate::scoring::{AnswerError, ScoreError, check_answers, score};
use crate::survey::{SurveyAnswerError, SurveyAnswers, check_answer, measure};
use jiff::civil::Date;
use nexus_core::{Checksum, Coded, ErrorCode};

/// Why answers cannot be accepted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AttemptError {
    /// An answer to the questionnaire.
    #[error(transparent)]
    Answer(#[from] AnswerError),
    /// An answer to the survey.
    #[error(transparent)]
    SurveyAnswer(#[from] SurveyAnswerError),
    /// An answer to a question that the survey does not have.
    #[error("the survey has no question {item}")]
    UnknownSurveyItem {
        /// The question.
        item: String,
    },
}

impl Coded for AttemptError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Answer(error) => error.code(),
            Self::SurveyAnswer(error) => error.code(),
            Self::UnknownSurveyItem { .. } => ErrorCode::UnknownItem,
        }
    }

    fn sentence(&self) -> String {
        match self {
            Self::Answer(error) => error.sentence(),
            Self::SurveyAnswer(error) => error.sentence(),
            Self::UnknownSurveyItem { item } => {
                format!("La question « {} » n'existe pas dans l'enquête.", shortened(item))
            }
        }
    }
}

/// An id that came from outside may be of any length.
fn shortened(item: &str) -> String {
    let mut start: String = item.chars().take(64).collect();
    if start.len() < item.len() {
        start.push('…');
    }
    start
}

/// Checks every answer against its question.
///
/// # Errors
/// The first answer that cannot be accepted.
pub fn check_attempt(
    bank: &Bank,
    survey: Option<&Survey>,
    attempt: &AttemptAnswers,
) -> Result<(), AttemptError> {
    check_answers(bank, &attempt.answers)?;
    check_survey_answers(survey, &attempt.survey)
}

fn check_survey_answers(survey: Option<&Survey>, answers: &SurveyAnswers) -> Result<(), AttemptError> {
    for (id, answer) in answers {
        let found =
            survey.and_then(|survey| Some((survey, survey.items.iter().find(|item| item.id == *id)?)));
        let (survey, item) = found.ok_or_else(|| AttemptError::UnknownSurveyItem { item: id.clone() })?;
        check_answer(survey, item, answer)?;
    }
    Ok(())
}

/// Why an attempt has no facts.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StateError {
    /// The score cannot be computed.
    #[error(transparent)]
    Score(#[from] ScoreError),
    /// The facts cannot be stated.
    #[error(transparent)]
    Facts(#[from] FactError),
}

impl Coded for StateError {
    fn code(&self) -> ErrorCode {
        ErrorCode::Internal
    }
}

/// Scores an attempt and states its facts; pure, and the same for ever for the same bank, answers and engine.
/// `bank_checksum` is the bank's: computing it costs more than the score.
pub fn state_facts(
    bank: &Bank,
    bank_checksum: Checksum,
    survey: Option<&Survey>,
    attempt: &AttemptAnswers,
    submitted_on: Date,
) -> Result<FactSheet, StateError> {
    let score = score(bank, &attempt.answers)?;
    let traits = survey.map(|survey| measure(survey, &attempt.survey)).unwrap_or_default();
    let elapsed =
        attempt.answers.iter().filter_map(|answer| answer.elapsed_ms).fold(0_u64, u64::saturating_add);
    Ok(FactSheet::build(&FactInput {
        bank,
        bank_checksum,
        answers: &attempt.answers,
        score: &score,
        survey: survey.map(|survey| SurveyInput { survey, answers: &attempt.survey, traits: &traits }),
        submitted_on,
        elapsed_ms: (elapsed > 0).then_some(elapsed),
    })?)
}
