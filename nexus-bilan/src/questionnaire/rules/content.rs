//! Corrections and model answers.

use super::super::bank::{Bank, ItemKind, TextNormaliser};
use super::super::problem::{Finding, Rule};
use super::algebra::{Polynomial, read_meaning};
use super::is_imported;
use crate::matching::{parse_number, text_matches};

/// Longest correction, in characters.
const MAX_CORRECTION: usize = 320;

/// V9: a correction exists and has at most 320 characters.
pub(super) fn correction_length(bank: &Bank) -> Vec<Finding> {
    let mut findings = Vec::new();
    for item in &bank.items {
        let length = item.correction.as_deref().map_or(0, |correction| correction.chars().count());
        if length > MAX_CORRECTION {
            let message =
                format!("La correction a {length} caractères ; {MAX_CORRECTION} au plus sont admis.");
            findings.push(Finding::error(Rule::CorrectionLength, message).on(&item.id).lenient());
        } else if length == 0 && !is_imported(bank) {
            findings.push(Finding::error(Rule::CorrectionLength, "La correction manque.").on(&item.id));
        }
    }
    findings
}

/// Model answers of format I were written for people: reports those that no machine can compare with a natural answer.
pub(super) fn model_answers(bank: &Bank) -> Vec<Finding> {
    let mut findings = Vec::new();
    for item in &bank.items {
        let ItemKind::ShortText { accepted, normaliser } = &item.kind else { continue };
        if !matches!(normaliser, TextNormaliser::Spaces | TextNormaliser::MathOrSpaces) || accepted.is_empty()
        {
            continue;
        }
        if !accepted.iter().any(|form| is_machine_readable(form) || accepts_its_number(form, *normaliser)) {
            let message =
                "La réponse modèle est rédigée pour un lecteur : aucune réponse naturelle ne lui sera égale.";
            findings.push(Finding::warning(Rule::ModelAnswer, message).on(&item.id));
        }
    }
    findings
}

/// Whether the number that ends a model answer (`E = 12 × 0,5 = 6 J`), typed alone, would be accepted.
fn accepts_its_number(form: &str, normaliser: TextNormaliser) -> bool {
    let last = form.rsplit('=').next().unwrap_or(form).replace("{,}", ",");
    let number: String = last
        .trim_start()
        .chars()
        .take_while(|symbol| symbol.is_ascii_digit() || matches!(symbol, ',' | '-' | '−'))
        .collect();
    !number.is_empty() && text_matches(&number, &[form.to_owned()], normaliser)
}

fn is_machine_readable(form: &str) -> bool {
    let form = form.trim();
    let one_word = !form.is_empty() && form.chars().all(char::is_alphabetic);
    let inequality = ["\\geq", "\\leq", "\\ge", "\\le", "≥", "≤", "<", ">"].iter().any(|sign| {
        form.split_once(sign).is_some_and(|(left, right)| {
            Polynomial::parse(left).is_some() && Polynomial::parse(right).is_some()
        })
    });
    let set = form.strip_prefix("\\{").and_then(|rest| rest.strip_suffix("\\}")).is_some_and(|inside| {
        inside
            .split([',', ';'])
            .all(|part| Polynomial::parse(part).is_some_and(|part| part.constant().is_some()))
    });
    one_word || inequality || set || parse_number(form).is_some() || read_meaning(form).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_readable_model_answers() {
        for form in
            ["5", "x = 3", "x > 2", "x^2 + 2x + 1", "\\tfrac{3}{5}", "0{,}2", "\\{2\\}", "NaOH", "k=3"]
        {
            assert!(is_machine_readable(form), "{form}");
        }
        for form in [
            "e^{x}=2 \\;\\Rightarrow\\; x=\\ln 2",
            "“Il existe au moins un entier impair.”",
            "assert n>0 \\",
            "",
        ] {
            assert!(!is_machine_readable(form), "{form}");
        }
    }
}
