//! The results, the same for every audience: radar, bars, and the words of each class.

use super::french::{NARROW, capitalised, count, decimal, percent, typeset};
use crate::facts::{DomainFact, FactSheet, TraitFact};
use crate::questionnaire::TraitAudience;
use crate::report::{BandWord, BarRow, Block, RadarAxis, TraitRow};
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

/// One line per domain, in words.
pub(super) fn in_words(domain: &DomainFact) -> String {
    let label = capitalised(&typeset(&domain.label));
    let answered = count(domain.answered, "question traitée", "questions traitées");
    let Some((class, interval)) = domain.class().zip(interval(domain)) else {
        return format!("{label}{NARROW}: aucune question traitée, donc aucune conclusion.");
    };
    let reading = match class {
        MasteryClass::Strong => "les réponses montrent des bases solides",
        MasteryClass::Medium => "les bases sont en construction",
        MasteryClass::Weak => "les bases sont à renforcer",
        MasteryClass::Insufficient => "les réponses ne suffisent pas à conclure",
    };
    format!("{label}{NARROW}: {reading} ({answered} sur {}, estimation {interval}).", domain.items)
}

/// Whether some scored item has no marked answer.
pub(super) fn has_holes(facts: &FactSheet) -> bool {
    facts.global.answered < facts.global.items
}
