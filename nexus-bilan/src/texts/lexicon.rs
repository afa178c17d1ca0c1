//! Words that no document may carry.

use super::french::fold;
use serde::Deserialize;
use std::sync::LazyLock;

#[derive(Deserialize, Default)]
struct Lexicon {
    everywhere: Vec<String>,
    family: Vec<String>,
}

static LEXICON: LazyLock<Lexicon> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../rules/lexicon.json")).unwrap_or_default());

/// Who reads a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readers {
    /// Staff only.
    Staff,
    /// Pupils and parents.
    Family,
}

/// The forbidden words of a text: promises, words that frighten, judgements of the person, and for families marks, ranks and
/// medical words. Mathematics between `$` are not words.
pub fn forbidden(text: &str, readers: Readers) -> Vec<&'static str> {
    let words = words(text);
    let family = LEXICON.family.iter().filter(|_| readers == Readers::Family);
    LEXICON
        .everywhere
        .iter()
        .chain(family)
        .map(String::as_str)
        .filter(|entry| occurs(entry, &words))
        .collect()
}

/// Folded words, one space between, one at each end.
fn words(text: &str) -> String {
    let prose: String = text.split('$').step_by(2).collect::<Vec<_>>().join(" ");
    let folded: String =
        fold(&prose).chars().map(|letter| if letter.is_alphanumeric() { letter } else { ' ' }).collect();
    format!(" {} ", folded.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn occurs(entry: &str, words: &str) -> bool {
    match entry.strip_suffix('*') {
        Some(stem) => words.contains(&format!(" {stem}")),
        None => words.contains(&format!(
            " {} ",
            entry.replace([',', '%'], " ").split_whitespace().collect::<Vec<_>>().join(" ")
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_whole_words_whatever_their_accents() {
        for (text, readers, count) in [
            ("Réussite garantie !", Readers::Staff, 1),
            ("C'est un ÉCHEC.", Readers::Family, 1),
            ("Ton score est bon.", Readers::Family, 1),
            ("Le score de l'élève.", Readers::Staff, 0),
            ("Tu n'es pas nul en calcul.", Readers::Staff, 1),
            ("Un produit nul, un rang, une moyenne.", Readers::Family, 0),
            ("Une notation sur vingt.", Readers::Family, 0),
            ("$score$ de la suite", Readers::Family, 0),
        ] {
            assert_eq!(forbidden(text, readers).len(), count, "{text}");
        }
    }
}
