//! What a pupil's browser may receive of a survey: the questions, never how answers are read. Some traits are for staff
//! alone; which question feeds them, and in which direction, would tell a pupil what he is screened for.

use super::survey_model::{
    Scale, Survey, SurveyItem, SurveyItemKind, SurveyOption, SurveySection, VisibleIf,
};
use serde::{Deserialize, Serialize};

/// A survey without weights, directions and traits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExposedSurvey {
    /// Stable name of the survey.
    pub slug: String,
    /// Version of its content.
    pub version: String,
    /// Title for people.
    pub title: String,
    /// Sections in their order.
    pub sections: Vec<SurveySection>,
    /// Scales of the likert questions.
    pub scales: Vec<Scale>,
    /// Questions in their order.
    pub items: Vec<ExposedSurveyItem>,
}

/// A question of a survey.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
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

/// What the form of a survey question offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum SurveyForm {
    /// A position on a scale.
    Likert {
        /// The scale.
        scale: String,
    },
    /// One option.
    Single {
        /// The options.
        options: Vec<ExposedSurveyOption>,
    },
    /// Some options.
    Multi {
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

/// An option of a survey question, without what ticking it is worth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExposedSurveyOption {
    /// Its id, which the answer names.
    pub id: String,
    /// What is shown.
    pub label: String,
}

/// Projects a survey for a pupil.
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
        SurveyItemKind::Likert { scale } => SurveyForm::Likert { scale: scale.clone() },
        SurveyItemKind::Single { options } => SurveyForm::Single { options: shown(options) },
        SurveyItemKind::Multi { options, min, max } => {
            SurveyForm::Multi { options: shown(options), min: *min, max: *max }
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
    fn the_questions_leave_and_nothing_of_how_they_are_read() {
        let catalogue = Catalogue::built_in();
        let survey = catalogue.survey("pedagogique-commun").unwrap();
        assert!(survey.items.iter().any(|item| !item.loadings.is_empty()));
        let text = serde_json::to_string(&expose_survey(survey)).unwrap();
        for field in ["loadings", "sign", "score", "weight", "reverse", "traits", "audience", "bands"] {
            assert!(!text.contains(&format!("\"{field}\":")), "{field}");
        }
        for item in &survey.items {
            assert!(text.contains(&serde_json::to_string(&item.statement).unwrap()), "{}", item.id);
        }
    }
}
