//! The rule table and its rules of validity.

use crate::questionnaire::{Trait, TraitAudience};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// Traits that no rule may read, under any name used so far: health-like data of a minor.
const STAFF_TRAITS: [&str; 5] = ["dys", "suspect_dys", "suspect-dys", "depistage", "tdah"];

/// The whole table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OfferTable {
    /// Version of the table, stored with each decision.
    pub version: String,
    /// What the table is about, for its readers.
    pub comment: String,
    /// What must be known before any rule is read.
    pub minimum: Minimum,
    /// The offers.
    pub offers: Vec<Offer>,
    /// The rules, in the order in which they are read.
    pub rules: Vec<Rule>,
}

/// What must be known before any rule is read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Minimum {
    /// Least coverage, in percent.
    pub coverage: i64,
    /// Least number of answered items.
    pub answered: u32,
    /// Widest 90 % interval of the global mastery, in points of percent.
    pub interval_width: f64,
}

/// An offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Offer {
    /// Key used by the rules.
    pub id: String,
    /// Its name.
    pub name: String,
    /// One French sentence.
    pub description: String,
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rule {
    /// Stable code.
    pub code: String,
    /// The offer that it gives.
    pub offer: String,
    /// Other offers that fit, best first.
    pub alternatives: Vec<String>,
    /// Why, in one French sentence without figures.
    pub why: String,
    /// When it holds.
    pub when: Condition,
}

/// A condition of a rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged, rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Condition {
    /// All of these.
    All {
        /// The parts.
        all: Vec<Condition>,
    },
    /// One of these at least.
    Any {
        /// The parts.
        any: Vec<Condition>,
    },
    /// A result of the questionnaire.
    Fact {
        /// Which.
        fact: Fact,
        /// Least value.
        at_least: Option<f64>,
        /// Greatest value.
        at_most: Option<f64>,
        /// Strictly less than.
        below: Option<f64>,
    },
    /// A trait, by its position on its own scale (0 to 100).
    Trait {
        /// Key of the trait.
        #[serde(rename = "trait")]
        trait_id: String,
        /// Least position.
        at_least: Option<f64>,
        /// Greatest position.
        at_most: Option<f64>,
        /// Strictly less than.
        below: Option<f64>,
    },
    /// A wish or circumstance whose label contains one of these (accents and case aside).
    Preference {
        /// Key of the preference.
        preference: String,
        /// The parts of labels.
        contains: Vec<String>,
        /// What an unanswered question means.
        #[serde(default)]
        when_unknown: WhenUnknown,
    },
}

/// A result of the questionnaire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Fact {
    /// Lower end of the 90 % interval of the global mastery, in percent.
    GlobalLow,
    /// Its upper end.
    GlobalHigh,
    /// Number of domains whose evidence supports "à renforcer".
    WeakDomains,
}

/// What an unanswered question means to a condition.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhenUnknown {
    /// The condition is unknown.
    #[default]
    Unknown,
    /// The condition fails: the ordinary case is known without asking.
    Fails,
}

/// Why a table is refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OfferTableError {
    /// Not the JSON of a table.
    #[error("the offer table cannot be read")]
    Unreadable(#[source] serde_json::Error),
    /// It breaks rules; every problem is listed.
    #[error("the offer table is not valid: {}", .0.join(" ; "))]
    Invalid(Vec<String>),
}

static SHIPPED: LazyLock<OfferTable> = LazyLock::new(|| {
    // The shipped file is checked by a test; an empty table never offers anything.
    OfferTable::parse(include_str!("../../rules/offers.json")).unwrap_or_else(|_| OfferTable {
        version: String::new(),
        comment: String::new(),
        minimum: Minimum { coverage: 100, answered: u32::MAX, interval_width: 0.0 },
        offers: Vec::new(),
        rules: Vec::new(),
    })
});

impl OfferTable {
    /// The table of this version.
    pub fn shipped() -> &'static Self {
        &SHIPPED
    }

    /// Reads and checks a table.
    ///
    /// # Errors
    /// When it is not a table or breaks a rule: unknown offer, repeated code, bound that says nothing, staff-only trait.
    pub fn parse(json: &str) -> Result<Self, OfferTableError> {
        let table: Self = serde_json::from_str(json).map_err(OfferTableError::Unreadable)?;
        let problems = table.problems();
        if problems.is_empty() { Ok(table) } else { Err(OfferTableError::Invalid(problems)) }
    }

    /// Checks that no rule reads a trait that a survey keeps for staff.
    ///
    /// # Errors
    /// When one does.
    pub fn check_traits(&self, traits: &[Trait]) -> Result<(), OfferTableError> {
        let staff = traits.iter().filter(|known| known.audience == TraitAudience::Staff);
        let read = self.traits();
        let problems: Vec<_> = staff
            .filter(|known| read.contains(known.id.as_str()))
            .map(|known| format!("a rule reads the staff-only trait {}", known.id))
            .collect();
        if problems.is_empty() { Ok(()) } else { Err(OfferTableError::Invalid(problems)) }
    }

    /// The offer with this id.
    pub fn offer(&self, id: &str) -> Option<&Offer> {
        self.offers.iter().find(|offer| offer.id == id)
    }

    fn traits(&self) -> BTreeSet<&str> {
        let mut found = BTreeSet::new();
        self.rules.iter().for_each(|rule| rule.when.traits(&mut found));
        found
    }

    fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        let mut seen = BTreeSet::new();
        for rule in &self.rules {
            if !seen.insert(&rule.code) || rule.code == super::INSUFFICIENT_DATA {
                problems.push(format!("the code {} is not free", rule.code));
            }
            for id in std::iter::once(&rule.offer).chain(&rule.alternatives) {
                if self.offer(id).is_none() {
                    problems.push(format!("{}: the offer {id} does not exist", rule.code));
                }
            }
            if rule.alternatives.contains(&rule.offer) {
                problems.push(format!("{}: the offer is its own alternative", rule.code));
            }
            rule.when.problems(&rule.code, &mut problems);
        }
        let ids: BTreeSet<_> = self.offers.iter().map(|offer| &offer.id).collect();
        if ids.len() != self.offers.len() {
            problems.push("two offers have the same id".to_owned());
        }
        problems
    }
}

impl Condition {
    fn traits<'a>(&'a self, found: &mut BTreeSet<&'a str>) {
        match self {
            Self::All { all: parts } | Self::Any { any: parts } => {
                for part in parts {
                    part.traits(found);
                }
            }
            Self::Trait { trait_id, .. } => {
                found.insert(trait_id);
            }
            Self::Fact { .. } | Self::Preference { .. } => {}
        }
    }

    fn problems(&self, code: &str, problems: &mut Vec<String>) {
        match self {
            Self::All { all: parts } | Self::Any { any: parts } => {
                if parts.is_empty() {
                    problems.push(format!("{code}: an empty group of conditions"));
                }
                for part in parts {
                    part.problems(code, problems);
                }
            }
            Self::Fact { at_least, at_most, below, .. } | Self::Trait { at_least, at_most, below, .. } => {
                let bounds = [at_least, at_most, below];
                if bounds.iter().all(|bound| bound.is_none()) {
                    problems.push(format!("{code}: a comparison without a bound"));
                }
                if bounds.iter().any(|bound| bound.is_some_and(|bound| !(0.0..=100.0).contains(&bound))) {
                    problems.push(format!("{code}: a bound outside 0 to 100"));
                }
            }
            Self::Preference { contains, .. } => {
                if contains.iter().all(|part| part.trim().is_empty()) {
                    problems.push(format!("{code}: a preference without a value"));
                }
            }
        }
        if let Self::Trait { trait_id, .. } = self
            && STAFF_TRAITS.contains(&trait_id.as_str())
        {
            problems.push(format!("{code}: the trait {trait_id} is for staff only"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHIPPED_JSON: &str = include_str!("../../rules/offers.json");

    #[test]
    fn the_shipped_table_is_valid_and_names_the_five_offers() {
        let table = OfferTable::parse(SHIPPED_JSON).unwrap();
        let names: Vec<_> = table.offers.iter().map(|offer| offer.name.as_str()).collect();
        assert_eq!(names, ["Cortex", "Studio Flex", "Académies", "Odyssée", "Odyssée Candidat Libre"]);
        assert_eq!(OfferTable::shipped(), &table);
        assert!(
            table.rules.iter().all(|rule| rule.why.ends_with('.') && !rule.why.contains(char::is_numeric))
        );
    }

    #[test]
    fn refuses_what_makes_no_sense() {
        for (from, to) in [
            ("\"trait\": \"autonomie\"", "\"trait\": \"depistage\""),
            ("\"offer\": \"cortex\"", "\"offer\": \"nothing\""),
            ("\"code\": \"CIBLE\"", "\"code\": \"AUTONOMIE\""),
            ("\"code\": \"CIBLE\"", "\"code\": \"INSUFFICIENT_DATA\""),
            ("\"below\": 65", "\"below\": 165"),
            ("\"below\": 65", "\"under\": 65"),
            ("\"fact\": \"weakDomains\", \"atMost\": 0", "\"fact\": \"weakDomains\""),
        ] {
            assert!(SHIPPED_JSON.contains(from), "{from}");
            assert!(OfferTable::parse(&SHIPPED_JSON.replace(from, to)).is_err(), "{to}");
        }
    }

    #[test]
    fn refuses_a_survey_that_keeps_a_read_trait_for_staff() {
        let (mut survey, ..) = crate::facts::samples::survey(&[None; 4]);
        assert!(OfferTable::shipped().check_traits(&survey.traits).is_ok());
        survey.traits[0].id = "autonomie".into();
        assert!(OfferTable::shipped().check_traits(&survey.traits).is_err());
    }
}
