use super::{FactError, FactInput, Method, Rhythm, Standing, build};
use crate::questionnaire::{Level, Subject, TraitAudience, TraitBand};
use crate::scoring::{
    Ability, AnswerStatus, ConfidenceProfile, Evidence, GroupBand, MasteryClass, RaisedFlag, Rational,
};
use jiff::civil::Date;
use nexus_core::Checksum;
use serde::{Deserialize, Serialize};

/// Everything that is known about one submitted attempt. Built once, never changed: a correction is a new sheet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FactSheet {
    /// Version of the engine that wrote the sheet.
    pub engine_version: String,
    /// The questionnaire.
    pub bank: BankFact,
    /// Checksum of the canonical answers to the questionnaire and to the survey.
    pub input_checksum: Checksum,
    /// When and how fast.
    pub attempt: AttemptFact,
    /// The whole attempt.
    pub global: GlobalFact,
    /// Ability on the logit scale, for staff.
    pub ability: Ability,
    /// Confidence crossed with success over the items where it was asked; `None` when it never was.
    pub confidence: Option<ConfidenceFact>,
    /// Domains in the bank's order.
    pub domains: Vec<DomainFact>,
    /// Nodes in the order of priorities.
    pub nodes: Vec<NodeFact>,
    /// Items in the bank's order.
    pub items: Vec<ItemFact>,
    /// The errors that wrong choices reveal, most confident first.
    pub misconceptions: Vec<MisconceptionFact>,
    /// Traits of the survey.
    pub traits: Vec<TraitFact>,
    /// Wishes and situation, as the labels of the ticked options.
    pub preferences: Vec<PreferenceFact>,
    /// What staff must look at.
    pub flags: Vec<RaisedFlag>,
    /// The weekly work that the texts propose.
    pub rhythm: Rhythm,
    /// The constants behind the words of the report.
    pub method: Method,
}

impl FactSheet {
    /// Gathers the facts of a scored attempt.
    ///
    /// # Errors
    /// When the score does not belong to the bank, or holds a number that is not finite.
    pub fn build(input: &FactInput<'_>) -> Result<Self, FactError> {
        build::build(input)
    }

    /// Checksum of the canonical JSON of the sheet; the same facts give the same checksum on every machine.
    ///
    /// # Errors
    /// When the sheet has no JSON form, which a built sheet always has.
    pub fn checksum(&self) -> Result<Checksum, FactError> {
        Checksum::of_json(self).map_err(FactError::NoCanonicalForm)
    }

    /// Whether any answer was marked: without one, nothing may be claimed about knowledge.
    pub const fn has_answers(&self) -> bool {
        self.global.answered > 0
    }

    /// The domain with this id.
    pub fn domain(&self, id: &str) -> Option<&DomainFact> {
        self.domains.iter().find(|domain| domain.id == id)
    }

    /// The node with this id.
    pub fn node(&self, id: &str) -> Option<&NodeFact> {
        self.nodes.iter().find(|node| node.id == id)
    }

    /// The preference with this key.
    pub fn preference(&self, key: &str) -> Option<&PreferenceFact> {
        self.preferences.iter().find(|preference| preference.key == key)
    }

    /// The trait with this id, when everyone may read it.
    pub fn public_trait(&self, id: &str) -> Option<&TraitFact> {
        self.traits.iter().find(|fact| fact.id == id && fact.audience == TraitAudience::Everyone)
    }

    /// Domains whose evidence supports this class.
    pub fn domains_of(&self, class: MasteryClass) -> impl Iterator<Item = &DomainFact> {
        self.domains.iter().filter(move |domain| domain.class() == Some(class))
    }
}

/// The questionnaire of the attempt. Evidence id: `bank`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BankFact {
    /// Slug.
    pub slug: String,
    /// Version of the content.
    pub version: String,
    /// Checksum of the content.
    pub checksum: Checksum,
    /// Title for people.
    pub title: String,
    /// Subject.
    pub subject: Option<Subject>,
    /// Level that the pupil enters.
    pub level: Option<Level>,
    /// What the items are about.
    pub programme: Option<String>,
}

/// When and how fast. Evidence id: `attempt`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AttemptFact {
    /// Day of submission, in the school's zone.
    pub submitted_on: Date,
    /// Announced duration, in minutes.
    pub announced_min: Option<u32>,
    /// Time spent, in whole minutes rounded down, when measured.
    pub elapsed_min: Option<u64>,
}

/// The whole attempt. Evidence id: `global`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GlobalFact {
    /// Points obtained.
    pub points: Rational,
    /// Points of all scored items.
    pub max: Rational,
    /// The official score, 0 to 100.
    pub percent: Option<u8>,
    /// Scored items answered.
    pub answered: u32,
    /// Scored items.
    pub items: u32,
    /// Share of the scored items that were answered, in percent.
    pub coverage: Rational,
    /// Weight share of the answered items where success equals confidence, in percent.
    pub calibration: Option<Rational>,
    /// Evidence over all answered items.
    pub evidence: Option<Evidence>,
    /// Band for the composition of groups, staff only.
    pub band: Option<GroupBand>,
    /// Items by status.
    pub statuses: StatusCounts,
}

/// Items by status.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StatusCounts {
    /// Full points.
    pub right: u32,
    /// Some points.
    pub partial: u32,
    /// No points.
    pub wrong: u32,
    /// "Not studied".
    pub not_studied: u32,
    /// "I don't know".
    pub dont_know: u32,
    /// No answer.
    pub blank: u32,
    /// Waiting for a human.
    pub to_be_marked: u32,
}

/// Confidence crossed with success, in items. Evidence id: `confidence`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConfidenceFact {
    /// Answered items with a declared confidence.
    pub asked: u32,
    /// Right and sure.
    pub sure_right: u32,
    /// Right and unsure.
    pub unsure_right: u32,
    /// Wrong and sure.
    pub sure_wrong: u32,
    /// Wrong and unsure.
    pub unsure_wrong: u32,
}

/// One domain. Evidence id: `domain:<id>`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DomainFact {
    /// Key.
    pub id: String,
    /// Name for people.
    pub label: String,
    /// Short name.
    pub label_short: String,
    /// Name with its article.
    pub label_article: String,
    /// Points obtained.
    pub points: Rational,
    /// Points of its scored items.
    pub max: Rational,
    /// 0 to 100.
    pub percent: Option<u8>,
    /// Scored items answered.
    pub answered: u32,
    /// Scored items.
    pub items: u32,
    /// Items that the pupil says he has not studied.
    pub not_studied: u32,
    /// What the answered items say.
    pub evidence: Option<Evidence>,
    /// Worst profile of its nodes or items.
    pub profile: Option<ConfidenceProfile>,
}

impl DomainFact {
    /// Class that the evidence supports; `None` without any answer.
    pub fn class(&self) -> Option<MasteryClass> {
        self.evidence.filter(|_| self.answered > 0).map(|evidence| evidence.class)
    }
}

/// One prerequisite node. Evidence id: `node:<id>`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeFact {
    /// Key.
    pub id: String,
    /// Its domain.
    pub domain: String,
    /// Name for people.
    pub label: String,
    /// 1 to 3.
    pub criticality: u8,
    /// 0 to 100 over all its items.
    pub percent: Option<Rational>,
    /// Items answered.
    pub answered: u32,
    /// Items.
    pub items: u32,
    /// Items with full points.
    pub right: u32,
    /// Confidence crossed with success.
    pub profile: Option<ConfidenceProfile>,
    /// Place in the order of priorities.
    pub rank: u32,
    /// What the answers allow to say.
    pub standing: Standing,
    /// What needs it in the coming year.
    pub needed_by: Vec<String>,
    /// Nodes that it stands on.
    pub requires: Vec<String>,
    /// What to do about a gap.
    pub remediation: Vec<String>,
    /// For a gap: the gaps that it stands on, directly or not, deepest first.
    pub root_causes: Vec<String>,
}

/// One item. Evidence id: `item:<id>`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ItemFact {
    /// Key.
    pub id: String,
    /// Its domain.
    pub domain: String,
    /// Its node.
    pub node: Option<String>,
    /// What became of it.
    pub status: AnswerStatus,
    /// Points obtained.
    pub points: Rational,
    /// Points possible.
    pub max: Rational,
    /// Confidence crossed with success.
    pub profile: Option<ConfidenceProfile>,
    /// Declared confidence, 1 to 4.
    pub confidence: Option<u8>,
}

/// The error that a wrong choice reveals; it is cited through its item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MisconceptionFact {
    /// The item.
    pub item: String,
    /// Its domain.
    pub domain: String,
    /// Its node.
    pub node: Option<String>,
    /// What the author of the item wrote about the chosen option.
    pub rationale: String,
    /// Declared confidence, 1 to 4.
    pub confidence: Option<u8>,
}

/// One trait of the survey. Evidence id: `trait:<id>`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TraitFact {
    /// Key.
    pub id: String,
    /// Name for people.
    pub label: String,
    /// Its value; `None` = unknown.
    pub value: Option<Rational>,
    /// Lowest value.
    pub min: Rational,
    /// Highest value.
    pub max: Rational,
    /// Band of the value.
    pub band: Option<TraitBand>,
    /// Items answered.
    pub answered: u32,
    /// Items.
    pub items: u32,
    /// Who may read it.
    pub audience: TraitAudience,
    /// Whether a high value is good news.
    pub high_is_good: bool,
}

impl TraitFact {
    /// Where the value lies on its scale, 0 to 100; `None` when unknown.
    pub fn position(&self) -> Option<Rational> {
        let span = self.max.checked_sub(self.min)?;
        self.value?.checked_sub(self.min)?.checked_mul(Rational::whole(100))?.checked_div(span)
    }
}

/// One wish or circumstance that the pupil ticked. Evidence id: `preference:<key>`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PreferenceFact {
    /// Key: `statut`, `objectif`, `modalite`, `rythme`…
    pub key: String,
    /// Name for people.
    pub label: String,
    /// Labels of the ticked options.
    pub values: Vec<String>,
}
