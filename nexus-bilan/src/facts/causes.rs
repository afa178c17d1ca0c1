//! Root causes: which gaps a gap stands on.

use super::NodeFact;
use std::collections::{BTreeMap, BTreeSet};

/// For each gap, the gaps that it requires, directly or through other notions, deepest first. Cycles in the data are
/// harmless: a notion is visited once and is never its own cause.
pub(super) fn root_causes(nodes: &[NodeFact]) -> BTreeMap<String, Vec<String>> {
    let by_id: BTreeMap<&str, &NodeFact> = nodes.iter().map(|node| (node.id.as_str(), node)).collect();
    let gaps = nodes.iter().filter(|node| node.standing.is_gap());
    gaps.map(|gap| {
        let mut seen = BTreeSet::from([gap.id.as_str()]);
        let mut causes = Vec::new();
        descend(gap, &by_id, &mut seen, &mut causes);
        (gap.id.clone(), causes)
    })
    .collect()
}

/// Post-order walk: what a notion stands on is written before the notion itself.
fn descend<'a>(
    node: &'a NodeFact,
    by_id: &BTreeMap<&str, &'a NodeFact>,
    seen: &mut BTreeSet<&'a str>,
    causes: &mut Vec<String>,
) {
    for required in node.requires.iter().filter_map(|id| by_id.get(id.as_str())) {
        if seen.insert(&required.id) {
            descend(required, by_id, seen, causes);
            if required.standing.is_gap() {
                causes.push(required.id.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Standing;
    use proptest::prelude::*;

    fn node(id: &str, standing: Standing, requires: &[&str]) -> NodeFact {
        NodeFact {
            id: id.into(),
            domain: "d".into(),
            label: id.into(),
            criticality: 1,
            percent: None,
            answered: 0,
            items: 0,
            right: 0,
            profile: None,
            rank: 0,
            standing,
            needed_by: vec![],
            requires: requires.iter().map(ToString::to_string).collect(),
            remediation: vec![],
            root_causes: vec![],
        }
    }

    #[test]
    fn deepest_gap_comes_first_even_through_a_sound_notion() {
        let nodes = [
            node("c", Standing::Gap, &["b"]),
            node("b", Standing::Succeeded, &["a", "z"]),
            node("a", Standing::PossibleGap, &["y"]),
            node("y", Standing::Gap, &["c"]),
            node("z", Standing::Fragile, &[]),
        ];
        let causes = root_causes(&nodes);
        assert_eq!(causes["c"], ["y", "a"]);
        assert_eq!(causes["y"], ["a", "c"]);
        assert!(!causes.contains_key("b"));
    }

    proptest! {
        #[test]
        fn ends_on_any_graph(edges in prop::collection::vec((0_usize..8, 0_usize..8), 0..40)) {
            let names = ["a", "b", "c", "d", "e", "f", "g", "h"];
            let nodes: Vec<_> = names.iter().enumerate().map(|(place, name)| {
                let requires: Vec<_> = edges.iter().filter(|edge| edge.0 == place).map(|edge| names[edge.1]).collect();
                node(name, if place % 3 == 0 { Standing::Fragile } else { Standing::Gap }, &requires)
            }).collect();
            for (id, causes) in root_causes(&nodes) {
                let unique: BTreeSet<_> = causes.iter().collect();
                prop_assert!(unique.len() == causes.len() && !causes.contains(&id));
            }
        }
    }
}
