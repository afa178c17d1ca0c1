//! Comparable forms of French texts.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Lower case, without accents, typographic apostrophes and dashes made plain, runs of white space collapsed.
pub(crate) fn fold(text: &str) -> String {
    let plain: String = text
        .nfd()
        .filter(|letter| !is_combining_mark(*letter))
        .map(|letter| match letter {
            '’' | '‘' => '\'',
            '–' | '—' | '‑' | '−' => '-',
            other => other,
        })
        .flat_map(char::to_lowercase)
        .collect();
    collapse(&plain)
}

/// Trimmed, runs of white space collapsed to one space.
pub(crate) fn collapse(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a folded text holds a folded term as whole words: `stress` is not in `stresser`.
pub(crate) fn holds_term(folded_text: &str, folded_term: &str) -> bool {
    let mut from = 0;
    while let Some(found) = folded_text.get(from..).and_then(|rest| rest.find(folded_term)) {
        let (start, end) = (from + found, from + found + folded_term.len());
        let before = folded_text.get(..start).and_then(|text| text.chars().next_back());
        let after = folded_text.get(end..).and_then(|text| text.chars().next());
        let inside = |neighbour: Option<char>| neighbour.is_some_and(char::is_alphanumeric);
        if !folded_term.is_empty() && !inside(before) && !inside(after) {
            return true;
        }
        from =
            start + folded_text.get(start..).and_then(|text| text.chars().next()).map_or(1, char::len_utf8);
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_and_finds_whole_words() {
        assert_eq!(fold("  L’ÉLÈVE  Première "), "l'eleve premiere");
        assert!(holds_term("un eleve nul en maths", "nul"));
        assert!(!holds_term("le coefficient est annule", "nul"));
        assert!(!holds_term("nulle part", "nul"));
        assert!(!holds_term("texte", ""));
    }
}
