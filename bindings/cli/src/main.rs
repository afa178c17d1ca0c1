//! The `nexus` command.

mod arguments;
mod commands;
mod failure;
mod json;
mod pipeline;
mod progress;
mod sheet;
mod table;

use arguments::{Arguments, Command};
use clap::Parser;
use failure::Failure;
use nexus_core::Coded;
use nexus_runtime::{Configuration, LogSettings, observe};
use std::process::ExitCode;

fn main() -> ExitCode {
    // The typesetting worker is this very program: it obeys before anything starts a thread or opens a file.
    let mut words = std::env::args_os();
    if words.nth(1).is_some_and(|word| word == "render-worker") {
        return words.next().map_or(ExitCode::FAILURE, |order| nexus_bilan::pdf::worker::run(&order));
    }
    let arguments = Arguments::parse();
    match run(arguments) {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("Erreur [{}] : {}", failure.code().as_str(), failure.sentence());
            failure.exit_code()
        }
    }
}

#[tokio::main]
async fn run(arguments: Arguments) -> Result<ExitCode, Failure> {
    let observation = observe(&log_settings(&arguments))?;
    let outcome = obey(arguments).await;
    observation.end().await;
    outcome
}

async fn obey(arguments: Arguments) -> Result<ExitCode, Failure> {
    let overrides = arguments.overrides();
    match arguments.command {
        Command::Demo(command) => commands::demo::run(&overrides, &command).await,
        Command::Serve(command) => commands::serve::run(overrides, &command).await,
        Command::Bilan(command) => commands::bilan::run(&overrides, &command).await,
        Command::Bank(command) => commands::bank::run(&command),
        Command::Migrate(command) => commands::migrate::run(&overrides, &command).await,
        Command::Config(command) => commands::config::run(&overrides, &command),
        Command::Rights(command) => Ok(commands::rights::run(&command)),
        Command::Worker(command) => commands::worker::run(&overrides, &command).await,
        Command::Till(command) => commands::till::run(&overrides, &command).await,
        Command::Outbox(command) => commands::outbox::run(&overrides, &command).await,
        Command::User(command) => commands::user::run(&overrides, &command).await,
        Command::Audit(command) => commands::audit::run(&overrides, &command).await,
        Command::Ready(_) => commands::ready::run(&overrides).await,
        Command::Seed(command) => commands::seed::run(&overrides, &command).await,
        Command::Check(command) => commands::check::run(&overrides, &command).await,
        Command::Doctor(command) => commands::doctor::run(&overrides, &command).await,
    }
}

/// The server logs what it does; the other commands only what goes wrong, so that their output stays readable. A wrong
/// configuration is told by the command itself.
fn log_settings(arguments: &Arguments) -> LogSettings {
    let examination = Configuration::examine(&arguments.overrides());
    let command = LogSettings::of_command(&examination.explanations, arguments.verbose);
    match (&arguments.command, examination.into_configuration()) {
        (Command::Serve(_) | Command::Worker(_), Ok(configuration)) => LogSettings::of_server(&configuration),
        _ => command,
    }
}
