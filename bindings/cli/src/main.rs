//! The `nexus` command.

mod arguments;
mod commands;
mod failure;
mod progress;
mod sheet;
mod table;

use arguments::{Arguments, Command};
use clap::Parser;
use failure::Failure;
use nexus_core::Coded;
use std::io::IsTerminal;
use std::process::ExitCode;

fn main() -> ExitCode {
    // The typesetting worker is this very program: it obeys before anything starts a thread or opens a file.
    let mut words = std::env::args_os();
    if words.nth(1).is_some_and(|word| word == "render-worker") {
        return words.next().map_or(ExitCode::FAILURE, |order| nexus_bilan::pdf::worker::run(&order));
    }
    let arguments = Arguments::parse();
    start_log(&arguments);
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
    let overrides = arguments.overrides();
    match arguments.command {
        Command::Demo(command) => commands::demo::run(&overrides, &command).await,
        Command::Serve(command) => commands::serve::run(overrides, &command).await,
        Command::Bilan(command) => commands::bilan::run(&overrides, &command).await,
        Command::Bank(command) => commands::bank::run(&command),
        Command::Migrate(command) => commands::migrate::run(&overrides, &command).await,
        Command::Doctor => commands::doctor::run(&overrides).await,
    }
}

/// The server logs what it does; the other commands only what goes wrong, so that their output stays readable.
fn start_log(arguments: &Arguments) {
    let default = match &arguments.command {
        Command::Serve(_) => "info,sqlx=warn",
        _ if arguments.verbose => "debug,sqlx=info",
        _ => "off",
    };
    let filter = tracing_subscriber::EnvFilter::builder()
        .with_env_var("NEXUS_LOG")
        .try_from_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(default));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
}
