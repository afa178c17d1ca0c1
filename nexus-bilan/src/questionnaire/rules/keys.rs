//! Options and keys of choice items.

use super::super::bank::{Bank, Choice, Item, ItemKind};
use super::super::problem::{Finding, Rule};
use super::{is_imported, options_of};
use std::collections::HashSet;

/// Fewest single choices for which the places of the keys mean anything.
const FEWEST_FOR_POSITIONS: usize = 5;

/// V5: 4 options, one right; imported items may have another number of options.
pub(super) fn single_choices(bank: &Bank) -> Vec<Finding> {
    let mut findings = Vec::new();
    for item in &bank.items {
        let ItemKind::SingleChoice { options } = &item.kind else { continue };
        findings.extend(option_ids(item, options, Rule::SingleChoice));
        match keys(options) {
            0 => findings.push(Finding::error(Rule::SingleChoice, "Aucune option n'est juste.").on(&item.id)),
            1 => {}
            count => {
                let message = format!("{count} options sont marquées justes ; il en faut une seule.");
                findings.push(Finding::error(Rule::SingleChoice, message).on(&item.id));
            }
        }
        if options.len() != 4 {
            let message = format!("La question a {} option(s) ; il en faut quatre.", options.len());
            findings.push(Finding::error(Rule::SingleChoice, message).on(&item.id).lenient());
        }
    }
    findings
}

/// V6: 4 or 5 options, 2 or 3 right.
pub(super) fn multi_choices(bank: &Bank) -> Vec<Finding> {
    let mut findings = Vec::new();
    for item in &bank.items {
        let ItemKind::MultiChoice { options, .. } = &item.kind else { continue };
        findings.extend(option_ids(item, options, Rule::MultiChoice));
        let count = keys(options);
        if !(2..=3).contains(&count) {
            let message = format!("{count} option(s) juste(s) ; il en faut deux ou trois.");
            findings.push(Finding::error(Rule::MultiChoice, message).on(&item.id));
        }
        if !(4..=5).contains(&options.len()) {
            let message = format!("La question a {} option(s) ; il en faut quatre ou cinq.", options.len());
            findings.push(Finding::error(Rule::MultiChoice, message).on(&item.id).lenient());
        }
    }
    findings
}

/// V13: each wrong option of a choice names the error that it captures.
pub(super) fn rationales(bank: &Bank) -> Vec<Finding> {
    let bare = |option: &&Choice| {
        !option.correct && option.rationale.as_deref().is_none_or(|rationale| rationale.trim().is_empty())
    };
    if is_imported(bank) {
        let count: usize = bank.items.iter().map(|item| options_of(item).iter().filter(bare).count()).sum();
        if count == 0 {
            return Vec::new();
        }
        let message = format!("{count} options fausses ne disent pas quelle erreur elles révèlent.");
        return vec![Finding::warning(Rule::Rationale, message)];
    }
    let mut findings = Vec::new();
    for item in &bank.items {
        for option in options_of(item).iter().filter(bare) {
            let message = format!("L'option {} ne dit pas quelle erreur elle révèle.", option.id);
            findings.push(Finding::error(Rule::Rationale, message).on(&item.id));
        }
    }
    findings
}

/// V14: no position holds more than 40 % of the keys of the single choices.
pub(super) fn key_positions(bank: &Bank) -> Vec<Finding> {
    let mut counts: Vec<usize> = Vec::new();
    let mut total = 0;
    for item in &bank.items {
        let ItemKind::SingleChoice { options } = &item.kind else { continue };
        let Some(position) = options.iter().position(|option| option.correct) else { continue };
        total += 1;
        if counts.len() <= position {
            counts.resize(position + 1, 0);
        }
        if let Some(count) = counts.get_mut(position) {
            *count += 1;
        }
    }
    if total < FEWEST_FOR_POSITIONS {
        return Vec::new();
    }
    let biased = counts.iter().enumerate().filter(|(_, count)| **count * 100 > total * 40);
    biased
        .map(|(position, count)| {
            let message = format!(
                "La bonne réponse est à la place n° {} dans {count} questions à choix sur {total} ({} %) ; au plus 40 % sont admis.",
                position + 1,
                (count * 200 + total) / (total * 2)
            );
            Finding::error(Rule::KeyPosition, message)
        })
        .collect()
}

fn keys(options: &[Choice]) -> usize {
    options.iter().filter(|option| option.correct).count()
}

fn option_ids(item: &Item, options: &[Choice], rule: Rule) -> Vec<Finding> {
    let mut seen = HashSet::new();
    let mut findings = Vec::new();
    for option in options {
        if option.id.trim().is_empty() {
            findings.push(Finding::error(rule, "Une option n'a pas d'identifiant.").on(&item.id));
        } else if !seen.insert(option.id.as_str()) {
            let message = format!("L'option « {} » figure deux fois.", option.id);
            findings.push(Finding::error(rule, message).on(&item.id));
        }
        if option.markup.trim().is_empty() {
            findings.push(Finding::error(rule, format!("L'option « {} » est vide.", option.id)).on(&item.id));
        }
    }
    findings
}
