//! What no failure, no `kill -9` and no order of commands may break in lessons, credits and payments, on both databases.
//!
//! Small by default; ARCHITECTURE.md says how to make each proof larger.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod acts;
mod interrupted;
mod kills;
mod machine;
mod model;
#[path = "../calendar/school.rs"]
#[allow(dead_code)] // the races of lessons need more of it
mod school;
mod whole;
