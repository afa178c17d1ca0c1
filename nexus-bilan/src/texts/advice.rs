//! What a known reading of a trait suggests.

use crate::facts::{FactSheet, TraitFact};
use crate::questionnaire::TraitAudience;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Advice to the pupil and to the family.
#[derive(Debug, Deserialize)]
pub(super) struct Advice {
    /// To the pupil.
    pub(super) eleve: String,
    /// To the family.
    pub(super) parent: String,
}

#[derive(Deserialize)]
struct Table {
    advice: BTreeMap<String, BTreeMap<String, Advice>>,
}

static TABLE: LazyLock<BTreeMap<String, BTreeMap<String, Advice>>> = LazyLock::new(|| {
    serde_json::from_str::<Table>(include_str!("../../rules/advice.json"))
        .map(|table| table.advice)
        .unwrap_or_default()
});

/// The public traits whose reading comes with advice, in the order of the survey.
pub(super) fn known(facts: &FactSheet) -> impl Iterator<Item = (&TraitFact, &'static Advice)> {
    facts
        .traits
        .iter()
        .filter(|fact| fact.audience == TraitAudience::Everyone && fact.value.is_some())
        .filter_map(|fact| Some((fact, TABLE.get(&fact.id)?.get(&fact.band.as_ref()?.id)?)))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_table_reads() {
        assert!(super::TABLE.contains_key("organisation"));
    }
}
