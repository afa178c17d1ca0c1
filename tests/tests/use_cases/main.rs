//! The use-cases of bilans on a real database, with a clock, a model and a renderer that the test drives.
#![allow(missing_docs)]

mod enrichment;
mod failures;
mod leases;
mod revisions;
