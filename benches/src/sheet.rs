//! The answers that are measured: a real sheet on a built-in bank.

use crate::Failure;
use jiff::civil::Date;
use nexus_bilan::attempt::{StateError, state_facts};
use nexus_bilan::bilan::AttemptAnswers;
use nexus_bilan::facts::{FactInput, FactSheet, SurveyInput};
use nexus_bilan::questionnaire::{Bank, Catalogue, Survey};
use nexus_bilan::scoring::Score;
use nexus_bilan::survey::TraitIndex;
use nexus_core::Checksum;
use serde::Deserialize;

const YASMINE: &str = include_str!("../../examples/answers/yasmine.json");

/// The day on which the sheet counts as submitted.
const DAY: Date = Date::constant(2026, 9, 1);

/// A sheet and what it was answered to.
#[derive(Debug, Clone)]
pub struct Subject {
    /// The questionnaire.
    pub bank: Bank,
    /// Its checksum, computed once as the server does.
    pub checksum: Checksum,
    /// The survey beside it.
    pub survey: Option<Survey>,
    /// The answers.
    pub attempt: AttemptAnswers,
}

impl Subject {
    /// Yasmine's sheet, cut to `answers` answers of the questionnaire (the survey is kept whole).
    ///
    /// # Errors
    /// The sheet does not belong to a built-in bank, or has fewer answers.
    pub fn yasmine(answers: usize) -> Result<Self, Failure> {
        #[derive(Deserialize)]
        struct Sheet {
            bank: String,
            #[serde(flatten)]
            attempt: AttemptAnswers,
        }
        let Sheet { bank, mut attempt } = serde_json::from_str(YASMINE)?;
        if attempt.answers.len() < answers {
            return Err("the sheet has too few answers".into());
        }
        attempt.answers.truncate(answers);
        let catalogue = Catalogue::built_in();
        let (bank, checksum) =
            catalogue.bank_with_checksum(&bank).ok_or("the bank of the sheet is not built in")?;
        let survey = bank.survey.as_deref().and_then(|slug| catalogue.survey(slug)).cloned();
        Ok(Self { bank: bank.clone(), checksum, survey, attempt })
    }

    /// What a fact sheet of it is built from, given its score.
    pub fn input<'a>(&'a self, score: &'a Score, traits: &'a [TraitIndex]) -> FactInput<'a> {
        FactInput {
            bank: &self.bank,
            bank_checksum: self.checksum,
            answers: &self.attempt.answers,
            score,
            survey: self.survey.as_ref().map(|survey| SurveyInput {
                survey,
                answers: &self.attempt.survey,
                traits,
            }),
            submitted_on: DAY,
            elapsed_ms: None,
        }
    }

    /// Scores it and states its facts, as the server and the command do.
    ///
    /// # Errors
    /// As [`state_facts`].
    pub fn facts(&self) -> Result<FactSheet, StateError> {
        state_facts(&self.bank, self.checksum, self.survey.as_ref(), &self.attempt, DAY)
    }
}
