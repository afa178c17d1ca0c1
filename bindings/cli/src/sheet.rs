//! Answer sheets as files.

use crate::failure::Failure;
use nexus_bilan::answers::Answer;
use nexus_bilan::survey::SurveyAnswers;
use nexus_core::ErrorCode;
use serde::Deserialize;
use std::path::Path;

/// The sheets of three pupils with different answers, for trying things.
pub(crate) const SHEETS: [(&str, &str); 3] = [
    ("yasmine", include_str!("../../../examples/answers/yasmine.json")),
    ("elias", include_str!("../../../examples/answers/elias.json")),
    ("nour", include_str!("../../../examples/answers/nour.json")),
];

/// Largest sheet, in bytes.
const LARGEST: u64 = 2 << 20;

/// A pupil's answers, as a file.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct AnswerSheet {
    /// The pupil.
    pub(crate) student: SheetStudent,
    /// Slug of the bank.
    #[serde(default)]
    pub(crate) bank: Option<String>,
    /// Day of the answers; today when absent.
    #[serde(default)]
    pub(crate) date: Option<jiff::civil::Date>,
    /// Answers to the questionnaire.
    #[serde(default)]
    pub(crate) answers: Vec<Answer>,
    /// Answers to the survey.
    #[serde(default)]
    pub(crate) survey: SurveyAnswers,
}

/// Whose sheet it is.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SheetStudent {
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    #[serde(default)]
    pub(crate) grade: Option<String>,
    #[serde(default)]
    pub(crate) school: Option<String>,
}

impl AnswerSheet {
    /// Reads a file.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let size = std::fs::metadata(path).map_err(|error| Failure::unreadable(path, error))?.len();
        if size > LARGEST {
            let sentence =
                format!("« {} » dépasse 2 Mo : ce n'est pas une feuille de réponses.", path.display());
            return Err(Failure::Told(ErrorCode::TooLarge, sentence));
        }
        let bytes = std::fs::read(path).map_err(|error| Failure::unreadable(path, error))?;
        Self::parse(&bytes, &path.display().to_string())
    }

    /// Reads the content of a file.
    pub(crate) fn parse(bytes: &[u8], name: &str) -> Result<Self, Failure> {
        serde_json::from_slice(bytes).map_err(|error| {
            let (code, what) = if error.is_data() {
                (ErrorCode::InvalidField, "n'a pas la forme d'une feuille de réponses")
            } else {
                (ErrorCode::MalformedJson, "n'est pas du JSON lisible")
            };
            Failure::Told(
                code,
                format!("« {name} » {what} (ligne {}, colonne {}).", error.line(), error.column()),
            )
        })
    }
}
