//! The SQLite backend: one file, WAL, one writer at a time.

mod bilans;
mod directory;
mod error;
mod jobs;
mod migrate;
mod scope;
mod store;

pub use migrate::{MigrationReport, MigrationStep};
pub use store::{SqliteOptions, SqliteStore};
