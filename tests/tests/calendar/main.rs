//! Lessons through the use-cases and the ports, on both databases: races, moves, seats, reminders.
//!
//! Small by default; `NEXUS_CALENDAR_ROUNDS` (a number, usually 10 to 100) makes every race that many times larger.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod bad_input;
mod closures;
mod existing;
mod group;
mod http;
mod lessons;
mod nights;
mod races;
mod reminders;
mod school;
mod workshops;
