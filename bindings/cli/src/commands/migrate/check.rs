use super::{ROWS_BROKEN, STEPS_WAIT};
use crate::failure::Failure;
use nexus_runtime::{AdoptionObserver, Anomaly, MigrationStep, Repair, Rule, SchemaObject, Services, Severity};
use std::process::ExitCode;

/// Rows that are shown per rule unless all are asked for.
const SHOWN: usize = 20;

/// Says what `nexus migrate` would add and every row that breaks a rule; changes nothing.
pub(super) async fn run(services: &Services, all: bool) -> Result<ExitCode, Failure> {
    let report = services.store.pending_migrations().await?;
    println!("{} étape(s) déjà en place.", report.applied_before.len());
    for MigrationStep { version, name } in &report.missing {
        println!("  à faire : {version:04} {name}");
    }
    let missing = services.store.missing_objects().await?;
    tell_missing(&missing, report.missing.is_empty());

    let mut listing = Listing::new(if all { usize::MAX } else { SHOWN });
    services.store.inspect(&mut listing).await?;
    listing.end_of_rule();
    listing.tell_summary();
    if report.missing.is_empty() && missing.is_empty() {
        println!("La base est à jour.");
    }
    println!("Rien n'a été modifié.");
    Ok(match (report.missing.is_empty(), missing.is_empty() && listing.found == 0) {
        (false, _) => ExitCode::from(STEPS_WAIT),
        (true, false) => ExitCode::from(ROWS_BROKEN),
        (true, true) => ExitCode::SUCCESS,
    })
}

fn tell_missing(missing: &[SchemaObject], up_to_date: bool) {
    if missing.is_empty() {
        return;
    }
    if up_to_date {
        println!("\nCes éléments ont été retirés de la base après coup ; remettez-les ou restaurez la base :");
    } else {
        println!("\nCe qui serait ajouté :");
    }
    for object in missing {
        println!("  {} {}", french_kind(&object.kind), object.name);
    }
}

fn french_kind(kind: &str) -> &str {
    match kind {
        "column" => "colonne",
        "constraint" => "contrainte",
        "trigger" => "déclencheur",
        other => other,
    }
}

/// Prints anomalies rule by rule, as they are found.
struct Listing {
    limit: usize,
    rule: Option<&'static Rule>,
    of_rule: usize,
    found: usize,
    in_quarantine: usize,
    to_repair: usize,
}

impl Listing {
    fn new(limit: usize) -> Self {
        Self { limit, rule: None, of_rule: 0, found: 0, in_quarantine: 0, to_repair: 0 }
    }

    /// Says how many rows of the rule were not shown.
    fn end_of_rule(&mut self) {
        let hidden = self.of_rule.saturating_sub(self.limit);
        if hidden > 0 {
            println!("    … et {hidden} autre(s) ligne(s) : « --all » les montre toutes");
        }
        self.of_rule = 0;
    }

    fn tell_summary(&self) {
        println!();
        if self.found == 0 {
            println!("Aucune anomalie.");
            return;
        }
        let to_look_at = self.found - self.in_quarantine - self.to_repair;
        println!(
            "{} anomalie(s) : {} que « nexus migrate » met en ordre, {} déjà en quarantaine, {to_look_at} à examiner.",
            self.found, self.to_repair, self.in_quarantine
        );
    }
}

impl AdoptionObserver for Listing {
    fn rule_begins(&mut self, rule: &'static Rule) {
        self.end_of_rule();
        self.rule = Some(rule);
    }

    fn found(&mut self, anomaly: &Anomaly) {
        let rule = anomaly.rule;
        if self.of_rule == 0 {
            let word = match rule.severity {
                Severity::Error => "erreur",
                Severity::Warning => "avertissement",
            };
            println!("\n[{word}] {}\n  {}\n  Proposé : {}", rule.name, rule.sentence, rule.proposal);
        }
        self.of_rule += 1;
        self.found += 1;
        if anomaly.in_quarantine {
            self.in_quarantine += 1;
        } else if rule.repair != Repair::None {
            self.to_repair += 1;
        }
        if self.of_rule <= self.limit {
            println!("    {}", line(anomaly));
        }
    }
}

/// `table id (à cause de id) : detail — en quarantaine`. An id is whatever was stored: it may not draw on the terminal.
fn line(anomaly: &Anomaly) -> String {
    let mut line = format!("{} {}", anomaly.rule.table, anomaly.id.escape_debug());
    if let Some(because) = &anomaly.because {
        line.push_str(&format!(" (à cause de {})", because.escape_debug()));
    }
    if let Some(detail) = &anomaly.detail {
        line.push_str(&format!(" : {detail}"));
    }
    if anomaly.in_quarantine {
        line.push_str(" — en quarantaine");
    }
    line
}
