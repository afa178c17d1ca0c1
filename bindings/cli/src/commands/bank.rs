use crate::arguments::{BankAction, BankCommand};
use crate::failure::Failure;
use nexus_bilan::questionnaire::{Catalogue, Loaded, Severity, built_in_files, load_files};
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
            Ok(check(contents))
        }
        BankAction::List => {
            list();
            Ok(ExitCode::SUCCESS)
        }
    }
}
