use crate::arguments::DoctorCommand;
use crate::failure::Failure;
use crate::json::print_json;
use crate::progress::Steps;
use nexus_core::ErrorCode;
use nexus_core::consistency::{ConsistencyReport, consistency_report};
use nexus_runtime::{CheckResult, Configuration, Overrides, Services, examine};
use std::process::ExitCode;

/// `nexus doctor`: every check with what to do about it; exit code 3 when something needed is missing.
pub(crate) async fn run(overrides: &Overrides, command: &DoctorCommand) -> Result<ExitCode, Failure> {
    let configuration = Configuration::load(overrides)?;
    if command.consistency {
        return consistency(&configuration, command.json).await;
    }
    let steps = Steps::new(1);
    steps.begin("Examen de la machine (une page est composée pour de vrai)");
    let checks = examine(&configuration).await;
    drop(steps);
    let mut broken = false;
    for check in &checks {
        let mark = match check.result {
            CheckResult::Good => "✓",
            CheckResult::Optional => "–",
            CheckResult::Broken => {
                broken = true;
                "✗"
            }
        };
        println!("{mark} {:<28} {}", check.subject, check.message);
    }
    if broken {
        println!("\nQuelque chose manque : suivez les indications des lignes marquées ✗.");
        Ok(ExitCode::from(3))
    } else {
        println!("\nTout est prêt.");
        Ok(ExitCode::SUCCESS)
    }
}

/// The consistency report of the existing application.
async fn consistency(configuration: &Configuration, json: bool) -> Result<ExitCode, Failure> {
    let services = Services::open(configuration).await?;
    // Counting asks for the tables of this version.
    if !services.store.schema_is_current().await? {
        let sentence = "La base n'est pas à jour : lancez « nexus migrate ».".to_owned();
        return Err(Failure::Told(ErrorCode::SchemaMismatch, sentence));
    }
    let report = consistency_report(services.store.school_counts().await?);
    let place = services.store.location();
    services.store.close().await;
    if json {
        print_json(&report)?;
    } else {
        print_report(&place, &report);
    }
    Ok(if report.ok { ExitCode::SUCCESS } else { ExitCode::from(3) })
}

fn print_report(place: &str, report: &ConsistencyReport) {
    println!("Base : {place}\n");
    for invariant in &report.invariants {
        let mark = if invariant.ok { "✓" } else { "✗" };
        println!("{mark} {:<34} {}", invariant.name, invariant.details);
    }
    println!(
        "\n{} Ce rapport dit si une école est là ; « nexus migrate --check » dit si une ligne enfreint une règle.",
        if report.ok { "Il y a de tout." } else { "Il manque quelque chose." }
    );
}
