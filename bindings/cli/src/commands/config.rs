use crate::arguments::{ConfigAction, ConfigCommand};
use crate::failure::Failure;
use crate::json::print_json;
use nexus_core::ErrorCode;
use nexus_runtime::{Configuration, ConfigurationProblem, Examination, Explanation, Overrides, Severity};
use serde_json::json;
use std::fmt::Write;
use std::process::ExitCode;

/// `nexus config`: exit code 2 when `check` finds a refusal.
pub(crate) fn run(overrides: &Overrides, command: &ConfigCommand) -> Result<ExitCode, Failure> {
    match &command.action {
        ConfigAction::Explain { settings, json } => {
            explain(&Configuration::examine(overrides), settings, *json)
        }
        ConfigAction::Check { json } => check(&Configuration::examine(overrides), *json),
        ConfigAction::Reference => {
            print!("{}", reference());
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn explain(examination: &Examination, names: &[String], json: bool) -> Result<ExitCode, Failure> {
    let chosen = choose(&examination.explanations, names)?;
    if json {
        print_json(&chosen)?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut section = "";
    for setting in chosen {
        if setting.section != section {
            let blank = if section.is_empty() { "" } else { "\n" };
            section = setting.section;
            println!("{blank}{section}");
        }
        print_setting(setting, !names.is_empty());
    }
    if names.is_empty() {
        println!("\n« nexus config explain NOM » dit à quoi sert un réglage et quelles variables le fixent.");
    }
    for problem in &examination.problems {
        eprintln!("{} {problem}", mark(problem));
    }
    Ok(ExitCode::SUCCESS)
}

/// The settings that were named, by their names or by their variables; all of them when none was.
fn choose<'a>(all: &'a [Explanation], names: &[String]) -> Result<Vec<&'a Explanation>, Failure> {
    if names.is_empty() {
        return Ok(all.iter().collect());
    }
    let find = |name: &String| {
        let has_name = |setting: &&Explanation| {
            setting.name == name || setting.variables.iter().any(|variable| variable == name)
        };
        all.iter().find(has_name).ok_or_else(|| {
            let sentence =
                format!("Aucun réglage ne s'appelle « {name} » ; « nexus config explain » les liste tous.");
            Failure::Told(ErrorCode::UnknownChoice, sentence)
        })
    };
    names.iter().map(find).collect()
}

fn print_setting(setting: &Explanation, in_full: bool) {
    let value = setting.value.as_deref().unwrap_or("—");
    let source = setting.source.as_ref().map_or_else(String::new, ToString::to_string);
    println!("  {:<26} {value:<34} {source}", setting.name);
    for other in &setting.overridden {
        println!("  {:<26} l'emporte sur {} ({})", "", other.value, other.source);
    }
    if in_full {
        println!("      {}", setting.sentence);
        println!("      Valeur : {}.", setting.kind);
        println!("      Variables : {}.", setting.variables.join(", puis "));
    }
}

fn check(examination: &Examination, json: bool) -> Result<ExitCode, Failure> {
    let refusals =
        examination.problems.iter().filter(|problem| problem.severity == Severity::Refusal).count();
    let notices = examination.problems.len() - refusals;
    if json {
        print_json(&json!({"ok": refusals == 0, "problems": examination.problems}))?;
    } else {
        for problem in &examination.problems {
            println!("{} {problem}", mark(problem));
        }
        let verdict =
            if refusals == 0 { "La configuration est utilisable" } else { "La configuration est refusée" };
        println!("{verdict} : {refusals} erreur(s), {notices} remarque(s).");
    }
    Ok(if refusals == 0 { ExitCode::SUCCESS } else { ExitCode::from(2) })
}

/// `docs/configuration.md`, to the letter.
fn reference() -> String {
    let mut text = "# Réglages\n\nCette page est écrite par `nexus config reference` ; la table est dans \
                    `bindings/runtime/src/configuration/table.rs`. L'ordre est : valeurs par défaut, puis `nexus.toml` (ou \
                    `NEXUS_CONFIG`, ou `--config`), puis l'environnement, puis les options. Quand deux variables fixent le \
                    même réglage, la première citée l'emporte. Une liste s'écrit avec des virgules dans l'environnement, entre \
                    crochets dans le fichier. « nexus config explain » dit ce qui vaut ici et pourquoi.\n"
        .to_owned();
    let mut section = "";
    for setting in Configuration::reference() {
        // Writing to a String cannot fail.
        if setting.section != section {
            section = setting.section;
            let _ = writeln!(
                text,
                "\n## {section}\n\n| nexus.toml | environnement | valeur | par défaut | |\n|---|---|---|---|---|"
            );
        }
        let variables: Vec<_> = setting.variables.iter().map(|variable| format!("`{variable}`")).collect();
        let default = setting.value.map_or_else(|| "—".to_owned(), |value| format!("`{value}`"));
        let _ = writeln!(
            text,
            "| `{}` | {} | {} | {default} | {} |",
            setting.name,
            variables.join(", "),
            setting.kind,
            setting.sentence
        );
    }
    text
}

const fn mark(problem: &ConfigurationProblem) -> &'static str {
    match problem.severity {
        Severity::Refusal => "✗",
        Severity::Notice => "–",
    }
}
