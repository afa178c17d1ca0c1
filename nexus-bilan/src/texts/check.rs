//! The gate of publication: what a report must never contain, checked on the report itself whoever wrote it.

use super::french::{self, NARROW, fold};
use super::lexicon::{Readers, forbidden};
use crate::facts::FactSheet;
use crate::offers::OfferTable;
use crate::questionnaire::TraitAudience;
use crate::report::{Block, FIRST_NAME, ReportPayload, Statement, Variant};
use serde_json::Value;
use std::collections::BTreeSet;

/// A broken rule of a report.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Violation {
    /// A statement cites nothing, or something that does not exist.
    #[error("a statement has no existing evidence: {0}")]
    Ungrounded(String),
    /// A number is not in the facts that the statement cites.
    #[error("the number {number} is not in the cited facts: {text}")]
    ForeignNumber {
        /// The number as printed.
        number: String,
        /// The statement.
        text: String,
    },
    /// A forbidden word.
    #[error("a forbidden word, {word}: {text}")]
    ForbiddenWord {
        /// The entry of the lexicon.
        word: &'static str,
        /// The text.
        text: String,
    },
    /// Spaces, punctuation, leftovers of code.
    #[error("badly written: {0}")]
    Typography(String),
    /// The same sentence twice.
    #[error("a sentence is repeated: {0}")]
    Repeated(String),
    /// A section, list or table without content.
    #[error("an empty part: {0}")]
    Empty(String),
    /// A key of the data instead of a name.
    #[error("a raw id, {id}: {text}")]
    RawId {
        /// The id.
        id: String,
        /// The text.
        text: String,
    },
    /// An offer where none may be.
    #[error("an offer where none may be")]
    Offer,
    /// Something that only staff may read.
    #[error("staff-only content: {0}")]
    StaffOnly(String),
}

/// Everything that is wrong with a report; empty when it may be published.
pub fn check(facts: &FactSheet, report: &ReportPayload) -> Vec<Violation> {
    let mut checker = Checker { facts, report, seen: BTreeSet::new(), found: Vec::new() };
    checker.run();
    checker.found
}

struct Checker<'a> {
    facts: &'a FactSheet,
    report: &'a ReportPayload,
    seen: BTreeSet<String>,
    found: Vec<Violation>,
}

impl Checker<'_> {
    fn run(&mut self) {
        let report = self.report;
        self.statement(&report.lead);
        if report.sections.is_empty() {
            self.found.push(Violation::Empty("report".to_owned()));
        }
        for section in &report.sections {
            self.words(&section.title);
            if section.blocks.is_empty() {
                self.found.push(Violation::Empty(section.id.clone()));
            }
            for block in &section.blocks {
                self.block(&section.id, block);
            }
        }
    }

    fn block(&mut self, section: &str, block: &Block) {
        let empty = match block {
            Block::Paragraph { .. } | Block::Callout(_) | Block::Offer(_) => false,
            Block::Bullets { items } => items.is_empty(),
            Block::Radar { axes } => axes.len() < 3,
            Block::Bars { rows } => rows.is_empty(),
            Block::Priorities { items } => items.is_empty(),
            Block::Plan { weeks } => weeks.is_empty(),
            Block::Traits { rows } => rows.is_empty(),
            Block::Items { rows } => rows.is_empty(),
            Block::Nodes { rows } => rows.is_empty(),
            Block::Figures { rows } => rows.is_empty(),
        };
        if empty {
            self.found.push(Violation::Empty(section.to_owned()));
        }
        match block {
            Block::Paragraph { statement } => self.statement(statement),
            Block::Bullets { items } => items.iter().for_each(|item| self.statement(item)),
            Block::Callout(callout) => {
                self.words(&callout.title);
                self.statement(&callout.statement);
            }
            Block::Priorities { items } => {
                for item in items {
                    self.words(&item.title);
                    self.statement(&item.why);
                    self.list(section, &item.actions);
                }
            }
            Block::Plan { weeks } => {
                for week in weeks {
                    self.words(&week.goal);
                    self.list(section, &week.actions);
                }
            }
            Block::Offer(card) => {
                let allowed = matches!(self.report.variant, Variant::Parent | Variant::Nexus);
                if !allowed || !self.facts.has_answers() {
                    self.found.push(Violation::Offer);
                }
                self.list(section, &card.why);
                self.words(&card.description);
            }
            Block::Traits { rows } => {
                for row in rows {
                    self.words(&row.label);
                    self.words(&row.reading);
                    let staff = self.facts.traits.iter().any(|fact| {
                        fact.audience == TraitAudience::Staff && french::typeset(&fact.label) == row.label
                    });
                    if staff && self.report.variant != Variant::Nexus {
                        self.found.push(Violation::StaffOnly(row.label.clone()));
                    }
                }
            }
            Block::Items { .. } => {
                if self.report.variant != Variant::Nexus {
                    self.found.push(Violation::StaffOnly("items".to_owned()));
                }
            }
            Block::Nodes { rows } => {
                if self.report.variant != Variant::Nexus {
                    self.found.push(Violation::StaffOnly("nodes".to_owned()));
                }
                for row in rows {
                    self.words(&row.label);
                    self.words(&row.standing);
                    row.profile.iter().chain(&row.before).for_each(|text| self.words(text));
                }
            }
            Block::Bars { rows } => rows.iter().for_each(|row| self.words(&row.label)),
            Block::Radar { axes } => axes.iter().for_each(|axis| self.words(&axis.label)),
            Block::Figures { rows } => rows.iter().for_each(|(label, _)| self.words(label)),
        }
    }

    fn list(&mut self, section: &str, statements: &[Statement]) {
        if statements.is_empty() {
            self.found.push(Violation::Empty(section.to_owned()));
        }
        for statement in statements {
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &Statement) {
        let text = &statement.text;
        self.words(text);
        if !text.ends_with(['.', '!', '?', '…']) {
            self.found.push(Violation::Typography(text.clone()));
        }
        for sentence in french::sentences(text) {
            if !self.seen.insert(sentence.clone()) {
                self.found.push(Violation::Repeated(sentence));
            }
        }
        let facts: Vec<_> = statement.evidence.iter().map(|id| self.facts.fact(id)).collect();
        if facts.is_empty() || facts.iter().any(Option::is_none) {
            self.found.push(Violation::Ungrounded(text.clone()));
        }
        let facts: Vec<_> = facts.into_iter().flatten().collect();
        for number in numbers(text) {
            if !facts.iter().any(|fact| holds(fact, &number)) {
                self.found.push(Violation::ForeignNumber { number, text: text.clone() });
            }
        }
        let staff = |id: &String| {
            self.facts.traits.iter().any(|fact| {
                fact.audience == TraitAudience::Staff && id.strip_prefix("trait:") == Some(fact.id.as_str())
            })
        };
        if self.report.variant != Variant::Nexus
            && let Some(id) = statement.evidence.iter().find(|id| staff(id))
        {
            self.found.push(Violation::StaffOnly(id.clone()));
        }
    }

    /// Any text for people.
    fn words(&mut self, text: &str) {
        let family = self.report.variant != Variant::Nexus;
        let readers = if family { Readers::Family } else { Readers::Staff };
        let words = forbidden(text, readers).into_iter();
        self.found.extend(words.map(|word| Violation::ForbiddenWord { word, text: text.to_owned() }));
        let prose: Vec<_> = text.split('$').step_by(2).collect();
        // "de Amine", "que Inès": the name is put in later, so nothing before it may need an elision.
        let elision =
            ["de ", "que ", "d’", "qu’"].iter().any(|word| text.contains(&format!(" {word}{FIRST_NAME}")));
        let badly = text.trim().is_empty()
            || text != text.trim()
            || prose.iter().any(|part| part.contains("  ") || part.contains(" .") || part.contains('\''))
            || prose.iter().any(|part| [" ;", " :", " ?", " !", " %"].iter().any(|sign| part.contains(sign)))
            || prose.iter().any(|part| part.contains("« ") || part.contains(" »"))
            || (text.contains('«') && !text.contains(NARROW))
            || elision;
        if badly {
            self.found.push(Violation::Typography(text.to_owned()));
        }
        if matches!(self.report.variant, Variant::Eleve | Variant::General) {
            let folded = fold(text);
            if OfferTable::shipped().offers.iter().any(|offer| folded.contains(&fold(&offer.name))) {
                self.found.push(Violation::Offer);
            }
        }
        let ids = self
            .facts
            .domains
            .iter()
            .map(|fact| &fact.id)
            .chain(self.facts.nodes.iter().map(|fact| &fact.id));
        for id in ids.filter(|id| id.contains(['-', '_'])) {
            if prose.iter().any(|part| part.contains(id.as_str())) {
                self.found.push(Violation::RawId { id: id.clone(), text: text.to_owned() });
            }
        }
    }
}

/// The numbers written in a text, with their decimals: `2,67`, `90`.
pub(crate) fn numbers(text: &str) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let mut current = String::new();
    for (place, letter) in letters.iter().enumerate() {
        let next_is_digit = letters.get(place + 1).is_some_and(char::is_ascii_digit);
        if letter.is_ascii_digit() {
            current.push(*letter);
        } else if matches!(letter, ',' | '.')
            && !current.is_empty()
            && !current.contains('.')
            && next_is_digit
        {
            current.push('.');
        } else if !current.is_empty() {
            found.push(std::mem::take(&mut current));
        }
    }
    found.extend((!current.is_empty()).then_some(current));
    found
}

/// Whether a fact holds a number that is printed like this once it is rounded to as many decimals.
fn holds(fact: &Value, printed: &str) -> bool {
    let Ok(value) = printed.parse::<f64>() else { return false };
    let places = printed.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let tolerance = 0.5 * 10_f64.powi(-i32::try_from(places).unwrap_or(0)) + 1e-9;
    let near = |known: f64| (known.abs() - value).abs() <= tolerance;
    match fact {
        Value::Number(number) => number.as_f64().is_some_and(near),
        Value::String(text) => {
            let fraction =
                text.parse::<crate::scoring::Rational>().ok().map(crate::scoring::Rational::to_f64);
            // Numbers that an author wrote are copied as they are; only figures are rounded.
            fraction.is_some_and(near)
                || numbers(text)
                    .iter()
                    .any(|known| known.parse::<f64>().is_ok_and(|known| (known - value).abs() < 1e-9))
        }
        Value::Array(parts) => parts.iter().any(|part| holds(part, printed)),
        Value::Object(parts) => parts.values().any(|part| holds(part, printed)),
        Value::Null | Value::Bool(_) => false,
    }
}
