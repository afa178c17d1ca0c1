//! The results, the same for every audience: radar, bars, and the words of each class.

use super::draft::Draft;
use super::french::{NARROW, count, decimal, percent, typeset};
use crate::facts::{DomainFact, FactSheet, TraitFact};
use crate::questionnaire::TraitAudience;
use crate::report::{BandWord, BarRow, Block, RadarAxis, Statement, TraitRow};
use crate::scoring::MasteryClass;

/// The radar, from three domains on, when anything was answered.
pub(super) fn radar(facts: &FactSheet) -> Option<Block> {
    let axes: Vec<_> = facts
        .domains
        .iter()
        .map(|domain| RadarAxis {
            label: typeset(&domain.label_short),
            percent: domain.percent.filter(|_| domain.answered > 0),
        })
        .collect();
    (axes.len() >= 3 && facts.has_answers()).then_some(Block::Radar { axes })
}

/// The bars with their intervals.
pub(super) fn bars(facts: &FactSheet) -> Option<Block> {
    let rows: Vec<_> = facts
        .domains
        .iter()
        .map(|domain| BarRow {
            label: typeset(&domain.label),
            points: domain.points,
            max: domain.max,
            percent: domain.percent.filter(|_| domain.answered > 0),
            interval: domain.evidence.map(|evidence| evidence.interval),
            answered: domain.answered,
            items: domain.items,
            class: BandWord(domain.class().unwrap_or(MasteryClass::Insufficient)),
        })
        .collect();
    (!rows.is_empty()).then_some(Block::Bars { rows })
}

/// The traits that an audience may read.
pub(super) fn traits(facts: &FactSheet, staff: bool) -> Option<Block> {
    let rows: Vec<_> = facts
        .traits
        .iter()
        .filter(|fact| staff || (fact.audience == TraitAudience::Everyone && fact.value.is_some()))
        .map(trait_row)
        .collect();
    (!rows.is_empty()).then_some(Block::Traits { rows })
}

fn trait_row(fact: &TraitFact) -> TraitRow {
    let band = fact.band.as_ref().map(|band| typeset(&band.label));
    TraitRow {
        label: typeset(&fact.label),
        value: fact.value,
        min: fact.min,
        max: fact.max,
        reading: band
            .unwrap_or_else(|| if fact.value.is_some() { "renseigné" } else { "non renseigné" }.to_owned()),
        answered: fact.answered,
        items: fact.items,
    }
}

/// `de 18 % à 82 %`.
pub(super) fn interval(domain: &DomainFact) -> Option<String> {
    let interval = domain.evidence?.interval;
    Some(format!("de {} à {}", percent(decimal(interval.low, 0)), percent(decimal(interval.high, 0))))
}

/// The domains in words, one line for each reading, best news first.
pub(super) fn in_words(draft: &mut Draft<'_>) -> Vec<Statement> {
    let facts = draft.facts;
    let readings = [
        (Some(MasteryClass::Strong), "Bases solides"),
        (Some(MasteryClass::Medium), "Bases en construction"),
        (Some(MasteryClass::Weak), "Bases à renforcer"),
        (Some(MasteryClass::Insufficient), "À confirmer, car les réponses ne suffisent pas à conclure"),
        (None, "Aucune question traitée, donc aucune conclusion"),
    ];
    let mut lines = Vec::new();
    for (class, words) in readings {
        let domains: Vec<_> =
            facts.domains.iter().filter(|domain| domain.items > 0 && domain.class() == class).collect();
        if domains.is_empty() {
            continue;
        }
        let names: Vec<_> = domains.iter().map(|domain| named(domain)).collect();
        let evidence: Vec<_> = domains.iter().map(|domain| format!("domain:{}", domain.id)).collect();
        lines.extend(draft.say(&[format!("{words}{NARROW}: {}", names.join(" ; "))], &evidence));
    }
    lines
}

/// `Suites numériques (4 questions traitées sur 6, estimation de 18 % à 82 %)`.
fn named(domain: &DomainFact) -> String {
    let label = typeset(&domain.label);
    let Some(interval) = interval(domain).filter(|_| domain.answered > 0) else { return label };
    if domain.answered == domain.items {
        return format!("{label} (estimation {interval})");
    }
    let answered = count(domain.answered, "question traitée", "questions traitées");
    format!("{label} ({answered} sur {}, estimation {interval})", domain.items)
}

/// Whether some scored item has no marked answer.
pub(super) fn has_holes(facts: &FactSheet) -> bool {
    facts.global.answered < facts.global.items
}
