//! Placeholder until the branch `texts` is merged.

use serde::{Deserialize, Serialize};

/// Facts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FactSheet {
    /// Version of the engine.
    pub engine_version: String,
}
