//! Model answers that were written in LaTeX for people, read as keys.

use super::expression::{Expression, members};
use super::interval::RealSet;
use super::notation::plain;
use super::number::{is_name, number_matches, parse_number, parse_plain};
use super::{expression_matches, set};
use crate::scoring::Rational;

/// Signs that a model answer says more than one thing.
const SEVERAL_STATEMENTS: [char; 3] = [';', '⇒', ':'];
/// Words that join statements.
const JOINING_WORDS: [&str; 6] = ["et", "ou", "donc", "soit", "puis", "car"];
/// Functions and constants that a formula may name in several letters.
const FORMULA_WORDS: [&str; 9] = ["sqrt", "exp", "ln", "log", "sin", "cos", "tan", "abs", "pi"];

/// Whether an answer means the same as a model answer, read in this order as a number, a set, an interval, a formula.
/// A model answer that is none of these (a sentence, a program, several statements) matches nothing here: a key is never
/// guessed from part of a text.
pub(super) fn same_mathematics(answer: &str, key: &str) -> bool {
    let Some(plain_key) = plain(key) else { return false };
    if let Some((value, unit)) = stated_number(key, &plain_key) {
        return number_matches(answer, value, Rational::ZERO, unit.as_deref());
    }
    if let Some(plain_answer) = plain(answer) {
        if is_set(&plain_key) {
            let keys = set::readings(&plain_key);
            return set::readings(&plain_answer).iter().any(|reading| keys.contains(reading));
        }
        if let Some(key) = RealSet::parse(&plain_key).filter(|_| is_interval(&plain_key)) {
            return RealSet::parse(&plain_answer).is_some_and(|answer| answer == key);
        }
    }
    formula_variables(&plain_key).is_some_and(|variables| expression_matches(answer, key, &variables))
}

/// The number that a key states, alone or at the end of its calculation (`u_5 = 3+5\cdot 2 = 13`), and its unit when it was
/// set in roman type, as units are (`0{,}20\,\text{mol}`): `2x` states no number.
fn stated_number(key: &str, plain_key: &str) -> Option<(Rational, Option<String>)> {
    if let Some(value) = parse_number(key) {
        return Some((value, None));
    }
    let says_more = plain_key.contains(SEVERAL_STATEMENTS)
        || plain_key.contains(", ")
        || plain_key.contains(['<', '>', '≠', '{', '∈'])
        || plain_key.split_whitespace().any(|word| JOINING_WORDS.contains(&word));
    if says_more {
        return None;
    }
    let last = plain_key.rsplit('=').next()?.trim().trim_start_matches('≈').trim();
    if let Some(value) = parse_plain(last) {
        return Some((value, None));
    }
    if !(key.contains("\\text{") || key.contains("\\mathrm{")) {
        return None;
    }
    let place = last.find(char::is_alphabetic)?;
    let (number, unit) = (last.get(..place)?, last.get(place..)?);
    let longest = unit.split(|next: char| !next.is_alphabetic()).map(str::len).max()?;
    let is_unit = longest <= 4 && unit.split_whitespace().count() <= 3 && !unit.contains(['+', ',']);
    Some((parse_plain(number)?, is_unit.then(|| unit.to_owned()))).filter(|(_, unit)| unit.is_some())
}

/// Whether a key is written as a set: braces, several values, ±; a list of values with different names is none, because
/// a set forgets which is which.
fn is_set(key: &str) -> bool {
    let mut names = key.split(['=', ';']).map(str::trim).filter_map(|part| {
        let name = part.rsplit(' ').next().unwrap_or(part);
        is_name(name).then_some(name).filter(|name| !matches!(*name, "ou" | "et"))
    });
    let first = names.next();
    let one_name = names.all(|name| Some(name) == first);
    let several =
        key.starts_with('{') || key.contains(['∅', '±', ';']) || key.contains("={") || key.contains("= {");
    let words = key.contains(" ou ") || key.contains(" et ");
    one_name
        && (several || words)
        && !key.contains(['[', ']', '<', '>', '≠'])
        && !set::readings(key).is_empty()
}

fn is_interval(key: &str) -> bool {
    key.contains(['<', '>', '≠', '∈', '∪']) || key.starts_with(['[', ']', '(', 'R']) || key.contains("= ")
}

/// The variables of a key that is a formula: single letters only. A text with a word in it is a sentence or a program.
fn formula_variables(key: &str) -> Option<Vec<String>> {
    let formulas = members(key);
    let mut variables: Vec<String> = Vec::new();
    let mut is_calculation = false;
    for formula in &formulas {
        is_calculation |= formula.contains(['+', '-', '*', '/', '^', '√']);
        for word in formula.split(|next: char| !next.is_alphabetic()).filter(|word| !word.is_empty()) {
            if FORMULA_WORDS.contains(&word) {
                is_calculation = true;
            } else if word.chars().count() > 1 {
                return None;
            } else if word != "e" && !variables.iter().any(|known| known == word) {
                variables.push(word.to_owned());
            }
        }
    }
    let names: Vec<&str> = variables.iter().map(String::as_str).collect();
    let reads = formulas.iter().all(|formula| Expression::parse(formula, &names).is_some());
    (is_calculation && reads).then_some(variables)
}

#[cfg(test)]
mod tests {
    use crate::matching::text_matches;
    use crate::questionnaire::TextNormaliser;

    #[test]
    fn reads_model_answers() {
        let cases = [
            // Numbers.
            (r"x = 3", "3", true),
            (r"x = 3", "x=3", true),
            (r"x = 3", "4", false),
            (r"5", "5,0", true),
            (r"\tfrac{3}{5}", "3/5", true),
            (r"\tfrac{3}{5}", "0,6", true),
            (r"\tfrac{3}{6} = \tfrac{1}{2}", "50 %", true),
            (r"0{,}2", "1/5", true),
            (r"k=3", "3", true),
            (r"u_5=3+5\cdot 2=13", "13", true),
            (r"u_5=3+5\cdot 2=13", "u_5 = 13", true),
            (r"\approx 340", "340", true),
            (r"c=0{,}20\,\text{mol}\cdot\text{L}^{-1}", "0,2 mol/L", true),
            (r"c=0{,}20\,\text{mol}\cdot\text{L}^{-1}", "0.2", true),
            (r"c=0{,}20\,\text{mol}\cdot\text{L}^{-1}", "0.2 g/L", false),
            (r"E=12\times 0{,}50\times 1800=10800\,\text{J}", "10 800 J", true),
            (r"2\;\text{solutions (par variations comparées)}", "2", false),
            (r"u_1=2,\; u_2=\dfrac{5}{2}", "5/2", false),
            (r"x = (3{,}20 \pm 0{,}05)", "3,20", false),
            // Formulas.
            ("x^2 + 2x + 1", "x^2+2x+1", true),
            ("x^2 + 2x + 1", "(x+1)²", true),
            ("x^2 + 2x + 1", "x^2+2x", false),
            ("(x-1)(x+2)=x^2 + x - 2", "x²+x-2", true),
            ("2x", "2", false),
            (r"\ln 2", "ln(2)", true),
            (r"x=\ln 2", "ln(2)", true),
            (r"2\ln 2", "ln(4)", true),
            ("O(n log n)", "O(n log(n))", true),
            // Intervals and sets.
            ("x > 2", "]2;+∞[", true),
            ("x > 2", "x>2", true),
            ("x > 2", "x ≥ 2", false),
            (r"\{2\}", "{2}", true),
            (r"\{2\}", "2", true),
            (r"x=1\;\text{ou}\;x=3", "3 et 1", true),
            (r"x=1\;\text{ou}\;x=3", "1", false),
            (r"x=1\;\text{ou}\;x=3", "3", false),
            ("u = 1 ; v = 2", "v = 2 ; u = 1", false),
            // Words, programs.
            ("assert n>0", "assert n > 0", false),
            ("assert n>0", "n>0", false),
            ("[2*i for i in range(4)]", "[i*2 for i in range(4)]", false),
            ("while", "elihw", false),
            (r"0\;1\;2", "012", false),
            (r"\sum \vec F = \vec 0", "0", false),
        ];
        for (key, answer, expected) in cases {
            let matched = text_matches(answer, &[key.to_owned()], TextNormaliser::MathOrSpaces);
            assert_eq!(matched, expected, "{answer:?} for {key:?}");
        }
    }
}
