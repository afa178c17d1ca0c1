//! The till through its real routes: documents on paper, notices of several providers, decisions of people, statements.
//!
//! Small by default; `NEXUS_TILL_ROUNDS` (a number, usually 10 to 100) makes every replay that many times larger.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // the helpers of a test are tests too

mod alerts;
mod exchange;
mod golden;
mod providers;
mod receipts;
mod replay;
mod statements;
mod support;
