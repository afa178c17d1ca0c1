//! What is checked in model prose before it may be printed.

use super::answer::{Answer, Line, Written};
use super::prompt::{Brief, Polarity};
use crate::offers::OfferTable;
use crate::report::{FIRST_NAME, Variant};
use crate::texts::french::{fold, sentences};
use crate::texts::lexicon::{Readers, forbidden};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::sync::LazyLock;

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
struct Words {
    figures: Vec<String>,
    praise: Vec<String>,
    difficulty: Vec<String>,
    openers: BTreeSet<String>,
    french: BTreeSet<String>,
    foreign: BTreeSet<String>,
}

static WORDS: LazyLock<Words> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../rules/enrichment.json")).unwrap_or_default());

/// The broken rules, in French, as they are told to the model; empty when the prose may be printed.
pub(super) fn validate(answer: &Answer, brief: &Brief<'_>) -> Vec<String> {
    let mut problems = Vec::new();
    let wanted = brief.slots();
    for slot in &wanted {
        if answer.slots.iter().filter(|written| written.slot == *slot).count() != 1 {
            problems.push(format!("L'emplacement « {} » doit être écrit une fois.", slot.name()));
        }
    }
    for written in &answer.slots {
        let name = written.slot.name();
        if !wanted.contains(&written.slot) {
            problems.push(format!("L'emplacement « {name} » n'est pas demandé."));
        }
        shape(written, name, &mut problems);
        for line in &written.sentences {
            sentence(line, name, brief, &mut problems);
        }
    }
    problems
}

fn shape(written: &Written, name: &str, problems: &mut Vec<String>) {
    let (least, most) = written.slot.bounds();
    let length: usize = written.sentences.iter().map(|line| line.text.chars().count() + 1).sum();
    if !(least..=most).contains(&length) {
        problems.push(format!("« {name} » : la longueur n'est pas dans les bornes."));
    }
    if written.sentences.is_empty() || written.sentences.len() > written.slot.most_sentences() {
        problems.push(format!("« {name} » : le nombre de phrases ne convient pas."));
    }
}

fn sentence(line: &Line, name: &str, brief: &Brief<'_>, problems: &mut Vec<String>) {
    let text = line.text.trim();
    let words = spaced(text);
    let mut refuse = |rule: &str| problems.push(format!("« {name} » : {rule}"));
    if sentences(text).len() != 1 || !text.ends_with(['.', '!', '?']) {
        refuse("chaque entrée est une phrase, terminée par un point.");
    }
    if text.contains(char::is_numeric) || WORDS.figures.iter().any(|entry| occurs(entry, &words)) {
        refuse("aucun chiffre ni nombre en lettres.");
    }
    let unmarked = text.replace(FIRST_NAME, "");
    if unmarked.contains(|letter: char| "$\\{}<>*_#`|~^[]@".contains(letter)) || unmarked.contains("://") {
        refuse("du texte simple, sans balise ni formule.");
    }
    if !forbidden(text, Readers::Family).is_empty() {
        refuse("un mot interdit (promesse, inquiétude, jugement, note ou mot médical).");
    }
    if OfferTable::shipped().offers.iter().any(|offer| fold(text).contains(&fold(&offer.name)))
        || occurs("aria", &words)
    {
        refuse("aucun nom d'offre ni de produit.");
    }
    let pupil = brief.report.variant == Variant::Eleve;
    let wrong_person: &[&str] =
        if pupil { &["vous", "votre", "vos"] } else { &["tu", "toi", "te", "tes", "ton", "ta"] };
    if wrong_person.iter().any(|word| occurs(word, &words)) {
        refuse("le tutoiement ou le vouvoiement n'est pas le bon.");
    }
    if text.contains(FIRST_NAME) && pupil {
        refuse("l'élève n'est pas nommé dans son propre document.");
    }
    if foreign(&words) {
        refuse("la phrase n'est pas en français.");
    }
    if let Some(word) = stranger(text, brief) {
        refuse(&format!("« {word} » ressemble à un nom propre ; commence par un mot courant."));
    }
    evidence(line, &words, brief, &mut refuse);
}

/// Grounding and polarity.
fn evidence(line: &Line, words: &str, brief: &Brief<'_>, refuse: &mut impl FnMut(&str)) {
    let cited: Vec<_> = line.evidence.iter().map(|alias| brief.fact(alias)).collect();
    if cited.is_empty() || cited.iter().any(Option::is_none) {
        refuse("chaque phrase cite des repères de la liste, et seulement eux.");
    }
    let cited: Vec<_> = cited.into_iter().flatten().collect();
    for fact in &brief.facts {
        let named =
            fact.names.iter().map(|name| spaced(name)).any(|name| name.len() > 5 && words.contains(&name));
        // A notion may share its name with its domain: citing either grounds the sentence.
        let grounded =
            cited.iter().any(|known| known.id == fact.id || shares_name(known.names.as_slice(), &fact.names));
        if named && !grounded {
            refuse(&format!("une phrase nomme un domaine ou une notion sans citer {}.", fact.alias));
        }
    }
    let says = |entries: &[String]| entries.iter().any(|entry| occurs(entry, words));
    let about = |polarity: Polarity| cited.iter().any(|fact| fact.polarity == polarity);
    if says(&WORDS.praise)
        && !(about(Polarity::Good) && cited.iter().all(|fact| fact.polarity == Polarity::Good))
    {
        refuse("un compliment ne porte que sur des faits solides ou réussis.");
    }
    if says(&WORDS.difficulty) && !cited.iter().all(|fact| fact.polarity == Polarity::Weak) {
        refuse("une difficulté ne se dit que de faits à renforcer.");
    }
}

fn shares_name(one: &[String], other: &[String]) -> bool {
    one.iter().any(|name| other.iter().any(|known| fold(known) == fold(name)))
}

/// A capital inside the sentence, or an unknown first word, unless the report itself writes it so.
fn stranger(text: &str, brief: &Brief<'_>) -> Option<String> {
    let known = [&brief.report.subject, &brief.report.level, &brief.report.title];
    let names = brief.facts.iter().flat_map(|fact| &fact.names);
    let vocabulary: BTreeSet<String> =
        known.into_iter().chain(names).flat_map(|name| words(name)).chain(["bac".to_owned()]).collect();
    let text = text.replace(FIRST_NAME, " élève ");
    let mut tokens = text.split(|letter: char| !letter.is_alphabetic()).filter(|word| !word.is_empty());
    let first = tokens.next().filter(|word| {
        let plain = fold(word);
        plain != "eleve" && !WORDS.openers.contains(&plain) && !vocabulary.contains(&plain)
    });
    let inside =
        tokens.find(|word| word.starts_with(char::is_uppercase) && !vocabulary.contains(&fold(word)));
    first.or(inside).map(ToOwned::to_owned)
}

/// Fewer than one function word in six, or two words of another language.
fn foreign(spaced: &str) -> bool {
    let words: Vec<_> = spaced.split_whitespace().collect();
    let french = words.iter().filter(|word| WORDS.french.contains(**word)).count();
    let foreign = words.iter().filter(|word| WORDS.foreign.contains(**word)).count();
    french * 6 < words.len() || foreign >= 2
}

fn words(text: &str) -> Vec<String> {
    spaced(text).split_whitespace().map(ToOwned::to_owned).collect()
}

/// Folded words with one space around each.
fn spaced(text: &str) -> String {
    let plain: String =
        fold(text).chars().map(|letter| if letter.is_alphanumeric() { letter } else { ' ' }).collect();
    format!(" {} ", plain.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn occurs(entry: &str, spaced_text: &str) -> bool {
    match entry.strip_suffix('*') {
        Some(stem) => spaced_text.contains(&format!(" {stem}")),
        None => spaced_text.contains(spaced(entry).as_str()),
    }
}
