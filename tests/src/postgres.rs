//! Real PostgreSQL servers, and databases of one test; see [`PostgresServer`].

pub use nexus_store::conformance::postgres_server::{PostgresServer, TestDatabase};
