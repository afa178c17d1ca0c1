use crate::arguments::CheckCommand;
use crate::failure::Failure;
use crate::json::print_json;
use nexus_core::ErrorCode;
use nexus_core::invariants::{Finding, RULES, Severity, look_at};
use nexus_runtime::{Configuration, Overrides, Services};
use std::process::ExitCode;

/// `nexus check`: one rule after the other, told as soon as it was looked at; exit code 3 when one is broken that is more than a
/// warning.
pub(crate) async fn run(overrides: &Overrides, command: &CheckCommand) -> Result<ExitCode, Failure> {
    let configuration = Configuration::load(overrides)?;
    let services = Services::open(&configuration).await?;
    if !services.store.schema_is_current().await? {
        let sentence = "La base n'est pas à jour : lancez « nexus migrate ».".to_owned();
        return Err(Failure::Told(ErrorCode::SchemaMismatch, sentence));
    }
    let now = services.bilans.clock.now();
    let mut findings = Vec::with_capacity(RULES.len());
    for rule in RULES {
        let finding = look_at(&*services.store, *rule, now, command.limit).await?;
        if !command.json {
            print_finding(&finding);
        }
        findings.push(finding);
    }
    services.store.close().await;
    let broken = |severity| findings.iter().filter(|each| !each.ok && each.rule.severity == severity).count();
    let (errors, warnings) = (broken(Severity::Error), broken(Severity::Warning));
    if command.json {
        print_json(&findings)?;
    } else {
        println!("\n{}", verdict(errors, warnings));
    }
    Ok(if errors == 0 { ExitCode::SUCCESS } else { ExitCode::from(3) })
}

fn print_finding(finding: &Finding) {
    let mark = match (finding.ok, finding.rule.severity) {
        (true, _) => "✓",
        (false, Severity::Error) => "✗",
        (false, Severity::Warning) => "–",
    };
    println!("{mark} {}", finding.rule.sentence);
    if !finding.ok {
        let more = if finding.more { ", …" } else { "" };
        println!("    {} : {}{more}", finding.rule.name, finding.ids.join(", "));
        println!("    → {}", finding.rule.repair);
    }
}

fn verdict(errors: usize, warnings: usize) -> String {
    match (errors, warnings) {
        (0, 0) => "Tout se tient.".to_owned(),
        (0, late) => format!("Rien de faux ; {late} règle(s) à suivre, marquée(s) –."),
        (wrong, late) => format!("{wrong} règle(s) enfreinte(s), marquée(s) ✗ ; {late} à suivre."),
    }
}
