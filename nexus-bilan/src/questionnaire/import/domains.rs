//! Domains of imported banks: their order, and names for people where the files only have keys.

use super::super::bank::{Domain, Item};
use super::super::problem::{Finding, Rule};
use std::collections::{BTreeMap, HashSet};

const NAMES: &str = include_str!("domain_names.json");

/// The domains of the items: announced order first, then first appearance.
pub(super) fn of_items(items: &[Item], announced: &[String], findings: &mut Vec<Finding>) -> Vec<Domain> {
    let used: HashSet<&str> = items.iter().map(|item| item.domain.as_str()).collect();
    let mut order: Vec<&str> = Vec::new();
    for domain in announced {
        if order.contains(&domain.as_str()) {
            findings.push(Finding::warning(
                Rule::Domains,
                format!("Le domaine « {domain} » est annoncé deux fois."),
            ));
        } else if used.contains(domain.as_str()) {
            order.push(domain);
        } else {
            findings.push(Finding::warning(
                Rule::Domains,
                format!("Le domaine « {domain} » est annoncé mais aucune question ne s'y rapporte."),
            ));
        }
    }
    for item in items {
        if order.contains(&item.domain.as_str()) {
            continue;
        }
        if !announced.is_empty() {
            findings.push(
                Finding::warning(
                    Rule::Domains,
                    format!("Le domaine « {} » n'est pas dans la liste annoncée.", item.domain),
                )
                .on(&item.id),
            );
        }
        order.push(&item.domain);
    }
    let names: BTreeMap<String, [String; 3]> = serde_json::from_str(NAMES).unwrap_or_default();
    order.into_iter().map(|id| named(id, &names)).collect()
}

fn named(id: &str, names: &BTreeMap<String, [String; 3]>) -> Domain {
    if let Some([label, label_short, label_article]) = names.get(id) {
        return Domain {
            id: id.to_owned(),
            label: label.clone(),
            label_short: label_short.clone(),
            label_article: label_article.clone(),
        };
    }
    let label = id.replace('_', " ");
    Domain {
        id: id.to_owned(),
        label_short: label.clone(),
        label_article: format!("le domaine « {label} »"),
        label,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_names_is_readable() {
        let names: BTreeMap<String, [String; 3]> = serde_json::from_str(NAMES).unwrap();
        assert_eq!(named("proba_stats", &names).label_article, "les probabilités et les statistiques");
        assert_eq!(named("mon_domaine", &names).label_article, "le domaine « mon domaine »");
    }
}
