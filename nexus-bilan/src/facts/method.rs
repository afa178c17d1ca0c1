//! The constants behind the words of a report, and the weekly work that it proposes.

use super::{PreferenceFact, TraitFact};
use crate::questionnaire::TraitAudience;
use crate::texts::french::fold;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// The constants behind the words. Evidence id: `method`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Method {
    /// Level of the credible intervals, in percent.
    pub interval_level: u8,
    /// Least posterior probability of a class, in percent.
    pub class_probability: u8,
    /// Mastery below this is "à renforcer", in percent.
    pub weak_below: u8,
    /// Mastery from this on is "solide", in percent.
    pub strong_from: u8,
    /// Weeks of the plan.
    pub plan_weeks: u8,
}

impl Default for Method {
    fn default() -> Self {
        Self { interval_level: 90, class_probability: 80, weak_below: 50, strong_from: 75, plan_weeks: 8 }
    }
}

/// The weekly work proposed. Evidence id: `rhythm`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rhythm {
    /// Sessions a week.
    pub sessions: u32,
    /// Minutes of each.
    pub minutes: u32,
    /// Evidence ids of what it was adapted to; empty for the ordinary rhythm.
    pub based_on: Vec<String>,
}

impl Rhythm {
    /// Minutes a week.
    pub const fn weekly_minutes(&self) -> u32 {
        self.sessions.saturating_mul(self.minutes)
    }
}

#[derive(Deserialize)]
struct Table {
    default: Amount,
    rules: Vec<Rule>,
}

#[derive(Deserialize, Clone, Copy)]
struct Amount {
    sessions: u32,
    minutes: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    preference: Option<String>,
    /// Folded when the table is read.
    #[serde(default)]
    starts_with: Vec<String>,
    #[serde(rename = "trait")]
    trait_id: Option<String>,
    #[serde(default)]
    band: Vec<String>,
    #[serde(flatten)]
    amount: Amount,
}

static TABLE: LazyLock<Option<Table>> = LazyLock::new(|| {
    let mut table: Table = serde_json::from_str(include_str!("../../rules/rhythm.json")).ok()?;
    for start in table.rules.iter_mut().flat_map(|rule| &mut rule.starts_with) {
        *start = fold(start);
    }
    Some(table)
});

/// The first rule of the table that holds, or the ordinary rhythm.
pub(super) fn rhythm(preferences: &[PreferenceFact], traits: &[TraitFact]) -> Rhythm {
    let wished = |rule: &Rule| {
        let key = rule.preference.as_deref()?;
        let preference = preferences.iter().find(|preference| preference.key == key)?;
        let holds = preference
            .values
            .iter()
            .map(|value| fold(value))
            .any(|value| rule.starts_with.iter().any(|start| value.starts_with(start)));
        holds.then(|| format!("preference:{key}"))
    };
    let measured = |rule: &Rule| {
        let id = rule.trait_id.as_deref()?;
        let known = traits.iter().find(|fact| fact.id == id && fact.audience == TraitAudience::Everyone)?;
        let band = known.band.as_ref().filter(|_| known.value.is_some())?;
        rule.band.contains(&band.id).then(|| format!("trait:{id}"))
    };
    let Some(table) = TABLE.as_ref() else {
        return Rhythm { sessions: 3, minutes: 30, based_on: Vec::new() };
    };
    let found =
        table.rules.iter().find_map(|rule| Some((rule.amount, wished(rule).or_else(|| measured(rule))?)));
    let (amount, based_on) = found.map_or((table.default, Vec::new()), |(amount, id)| (amount, vec![id]));
    Rhythm { sessions: amount.sessions, minutes: amount.minutes, based_on }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_what_the_pupil_said() {
        assert!(TABLE.is_some());
        let wish = |key: &str, value: &str| PreferenceFact {
            key: key.into(),
            label: key.into(),
            values: vec![value.into()],
        };
        let cases = [
            (vec![], 90, 0),
            (vec![wish("rythme", "Intensif (stages)")], 120, 1),
            (vec![wish("rythme", "Régulier (2-3x/sem)")], 100, 1),
            (vec![wish("disponibilite", "<1 h"), wish("rythme", "Intensif (stages)")], 60, 1),
            (vec![wish("disponibilite", "3–5 h")], 135, 1),
            (vec![wish("disponibilite", "5\u{a0}heures ou plus")], 135, 1),
            (vec![wish("disponibilite", "De 1 à 2\u{a0}heures")], 90, 0),
            (vec![wish("objectif", "Intensif")], 90, 0),
        ];
        for (preferences, minutes, reasons) in cases {
            let rhythm = rhythm(&preferences, &[]);
            assert_eq!(
                (rhythm.weekly_minutes(), rhythm.based_on.len()),
                (minutes, reasons),
                "{preferences:?}"
            );
        }
    }
}
