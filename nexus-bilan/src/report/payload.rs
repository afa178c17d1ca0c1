//! The structured report.

use crate::scoring::{CredibleInterval, MasteryClass, Rational};
use jiff::civil::Date;
use nexus_core::Checksum;
use serde::{Deserialize, Serialize};

/// Stands for the pupil's first name in every stored text; the renderer alone puts the name in. Immutable rows and
/// language models therefore never hold it.
pub const FIRST_NAME: &str = "[ELEVE]";

/// Who a report is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Variant {
    /// The pupil: what to do.
    Eleve,
    /// The family: frame and next step, with an offer when data allow one.
    Parent,
    /// Staff only: every figure, flags, items.
    Nexus,
    /// The file copy: the results without advice to anybody.
    General,
}

impl Variant {
    /// Every variant.
    pub const ALL: [Self; 4] = [Self::Eleve, Self::Parent, Self::Nexus, Self::General];

    /// The name used in paths and parameters.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Eleve => "eleve",
            Self::Parent => "parent",
            Self::Nexus => "nexus",
            Self::General => "general",
        }
    }

    /// Reads a name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|variant| variant.as_str() == text)
    }
}

/// Whether a language model took part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Enrichment {
    /// None was configured: every sentence was written by rules.
    Off,
    /// Some prose was written by a model and passed the validators.
    Used,
    /// A model was configured but failed or was refused: every sentence was written by rules.
    Unavailable,
}

/// From what a report was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Provenance {
    /// Version of the scoring engine.
    pub engine_version: String,
    /// Slug of the bank.
    pub bank: String,
    /// Version of the bank.
    pub bank_version: String,
    /// Checksum of the fact sheet.
    pub facts_checksum: Checksum,
    /// Who wrote the prose.
    pub enrichment: Enrichment,
    /// The model that wrote, when one did.
    pub model: Option<String>,
}

/// A report for one audience.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReportPayload {
    /// Who it is for.
    pub variant: Variant,
    /// Title of the document: "Bilan d'entrée en Terminale".
    pub title: String,
    /// "Mathématiques".
    pub subject: String,
    /// "Terminale".
    pub level: String,
    /// Reference printed in the footer (the bilan's id).
    pub reference: String,
    /// Revision of the report, from 1.
    pub revision: u32,
    /// Day on which the pupil submitted his answers, in the school's zone.
    pub date: Date,
    /// One sentence under the title.
    pub lead: Statement,
    /// The sections in their order.
    pub sections: Vec<Section>,
    /// From what it was made.
    pub provenance: Provenance,
}

/// A titled section.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Section {
    /// Key: `strengths`, `priorities`, `results`, `plan`…
    pub id: String,
    /// Title for people.
    pub title: String,
    /// Content.
    pub blocks: Vec<Block>,
}

/// A sentence, or a few, and the facts that carry it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// French text; `$…$` is mathematics; [`FIRST_NAME`] stands for the name.
    pub text: String,
    /// Ids of the facts: `domain:derivation`, `node:signe-affine`, `item:…`, `trait:autonomie`, `global`.
    pub evidence: Vec<String>,
}

/// A piece of a section.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "block", rename_all = "snake_case")]
pub enum Block {
    /// Prose.
    Paragraph {
        /// The text.
        statement: Statement,
    },
    /// A list.
    Bullets {
        /// Its lines.
        items: Vec<Statement>,
    },
    /// A framed note.
    Callout(Callout),
    /// The radar of the domains. The renderer always prints its figures as a table too (unless bars follow).
    Radar {
        /// One axis per domain, at least 3.
        axes: Vec<RadarAxis>,
    },
    /// Horizontal bars with their 90 % intervals, and the same figures as a table.
    Bars {
        /// One bar per domain.
        rows: Vec<BarRow>,
    },
    /// The things to work on, in order.
    Priorities {
        /// At most three for a pupil.
        items: Vec<Priority>,
    },
    /// The weeks of the plan.
    Plan {
        /// Eight weeks.
        weeks: Vec<PlanWeek>,
    },
    /// The pedagogical traits.
    Traits {
        /// One row per trait.
        rows: Vec<TraitRow>,
    },
    /// The recommended offer. In `parent` and `nexus` only.
    Offer(OfferCard),
    /// Every item. In `nexus` only.
    Items {
        /// One row per item.
        rows: Vec<ItemRow>,
    },
    /// Every prerequisite notion, in the order of priorities. In `nexus` only.
    Nodes {
        /// One row per notion.
        rows: Vec<NodeRow>,
    },
    /// Label and value pairs (provenance, flags, ability).
    Figures {
        /// The pairs.
        rows: Vec<(String, String)>,
    },
}

/// The tone of a framed note; said by a word and a shape, not by colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// Good news.
    Positive,
    /// To know.
    Neutral,
    /// To watch.
    Attention,
}

/// A framed note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Callout {
    /// Its tone.
    pub tone: Tone,
    /// Its title.
    pub title: String,
    /// Its text.
    pub statement: Statement,
}

/// One axis of the radar.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RadarAxis {
    /// Short label.
    pub label: String,
    /// 0 to 100; `None` when nothing was answered (the axis is then drawn empty and said "non évalué").
    pub percent: Option<u8>,
}

/// The words of a class: "Solide", "À renforcer", "À confirmer en séance".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BandWord(pub MasteryClass);

impl BandWord {
    /// The word for people.
    pub const fn label(self) -> &'static str {
        match self.0 {
            MasteryClass::Weak => "À renforcer",
            MasteryClass::Medium => "En construction",
            MasteryClass::Strong => "Solide",
            MasteryClass::Insufficient => "À confirmer en séance",
        }
    }
}

/// One bar.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BarRow {
    /// Label of the domain.
    pub label: String,
    /// Points obtained.
    pub points: Rational,
    /// Points possible.
    pub max: Rational,
    /// 0 to 100.
    pub percent: Option<u8>,
    /// 90 % credible interval; `None` when nothing was answered.
    pub interval: Option<CredibleInterval>,
    /// Items answered.
    pub answered: u32,
    /// Items.
    pub items: u32,
    /// What the evidence supports.
    pub class: BandWord,
}

/// One thing to work on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Priority {
    /// 1 first.
    pub rank: u32,
    /// Name of the notion.
    pub title: String,
    /// Why it comes now.
    pub why: Statement,
    /// What to do, concretely.
    pub actions: Vec<Statement>,
}

/// One week of the plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlanWeek {
    /// 1 to 8.
    pub number: u8,
    /// Phase: "Consolider", "Appliquer", "S'entraîner".
    pub phase: String,
    /// The notion or the goal of the week.
    pub goal: String,
    /// What to do.
    pub actions: Vec<Statement>,
    /// Work proposed, in minutes.
    pub minutes: u32,
}

/// One trait.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TraitRow {
    /// Name of the trait.
    pub label: String,
    /// Its value; `None` = unknown.
    pub value: Option<Rational>,
    /// Lowest value.
    pub min: Rational,
    /// Highest value.
    pub max: Rational,
    /// Reading: "à structurer", or "non renseigné".
    pub reading: String,
    /// Items answered.
    pub answered: u32,
    /// Items.
    pub items: u32,
}

/// The recommended offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OfferCard {
    /// Name of the offer.
    pub name: String,
    /// What it is, in one sentence.
    pub description: String,
    /// Code of the rule that chose it.
    pub rule: String,
    /// Why, from facts.
    pub why: Vec<Statement>,
    /// Other offers that fit.
    pub alternatives: Vec<String>,
}

/// One item, for staff.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ItemRow {
    /// The item.
    pub item_id: String,
    /// Name of its notion.
    pub notion: String,
    /// "Juste", "Faux", "Pas étudié"…
    pub status: String,
    /// Points obtained.
    pub points: Rational,
    /// Points possible.
    pub max: Rational,
    /// Declared confidence, 1 to 4.
    pub confidence: Option<u8>,
    /// The error that a wrong choice reveals, or nothing.
    pub diagnosis: Option<String>,
}

/// One prerequisite notion, for staff.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeRow {
    /// Name of the notion.
    pub label: String,
    /// What the answers allow to say: "à reprendre", "fragile"…
    pub standing: String,
    /// Confidence crossed with success, in words; `None` when nothing was answered.
    pub profile: Option<String>,
    /// 0 to 100; `None` when nothing was answered.
    pub percent: Option<Rational>,
    /// Items answered.
    pub answered: u32,
    /// Items.
    pub items: u32,
    /// 1 to 3.
    pub criticality: u8,
    /// Names of the notions to learn again before it, deepest first.
    pub before: Vec<String>,
}
