//! What the model is told: qualitative facts under aliases, and the rules.

use super::Slot;
use crate::facts::{FactSheet, Standing};
use crate::questionnaire::TraitAudience;
use crate::report::{Block, FIRST_NAME, ReportPayload, Variant};
use crate::scoring::MasteryClass;
use crate::texts::french;
use nexus_core::{ChatMessage, Speaker};
use std::fmt::Write as _;

/// How a fact may be spoken of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Polarity {
    /// May be praised.
    Good,
    /// May be called something to work on.
    Weak,
    /// Neither.
    Open,
}

/// A fact, as the model knows it.
#[derive(Debug, Clone)]
pub(super) struct Aliased {
    pub(super) alias: String,
    pub(super) id: String,
    /// Name of the domain or notion, to see it named in a sentence.
    pub(super) names: Vec<String>,
    pub(super) reading: String,
    pub(super) polarity: Polarity,
}

/// Everything that the model is told about one report.
pub(super) struct Brief<'a> {
    pub(super) report: &'a ReportPayload,
    pub(super) facts: Vec<Aliased>,
}

impl<'a> Brief<'a> {
    pub(super) fn new(sheet: &FactSheet, report: &'a ReportPayload) -> Self {
        let mut facts: Vec<Aliased> = Vec::new();
        let mut add = |id: String, names: Vec<String>, reading: String, polarity| {
            let alias = format!("F{}", facts.len() + 1);
            facts.push(Aliased { alias, id, names, reading, polarity });
        };
        let coverage = if sheet.global.answered == sheet.global.items { "toutes" } else { "une partie" };
        add("global".into(), vec![], format!("questions traitées : {coverage}"), Polarity::Open);
        add(
            "rhythm".into(),
            vec![],
            "un plan de travail hebdomadaire accompagne ce document".into(),
            Polarity::Open,
        );
        for domain in &sheet.domains {
            let (word, polarity) = match domain.class() {
                Some(MasteryClass::Strong) => ("solide", Polarity::Good),
                Some(MasteryClass::Medium) => ("en construction", Polarity::Open),
                Some(MasteryClass::Weak) => ("à renforcer", Polarity::Weak),
                Some(MasteryClass::Insufficient) => ("à confirmer", Polarity::Open),
                None => ("pas évalué", Polarity::Open),
            };
            let names = vec![domain.label.clone(), domain.label_short.clone(), domain.label_article.clone()];
            add(
                format!("domain:{}", domain.id),
                names,
                format!("domaine « {} » : {word}", domain.label),
                polarity,
            );
        }
        let gaps = sheet.nodes.iter().filter(|node| node.standing.is_gap()).take(3);
        let good = sheet.nodes.iter().filter(|node| node.standing == Standing::Succeeded).take(2);
        for node in gaps.chain(good) {
            let (word, polarity) = if node.standing.is_gap() {
                ("à renforcer", Polarity::Weak)
            } else {
                ("réussie", Polarity::Good)
            };
            add(
                format!("node:{}", node.id),
                vec![node.label.clone()],
                format!("notion « {} » : {word}", node.label),
                polarity,
            );
        }
        for fact in sheet.traits.iter().filter(|fact| fact.audience == TraitAudience::Everyone) {
            if let Some(band) = &fact.band {
                let reading = format!("{} : {}", fact.label, band.label);
                add(format!("trait:{}", fact.id), vec![], reading, Polarity::Open);
            }
        }
        Self { report, facts }
    }

    /// The evidence id behind an alias.
    pub(super) fn id(&self, alias: &str) -> Option<&str> {
        self.fact(alias).map(|fact| fact.id.as_str())
    }

    /// The fact behind an alias.
    pub(super) fn fact(&self, alias: &str) -> Option<&Aliased> {
        self.facts.iter().find(|fact| fact.alias == alias)
    }

    /// The places that this report has.
    pub(super) fn slots(&self) -> Vec<Slot> {
        let closes = self.report.sections.iter().any(|section| section.id == "conclusion");
        Slot::ALL.into_iter().filter(|slot| *slot != Slot::Conclusion || closes).collect()
    }

    pub(super) fn messages(&self) -> Vec<ChatMessage> {
        let pupil = self.report.variant == Variant::Eleve;
        let naming = if pupil {
            "L'élève n'est jamais nommé.".to_owned()
        } else {
            format!("L'élève est toujours désigné par {FIRST_NAME}, jamais précédé de « de » ni de « que ».")
        };
        let address = if pupil {
            "Tutoie l'élève ; jamais de « vous »."
        } else {
            "Vouvoie les parents ; jamais de « tu »."
        };
        let mut slots = String::new();
        for slot in self.slots() {
            let (least, most) = slot.bounds();
            let _ = writeln!(
                slots,
                "- {} : {} phrase(s) au plus, de {least} à {most} caractères en tout.",
                slot.name(),
                slot.most_sentences()
            );
        }
        let mut facts = String::new();
        for fact in &self.facts {
            let _ = writeln!(facts, "- {} : {}", fact.alias, without_figures(&fact.reading));
        }
        let system = include_str!("../../prompts/enrichment-system.md")
            .replace("{{naming}}", &naming)
            .replace("{{address}}", address)
            .replace("{{slots}}", slots.trim_end());
        let user = include_str!("../../prompts/enrichment-user.md")
            .replace("{{audience}}", if pupil { "à l'élève" } else { "aux parents" })
            .replace("{{subject}}", &self.report.subject)
            .replace("{{level}}", &self.report.level)
            .replace("{{facts}}", facts.trim_end())
            .replace("{{current}}", self.current().trim_end());
        vec![
            ChatMessage { role: Speaker::System, content: system },
            ChatMessage { role: Speaker::User, content: user },
        ]
    }

    /// The present text of the slots, less the sentences that hold figures.
    fn current(&self) -> String {
        let mut text = String::new();
        for slot in self.slots() {
            let section = match slot {
                Slot::Lead => None,
                Slot::Introduction => self.report.sections.first(),
                Slot::Conclusion => self.report.sections.iter().find(|section| section.id == "conclusion"),
            };
            let statement = match section.map(|section| section.blocks.as_slice()) {
                Some([Block::Paragraph { statement }, ..]) => &statement.text,
                Some(_) => continue,
                None => &self.report.lead.text,
            };
            let kept: Vec<_> = french::sentences(statement)
                .into_iter()
                .filter(|line| !line.contains(char::is_numeric))
                .collect();
            let _ = writeln!(
                text,
                "- {} : {}",
                slot.name(),
                if kept.is_empty() { "—".to_owned() } else { kept.join(" ") }
            );
        }
        text
    }
}

/// A label may hold a figure ("variable $x^2$"); the model does without.
fn without_figures(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_numeric()).collect()
}

/// The second request.
pub(super) fn retry(violations: &[String]) -> String {
    let list: Vec<_> = violations.iter().take(12).map(|violation| format!("- {violation}")).collect();
    include_str!("../../prompts/enrichment-retry.md").replace("{{violations}}", &list.join("\n"))
}
