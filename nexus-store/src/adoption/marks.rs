use std::collections::{HashMap, HashSet};

/// Which rows are in quarantine, and for which rules.
#[derive(Debug, Default)]
pub(crate) struct Marks(HashMap<String, MarksOfTable>);

/// Row → rules, for one table.
type MarksOfTable = HashMap<String, HashSet<String>>;

impl Marks {
    /// Marks a row.
    pub(crate) fn add(&mut self, table: &str, row: String, rule: String) {
        self.0.entry(table.to_owned()).or_default().entry(row).or_default().insert(rule);
    }

    /// Whether a row is in quarantine for a rule.
    pub(crate) fn holds(&self, table: &str, row: &str, rule: &str) -> bool {
        self.0.get(table).and_then(|rows| rows.get(row)).is_some_and(|rules| rules.contains(rule))
    }

    /// The rows of a table that are in quarantine for this rule.
    pub(crate) fn of_rule(&self, table: &str, rule: &str) -> HashSet<String> {
        self.rows(table, |rules| rules.contains(rule))
    }

    /// The rows of a table that are in quarantine, and for other rules only: they collide with nobody.
    pub(crate) fn of_other_rules(&self, table: &str, rule: &str) -> HashSet<String> {
        self.rows(table, |rules| !rules.contains(rule))
    }

    fn rows(&self, table: &str, wanted: impl Fn(&HashSet<String>) -> bool) -> HashSet<String> {
        let rows = self.0.get(table).into_iter().flatten();
        rows.filter(|(_, rules)| wanted(rules)).map(|(row, _)| row.clone()).collect()
    }
}
