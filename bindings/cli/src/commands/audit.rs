use crate::arguments::{AuditAction, AuditCommand};
use crate::failure::Failure;
use crate::json::print_json;
use crate::progress::Steps;
use crate::table::short_time;
use nexus_core::audit::{AuditHead, AuditReport, verify_audit};
use nexus_runtime::{Configuration, Overrides, Services};
use serde_json::json;
use std::process::ExitCode;

/// `nexus audit`: exit code 4 when the log is not what was written.
pub(crate) async fn run(overrides: &Overrides, command: &AuditCommand) -> Result<ExitCode, Failure> {
    let configuration = Configuration::load(overrides)?;
    let services = Services::open(&configuration).await?;
    let code = match &command.action {
        AuditAction::Verify { head, json } => verify(&services, head.clone(), *json).await?,
        AuditAction::List { limit, json } => {
            let rows = services.store.recent_audit(*limit).await?;
            if *json {
                print_json(&rows)?;
            } else {
                for row in &rows {
                    let subject = row.subject.as_deref().unwrap_or("—");
                    let time = short_time(row.at, &configuration.zone);
                    println!("{:>8}  {time}  {:<28} {:<24} {subject}", row.id, row.actor, row.action);
                }
            }
            ExitCode::SUCCESS
        }
    };
    services.store.close().await;
    Ok(code)
}

async fn verify(services: &Services, noted: Option<AuditHead>, json: bool) -> Result<ExitCode, Failure> {
    let steps = Steps::new(1);
    steps.begin("Relecture du journal d'audit");
    let progress = |rows| steps.count(format!("Relecture du journal d'audit : {rows} lignes"));
    let report = verify_audit(services.store.as_ref(), noted, progress).await?;
    drop(steps);
    if json {
        let findings: Vec<_> = report.findings.iter().map(ToString::to_string).collect();
        print_json(&json!({
            "intact": report.findings.is_empty(),
            "rows": report.rows,
            "unsealed": report.unsealed,
            "head": report.head.to_string(),
            "findings": findings,
        }))?;
    } else {
        print(&report);
    }
    Ok(if report.findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(4) })
}

fn print(report: &AuditReport) {
    for finding in &report.findings {
        println!("✗ {finding}");
    }
    if report.findings.is_empty() {
        println!("Le journal d'audit est intact : {} ligne(s) scellée(s).", report.rows);
    } else {
        println!(
            "Le journal d'audit a été altéré : {} constat(s) sur {} ligne(s).",
            report.findings.len(),
            report.rows
        );
    }
    if report.unsealed > 0 {
        println!(
            "{} ligne(s) de l'application existante ne sont pas encore scellées ; un atelier s'en charge.",
            report.unsealed
        );
    }
    println!("Fin de la chaîne : {}", report.head);
}
