//! Taking over a database of the existing application, on a real PostgreSQL; and the schema on both databases.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // the helpers of a test are tests too

mod command;
mod concurrency;
mod existing;
mod expected;
mod fingerprint;
mod inspection;
mod older;
mod prisma;
mod references;
mod repairs;
mod rules_in_force;
mod schema;
mod sqlite;
mod support;
