//! Errors of content that a reader found and no machine finds: a reviewed list, by file and item.

use super::file_names::base_name;
use super::problem::{Finding, Rule, Severity};
use serde::Deserialize;
use std::sync::LazyLock;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Erratum {
    file: String,
    item: String,
    severity: Severity,
    message: String,
}

static ERRATA: LazyLock<Vec<Erratum>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../banks/known-problems.json")).unwrap_or_default()
});

/// The reviewed errors of a file, for the items that it has.
pub(super) fn of_file<'a>(file: &str, mut has_item: impl FnMut(&str) -> bool + 'a) -> Vec<Finding> {
    let name = base_name(file).to_owned();
    let known = ERRATA.iter().filter(|erratum| erratum.file == name && has_item(&erratum.item));
    known
        .map(|erratum| {
            let finding = Finding::error(Rule::Erratum, &erratum.message).on(&erratum.item);
            Finding { severity: erratum.severity, ..finding }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_readable_and_matches_file_and_item() {
        assert!(ERRATA.len() >= 7);
        assert!(ERRATA.iter().all(|erratum| erratum.message.ends_with('.')));
        let found = of_file("data/qcm_snt_for_nsi_premiere.json", |item| item == "Q12");
        assert_eq!(found.len(), 1);
        assert!(of_file("other.json", |_| true).is_empty());
    }
}
