//! Where sentences are written: typography, no repetition, evidence.

use super::french;
use crate::facts::FactSheet;
use crate::report::{Block, Callout, Section, Statement, Tone};
use std::collections::BTreeSet;

/// A document being written.
pub(super) struct Draft<'a> {
    /// The facts.
    pub(super) facts: &'a FactSheet,
    used: BTreeSet<String>,
}

impl<'a> Draft<'a> {
    pub(super) fn new(facts: &'a FactSheet) -> Self {
        Self { facts, used: BTreeSet::new() }
    }

    /// A statement from sentences; those that the document already holds are left out. `None` when nothing new is left.
    /// Ids that name no fact are dropped, so that a statement is never carried by nothing: the questionnaire remains.
    pub(super) fn say<T: AsRef<str>>(&mut self, sentences: &[T], evidence: &[String]) -> Option<Statement> {
        let mut fresh = Vec::new();
        for sentence in sentences {
            let sentence = french::sentence(sentence.as_ref());
            let parts = french::sentences(&sentence);
            if !sentence.is_empty() && parts.iter().all(|part| !self.used.contains(part)) {
                self.used.extend(parts);
                fresh.push(sentence);
            }
        }
        if fresh.is_empty() {
            return None;
        }
        let mut cited: Vec<String> = Vec::new();
        for id in evidence {
            if !cited.contains(id) && self.facts.fact(id).is_some() {
                cited.push(id.clone());
            }
        }
        if cited.is_empty() {
            cited.push("bank".to_owned());
        }
        Some(Statement { text: fresh.join(" "), evidence: cited })
    }

    /// The shorter of two ways to say something, unless the document already says it so.
    pub(super) fn shortest(&self, short: String, long: String) -> String {
        let new = french::sentences(&french::sentence(&short)).iter().all(|part| !self.used.contains(part));
        if new { short } else { long }
    }

    /// A paragraph.
    pub(super) fn paragraph<T: AsRef<str>>(&mut self, sentences: &[T], evidence: &[String]) -> Option<Block> {
        self.say(sentences, evidence).map(|statement| Block::Paragraph { statement })
    }

    /// A framed note.
    pub(super) fn callout<T: AsRef<str>>(
        &mut self,
        tone: Tone,
        title: &str,
        sentences: &[T],
        evidence: &[String],
    ) -> Option<Block> {
        let statement = self.say(sentences, evidence)?;
        Some(Block::Callout(Callout { tone, title: french::typeset(title), statement }))
    }
}

/// Bullets, unless there are none.
pub(super) fn bullets(items: Vec<Statement>) -> Option<Block> {
    (!items.is_empty()).then_some(Block::Bullets { items })
}

/// A section, unless it is empty.
pub(super) fn section(id: &str, title: &str, blocks: Vec<Option<Block>>) -> Option<Section> {
    let blocks: Vec<_> = blocks.into_iter().flatten().collect();
    (!blocks.is_empty()).then(|| Section { id: id.to_owned(), title: french::typeset(title), blocks })
}

/// Evidence ids.
pub(super) fn ids<T: AsRef<str>>(ids: &[T]) -> Vec<String> {
    ids.iter().map(|id| id.as_ref().to_owned()).collect()
}
