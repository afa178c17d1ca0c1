mod check;
mod narrator;

use crate::arguments::MigrateCommand;
use crate::failure::Failure;
use narrator::Narrator;
use nexus_core::ledger::use_cases::{ImportedCredits, import_former_credits};
use nexus_runtime::{Configuration, MigrationStep, Overrides, Services};
use std::process::ExitCode;

/// Exit code of `--check` and `--status` when steps are waiting.
const STEPS_WAIT: u8 = 4;
/// Exit code of `--check` when no step is waiting and rows break rules.
const ROWS_BROKEN: u8 = 5;

/// `nexus migrate`: 0 when the schema is up to date (afterwards), 4 when steps are waiting, 5 when only rows are wrong.
pub(crate) async fn run(overrides: &Overrides, command: &MigrateCommand) -> Result<ExitCode, Failure> {
    let configuration = Configuration::load(overrides)?;
    let services = Services::open(&configuration).await?;
    let outcome = act(&services, command).await;
    services.store.close().await;
    outcome
}

async fn act(services: &Services, command: &MigrateCommand) -> Result<ExitCode, Failure> {
    println!("Base : {}", services.store.location());
    if command.status {
        return status(services).await;
    }
    if command.check {
        return check::run(services, command.all).await;
    }
    let mut narrator = Narrator::default();
    let report = services.store.migrate_observed(&mut narrator).await?;
    narrator.end();
    println!("{} étape(s) déjà en place.", report.applied_before.len());
    for MigrationStep { version, name } in &report.missing {
        println!("  faite : {version:04} {name}");
    }
    narrator.tell_repairs();
    take_over_credits(services).await?;
    println!("La base est à jour.");
    Ok(ExitCode::SUCCESS)
}

/// The existing application's own ledger becomes movements, each row once.
async fn take_over_credits(services: &Services) -> Result<(), Failure> {
    let mut all = ImportedCredits::default();
    loop {
        let done = import_former_credits(&services.ledger)
            .await
            .map_err(|error| Failure::Domain(Box::new(error)))?;
        if done.accounts == 0 {
            break;
        }
        all.accounts += done.accounts;
        all.rows += done.rows;
        all.short += done.short;
        println!("  crédits repris : {} compte(s), {} ligne(s)", all.accounts, all.rows);
    }
    if all.short > 0 {
        println!(
            "  {} ligne(s) ont pris plus de crédits qu'il n'y en avait : le journal d'audit les compte (CREDITS_IMPORT).",
            all.short
        );
    }
    Ok(())
}

/// Which steps are made and which are missing.
async fn status(services: &Services) -> Result<ExitCode, Failure> {
    let report = services.store.pending_migrations().await?;
    for MigrationStep { version, name } in &report.applied_before {
        println!("  faite    : {version:04} {name}");
    }
    for MigrationStep { version, name } in &report.missing {
        println!("  manquante : {version:04} {name}");
    }
    if report.missing.is_empty() {
        println!("La base est à jour.");
        return Ok(ExitCode::SUCCESS);
    }
    println!(
        "{} étape(s) à faire : « nexus migrate --check », puis « nexus migrate ».",
        report.missing.len()
    );
    Ok(ExitCode::from(STEPS_WAIT))
}
