//! The SQLite backend: one file, WAL, one writer at a time.

mod dialect;
mod error;
mod migrate;
mod options;
mod store;

// Each adapter is one file that both backends compile; it knows its database by these names.
#[path = "adapters/adoption.rs"]
mod adoption;
#[path = "adapters/bilans.rs"]
mod bilans;
#[path = "adapters/directory.rs"]
mod directory;
#[path = "adapters/jobs.rs"]
mod jobs;
#[path = "adapters/schema_steps.rs"]
mod schema_steps;
#[path = "adapters/scope.rs"]
mod scope;
#[path = "adapters/unit_of_work.rs"]
mod unit_of_work;

use error::store_error;
use migrate::migrator;
use sqlx::Sqlite as Db;
use store::{SqliteStore as BackendStore, SqliteTx as BackendTx};

pub use options::SqliteOptions;
pub use store::SqliteStore;
