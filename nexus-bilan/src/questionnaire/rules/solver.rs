//! Works out the answer of the questions that a machine can solve, and compares it with the key: expansions,
//! factorisations, derivatives, equations of degree 1 and 2, systems of two equations.

use super::super::bank::{Bank, Choice, ItemKind};
use super::super::problem::{Finding, Rule};
use super::super::words::fold;
use super::algebra::{Meaning, Polynomial, read_meaning};
use crate::scoring::Rational;

/// What a right option must be.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Truth {
    /// This expression.
    Expression(Polynomial),
    /// These numbers, in rising order.
    Solutions(Vec<Rational>),
    /// These two coordinates.
    Pair(Rational, Rational),
}

/// Single choices whose key is not the computed answer, or that have another right option.
pub(super) fn computed_keys(bank: &Bank) -> Vec<Finding> {
    let mut findings = Vec::new();
    for item in &bank.items {
        let ItemKind::SingleChoice { options } = &item.kind else { continue };
        let Some(truth) = truth_of(&item.prompt) else { continue };
        findings.extend(compare(&truth, options).map(|finding| finding.on(&item.id)));
    }
    findings
}

fn compare(truth: &Truth, options: &[Choice]) -> Option<Finding> {
    let verdicts: Vec<(&Choice, Option<bool>)> =
        options.iter().map(|option| (option, is_right(truth, &option.markup))).collect();
    let (key, key_verdict) = verdicts.iter().find(|(option, _)| option.correct)?;
    if let Some((other, _)) =
        verdicts.iter().find(|(option, verdict)| !option.correct && *verdict == Some(true))
    {
        let message = format!("Le calcul donne raison à l'option {}, qui est comptée fausse.", other.id);
        return Some(Finding::error(Rule::WrongKey, message));
    }
    (*key_verdict == Some(false)).then(|| {
        let message =
            format!("Le calcul contredit la réponse attendue ({}) : aucune option n'est juste.", key.id);
        Finding::error(Rule::WrongKey, message)
    })
}

/// Whether an option is right; `None` when it cannot be read.
fn is_right(truth: &Truth, markup: &str) -> Option<bool> {
    match truth {
        Truth::Expression(expected) => match read_meaning(markup)? {
            Meaning::Expression(found) => Some(found == *expected),
            Meaning::Equation(_) => None,
        },
        Truth::Solutions(expected) => Some(read_solutions(markup)? == *expected),
        Truth::Pair(first, second) => Some(read_pair(markup)? == (*first, *second)),
    }
}

/// The computed answer of a question, when its form is known.
fn truth_of(prompt: &str) -> Option<Truth> {
    let folded = fold(prompt);
    let starts = |words: &[&str]| words.iter().any(|word| folded.starts_with(word));
    if folded.contains("systeme") {
        return system(prompt);
    }
    if folded.contains(['<', '>', '≤', '≥']) || folded.contains("\\le") || folded.contains("\\ge") {
        return None;
    }
    if starts(&["developper", "factoriser", "reduire", "forme canonique de"]) {
        return Polynomial::parse(&mathematics(prompt)?).map(Truth::Expression);
    }
    if starts(&["resoudre", "racines de", "zeros de"]) {
        return equation(&mathematics(prompt)?).map(Truth::Solutions);
    }
    if starts(&["derivee de"]) || (folded.starts_with("soit") && folded.contains("f'(x)$ vaut")) {
        return derivative(&mathematics(prompt)?).map(Truth::Expression);
    }
    None
}

/// The mathematics of a prompt: what stands between the first dollars, or what follows the opening words.
fn mathematics(prompt: &str) -> Option<String> {
    if let Some((_, rest)) = prompt.split_once('$') {
        return rest.split_once('$').map(|(inside, _)| inside.to_owned());
    }
    let words = prompt.split_whitespace().skip_while(|word| {
        // Opening words: `Résoudre :`, `Dérivée de`, `Forme canonique de`.
        let letters = word.chars().filter(|letter| letter.is_alphabetic()).count();
        *word == ":" || *word == "dans" || (letters >= 2 && !word.contains(['(', '^', '=', '+', '-', '−']))
    });
    let text: Vec<&str> = words.collect();
    let text = text.join(" ");
    // `… sur R.`, `… (x>0)`: a condition after the expression is not part of it.
    let end = text.find(" sur ").unwrap_or(text.len());
    text.get(..end).map(|text| text.trim().trim_end_matches(['.', ':', '?', ' ']).to_owned())
}

/// The rational solutions of an equation of degree 1 or 2 (of `= 0` when it has no sign), none when it has no real one;
/// `None` when they are irrational or the equation is of another kind.
fn equation(text: &str) -> Option<Vec<Rational>> {
    let sides: Vec<&str> = text.split('=').collect();
    let polynomial = match sides.as_slice() {
        [one] => Polynomial::parse(one)?,
        // `f(x) = …`: the zeros of the right side.
        [name, value] if name.trim().ends_with("(x)") => Polynomial::parse(value)?,
        [left, right] => Polynomial::parse(left)?.plus(&Polynomial::parse(right)?, -1)?,
        _ => return None,
    };
    let [variable] = polynomial.variables()[..] else { return None };
    let coefficient = |degree| polynomial.coefficient(variable, degree);
    match polynomial.degree() {
        1 => Some(vec![Rational::ZERO.checked_sub(coefficient(0))?.checked_div(coefficient(1))?]),
        2 => quadratic(coefficient(2), coefficient(1), coefficient(0)),
        _ => None,
    }
}

fn quadratic(a: Rational, b: Rational, c: Rational) -> Option<Vec<Rational>> {
    let discriminant = b.checked_mul(b)?.checked_sub(Rational::whole(4).checked_mul(a)?.checked_mul(c)?)?;
    if discriminant < Rational::ZERO {
        return Some(Vec::new());
    }
    let root = Rational::new(whole_root(discriminant.numerator())?, whole_root(discriminant.denominator())?)?;
    let solution = |root: Rational| {
        let numerator = Rational::ZERO.checked_sub(b)?.checked_add(root)?;
        numerator.checked_div(Rational::whole(2).checked_mul(a)?)
    };
    let mut solutions = vec![solution(Rational::ZERO.checked_sub(root)?)?, solution(root)?];
    solutions.sort();
    solutions.dedup();
    Some(solutions)
}

fn whole_root(square: i64) -> Option<i64> {
    let root = u64::try_from(square).ok()?.isqrt();
    i64::try_from(root).ok().filter(|root| root.checked_mul(*root) == Some(square))
}

fn derivative(text: &str) -> Option<Polynomial> {
    let polynomial = Polynomial::parse(text.split_once('=').map_or(text, |(_, value)| value))?;
    let [variable] = polynomial.variables()[..] else { return None };
    let mut total = Polynomial::default();
    for degree in 1..=polynomial.degree() {
        let factor =
            polynomial.coefficient(variable, degree).checked_mul(Rational::whole(i64::from(degree)))?;
        let power = Polynomial::parse(&format!("{variable}^{}", degree - 1))?;
        total = total.plus(&power.times(&Polynomial::number(factor))?, 1)?;
    }
    Some(total)
}

/// The solution of two linear equations in two unknowns.
fn system(prompt: &str) -> Option<Truth> {
    let text = prompt
        .replace(['$', '{', '}'], " ")
        .replace("\\begin", " ")
        .replace("\\end", " ")
        .replace("cases", " ");
    let text = text
        .split_once(':')
        .map_or(text.as_str(), |(_, rest)| rest)
        .replace("\\\\", ";")
        .replace(" et ", ";");
    let equations: Vec<Polynomial> = text
        .split([';', ','])
        .filter_map(|part| {
            let is_word = |word: &str| word.chars().count() > 1 && word.chars().all(char::is_alphabetic);
            let part = part.split_whitespace().skip_while(|word| is_word(word));
            let part = part.collect::<Vec<_>>().join(" ");
            let (left, right) = part.split_once('=')?;
            Polynomial::parse(left)?.plus(&Polynomial::parse(right)?, -1)
        })
        .collect();
    let [one, other] = equations.as_slice() else { return None };
    let [first, second] = one.variables()[..] else { return None };
    if other.variables().iter().any(|name| *name != first && *name != second)
        || one.degree() != 1
        || other.degree() != 1
    {
        return None;
    }
    let row = |line: &Polynomial| {
        [line.coefficient(first, 1), line.coefficient(second, 1), line.coefficient(first, 0)]
    };
    let ([one_first, one_second, one_constant], [other_first, other_second, other_constant]) =
        (row(one), row(other));
    let cross = |left: [Rational; 2], right: [Rational; 2]| {
        let [product, subtracted] = [left, right].map(|[factor, by]| factor.checked_mul(by));
        product?.checked_sub(subtracted?)
    };
    let determinant = cross([one_first, other_second], [one_second, other_first])?;
    let (of_first, of_second) = (
        cross([one_second, other_constant], [one_constant, other_second])?,
        cross([one_constant, other_first], [one_first, other_constant])?,
    );
    Some(Truth::Pair(of_first.checked_div(determinant)?, of_second.checked_div(determinant)?))
}

/// `{2,3}`, `x=2 ou x=3`, `0 et 4`, `∅`.
fn read_solutions(markup: &str) -> Option<Vec<Rational>> {
    let text = markup.replace("\\text", " ").replace("\\{", "[").replace("\\}", "]").replace('$', "");
    let folded = fold(&text);
    if folded.contains('∅')
        || folded.contains("aucun")
        || folded.contains("emptyset")
        || folded.contains("pas de ")
    {
        return Some(Vec::new());
    }
    let braced = text.trim().trim_start_matches("S=").trim();
    let braced = braced.strip_prefix(['[', '{']).and_then(|inside| inside.strip_suffix([']', '}']));
    let (text, separators): (String, &[char]) = match braced {
        // `[a;b]` is an interval unless it was a LaTeX brace.
        Some(_) if markup.trim_start().starts_with('[') => return None,
        Some(inside) => (inside.to_owned(), &[',', ';']),
        None => (text.replace(['{', '}'], " ").replace(" ou ", ";").replace(" et ", ";"), &[';']),
    };
    let values: Option<Vec<Rational>> = text
        .split(separators)
        .map(|part| {
            let part = part.trim();
            Polynomial::parse(
                part.strip_prefix("x").map_or(part, |rest| rest.trim_start().trim_start_matches('=')),
            )?
            .constant()
        })
        .collect();
    let mut values = values?;
    values.sort();
    values.dedup();
    Some(values)
}

/// `(1,2)`, `(8/3 ; 5/3)`, `x=1 et y=2`.
fn read_pair(markup: &str) -> Option<(Rational, Rational)> {
    let text = markup.replace('$', "").replace("\\left", "").replace("\\right", "").replace(" et ", ";");
    let text = text.trim();
    let text = text.strip_prefix('(').and_then(|inside| inside.strip_suffix(')')).unwrap_or(text);
    let (first, second) = text.split_once(';').or_else(|| text.split_once(','))?;
    let value =
        |part: &str| Polynomial::parse(part.split_once('=').map_or(part, |(_, value)| value))?.constant();
    Some((value(first)?, value(second)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(prompt: &str, options: &[&str]) -> Option<String> {
        let options: Vec<Choice> = options
            .iter()
            .enumerate()
            .map(|(place, markup)| Choice {
                id: char::from(b'A' + u8::try_from(place).unwrap()).to_string(),
                markup: (*markup).to_owned(),
                correct: place == 0,
                rationale: None,
            })
            .collect();
        compare(&truth_of(prompt).expect(prompt), &options).map(|finding| finding.message)
    }

    #[test]
    fn right_keys_are_left_alone() {
        for (prompt, options) in [
            ("Développer : $(x+2)(x-3)$.", &["x^2 - x - 6", "x^2 - x + 6"][..]),
            ("Résoudre x^2 − 5x + 6 = 0.", &["{2,3}", "{1,6}", "∅"]),
            (
                "Résoudre : $x^2 - 5x + 6 = 0$.",
                &["x=2 \\text{ ou } x=3", "x=1 \\text{ ou } x=6", "Aucune solution"],
            ),
            ("Racines de $x^2-5x+6=0$ :", &["2 et 3", "1 et 6"]),
            ("Zéros de f(x)= −x^2 + 4x.", &["0 et 4", "2", "4"]),
            ("Dérivée de f(x)=x^2−3x+2.", &["2x−3", "x−3", "2x+3"]),
            ("Soit $f(x)=2x^2-4x+1$. $f'(x)$ vaut :", &["4x-4", "2x-4"]),
            ("Forme canonique de x^2 + 4x + 1.", &["(x+2)^2 − 3", "(x−2)^2 + 3"]),
            ("Résoudre le système : 2x+y=7, x−y=1.", &["(8/3, 5/3)", "(3, 1)"]),
            ("Résoudre $x^2+1=0$", &["aucune solution réelle", "1"]),
        ] {
            assert_eq!(verdict(prompt, options), None, "{prompt}");
        }
    }

    #[test]
    fn wrong_keys_are_found() {
        for (prompt, options, part) in [
            ("Résoudre le système : 2x+y=7, x−y=1.", &["(3, 1)", "(2, 3)", "(4, −1)"][..], "aucune option"),
            ("Résoudre le système $2x+y=7$ et $x-y=1$", &["x=3, y=1", "x=2, y=3"], "aucune option"),
            ("Factoriser : $x^2 - 9$.", &["(x-9)(x+1)", "(x-3)(x+3)"], "l'option B"),
            ("Racines de $x^2-5x+6=0$ :", &["1 et 6", "2 et 3"], "l'option B"),
            ("Dérivée de f(x)=x^2−3x+2.", &["x−3", "2x−3"], "l'option B"),
            ("Résoudre $2x + 5 = 11$.", &["4", "5"], "aucune option"),
        ] {
            assert!(verdict(prompt, options).is_some_and(|message| message.contains(part)), "{prompt}");
        }
    }

    #[test]
    fn unknown_forms_have_no_truth() {
        for prompt in [
            "Résoudre (x−1)^2 ≤ 9.",
            "Résoudre $e^{x}=5$ :",
            "Somme des racines de x^2 − 7x + 10.",
            "Résoudre",
            "",
            "$",
        ] {
            assert_eq!(truth_of(prompt), None, "{prompt}");
        }
    }
}
