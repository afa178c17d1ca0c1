//! French words: typography, agreement, numbers.

use crate::scoring::Rational;
use unicode_normalization::UnicodeNormalization;

pub use nexus_core::french::{NARROW, long_date};

/// Lower case, no accents, typographic apostrophes made plain, spaces collapsed: for comparisons.
pub fn fold(text: &str) -> String {
    let plain: String = text
        .nfd()
        .filter(|letter| !unicode_normalization::char::is_combining_mark(*letter))
        .flat_map(char::to_lowercase)
        .map(|letter| if letter == '’' { '\'' } else { letter })
        .collect();
    plain.replace('œ', "oe").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Applies French typography outside `$…$`: typographic apostrophes, narrow no-break spaces, guillemets, single spaces.
pub fn typeset(text: &str) -> String {
    let mut result = String::with_capacity(text.len() + 16);
    for (place, part) in text.split('$').enumerate() {
        if place > 0 {
            result.push('$');
        }
        if place % 2 == 0 { typeset_words(part, &mut result) } else { result.push_str(part) }
    }
    result.trim().to_owned()
}

fn typeset_words(text: &str, result: &mut String) {
    let letters: Vec<char> = text.chars().collect();
    let mut place = 0;
    while let Some(&letter) = letters.get(place) {
        let next = letters.get(place + 1).copied();
        match letter {
            '\'' => result.push('’'),
            '"' => result.push('"'),
            '«' => {
                result.push('«');
                result.push(NARROW);
                while letters.get(place + 1).is_some_and(|letter| letter.is_whitespace()) {
                    place += 1;
                }
            }
            '»' => {
                trim_spaces(result);
                result.push(NARROW);
                result.push('»');
            }
            ';' | ':' | '?' | '!' | '%' if takes_space(result, letter, next) => {
                trim_spaces(result);
                result.push(NARROW);
                result.push(letter);
            }
            letter if letter == NARROW || letter == '\u{a0}' => result.push(letter),
            letter if letter.is_whitespace() => {
                if !result.ends_with(char::is_whitespace) {
                    result.push(' ');
                }
            }
            letter => result.push(letter),
        }
        place += 1;
    }
}

/// A sign inside a token (`https://`, `12:30`) or at the start of a text is left alone, and `?!` takes one space.
fn takes_space(before: &str, sign: char, next: Option<char>) -> bool {
    let ends_word = next.is_none_or(|next| !next.is_alphanumeric() && next != '/');
    let starts = before.is_empty() || (sign != '%' && before.ends_with(['?', '!']));
    ends_word && !starts
}

fn trim_spaces(text: &mut String) {
    while text.ends_with(char::is_whitespace) {
        text.pop();
    }
}

/// One whole sentence from an author's line: capital first, full stop last, French typography.
pub fn sentence(text: &str) -> String {
    let text = capitalised(&typeset(text));
    if text.is_empty() || text.ends_with(['.', '!', '?', '…']) { text } else { format!("{text}.") }
}

/// The sentences of a text; a full stop inside `$…$` or guillemets ends nothing.
pub fn sentences(text: &str) -> Vec<String> {
    let (mut found, mut current) = (Vec::new(), String::new());
    let (mut math, mut depth) = (false, 0_u32);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        current.push(letter);
        match letter {
            '$' => math = !math,
            '«' => depth += 1,
            '»' => depth = depth.saturating_sub(1),
            '.' | '!' | '?' | '…'
                if !math && depth == 0 && letters.peek().is_none_or(|next| next.is_whitespace()) =>
            {
                found.push(std::mem::take(&mut current).trim().to_owned());
            }
            _ => {}
        }
    }
    found.push(current.trim().to_owned());
    found.retain(|sentence| !sentence.is_empty());
    found
}

/// An author's line inside a sentence: no final full stop.
pub fn quoted(text: &str) -> String {
    // Guillemets inside guillemets become the second-level ones.
    let text = typeset(text).replace(['«', '»'], "\u{0}").split('\u{0}').enumerate().fold(
        String::new(),
        |inner, (place, part)| match place {
            0 => part.to_owned(),
            place if place % 2 == 1 => format!("{inner}“{}", part.trim_start_matches(NARROW)),
            _ => format!("{}”{part}", inner.trim_end_matches(NARROW)),
        },
    );
    format!("«{NARROW}{}{NARROW}»", text.trim_end_matches(['.', ' ', ';', ',']).trim_end())
}

/// The same text with a capital.
pub fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// `1 question`, `2 questions`; `aucune`/`aucun` is the caller's word for zero.
pub fn count(number: u32, singular: &str, plural: &str) -> String {
    format!("{number} {}", if number < 2 { singular } else { plural })
}

/// `a`, `a et b`, `a, b et c`.
pub fn list(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} et {last}", first.join(", ")),
    }
}

/// A number with at most two decimals and a decimal comma.
pub fn number(value: Rational) -> String {
    value.round_to(2).to_string().replace('.', ",")
}

/// A float with a decimal comma and a true minus sign.
pub fn decimal(value: f64, places: usize) -> String {
    let text = format!("{:.places$}", value + 0.0).replace('.', ",");
    match text.strip_prefix('-') {
        Some(rest) if rest.chars().all(|digit| digit == '0' || digit == ',') => rest.to_owned(),
        Some(rest) => format!("−{rest}"),
        None => text,
    }
}

/// `18 %`.
pub fn percent(value: impl std::fmt::Display) -> String {
    format!("{value}{NARROW}%")
}

/// `de` before a name with its article: `du second degré`, `des suites`, `de l’exponentielle`, `de la dérivation`.
pub fn of(label_article: &str) -> String {
    contract(label_article, "de", "du", "des")
}

/// `à` before a name with its article: `au second degré`, `aux suites`, `à l’exponentielle`.
pub fn to(label_article: &str) -> String {
    contract(label_article, "à", "au", "aux")
}

fn contract(label: &str, plain: &str, masculine: &str, plural: &str) -> String {
    match label.split_once(' ') {
        Some(("le", rest)) => format!("{masculine} {rest}"),
        Some(("les", rest)) => format!("{plural} {rest}"),
        _ => format!("{plain} {label}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn typography() {
        let cases = [
            ("L'aire : 12 % ; quoi ?", "L’aire\u{202f}: 12\u{202f}%\u{202f}; quoi\u{202f}?"),
            ("Vraiment?!", "Vraiment\u{202f}?!"),
            ("« mot »", "«\u{202f}mot\u{202f}»"),
            ("à 12:30 sur https://a.tn", "à 12:30 sur https://a.tn"),
            ("soit $f'(x) : y$ ; fin", "soit $f'(x) : y$\u{202f}; fin"),
            ("deux  espaces ", "deux espaces"),
        ];
        for (text, expected) in cases {
            assert_eq!(typeset(text), expected);
        }
        assert_eq!(sentence("reprends la fiche"), "Reprends la fiche.");
        assert_eq!(quoted("oubli du signe."), "«\u{202f}oubli du signe\u{202f}»");
        assert_eq!(quoted("dire « si » et « alors »."), "«\u{202f}dire “si” et “alors”\u{202f}»");
    }

    #[test]
    fn words_agree() {
        assert_eq!(count(1, "question", "questions"), "1 question");
        assert_eq!(count(0, "question", "questions"), "0 question");
        assert_eq!(count(2, "question", "questions"), "2 questions");
        assert_eq!(list(&["a".into(), "b".into(), "c".into()]), "a, b et c");
        for (label, with_of, with_to) in [
            ("le second degré", "du second degré", "au second degré"),
            ("les suites", "des suites", "aux suites"),
            ("la dérivation", "de la dérivation", "à la dérivation"),
            ("l'aire", "de l'aire", "à l'aire"),
        ] {
            assert_eq!((of(label).as_str(), to(label).as_str()), (with_of, with_to));
        }
    }

    #[test]
    fn numbers() {
        assert_eq!(number("1/3".parse().unwrap()), "0,33");
        assert_eq!(number("12.50".parse().unwrap()), "12,5");
        assert_eq!(decimal(-0.1267, 2), "−0,13");
        assert_eq!(decimal(-0.001, 2), "0,00");
    }

    proptest! {
        #[test]
        fn typesetting_twice_is_typesetting_once(text in "[a-zé '\\$:;!?%«».]{0,40}") {
            let once = typeset(&text);
            prop_assert_eq!(typeset(&once), once);
        }
    }
}
