//! Words that have no place in a questionnaire; the lists are data.

use super::super::bank::{Bank, Item, ItemKind, Level, Subject};
use super::super::problem::{Finding, Rule};
use super::super::words::{fold, holds_term};
use super::options_of;
use serde::Deserialize;
use std::sync::LazyLock;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Lexicon {
    /// Promises, anxiety, judgements of the person.
    forbidden: Vec<String>,
    /// Brands and products of others.
    brands: Vec<String>,
    /// Words before a teacher's name, as they are written.
    titles: Vec<String>,
    /// Vocabulary of a later year.
    off_programme: Vec<OffProgramme>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct OffProgramme {
    subject: Subject,
    level: Level,
    /// Plain pieces of text, compared after folding.
    terms: Vec<String>,
}

static LEXICON: LazyLock<Option<Lexicon>> =
    LazyLock::new(|| serde_json::from_str(include_str!("lexicon.json")).ok());

/// V10: no word of the forbidden list.
pub(super) fn forbidden_lexicon(bank: &Bank) -> Vec<Finding> {
    bank.items
        .iter()
        .flat_map(|item| {
            forbidden_in(&texts_of(item)).into_iter().map(|finding| finding.on(&item.id)).collect::<Vec<_>>()
        })
        .collect()
}

/// V12: no teacher's name, no brand of somebody else.
pub(super) fn proper_names(bank: &Bank) -> Vec<Finding> {
    bank.items
        .iter()
        .flat_map(|item| {
            names_in(&texts_of(item)).into_iter().map(|finding| finding.on(&item.id)).collect::<Vec<_>>()
        })
        .collect()
}

/// Vocabulary of another year's programme.
pub(super) fn off_programme(bank: &Bank) -> Vec<Finding> {
    let Some(list) = LEXICON.as_ref().and_then(|lexicon| {
        lexicon
            .off_programme
            .iter()
            .find(|list| Some(list.subject) == bank.subject && Some(list.level) == bank.level)
    }) else {
        return Vec::new();
    };
    let mut findings = Vec::new();
    for item in &bank.items {
        let text = fold(&texts_of(item).join(" \n "));
        let found: Vec<&str> =
            list.terms.iter().filter(|term| text.contains(&fold(term))).map(String::as_str).collect();
        if !found.is_empty() {
            let message =
                format!("La question sort du programme de l'année précédente ({}).", found.join(", "));
            findings.push(Finding::warning(Rule::OffProgramme, message).on(&item.id));
        }
    }
    findings
}

/// V10 on any texts.
pub(super) fn forbidden_in(texts: &[&str]) -> Vec<Finding> {
    let forbidden = LEXICON.as_ref().map_or(&[][..], |lexicon| &lexicon.forbidden);
    let text = fold(&texts.join(" \n "));
    let found = forbidden.iter().filter(|term| holds_term(&text, &fold(term)));
    found
        .map(|term| {
            Finding::error(Rule::ForbiddenLexicon, format!("L'expression « {term} » n'a pas sa place ici."))
                .lenient()
        })
        .collect()
}

/// V12 on any texts.
pub(super) fn names_in(texts: &[&str]) -> Vec<Finding> {
    let Some(lexicon) = LEXICON.as_ref() else { return Vec::new() };
    let joined = texts.join(" \n ");
    let text = fold(&joined);
    let brands = lexicon.brands.iter().filter(|brand| holds_term(&text, &fold(brand)));
    let mut findings: Vec<_> = brands
        .map(|brand| Finding::error(Rule::ProperNames, format!("La marque « {brand} » est citée.")).lenient())
        .collect();
    let words: Vec<&str> = joined.split_whitespace().collect();
    let named = words.windows(2).any(|pair| match pair {
        [title, name] => {
            lexicon.titles.iter().any(|known| known == title) && name.starts_with(char::is_uppercase)
        }
        _ => false,
    });
    if named {
        findings.push(Finding::error(Rule::ProperNames, "Une personne est nommée (M., Mme…).").lenient());
    }
    findings
}

fn texts_of(item: &Item) -> Vec<&str> {
    let options = options_of(item)
        .iter()
        .flat_map(|option| [Some(option.markup.as_str()), option.rationale.as_deref()]);
    let accepted = match &item.kind {
        ItemKind::ShortText { accepted, .. } => accepted.as_slice(),
        _ => &[],
    };
    let shown = [Some(item.prompt.as_str()), item.correction.as_deref()].into_iter().chain(options).flatten();
    shown.chain(accepted.iter().map(String::as_str)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_readable_and_found() {
        assert!(LEXICON.is_some());
        assert_eq!(forbidden_in(&["Réussite GARANTIE au bac"]).len(), 1);
        assert_eq!(names_in(&["Utilise GeoGebra avec Mme Dupont."]).len(), 2);
        assert!(names_in(&["Le point M. Il est sur la droite ; 5 m. Puis"]).len() <= 1);
        assert!(forbidden_in(&["Le discriminant est nul."]).is_empty());
    }
}
