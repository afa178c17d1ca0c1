//! JSON on the standard output.

use crate::failure::Failure;
use nexus_core::ErrorCode;

/// Prints a value, indented.
pub(crate) fn print_json(value: &impl serde::Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value)
        .map_err(|_| Failure::Told(ErrorCode::Internal, ErrorCode::Internal.sentence().to_owned()))?;
    println!("{text}");
    Ok(())
}
