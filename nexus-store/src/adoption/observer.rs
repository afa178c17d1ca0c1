use super::anomaly::Anomaly;
use super::rule::Rule;
use crate::migrations::MigrationStep;

/// Hears what a migration or an inspection does, while it does it. `()` listens to nothing.
pub trait AdoptionObserver: Send {
    /// A step of the schema begins.
    fn step_begins(&mut self, step: &MigrationStep) {
        let _ = step;
    }

    /// The rows are about to be asked about a rule.
    fn rule_begins(&mut self, rule: &'static Rule) {
        let _ = rule;
    }

    /// A row breaks the rule.
    fn found(&mut self, anomaly: &Anomaly) {
        let _ = anomaly;
    }

    /// So many rows were put in quarantine or compensated for a rule. They are not yet committed.
    fn repaired(&mut self, rule: &'static Rule, rows: usize) {
        let _ = (rule, rows);
    }

    /// The transaction met a concurrent one and was rolled back; what was heard since its step began is void.
    fn starts_again(&mut self, step: &MigrationStep) {
        let _ = step;
    }
}

impl AdoptionObserver for () {}
