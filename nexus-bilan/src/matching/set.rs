//! Finite sets of numbers.

use super::notation::plain;
use super::number::{introduced, parse_plain};
use super::text::normalise;
use crate::questionnaire::TextNormaliser;
use crate::scoring::Rational;
use std::collections::BTreeSet;

/// Elements of an answer at most.
const MAX_ELEMENTS: usize = 64;
/// Ways to say that there is no solution, in lower case without accents or final punctuation.
const EMPTY: [&str; 8] =
    ["∅", "{}", "{ }", "{∅}", "ensemble vide", "l'ensemble vide", "aucune solution", "pas de solution"];

/// Whether an answer is the set of the key; the order and repeats do not matter.
///
/// It may be written `{1 ; 2}`, `1 ; 2`, `1 et 2`, `x = 1 ou x = 3`, `S = {1 ; 2}`, `x ∈ {1 ; 2}`, `±2`, `∅`.
///
/// Decision on the comma, which is a decimal mark and a separator in French habits. With a semicolon in the answer every
/// comma is decimal. Without one, three readings are tried and any that gives the key is right: every comma decimal
/// (`{1,5}`), every comma a separator (`{1,2}`), a comma before a space a separator and any other decimal (`1,5, 2`).
/// A pupil is never refused for the one he had in mind, and no reading mixes marks freely.
pub fn set_matches(answer: &str, values: &[Rational]) -> bool {
    let key: BTreeSet<Rational> = values.iter().copied().collect();
    plain(answer).is_some_and(|answer| readings(&answer).contains(&key))
}

/// The sets that a plain text may mean, none when it is no set. A single number reads as a set of one.
pub(super) fn readings(text: &str) -> Vec<BTreeSet<Rational>> {
    let text = text.trim().trim_end_matches('.').trim();
    let named = introduced(text).unwrap_or(text);
    if EMPTY.contains(&normalise(named, TextNormaliser::Folded).as_str()) {
        return vec![BTreeSet::new()];
    }
    let Some(inside) = inside(text) else { return Vec::new() };
    let words = separated_words(inside);
    let commas: &[Comma] = if inside.contains(';') {
        &[Comma::Decimal]
    } else if inside.contains(',') {
        &[Comma::Decimal, Comma::Separator, Comma::SeparatorBeforeSpace]
    } else {
        &[Comma::Decimal]
    };
    commas.iter().filter_map(|comma| elements(&words, *comma)).collect()
}

#[derive(Clone, Copy)]
enum Comma {
    Decimal,
    Separator,
    SeparatorBeforeSpace,
}

/// What stands inside the braces, after `S =` or `x ∈`; the text itself without braces.
fn inside(text: &str) -> Option<&str> {
    let set = match text.split_once('∈') {
        Some((_, set)) => set.trim(),
        None => match text.split_once('{') {
            Some((before, _)) if before.contains('=') => introduced(text)?.trim(),
            _ => text,
        },
    };
    match set.strip_prefix('{') {
        Some(rest) => rest.strip_suffix('}').filter(|inside| !inside.contains(['{', '}'])),
        None => (!set.contains(['{', '}'])).then_some(set),
    }
}

/// Splits at `;` and at the words `et`, `ou`.
fn separated_words(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    for part in text.split(';') {
        let mut start = 0;
        let mut place = 0;
        for word in part.split_inclusive(char::is_whitespace) {
            let bare = word.trim().to_lowercase();
            if matches!(bare.as_str(), "et" | "ou" | "and" | "or") {
                parts.push(part.get(start..place).unwrap_or_default());
                start = place + word.len();
            }
            place += word.len();
        }
        parts.push(part.get(start..).unwrap_or_default());
    }
    parts
}

fn elements(parts: &[&str], comma: Comma) -> Option<BTreeSet<Rational>> {
    let mut set = BTreeSet::new();
    for part in parts {
        let pieces: Vec<&str> = match comma {
            Comma::Decimal => vec![part],
            Comma::Separator => part.split(',').collect(),
            Comma::SeparatorBeforeSpace => split_before_space(part),
        };
        for piece in pieces {
            let number = introduced(piece)?.trim();
            match number.strip_prefix('±') {
                Some(number) => {
                    let number = parse_plain(number)?;
                    set.insert(number);
                    set.insert(Rational::ZERO.checked_sub(number)?);
                }
                None => {
                    set.insert(parse_plain(number)?);
                }
            }
            if set.len() > MAX_ELEMENTS {
                return None;
            }
        }
    }
    Some(set)
}

fn split_before_space(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    for (place, _) in text.match_indices(',') {
        if text.get(place + 1..).is_some_and(|rest| rest.starts_with(char::is_whitespace)) {
            pieces.push(text.get(start..place).unwrap_or_default());
            start = place + 1;
        }
    }
    pieces.push(text.get(start..).unwrap_or_default());
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn matches(answer: &str, key: &[&str]) -> bool {
        let key: Vec<Rational> = key.iter().map(|value| value.parse().unwrap()).collect();
        set_matches(answer, &key)
    }

    #[test]
    fn sets() {
        let cases: [(&str, &[&str], bool); 43] = [
            ("{1;2}", &["1", "2"], true),
            ("{2 ; 1}", &["1", "2"], true),
            ("{1;2;2}", &["1", "2"], true),
            ("1 et 2", &["1", "2"], true),
            ("1 ; 2", &["1", "2"], true),
            ("1, 2", &["1", "2"], true),
            ("{1,2}", &["1", "2"], true),
            ("{1,2}", &["1.2"], true),
            ("{1,2}", &["1", "3"], false),
            ("1,5", &["1.5"], true),
            ("{1,5 ; 2}", &["1.5", "2"], true),
            ("{1,5 ; 2}", &["1", "5", "2"], false),
            ("1,5, 2", &["1.5", "2"], true),
            ("1, 2 et 3", &["1", "2", "3"], true),
            ("1,5 et 2", &["1.5", "2"], true),
            (r"\{2\}", &["2"], true),
            ("2", &["2"], true),
            ("x = 2", &["2"], true),
            ("x=1 ou x=3", &["1", "3"], true),
            ("x = 1 OU x = 3.", &["1", "3"], true),
            ("x_1 = 1 et x_2 = 3", &["1", "3"], true),
            (r"x=1\;\text{ou}\;x=3", &["1", "3"], true),
            ("S={1;3}", &["1", "3"], true),
            (r"S = \left\{ \frac{1}{2} ; -3 \right\}", &["1/2", "-3"], true),
            ("x ∈ {1 ; 3}", &["1", "3"], true),
            ("±2", &["-2", "2"], true),
            (r"x = \pm 2", &["-2", "2"], true),
            ("∅", &[], true),
            ("S = ∅", &[], true),
            ("{}", &[], true),
            (r"\emptyset", &[], true),
            ("Aucune solution.", &[], true),
            ("∅", &["0"], false),
            ("{0}", &[], false),
            ("", &[], false),
            ("{1;2", &["1", "2"], false),
            ("1;2}", &["1", "2"], false),
            ("{{1;2}}", &["1", "2"], false),
            ("{1;}", &["1"], false),
            ("1 2", &["1", "2"], false),
            ("1 ou", &["1"], false),
            ("{1;a}", &["1"], false),
            ("1 000 ; 2", &["1000", "2"], true),
        ];
        for (answer, key, expected) in cases {
            assert_eq!(matches(answer, key), expected, "{answer:?} for {key:?}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in ".{0,80}", typed in r"[0-9;,. etouxS={}\\±-]{0,40}") {
            for text in [&text, &typed] {
                let _ = set_matches(text, &[Rational::ONE]);
            }
        }

        #[test]
        fn order_and_repeats_do_not_matter(
            values in proptest::collection::vec((-100_i64..100, 1_i64..20), 1..6),
            separator in prop_oneof![Just(" ; "), Just(";"), Just(" et "), Just(" ou "), Just(", ")],
        ) {
            let key: Vec<Rational> = values.iter().map(|(n, d)| Rational::new(*n, *d).unwrap()).collect();
            let mut written: Vec<String> = key.iter().rev().map(ToString::to_string).collect();
            written.push(written[0].clone());
            let answer = format!("{{{}}}", written.join(separator));
            prop_assert!(set_matches(&answer, &key), "{}", answer);
            let mut more = key.clone();
            more.push(Rational::whole(1000));
            prop_assert!(!set_matches(&answer, &more));
        }
    }
}
