//! What the templates see: a report whose every figure is already written and whose every chart is already coordinates.

mod blocks;

use super::escape::cut_to;
use super::format;
use super::pdf_string::pdf_string;
use super::template::Identity;
use crate::report::{Enrichment, FIRST_NAME, ReportPayload};
use blocks::BlockView;
use nexus_core::french::is_elided_before;
use serde::Serialize;

/// Longest title or label, in characters: it must fit where it stands.
const LABEL: usize = 160;

/// A whole document.
#[derive(Debug, Serialize)]
pub(super) struct DocumentView {
    /// Names of colours of the preamble.
    accent: &'static str,
    accent_tint: &'static str,
    /// Name inside a sentence, and at its beginning.
    first_name: String,
    first_name_start: String,
    /// First and last name.
    pupil: String,
    school: Option<String>,
    title: String,
    subject: String,
    level: String,
    date: String,
    reference: String,
    revision: u32,
    lead: String,
    sections: Vec<SectionView>,
    colophon: Vec<String>,
    properties: Properties,
}

#[derive(Debug, Serialize)]
struct SectionView {
    title: String,
    /// Height that the heading and what belongs to it need on a page, in millimetres.
    need: usize,
    /// Hexadecimal title of the bookmark.
    outline: String,
    blocks: Vec<BlockView>,
}

/// Hexadecimal strings of the PDF's properties.
#[derive(Debug, Serialize)]
struct Properties {
    title: String,
    subject: String,
    author: String,
}

impl DocumentView {
    pub(super) fn new(payload: &ReportPayload, identity: &Identity) -> Self {
        let words = Words::new(identity);
        let accent =
            if payload.subject.to_lowercase().starts_with("math") { "NexusBlue" } else { "NexusViolet" };
        let sections = payload.sections.iter().map(|section| {
            let blocks = blocks::views(&section.blocks, &words, payload.variant);
            SectionView {
                title: words.label(&section.title),
                need: blocks::need(&blocks),
                outline: pdf_string(&words.spoken(&section.title)),
                blocks,
            }
        });
        Self {
            accent,
            accent_tint: if accent == "NexusBlue" { "NexusBlueTint" } else { "NexusVioletTint" },
            first_name: words.first_name.clone(),
            first_name_start: capitalised(&words.first_name),
            pupil: words.pupil.clone(),
            school: identity.school.as_deref().map(clean).filter(|school| !school.is_empty()),
            title: words.label(&payload.title),
            subject: words.label(&payload.subject),
            level: words.label(&payload.level),
            date: format::date(payload.date),
            reference: cut_to(&payload.reference, 48),
            revision: payload.revision,
            lead: words.prose(&payload.lead.text),
            sections: sections.filter(|section| !section.blocks.is_empty()).collect(),
            colophon: colophon(payload),
            properties: Properties {
                title: pdf_string(&format!("{} – {}", words.spoken(&payload.title), words.pupil)),
                subject: pdf_string(&format!("{}, {}", payload.subject, payload.level)),
                author: pdf_string("Nexus Réussite"),
            },
        }
    }
}

/// How the document was made, in two sentences for people.
fn colophon(payload: &ReportPayload) -> Vec<String> {
    let provenance = &payload.provenance;
    let prose = match provenance.enrichment {
        Enrichment::Off => {
            "Tous les textes de ce document ont été composés par des règles écrites par l’équipe."
        }
        Enrichment::Unavailable => {
            "Tous les textes de ce document ont été composés par des règles écrites par l’équipe ; l’aide à la rédaction n’était pas disponible."
        }
        Enrichment::Used => {
            "Certaines phrases ont été rédigées avec l’aide d’un modèle de langue, puis contrôlées ; tous les chiffres viennent des réponses elles-mêmes."
        }
    };
    let bank = format!(
        "Questionnaire {}, version {} ; calcul, version {}.",
        cut_to(&provenance.bank, 80),
        cut_to(&provenance.bank_version, 40),
        cut_to(&provenance.engine_version, 40)
    );
    vec![prose.to_owned(), bank]
}

/// Texts with the pupil in them.
pub(super) struct Words {
    first_name: String,
    pupil: String,
    elided: bool,
}

impl Words {
    fn new(identity: &Identity) -> Self {
        let first = clean(&identity.first_name);
        let pupil = [first.clone(), clean(&identity.last_name)].join(" ").trim().to_owned();
        let elided = is_elided_before(&first);
        let first_name = if first.is_empty() { "l’élève".to_owned() } else { first };
        let pupil = if pupil.is_empty() { "Élève".to_owned() } else { pupil };
        Self { first_name, pupil, elided }
    }

    /// A sentence or more.
    pub(super) fn prose(&self, text: &str) -> String {
        self.elide(text)
    }

    /// A title or the name of a thing.
    pub(super) fn label(&self, text: &str) -> String {
        cut_to(&self.elide(text), LABEL)
    }

    /// Prose in a place of limited size.
    pub(super) fn cell(&self, text: &str) -> String {
        cut_to(&self.elide(text), 4 * LABEL)
    }

    /// The same text with the name itself, for what is not typeset.
    fn spoken(&self, text: &str) -> String {
        self.elide(text).replace(FIRST_NAME, &self.first_name)
    }

    /// `de [ELEVE]` is said `d’Amina` before a vowel.
    fn elide(&self, text: &str) -> String {
        if !self.elided {
            return text.to_owned();
        }
        ["de", "que", "De", "Que", "lorsque", "Lorsque", "puisque", "Puisque"].iter().fold(
            text.to_owned(),
            |text, word| {
                let short = word.strip_suffix('e').unwrap_or(word);
                let (full, elided) = (format!("{word} {FIRST_NAME}"), format!("{short}’{FIRST_NAME}"));
                replace_words(&text, &full, &elided)
            },
        )
    }
}

/// Replaces a phrase where it does not continue a word.
fn replace_words(text: &str, from: &str, to: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(from) {
        let (before, tail) = rest.split_at(at);
        out.push_str(before);
        let inside_word = out.chars().next_back().is_some_and(char::is_alphanumeric);
        out.push_str(if inside_word { from } else { to });
        rest = tail.strip_prefix(from).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// A name as people wrote it, in one line, at most 80 characters. It cannot hold the token of the first name, which is
/// looked for in every text.
fn clean(name: &str) -> String {
    let line = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = if line.contains(FIRST_NAME) { line.replace('[', "(").replace(']', ")") } else { line };
    cut_to(&line, 80)
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

#[cfg(test)]
mod tests {
    use super::{Words, capitalised, clean};
    use crate::latex::Identity;

    fn words(first_name: &str) -> Words {
        Words::new(&Identity { first_name: first_name.into(), last_name: String::new(), school: None })
    }

    #[test]
    fn names_are_elided() {
        let text = "Le plan de [ELEVE] : il faut que [ELEVE] relise. Code [ELEVE].";
        assert_eq!(words("Amina").spoken(text), "Le plan d’Amina : il faut qu’Amina relise. Code Amina.");
        assert_eq!(
            words("Yassine").spoken(text),
            "Le plan de Yassine : il faut que Yassine relise. Code Yassine."
        );
        assert_eq!(words("Élias").spoken("monde [ELEVE]"), "monde Élias");
        assert_eq!(words(" ").spoken("Le plan de [ELEVE]"), "Le plan de l’élève");
        assert_eq!(words("").pupil, "Élève");
    }

    #[test]
    fn a_name_cannot_hold_the_token() {
        assert_eq!(clean("[EL[ELEVE]EVE]"), "(EL(ELEVE)EVE)");
        assert_eq!(clean(" Anne\n  Marie "), "Anne Marie");
        assert_eq!(capitalised("l’élève"), "L’élève");
    }
}
