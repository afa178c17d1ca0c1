//! The fact sheet: everything that a report may say, frozen. It holds no name, no address and no free comment of the
//! pupil; texts, offers and language models read nothing else.

mod build;
mod causes;
mod evidence;
mod method;
mod preferences;
#[cfg(test)]
pub(crate) mod samples;
mod sheet;
mod standing;

pub use build::{FactError, FactInput, SurveyInput};
pub use method::{Method, Rhythm};
pub use sheet::{
    AttemptFact, BankFact, ConfidenceFact, DomainFact, FactSheet, GlobalFact, ItemFact, MisconceptionFact,
    NodeFact, PreferenceFact, StatusCounts, TraitFact,
};
pub use standing::Standing;

/// Version of the chain that turns answers into facts and texts; part of every provenance.
pub const ENGINE_VERSION: &str = "1.0.0";
