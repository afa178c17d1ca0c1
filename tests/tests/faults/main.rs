//! Power cuts, full disks and missing engines: what was acknowledged survives, and nothing exists by halves.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod full_disk;
mod kills;
mod no_engine;
mod support;
