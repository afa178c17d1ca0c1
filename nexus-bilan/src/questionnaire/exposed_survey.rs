//! What a pupil's browser may receive of a survey: the questions and their form. Which trait an answer feeds, in which
//! direction and for how much stays here: knowing it changes the answers.

use super::survey_model::{
    Scale, Survey, SurveyItem, SurveyItemKind, SurveyOption, SurveySection, VisibleIf,
};
use serde::Serialize;

/// A survey without its measurement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExposedSurvey {
    /// Stable name of the survey.
    pub slug: String,
    /// Version of its content.
    pub version: String,
    /// Title for people.
    pub title: String,
    /// Sections in their order.
    pub sections: Vec<SurveySection>,
    /// Scales of the likert items.
    pub scales: Vec<Scale>,
    /// Items in their order.
    pub items: Vec<ExposedSurveyItem>,
}

/// A question of a survey.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExposedSurveyItem {
    /// Its id.
    pub id: String,
    /// Its section.
    pub section: String,
    /// The question.
    pub statement: String,
    /// What the form offers.
    pub form: SurveyForm,
    /// Whether it must be answered when visible.
    pub required: bool,
    /// Shown only when all these conditions hold.
    pub visible_if: VisibleIf,
}

/// What the form of a survey item offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum SurveyForm {
    /// A position on a scale.
    Position {
        /// The scale.
        scale: String,
    },
    /// One option.
    Option {
        /// The options.
        options: Vec<ExposedSurveyOption>,
    },
    /// Some options.
    Options {
        /// The options.
        options: Vec<ExposedSurveyOption>,
        /// Least ticks.
        min: Option<u32>,
        /// Most ticks.
        max: Option<u32>,
    },
    /// Free text.
    Text {
        /// Most characters.
        max_length: Option<u32>,
        /// Hint inside the field.
        placeholder: Option<String>,
    },
}

/// An option without its worth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExposedSurveyOption {
    /// Its id, which the answer names.
    pub id: String,
    /// What is shown.
    pub label: String,
}

/// Projects a survey.
pub fn expose_survey(survey: &Survey) -> ExposedSurvey {
    ExposedSurvey {
        slug: survey.slug.clone(),
        version: survey.version.clone(),
        title: survey.title.clone(),
        sections: survey.sections.clone(),
        scales: survey.scales.clone(),
        items: survey.items.iter().map(expose_item).collect(),
    }
}

fn expose_item(item: &SurveyItem) -> ExposedSurveyItem {
    let shown = |options: &[SurveyOption]| {
        let bare = |option: &SurveyOption| ExposedSurveyOption {
            id: option.id.clone(),
            label: option.label.clone(),
        };
        options.iter().map(bare).collect()
    };
    let form = match &item.kind {
        SurveyItemKind::Likert { scale } => SurveyForm::Position { scale: scale.clone() },
        SurveyItemKind::Single { options } => SurveyForm::Option { options: shown(options) },
        SurveyItemKind::Multi { options, min, max } => {
            SurveyForm::Options { options: shown(options), min: *min, max: *max }
        }
        SurveyItemKind::Text { max_length, placeholder } => {
            SurveyForm::Text { max_length: *max_length, placeholder: placeholder.clone() }
        }
    };
    ExposedSurveyItem {
        id: item.id.clone(),
        section: item.section.clone(),
        statement: item.statement.clone(),
        form,
        required: item.required,
        visible_if: item.visible_if.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::questionnaire::Catalogue;

    #[test]
    fn no_measurement_leaves() {
        let catalogue = Catalogue::built_in();
        for survey in catalogue.surveys() {
            let full = serde_json::to_string(survey).unwrap();
            let exposed = serde_json::to_string(&expose_survey(survey)).unwrap();
            for word in ["loadings", "reverse", "traits", "sign", "bands"] {
                let key = format!("\"{word}\":");
                assert!(full.contains(&key), "{word} would be looked for in vain");
                assert!(!exposed.contains(&key), "{word}");
            }
            assert_eq!(expose_survey(survey).items.len(), survey.items.len());
        }
    }
}
