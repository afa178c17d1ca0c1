//! Filled by the step of the work that needs it.
pub mod language_model;
