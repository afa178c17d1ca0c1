//! The use-cases of bilans, and rules that golden vectors know, on a real database, with a clock, a model and a renderer that the test drives.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod civil_time;
mod consistency;
mod credit_import;
mod enrichment;
mod failures;
mod golden_walk;
mod leases;
mod outbox;
mod retention;
mod revisions;
