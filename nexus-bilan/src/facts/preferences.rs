//! From the ticked options of the survey to labels that texts and offers may use.

use super::PreferenceFact;
use super::build::SurveyInput;
use crate::questionnaire::{SurveyItem, SurveyItemKind, TraitAudience};
use crate::survey::SurveyAnswer;
use serde::Deserialize;
use std::sync::LazyLock;

#[derive(Deserialize)]
struct Table {
    preferences: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    key: String,
    label: String,
    items: Vec<String>,
}

static TABLE: LazyLock<Vec<Row>> = LazyLock::new(|| {
    serde_json::from_str::<Table>(include_str!("../../rules/preferences.json"))
        .map(|table| table.preferences)
        .unwrap_or_default()
});

/// The known preferences of a survey. An item that feeds a staff-only trait is never one, whatever the table says.
pub(super) fn preferences(input: &SurveyInput<'_>) -> Vec<PreferenceFact> {
    let staff =
        |item: &SurveyItem| {
            item.loadings.iter().any(|loading| {
                input.survey.traits.iter().any(|measured| {
                    measured.id == loading.trait_id && measured.audience == TraitAudience::Staff
                })
            })
        };
    let ticked = |id: &String| {
        let item = input.survey.items.iter().find(|item| &item.id == id && !staff(item))?;
        let labels = labels(&item.kind, input.answers.get(id)?);
        (!labels.is_empty()).then_some(labels)
    };
    TABLE
        .iter()
        .filter_map(|row| {
            let values = row.items.iter().find_map(ticked)?;
            Some(PreferenceFact { key: row.key.clone(), label: row.label.clone(), values })
        })
        .collect()
}

fn labels(kind: &SurveyItemKind, answer: &SurveyAnswer) -> Vec<String> {
    let (SurveyItemKind::Single { options } | SurveyItemKind::Multi { options, .. }) = kind else {
        return Vec::new();
    };
    let ids: &[String] = match answer {
        SurveyAnswer::Option(id) => std::slice::from_ref(id),
        SurveyAnswer::Options(ids) => ids,
        _ => &[],
    };
    options.iter().filter(|option| ids.contains(&option.id)).map(|option| option.label.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_reads() {
        assert!(TABLE.iter().any(|row| row.key == "statut"));
    }
}
