#![doc = include_str!("../README.md")]
// Each adapter is one file that both backends compile.
#![allow(clippy::duplicate_mod)]

mod backend;
mod columns;
mod errors;
#[cfg(feature = "conformance")]
pub mod interruptions;
mod migrations;
mod rows;
mod scope;
mod statements;

pub mod adoption;
pub mod files;
#[cfg(feature = "postgres")]
pub mod postgres;
pub mod sqlite;

#[cfg(feature = "conformance")]
pub mod conformance;

pub use backend::Backend;
pub use migrations::{MigrationReport, MigrationStep};
