//! What no failure, no `kill -9` and no order of commands may break in lessons, credits and payments, on both databases.
//!
//! Small by default. `NEXUS_CALENDAR_ROUNDS` (a number, usually 10 to 100) makes the state machine and the interrupted
//! use-cases that many times larger, `NEXUS_FAULT_ROUNDS` is the number of kills.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod acts;
mod interrupted;
#[path = "../calendar/school.rs"]
#[allow(dead_code)] // the races of lessons need more of it
mod school;
mod whole;
