use crate::failure::Failure;
use crate::progress::Steps;
use nexus_runtime::{CheckResult, Configuration, Overrides, examine};
use std::process::ExitCode;

/// `nexus doctor`: every check with what to do about it; exit code 3 when something needed is missing.
pub(crate) async fn run(overrides: &Overrides) -> Result<ExitCode, Failure> {
    let configuration = Configuration::load(overrides)?;
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
