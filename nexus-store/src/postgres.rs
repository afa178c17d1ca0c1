//! The PostgreSQL backend: one database for any number of processes, with a replica for reading when there is one.

mod dialect;
mod error;
mod migrate;
mod options;
mod replica;
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
use sqlx::Postgres as Db;
use store::{PostgresStore as BackendStore, PostgresTx as BackendTx};

pub use options::{InvalidDatabaseUrl, PostgresOptions};
pub use store::PostgresStore;
