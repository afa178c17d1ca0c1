use super::serve::{interruption, work};
use crate::arguments::WorkerCommand;
use crate::failure::Failure;
use nexus_runtime::{Configuration, Overrides, Services, migrate_when_possible};
use std::process::ExitCode;

/// `nexus worker`: until Ctrl-C or SIGTERM; what is in hand is finished.
pub(crate) async fn run(overrides: &Overrides, command: &WorkerCommand) -> Result<ExitCode, Failure> {
    let configuration = Configuration::load(overrides)?;
    let services = Services::open(&configuration).await?;
    migrate_when_possible(&services.store, &configuration).await?;
    let mut workshop = services.workshop(&configuration);
    workshop.job_lanes = command.documents.unwrap_or(workshop.job_lanes);
    workshop.effect_lanes = command.effects.unwrap_or(workshop.effect_lanes);
    eprintln!(
        "L'atelier travaille : {} document(s) et {} envoi(s) à la fois (Ctrl-C pour arrêter).",
        workshop.job_lanes, workshop.effect_lanes
    );
    work(workshop, interruption()).await;
    services.store.close().await;
    Ok(ExitCode::SUCCESS)
}
