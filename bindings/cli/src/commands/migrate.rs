use crate::arguments::MigrateCommand;
use crate::failure::Failure;
use nexus_runtime::{Configuration, MigrationStep, Overrides, Services};
use std::process::ExitCode;

/// `nexus migrate`: exit code 0 when the schema is up to date (afterwards), 4 when `--check` finds steps to do.
pub(crate) async fn run(overrides: &Overrides, command: &MigrateCommand) -> Result<ExitCode, Failure> {
    let configuration = Configuration::load(overrides)?;
    let services = Services::open(&configuration).await?;
    let report = if command.check {
        services.store.pending_migrations().await?
    } else {
        services.store.migrate().await?
    };
    println!("Base : {}", services.store.location());
    println!("{} étape(s) déjà en place.", report.applied_before.len());
    let verb = if command.check { "à faire" } else { "faite" };
    for MigrationStep { version, name } in &report.missing {
        println!("  {verb} : {version:04} {name}");
    }
    if report.missing.is_empty() {
        println!("La base est à jour.");
    }
    let waiting = command.check && !report.missing.is_empty();
    Ok(if waiting { ExitCode::from(4) } else { ExitCode::SUCCESS })
}
