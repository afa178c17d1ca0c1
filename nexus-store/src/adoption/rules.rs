//! Every rule, by what it is about. Rules about single rows come before those that compare rows of the same table: a row
//! that is marked for itself collides with nobody.

mod calendar;
mod money;
mod people;
mod subscriptions;
mod texts;

use super::rule::Rule;

/// Every rule, subject by subject.
pub const RULES: &[&[Rule]] =
    &[people::RULES, calendar::RULES, money::RULES, subscriptions::RULES, texts::RULES];

/// Every rule, in the order in which they are asked.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    RULES.iter().copied().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adoption::{Repair, Severity};
    use std::collections::HashSet;

    #[test]
    fn rules_have_names_sentences_and_proposals() {
        let rules: Vec<_> = rules().collect();
        let names: HashSet<_> = rules.iter().map(|rule| rule.name).collect();
        assert_eq!(names.len(), rules.len());
        for rule in rules {
            assert!(rule.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{}", rule.name);
            for sentence in [rule.sentence, rule.proposal] {
                assert!(sentence.ends_with('.') && !sentence.contains("  "), "{}: {sentence}", rule.name);
            }
            assert_eq!(
                rule.severity == Severity::Warning,
                rule.repair == Repair::None,
                "{}: what the schema refuses is repaired, the rest is told",
                rule.name
            );
        }
    }

    #[test]
    fn table() {
        let lines: Vec<_> = rules()
            .map(|rule| {
                format!(
                    "{} | {} | {:?} | {:?}\n  {}\n  {}",
                    rule.name, rule.table, rule.severity, rule.repair, rule.sentence, rule.proposal
                )
            })
            .collect();
        insta::assert_snapshot!(lines.join("\n"));
    }
}
