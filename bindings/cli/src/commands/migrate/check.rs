use super::{ROWS_BROKEN, STEPS_WAIT};
use crate::failure::Failure;
use crate::progress::Steps;
use nexus_runtime::adoption::{AdoptionObserver, Anomaly, Repair, Rule, SchemaObject, Severity};
use nexus_runtime::{MigrationStep, Services};
use std::io::Write;
use std::process::ExitCode;

/// `println!` for long lists: a reader that has seen enough (`| head`) is no reason to die.
macro_rules! say {
    ($($words:tt)*) => {{
        let _ = writeln!(std::io::stdout(), $($words)*);
    }};
}

/// Rows that are shown per rule unless all are asked for.
const SHOWN: usize = 20;

/// Says what `nexus migrate` would add and every row that breaks a rule; changes nothing.
pub(super) async fn run(services: &Services, all: bool) -> Result<ExitCode, Failure> {
    let report = services.store.pending_migrations().await?;
    say!("{} étape(s) déjà en place.", report.applied_before.len());
    for MigrationStep { version, name } in &report.missing {
        say!("  à faire : {version:04} {name}");
    }
    let missing = services.store.missing_objects().await?;
    tell_missing(&missing, report.missing.is_empty());

    let mut listing = Listing::new(if all { usize::MAX } else { SHOWN });
    services.store.inspect(&mut listing).await?;
    let found = listing.end();
    if report.missing.is_empty() && missing.is_empty() {
        say!("La base est à jour.");
    }
    say!("Rien n'a été modifié.");
    Ok(match (report.missing.is_empty(), missing.is_empty() && found == 0) {
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
        say!("\nCes éléments ont été retirés de la base après coup ; remettez-les ou restaurez la base :");
    } else {
        say!("\nCe qui serait ajouté :");
    }
    for object in missing {
        say!("  {} {}", french_kind(&object.kind), object.name);
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
    steps: Steps,
    limit: usize,
    of_rule: usize,
    found: usize,
    in_quarantine: usize,
    to_repair: usize,
}

impl Listing {
    fn new(limit: usize) -> Self {
        Self { steps: Steps::unbounded(), limit, of_rule: 0, found: 0, in_quarantine: 0, to_repair: 0 }
    }

    /// Says how many rows of the rule were not shown.
    fn end_of_rule(&mut self) {
        let hidden = self.of_rule.saturating_sub(self.limit);
        if hidden > 0 {
            let rest = format!("    … et {hidden} autre(s) ligne(s) : « --all » les montre toutes");
            self.steps.aside(|| say!("{rest}"));
        }
        self.of_rule = 0;
    }

    /// Says what was found in all, and returns how many rows that was.
    fn end(mut self) -> usize {
        self.end_of_rule();
        drop(self.steps);
        say!("");
        if self.found == 0 {
            say!("Aucune anomalie.");
            return 0;
        }
        let to_look_at = self.found - self.in_quarantine - self.to_repair;
        say!(
            "{} anomalie(s) : {} que « nexus migrate » met en ordre, {} déjà en quarantaine, {to_look_at} à examiner.",
            self.found,
            self.to_repair,
            self.in_quarantine
        );
        self.found
    }
}

impl AdoptionObserver for Listing {
    fn rule_begins(&mut self, rule: &'static Rule) {
        self.end_of_rule();
        self.steps.begin(format!("vérification de {} : {}", rule.table, rule.name));
    }

    fn found(&mut self, anomaly: &Anomaly) {
        let rule = anomaly.rule;
        if self.of_rule == 0 {
            let word = match rule.severity {
                Severity::Error => "erreur",
                Severity::Warning => "avertissement",
            };
            let title =
                format!("\n[{word}] {}\n  {}\n  Proposé : {}", rule.name, rule.sentence, rule.proposal);
            self.steps.aside(|| say!("{title}"));
        }
        self.of_rule += 1;
        self.found += 1;
        if anomaly.in_quarantine {
            self.in_quarantine += 1;
        } else if rule.repair != Repair::None {
            self.to_repair += 1;
        }
        if self.of_rule <= self.limit {
            self.steps.aside(|| say!("    {}", line(anomaly)));
        }
    }
}

/// `table id (à cause de id) : detail — en quarantaine`. An id is whatever was stored: it may not draw on the terminal.
fn line(anomaly: &Anomaly) -> String {
    let row = format!("{} {}", anomaly.rule.table, anomaly.id.escape_debug());
    let because = anomaly.because.as_ref().map(|because| format!(" (à cause de {})", because.escape_debug()));
    let detail = anomaly.detail.as_ref().map(|detail| format!(" : {detail}"));
    let mark = if anomaly.in_quarantine { " — en quarantaine" } else { "" };
    [row, because.unwrap_or_default(), detail.unwrap_or_default(), mark.to_owned()].concat()
}
