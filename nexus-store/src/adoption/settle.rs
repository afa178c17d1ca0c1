//! Which of several rows that exclude each other is in the wrong.
//!
//! A row in quarantine is always younger than one that is not: whoever was marked once stays the one in the wrong, even
//! when the row that it collided with has changed since.

use std::collections::{HashMap, HashSet};

/// A row in the wrong, and the row that is right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Offence {
    pub(crate) id: String,
    pub(crate) because: String,
}

/// Of rows that share something unique, ordered by right, all but one are in the wrong.
pub(crate) fn group(members: Vec<String>, quarantined: &HashSet<String>) -> Vec<Offence> {
    let Some(keeper) = members.iter().find(|id| !quarantined.contains(*id)).or(members.first()).cloned()
    else {
        return Vec::new();
    };
    let wrong = members.into_iter().filter(|id| *id != keeper);
    wrong.map(|id| Offence { id, because: keeper.clone() }).collect()
}

/// Of rows that exclude each other pairwise, the younger one is in the wrong unless the older one is so itself.
///
/// `pairs` are (younger, older), ordered by the age of the younger one.
pub(crate) fn pairs(pairs: &[(String, String)], quarantined: &HashSet<String>) -> Vec<Offence> {
    let mut partners: HashMap<&str, Vec<&str>> = HashMap::new();
    let mut by_age: Vec<&str> = Vec::new();
    for (younger, older) in pairs {
        partners.entry(younger).or_default().push(older);
        partners.entry(older).or_default().push(younger);
        by_age.push(younger);
    }
    // A row that is nobody's younger one is older than all its partners.
    let younger: HashSet<&str> = by_age.iter().copied().collect();
    let oldest = pairs.iter().map(|(_, older)| older.as_str()).filter(|id| !younger.contains(id));
    let order: Vec<&str> = oldest.chain(by_age.iter().copied()).collect();

    let is_marked = |id: &str| quarantined.contains(id);
    let free = order.iter().copied().filter(|id| !is_marked(id));
    let marked = order.iter().copied().filter(|id| is_marked(id));
    let mut kept: HashSet<&str> = HashSet::new();
    let mut seen: HashSet<&str> = HashSet::new();
    let mut offences = Vec::new();
    for id in free.chain(marked).filter(|id| seen.insert(id)) {
        let rivals = partners.get(id).map(Vec::as_slice).unwrap_or_default();
        match rivals.iter().find(|rival| kept.contains(*rival)) {
            Some(rival) => offences.push(Offence { id: id.to_owned(), because: (*rival).to_owned() }),
            None => {
                kept.insert(id);
            }
        }
    }
    offences
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn name(number: usize) -> String {
        format!("row{number}")
    }

    fn marks(ids: &[&str]) -> HashSet<String> {
        ids.iter().map(|&id| id.to_owned()).collect()
    }

    fn edges(list: &[(usize, usize)]) -> Vec<(String, String)> {
        list.iter().map(|&(younger, older)| (name(younger), name(older))).collect()
    }

    #[test]
    fn the_first_of_a_group_is_right() {
        let members = || vec!["a".to_owned(), "b".to_owned(), "c".to_owned()];
        let wrong = |marked: &[&str]| {
            group(members(), &marks(marked)).into_iter().map(|offence| offence.id).collect::<Vec<_>>()
        };
        assert_eq!(wrong(&[]), ["b", "c"]);
        assert_eq!(wrong(&["a"]), ["a", "c"], "whoever is marked stays in the wrong");
        assert_eq!(wrong(&["a", "b", "c"]), ["b", "c"]);
        assert_eq!(group(Vec::new(), &marks(&[])), []);
    }

    #[test]
    fn in_a_chain_the_third_is_right_again() {
        let chain = edges(&[(1, 0), (2, 1)]);
        assert_eq!(pairs(&chain, &marks(&[])), [Offence { id: name(1), because: name(0) }]);
    }

    #[test]
    fn a_marked_row_is_younger_than_everybody() {
        let chain = edges(&[(1, 0), (2, 1)]);
        assert_eq!(
            pairs(&chain, &marks(&["row0"])).iter().map(|offence| &offence.id).collect::<Vec<_>>(),
            [&name(2), &name(0)]
        );
    }

    proptest! {
        #[test]
        fn what_is_left_does_not_collide_and_nobody_is_wrong_without_reason(
            raw in proptest::collection::btree_set((0_usize..12, 0_usize..12), 0..40),
            marked in proptest::collection::hash_set(0_usize..12, 0..6),
        ) {
            let mut list: Vec<_> = raw.into_iter().filter(|(younger, older)| older < younger).collect();
            list.sort_unstable();
            let quarantined: HashSet<String> = marked.iter().map(|&number| name(number)).collect();
            let offences = pairs(&edges(&list), &quarantined);
            let wrong: HashSet<&String> = offences.iter().map(|offence| &offence.id).collect();
            prop_assert_eq!(wrong.len(), offences.len());
            let collide = |one: &str, other: &str| {
                edges(&list).iter().any(|(a, b)| (a == one && b == other) || (a == other && b == one))
            };
            for (younger, older) in edges(&list) {
                prop_assert!(wrong.contains(&younger) || wrong.contains(&older));
                if !quarantined.contains(&younger) && !quarantined.contains(&older) && wrong.contains(&older) {
                    // the older one has an even older reason
                    let reason = offences.iter().find(|offence| offence.id == older).unwrap();
                    prop_assert!(!quarantined.contains(&reason.because));
                }
            }
            for Offence { id, because } in &offences {
                prop_assert!(collide(id, because) && !wrong.contains(because));
                prop_assert!(quarantined.contains(id) || !quarantined.contains(because));
            }
        }
    }
}
