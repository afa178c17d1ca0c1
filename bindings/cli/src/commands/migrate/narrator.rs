use crate::progress::Steps;
use nexus_runtime::MigrationStep;
use nexus_runtime::adoption::{AdoptionObserver, Repair, Rule};

/// Shows what a migration is doing, and remembers what it repaired.
#[derive(Default)]
pub(super) struct Narrator {
    steps: Option<Steps>,
    repaired: Vec<(&'static Rule, usize)>,
}

impl Narrator {
    /// Takes the line of progress away.
    pub(super) fn end(&mut self) {
        self.steps = None;
    }

    /// Says which rows were put in order.
    pub(super) fn tell_repairs(&self) {
        for (rule, rows) in &self.repaired {
            let done = match rule.repair {
                Repair::Compensate => "compensée(s) par un mouvement",
                Repair::Quarantine | Repair::None => "mise(s) en quarantaine",
            };
            println!("  {} : {rows} ligne(s) de {} {done}", rule.name, rule.table);
        }
        if !self.repaired.is_empty() {
            println!(
                "Aucune ligne n'a été supprimée ; chaque réparation est inscrite au journal d'audit \
                 (MIGRATION_REPAIR). La liste : « nexus migrate --check --all »."
            );
        }
    }
}

impl AdoptionObserver for Narrator {
    fn step_begins(&mut self, step: &MigrationStep) {
        let steps = self.steps.get_or_insert_with(Steps::unbounded);
        steps.begin(format!("{:04} {}", step.version, step.name));
    }

    fn rule_begins(&mut self, rule: &'static Rule) {
        let steps = self.steps.get_or_insert_with(Steps::unbounded);
        steps.begin(format!("vérification de {} : {}", rule.table, rule.name));
    }

    fn repaired(&mut self, rule: &'static Rule, rows: usize) {
        self.repaired.push((rule, rows));
    }

    fn starts_again(&mut self, step: &MigrationStep) {
        self.repaired.clear();
        let steps = self.steps.get_or_insert_with(Steps::unbounded);
        steps.begin(format!("{:04} {} : la base est occupée, on recommence", step.version, step.name));
    }
}
