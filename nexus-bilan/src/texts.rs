//! Deterministic French prose from facts: each sentence cites the facts that carry it, and a checker proves it.

mod advice;
mod check;
mod draft;
mod eleve;
pub mod french;
mod general;
pub mod lexicon;
mod nexus;
mod parent;
mod plan;
mod results;
mod topics;

pub use check::{Violation, check};

use crate::facts::{FactError, FactSheet};
use crate::offers::{OfferDecision, OfferTable};
use crate::questionnaire::{Level, Subject};
use crate::report::{Enrichment, Provenance, ReportPayload, Variant};
use draft::Draft;

/// Writes the report of one audience; the same facts give the same report.
///
/// # Errors
/// When the facts have no canonical form, which a built sheet always has.
pub fn write(
    facts: &FactSheet,
    variant: Variant,
    reference: &str,
    revision: u32,
) -> Result<ReportPayload, FactError> {
    let offer = OfferTable::shipped().decide(facts);
    write_with_offer(facts, variant, reference, revision, &offer)
}

/// Writes the report with an offer decision of the caller; pupils and file copies never get to see it.
///
/// # Errors
/// As [`write()`].
pub fn write_with_offer(
    facts: &FactSheet,
    variant: Variant,
    reference: &str,
    revision: u32,
    offer: &OfferDecision,
) -> Result<ReportPayload, FactError> {
    let mut draft = Draft::new(facts);
    let (lead, sections) = match variant {
        Variant::Eleve => eleve::write(&mut draft),
        Variant::Parent => parent::write(&mut draft, offer),
        Variant::Nexus => nexus::write(&mut draft, offer),
        Variant::General => general::write(&mut draft),
    };
    Ok(ReportPayload {
        variant,
        title: title(facts),
        subject: subject(facts),
        level: level(facts).to_owned(),
        reference: reference.to_owned(),
        revision,
        date: facts.attempt.submitted_on,
        lead,
        sections,
        provenance: Provenance {
            engine_version: facts.engine_version.clone(),
            bank: facts.bank.slug.clone(),
            bank_version: facts.bank.version.clone(),
            facts_checksum: facts.checksum()?,
            enrichment: Enrichment::Off,
            model: None,
        },
    })
}

fn title(facts: &FactSheet) -> String {
    match facts.bank.level {
        Some(Level::Premiere) => "Bilan d’entrée en Première".to_owned(),
        Some(Level::Terminale) => "Bilan d’entrée en Terminale".to_owned(),
        None => french::typeset(&facts.bank.title),
    }
}

/// The subject in French; the title of the questionnaire when the source does not say it.
fn subject(facts: &FactSheet) -> String {
    match facts.bank.subject {
        Some(Subject::Mathematiques) => "Mathématiques".to_owned(),
        Some(Subject::Nsi) => "Numérique et sciences informatiques".to_owned(),
        Some(Subject::PhysiqueChimie) => "Physique-chimie".to_owned(),
        None => french::typeset(&facts.bank.title),
    }
}

fn level(facts: &FactSheet) -> &'static str {
    match facts.bank.level {
        Some(Level::Premiere) => "Première",
        Some(Level::Terminale) => "Terminale",
        None => "Niveau non précisé",
    }
}

#[cfg(test)]
mod tests;
