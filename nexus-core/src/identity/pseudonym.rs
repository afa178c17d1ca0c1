//! The name under which families know a coach.

use super::text::LONGEST_NAME;

/// Proposes a pseudonym from a name: the first name and the initial of the family name, then with a number while it is taken.
///
/// `is_taken` answers without regard to case. A name that is empty or holds no letter gives `Coach`.
pub fn propose_pseudonym(first_name: &str, last_name: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let first: String = first_name.trim().chars().take(LONGEST_NAME - 10).collect();
    let initial = last_name.chars().find(|character| character.is_alphabetic());
    let base = match (first.chars().any(char::is_alphabetic), initial) {
        (true, Some(initial)) => format!("{first} {}.", initial.to_uppercase()),
        (true, None) => first,
        (false, _) => "Coach".to_owned(),
    };
    if !is_taken(&base) {
        return base;
    }
    // No school has a million coaches of one name.
    (2_u32..1_000_000)
        .map(|number| format!("{base} {number}"))
        .find(|candidate| !is_taken(candidate))
        .unwrap_or(base)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashSet;

    #[test]
    fn a_first_name_and_an_initial() {
        assert_eq!(propose_pseudonym("Samia", "ben Ali", |_| false), "Samia B.");
        assert_eq!(propose_pseudonym("Samia", "", |_| false), "Samia");
        assert_eq!(propose_pseudonym(" ", "undefined", |_| false), "Coach");
        assert_eq!(propose_pseudonym("Zoé", "élan", |name| name == "Zoé É."), "Zoé É. 2");
    }

    proptest! {
        #[test]
        fn it_is_always_free_and_never_blank(names in proptest::collection::vec(("\\PC{0,12}", "\\PC{0,12}"), 1..30)) {
            let mut taken = HashSet::new();
            for (first, last) in names {
                let pseudonym = propose_pseudonym(&first, &last, |name| taken.contains(&name.to_lowercase()));
                prop_assert!(!pseudonym.trim().is_empty());
                prop_assert!(taken.insert(pseudonym.to_lowercase()));
            }
        }
    }
}
