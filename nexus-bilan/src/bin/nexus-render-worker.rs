//! The smallest program that can be a typesetting worker: `nexus-render-worker ORDER`.

use std::process::ExitCode;

fn main() -> ExitCode {
    match std::env::args_os().nth(1) {
        Some(order) => nexus_bilan::pdf::worker::run(&order),
        None => ExitCode::FAILURE,
    }
}
