//! What the measured programs of this crate share: the sheet they work on, what the system says about processes,
//! a minimal HTTP client, and how figures are printed.

pub mod client;
pub mod figures;
pub mod former;
pub mod loader;
pub mod process;
pub mod processor_time;
pub mod school;
pub mod served;
pub mod sheet;

/// What can go wrong while measuring; every program here ends with it.
pub type Failure = Box<dyn std::error::Error>;
