//! Two options that say the same thing: at best a wasted option, at worst a right answer that counts as wrong.

use super::super::bank::Bank;
use super::super::problem::{Finding, Rule};
use super::super::words::collapse;
use super::algebra::read_meaning;
use super::options_of;

/// Options that are equal as texts or as mathematics.
pub(super) fn equal_options(bank: &Bank) -> Vec<Finding> {
    let mut findings = Vec::new();
    for item in &bank.items {
        let options: Vec<_> = options_of(item)
            .iter()
            .filter(|option| !option.markup.trim().is_empty())
            .map(|option| (option, collapse(&option.markup), read_meaning(&option.markup)))
            .collect();
        for (place, (one, one_text, one_meaning)) in options.iter().enumerate() {
            for (other, other_text, other_meaning) in options.iter().skip(place + 1) {
                if one_text != other_text && (one_meaning.is_none() || one_meaning != other_meaning) {
                    continue;
                }
                let consequence = match (one.correct, other.correct) {
                    (true, false) | (false, true) => " : une réponse juste serait comptée fausse",
                    _ => "",
                };
                let message =
                    format!("Les options {} et {} disent la même chose{consequence}.", one.id, other.id);
                findings.push(Finding::error(Rule::EqualOptions, message).on(&item.id));
            }
        }
    }
    findings
}
