use crate::failure::Failure;
use nexus_core::ErrorCode;
use nexus_runtime::{Configuration, Overrides, ask_readiness};
use std::process::ExitCode;

/// `nexus ready`: exit code 0 when the server of this machine may be given work, 3 otherwise.
pub(crate) async fn run(overrides: &Overrides) -> Result<ExitCode, Failure> {
    let configuration = Configuration::load(overrides)?;
    let readiness = ask_readiness(&configuration).await.map_err(|_| {
        let sentence = format!("Aucun serveur Nexus ne répond sur {}.", configuration.listen);
        Failure::Told(ErrorCode::ServiceNotReady, sentence)
    })?;
    if readiness.ready {
        println!("Prêt.");
        return Ok(ExitCode::SUCCESS);
    }
    println!(
        "Pas prêt : {}.",
        readiness.failed.iter().map(|check| in_french(check)).collect::<Vec<_>>().join(", ")
    );
    Ok(ExitCode::from(3))
}

fn in_french(check: &str) -> &str {
    match check {
        "serving" => "il s'arrête",
        "database" => "la base ne répond pas",
        "schema" => "la base n'est pas à jour (nexus migrate)",
        "queues" => "les files ne sont pas lisibles",
        "sessions" => "le secret des sessions manque",
        other => other,
    }
}
