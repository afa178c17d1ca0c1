//! The rules of a bank. Each is a pure function from a bank to findings; the loader runs them all.

mod algebra;
mod content;
mod equal_options;
mod keys;
mod solver;
mod structure;
mod survey_rules;
mod vocabulary;

pub use survey_rules::check_survey;

use super::bank::{Bank, Choice, Item, ItemKind, SourceFormat};
use super::problem::Finding;

/// A rule of a bank.
pub type BankRule = fn(&Bank) -> Vec<Finding>;

/// Every rule, V1 to V14 first.
pub const BANK_RULES: [BankRule; 19] = [
    structure::well_formed_unique_ids,
    structure::known_nodes,
    structure::difficulty,
    structure::items_per_node,
    keys::single_choices,
    keys::multi_choices,
    structure::tolerances,
    structure::accepted_forms,
    content::correction_length,
    vocabulary::forbidden_lexicon,
    structure::duration,
    vocabulary::proper_names,
    keys::rationales,
    keys::key_positions,
    structure::known_domains,
    equal_options::equal_options,
    solver::computed_keys,
    vocabulary::off_programme,
    content::model_answers,
];

/// Applies every rule.
pub fn check_bank(bank: &Bank) -> Vec<Finding> {
    BANK_RULES.iter().flat_map(|rule| rule(bank)).collect()
}

/// Whether a bank was read from a format of the existing application.
pub(super) fn is_imported(bank: &Bank) -> bool {
    bank.source != SourceFormat::Canonical
}

/// The options of an item; none for the kinds that have none.
fn options_of(item: &Item) -> &[Choice] {
    match &item.kind {
        ItemKind::SingleChoice { options } | ItemKind::MultiChoice { options, .. } => options,
        _ => &[],
    }
}

#[cfg(test)]
mod tests;
