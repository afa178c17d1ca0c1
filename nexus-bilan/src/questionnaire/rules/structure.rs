//! Ids, nodes, domains, times, tolerances, accepted forms.

use super::super::bank::{Bank, ItemKind};
use super::super::problem::{Finding, Rule};
use super::is_imported;
use crate::matching::normalise;
use crate::scoring::Rational;
use std::collections::{HashMap, HashSet};

/// V1 inside one bank: letters, digits, `.`, `_`, `-`, at most 64 of them, each id once.
pub(super) fn well_formed_unique_ids(bank: &Bank) -> Vec<Finding> {
    let mut findings = Vec::new();
    let is_slug = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    if bank.slug.is_empty() || !bank.slug.chars().all(is_slug) {
        let message = "Le nom du questionnaire ne doit contenir que des minuscules sans accent, des chiffres et des tirets.";
        findings.push(Finding::error(Rule::UniqueIds, message));
    }
    let mut seen = HashSet::new();
    for item in &bank.items {
        let allowed = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_' | '-');
        if item.id.is_empty() || item.id.len() > 64 || !item.id.chars().all(allowed) {
            let message =
                "L'identifiant doit avoir 1 à 64 caractères : lettres sans accent, chiffres, point, tirets.";
            findings.push(Finding::error(Rule::UniqueIds, message).on(&item.id).lenient());
        }
        if !seen.insert(item.id.as_str()) {
            findings
                .push(Finding::error(Rule::UniqueIds, "Cet identifiant est utilisé deux fois.").on(&item.id));
        }
    }
    let mut nodes = HashSet::new();
    for node in bank.nodes.iter().filter(|node| !nodes.insert(node.id.as_str())) {
        findings.push(Finding::error(
            Rule::UniqueIds,
            format!("Le prérequis « {} » est décrit deux fois.", node.id),
        ));
    }
    findings
}

/// V2: each item names a node that exists and that belongs to the item's domain; nodes stand on nodes that exist.
pub(super) fn known_nodes(bank: &Bank) -> Vec<Finding> {
    let nodes: HashMap<&str, &str> =
        bank.nodes.iter().map(|node| (node.id.as_str(), node.domain.as_str())).collect();
    let mut findings = Vec::new();
    if bank.nodes.is_empty() && is_imported(bank) {
        // One sentence instead of one for each item: no imported format has nodes.
        let message = "Aucune question n'est rattachée à un prérequis ; ce format n'en connaît pas.";
        return vec![Finding::warning(Rule::KnownNode, message)];
    }
    for item in &bank.items {
        let message = match item.node.as_deref().map(|node| (node, nodes.get(node))) {
            None => "La question n'est rattachée à aucun prérequis.".to_owned(),
            Some((node, None)) => format!("Le prérequis « {node} » n'existe pas dans ce questionnaire."),
            Some((node, Some(domain))) if **domain != *item.domain => {
                format!("Le prérequis « {node} » appartient à un autre domaine que la question.")
            }
            Some(_) => continue,
        };
        findings.push(Finding::error(Rule::KnownNode, message).on(&item.id).lenient());
    }
    for node in &bank.nodes {
        for missing in node.requires.iter().filter(|other| !nodes.contains_key(other.as_str())) {
            let message =
                format!("Le prérequis « {} » s'appuie sur « {missing} », qui n'existe pas.", node.id);
            findings.push(Finding::error(Rule::KnownNode, message));
        }
        if !(1..=3).contains(&node.criticality) {
            let message =
                format!("La criticité du prérequis « {} » doit être comprise entre 1 et 3.", node.id);
            findings.push(Finding::error(Rule::KnownNode, message));
        }
    }
    findings
}

/// V3: difficulty is 1 to 3.
pub(super) fn difficulty(bank: &Bank) -> Vec<Finding> {
    let wrong =
        bank.items.iter().filter(|item| !item.difficulty.is_some_and(|level| (1..=3).contains(&level)));
    if is_imported(bank) && bank.items.iter().all(|item| item.difficulty.is_none()) {
        return vec![Finding::warning(Rule::Difficulty, "Aucune question ne donne sa difficulté.")];
    }
    wrong
        .map(|item| {
            Finding::error(Rule::Difficulty, "La difficulté doit être 1, 2 ou 3.").on(&item.id).lenient()
        })
        .collect()
}

/// V4: 2 to 6 items for each node.
pub(super) fn items_per_node(bank: &Bank) -> Vec<Finding> {
    let count = |id: &str| bank.items.iter().filter(|item| item.node.as_deref() == Some(id)).count();
    let wrong = bank
        .nodes
        .iter()
        .map(|node| (&node.id, count(&node.id)))
        .filter(|(_, count)| !(2..=6).contains(count));
    wrong
        .map(|(node, count)| {
            let message = format!("Le prérequis « {node} » a {count} question(s) ; il en faut de 2 à 6.");
            Finding::error(Rule::ItemsPerNode, message).lenient()
        })
        .collect()
}

/// V7: tolerances are not negative.
pub(super) fn tolerances(bank: &Bank) -> Vec<Finding> {
    let negative = bank.items.iter().filter(
        |item| matches!(&item.kind, ItemKind::Numeric { tolerance, .. } if *tolerance < Rational::ZERO),
    );
    negative.map(|item| Finding::error(Rule::Tolerance, "La tolérance est négative.").on(&item.id)).collect()
}

/// V8: the accepted forms of a short text are distinct and not empty once normalised.
pub(super) fn accepted_forms(bank: &Bank) -> Vec<Finding> {
    let mut findings = Vec::new();
    for item in &bank.items {
        let ItemKind::ShortText { accepted, normaliser } = &item.kind else { continue };
        let mut seen = HashSet::new();
        if accepted.is_empty() {
            findings.push(Finding::error(Rule::AcceptedForms, "Aucune réponse n'est acceptée.").on(&item.id));
        }
        for form in accepted {
            let normalised = normalise(form, *normaliser);
            if normalised.is_empty() {
                findings
                    .push(Finding::error(Rule::AcceptedForms, "Une réponse acceptée est vide.").on(&item.id));
            } else if !seen.insert(normalised) {
                let message = "Deux réponses acceptées n'en font qu'une une fois rendues comparables.";
                findings.push(Finding::error(Rule::AcceptedForms, message).on(&item.id));
            }
        }
    }
    findings
}

/// V11: the items fit in the announced duration.
pub(super) fn duration(bank: &Bank) -> Vec<Finding> {
    let Some(minutes) = bank.duration_min else {
        return vec![Finding::error(Rule::Duration, "Aucune durée n'est annoncée.").lenient()];
    };
    let untimed = bank.items.iter().filter(|item| item.target_time_s.is_none());
    let mut findings: Vec<_> = untimed
        .map(|item| Finding::error(Rule::Duration, "Le temps prévu manque.").on(&item.id).lenient())
        .collect();
    let seconds: u64 = bank.items.iter().filter_map(|item| item.target_time_s).map(u64::from).sum();
    if seconds > u64::from(minutes) * 60 {
        let message =
            format!("Les questions demandent {} minutes ; {minutes} sont annoncées.", seconds.div_ceil(60));
        findings.push(Finding::error(Rule::Duration, message).lenient());
    }
    findings
}

/// Every domain of an item or a node is described, and every described domain has items.
pub(super) fn known_domains(bank: &Bank) -> Vec<Finding> {
    let known: HashSet<&str> = bank.domains.iter().map(|domain| domain.id.as_str()).collect();
    let used: HashSet<&str> = bank.items.iter().map(|item| item.domain.as_str()).collect();
    let mut findings: Vec<_> = bank
        .items
        .iter()
        .filter(|item| !known.contains(item.domain.as_str()))
        .map(|item| {
            Finding::error(Rule::Domains, format!("Le domaine « {} » est inconnu.", item.domain)).on(&item.id)
        })
        .collect();
    for node in bank.nodes.iter().filter(|node| !known.contains(node.domain.as_str())) {
        let message = format!("Le domaine du prérequis « {} » est inconnu.", node.id);
        findings.push(Finding::error(Rule::Domains, message));
    }
    for domain in bank.domains.iter().filter(|domain| !used.contains(domain.id.as_str())) {
        findings.push(Finding::warning(
            Rule::Domains,
            format!("Le domaine « {} » n'a aucune question.", domain.id),
        ));
    }
    findings
}
