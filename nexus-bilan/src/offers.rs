//! The offer that the facts support: one rule table in data, read by a small interpreter.
//!
//! A condition about something unknown is *unknown*, neither true nor false. The first rule that is not certainly false
//! decides; when it is unknown there is no offer and a person calls. An offer that was made can therefore not be undone by
//! a datum that was missing.

#[cfg(feature = "compat")]
pub mod compat;
mod table;

pub use table::{Condition, Fact, Minimum, Offer, OfferTable, OfferTableError, Rule, WhenUnknown};

use crate::facts::{FactSheet, TraitFact};
use crate::scoring::{MasteryClass, Rational};
use crate::texts::french::fold;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Code of the decision when the data do not allow an offer.
pub const INSUFFICIENT_DATA: &str = "INSUFFICIENT_DATA";

/// What the table says about one fact sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OfferDecision {
    /// Code of the rule that decided, or [`INSUFFICIENT_DATA`]; stored with the bilan.
    pub code: String,
    /// Version of the table.
    pub table_version: String,
    /// The offer; `None` when a person must call.
    pub offer: Option<Offer>,
    /// Names of other offers that fit.
    pub alternatives: Vec<String>,
    /// Why, in one French sentence without figures.
    pub why: Option<String>,
    /// Evidence ids that the decision looked at.
    pub evidence: Vec<String>,
    /// What was missing, in French, for the person who calls.
    pub missing: Vec<String>,
}

/// Three-valued truth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Truth {
    True,
    False,
    Unknown,
}

impl OfferTable {
    /// Decides from facts.
    pub fn decide(&self, facts: &FactSheet) -> OfferDecision {
        let missing = self.insufficient(facts);
        if !missing.is_empty() {
            return self.undecided(BTreeSet::from(["global".to_owned()]), missing);
        }
        for rule in &self.rules {
            let mut looked = Looked::default();
            match looked.weigh(&rule.when, facts) {
                Truth::False => {}
                Truth::Unknown => {
                    return self.undecided(looked.evidence, looked.missing.into_iter().collect());
                }
                Truth::True => {
                    return OfferDecision {
                        code: rule.code.clone(),
                        table_version: self.version.clone(),
                        offer: self.offer(&rule.offer).cloned(),
                        alternatives: rule
                            .alternatives
                            .iter()
                            .filter_map(|id| self.offer(id))
                            .map(|offer| offer.name.clone())
                            .collect(),
                        why: Some(rule.why.clone()),
                        evidence: looked.evidence.into_iter().collect(),
                        missing: Vec::new(),
                    };
                }
            }
        }
        self.undecided(BTreeSet::from(["global".to_owned()]), vec!["aucune règle ne convient".to_owned()])
    }

    fn undecided(&self, mut evidence: BTreeSet<String>, missing: Vec<String>) -> OfferDecision {
        evidence.insert("global".to_owned());
        OfferDecision {
            code: INSUFFICIENT_DATA.to_owned(),
            table_version: self.version.clone(),
            offer: None,
            alternatives: Vec::new(),
            why: None,
            evidence: evidence.into_iter().collect(),
            missing,
        }
    }

    /// What is missing before any rule may be read.
    fn insufficient(&self, facts: &FactSheet) -> Vec<String> {
        let width = facts.global.evidence.map(|evidence| evidence.interval.high - evidence.interval.low);
        let checks = [
            (
                facts.global.coverage < Rational::whole(self.minimum.coverage),
                "trop de questions sans réponse",
            ),
            (facts.global.answered < self.minimum.answered, "trop peu de questions traitées"),
            (
                width.is_none_or(|width| width > self.minimum.interval_width),
                "résultat d'ensemble trop incertain",
            ),
        ];
        checks.into_iter().filter(|(failed, _)| *failed).map(|(_, name)| name.to_owned()).collect()
    }
}

/// What a decision looked at on its way.
#[derive(Debug, Default)]
struct Looked {
    evidence: BTreeSet<String>,
    missing: BTreeSet<String>,
}

impl Looked {
    fn weigh(&mut self, condition: &Condition, facts: &FactSheet) -> Truth {
        match condition {
            Condition::All { all } => self.fold(all, facts, Truth::False, Truth::True),
            Condition::Any { any } => self.fold(any, facts, Truth::True, Truth::False),
            Condition::Fact { fact, at_least, at_most, below } => {
                self.evidence.insert("global".to_owned());
                let value = match fact {
                    Fact::GlobalLow => facts.global.evidence.map(|evidence| evidence.interval.low),
                    Fact::GlobalHigh => facts.global.evidence.map(|evidence| evidence.interval.high),
                    Fact::WeakDomains => {
                        let weak = facts.domains_of(MasteryClass::Weak);
                        let ids: Vec<_> = weak.map(|domain| format!("domain:{}", domain.id)).collect();
                        let count = u32::try_from(ids.len()).unwrap_or(u32::MAX);
                        self.evidence.extend(ids);
                        Some(f64::from(count))
                    }
                };
                self.compare(value, *at_least, *at_most, *below, "résultat d'ensemble")
            }
            Condition::Trait { trait_id, at_least, at_most, below } => {
                let known = facts.public_trait(trait_id);
                if known.is_some() {
                    self.evidence.insert(format!("trait:{trait_id}"));
                }
                let position = known.and_then(TraitFact::position).map(Rational::to_f64);
                self.compare(position, *at_least, *at_most, *below, trait_id)
            }
            Condition::Preference { preference, contains, when_unknown } => {
                let Some(known) = facts.preference(preference) else {
                    if *when_unknown == WhenUnknown::Fails {
                        return Truth::False;
                    }
                    self.missing.insert(preference.clone());
                    return Truth::Unknown;
                };
                self.evidence.insert(format!("preference:{preference}"));
                let values: Vec<_> = known.values.iter().map(|value| fold(value)).collect();
                let holds = contains
                    .iter()
                    .map(|part| fold(part))
                    .any(|part| values.iter().any(|value| value.contains(&part)));
                if holds { Truth::True } else { Truth::False }
            }
        }
    }

    /// Kleene's conjunction (`decisive` = false) or disjunction (`decisive` = true).
    fn fold(&mut self, parts: &[Condition], facts: &FactSheet, decisive: Truth, neutral: Truth) -> Truth {
        let mut result = neutral;
        for part in parts {
            let truth = self.weigh(part, facts);
            if truth == decisive {
                return decisive;
            }
            if truth == Truth::Unknown {
                result = Truth::Unknown;
            }
        }
        result
    }

    fn compare(
        &mut self,
        value: Option<f64>,
        at_least: Option<f64>,
        at_most: Option<f64>,
        below: Option<f64>,
        name: &str,
    ) -> Truth {
        let Some(value) = value else {
            self.missing.insert(name.to_owned());
            return Truth::Unknown;
        };
        let holds = at_least.is_none_or(|limit| value >= limit)
            && at_most.is_none_or(|limit| value <= limit)
            && below.is_none_or(|limit| value < limit);
        if holds { Truth::True } else { Truth::False }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::samples::{Attempt, Reply, any_attempt, survey};
    use crate::scoring::AnswerStatus::{Blank, Right, Wrong};
    use proptest::prelude::*;

    type Traits = Option<[Option<(i64, &'static str)>; 4]>;

    fn code(replies: &[Reply], traits: Traits) -> String {
        let mut attempt = Attempt::of(4, 2, replies, true);
        attempt.survey = traits.map(|traits| survey(&traits));
        OfferTable::shipped().decide(&attempt.sheet()).code
    }

    /// Four domains of six items each, with so many right.
    fn replies(right: [usize; 4]) -> Vec<Reply> {
        let domain =
            |right: usize| (0..6).map(move |place| (if place < right { Right } else { Wrong }, Some(3)));
        right.into_iter().flat_map(domain).collect()
    }

    #[test]
    fn table_of_decisions() {
        let keen: Traits = Some([Some((5, "high")), Some((8, "high")), Some((5, "high")), None]);
        let guided: Traits = Some([Some((2, "low")), Some((8, "high")), Some((5, "high")), None]);
        let steady: Traits = Some([Some((3, "medium")), Some((8, "high")), Some((5, "high")), None]);
        let cases: [([usize; 4], Traits, &str); 9] = [
            ([6, 6, 6, 6], keen, "AUTONOMIE"),
            ([6, 6, 6, 6], steady, "CIBLE"),
            ([6, 6, 6, 6], None, INSUFFICIENT_DATA),
            ([6, 5, 4, 0], steady, "CIBLE"),
            ([0, 0, 0, 0], None, "BASES_A_RECONSTRUIRE"),
            ([6, 3, 0, 1], None, INSUFFICIENT_DATA),
            ([6, 3, 0, 1], guided, "ENCADREMENT"),
            ([6, 3, 0, 1], steady, "PLUSIEURS_DOMAINES"),
            ([6, 6, 0, 0], None, "PLUSIEURS_DOMAINES"),
        ];
        for (right, traits, expected) in cases {
            assert_eq!(code(&replies(right), traits), expected, "{right:?} {traits:?}");
        }
    }

    #[test]
    fn nothing_is_offered_on_thin_ground() {
        let table = OfferTable::shipped();
        for attempt in [Attempt::blank(), Attempt::of(4, 2, &[(Right, None); 8], true)] {
            let decision = table.decide(&attempt.sheet());
            assert_eq!((decision.code.as_str(), decision.offer), (INSUFFICIENT_DATA, None));
            assert!(!decision.missing.is_empty());
        }
        let mut half = replies([6, 6, 6, 6]);
        half[..10].fill((Blank, None));
        assert_eq!(code(&half, None), INSUFFICIENT_DATA);
    }

    #[test]
    fn a_private_candidate_is_seen() {
        let mut attempt = Attempt::excellent();
        let (survey, ..) = attempt.survey.as_mut().unwrap();
        let statut = survey.items.iter_mut().find(|item| item.id == "statut").unwrap();
        statut.loadings.clear();
        let crate::questionnaire::SurveyItemKind::Single { options } = &mut statut.kind else {
            unreachable!()
        };
        options[0].label = "En candidat libre".into();
        let decision = OfferTable::shipped().decide(&attempt.sheet());
        assert_eq!(decision.code, "CANDIDAT_LIBRE");
        assert_eq!(decision.offer.unwrap().name, "Odyssée Candidat Libre");
    }

    proptest! {
        /// Whatever the missing trait would have been, an offer that was made without it stays the same.
        #[test]
        fn no_missing_trait_could_have_changed_an_offer(attempt in any_attempt(), fill in prop::array::uniform4(1_i64..6)) {
            let table = OfferTable::shipped();
            let mut sheet = attempt.sheet();
            let before = table.decide(&sheet);
            prop_assert_eq!(before.offer.is_none(), before.code == INSUFFICIENT_DATA);
            prop_assert!(before.evidence.iter().all(|id| sheet.fact(id).is_some() && !id.contains("depistage")));
            if before.offer.is_none() {
                return Ok(());
            }
            for (fact, value) in sheet.traits.iter_mut().zip(fill) {
                if fact.value.is_none() {
                    fact.value = Some(Rational::whole(value));
                }
            }
            prop_assert_eq!(table.decide(&sheet).code, before.code);
        }
    }
}
