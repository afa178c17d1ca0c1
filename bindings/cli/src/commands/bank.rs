use crate::arguments::{BankAction, BankCommand};
use crate::failure::Failure;
use nexus_bilan::questionnaire::{Catalogue, LoadedFile, Severity, built_in_files, load_files};
use std::process::ExitCode;

/// `nexus bank`.
pub(crate) fn run(command: &BankCommand) -> Result<ExitCode, Failure> {
    match &command.action {
        BankAction::Check { files } => {
            let mut contents = Vec::new();
            for path in files {
                let bytes = std::fs::read(path).map_err(|error| Failure::unreadable(path, error))?;
                contents.push((path.display().to_string(), bytes));
            }
            if files.is_empty() {
                contents.extend(built_in_files().map(|(name, bytes)| (name.to_owned(), bytes.to_vec())));
            }
            Ok(check(&contents))
        }
        BankAction::List => {
            list();
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Prints every problem of every file; exit code 2 when an error is among them.
fn check(contents: &[(String, Vec<u8>)]) -> ExitCode {
    let loaded = load_files(contents.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())));
    let mut errors = 0;
    for file in &loaded {
        println!("{} : {}", file.file(), summary(file));
        for problem in file.problems() {
            errors += usize::from(problem.severity == Severity::Error);
            let item = problem.item.as_deref().map_or_else(String::new, |item| format!("{item} : "));
            let severity = match problem.severity {
                Severity::Error => "erreur",
                Severity::Warning => "attention",
            };
            println!("  {severity:<9} [{}] {item}{}", problem.rule.code(), problem.message);
        }
    }
    let problems: usize = loaded.iter().map(|file| file.problems().len()).sum();
    println!("{} fichier(s), {errors} erreur(s), {} avertissement(s).", loaded.len(), problems - errors);
    if errors == 0 { ExitCode::SUCCESS } else { ExitCode::from(2) }
}

fn summary(file: &LoadedFile) -> String {
    match (file.bank(), file.survey()) {
        (Some(bank), _) => format!("« {} », {} questions", bank.title, bank.items.len()),
        (_, Some(survey)) => format!("« {} », {} questions (enquête)", survey.title, survey.items.len()),
        (None, None) => "illisible".to_owned(),
    }
}

fn list() {
    let catalogue = Catalogue::built_in();
    for bank in catalogue.banks() {
        println!(
            "{:<22} {} — version {}, {} questions, {} minutes",
            bank.slug,
            bank.title,
            bank.version,
            bank.items.len(),
            bank.duration_min.map_or_else(|| "?".to_owned(), |minutes| minutes.to_string()),
        );
    }
    for survey in catalogue.surveys() {
        println!(
            "{:<22} {} — version {}, {} questions",
            survey.slug,
            survey.title,
            survey.version,
            survey.items.len()
        );
    }
}
