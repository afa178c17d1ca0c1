//! What the proofs across crates share: a wired system on a real SQLite file, the real `nexus` program, test doubles.
//!
//! A proof leans on the ports and on what people see (HTTP, files, the command line), never on private parts.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::missing_panics_doc)]

pub mod accounts;
pub mod app;
pub mod browser;
pub mod contract;
pub mod doubles;
pub mod dump;
pub mod golden;
pub mod mail_server;
pub mod mails;
pub mod members;
pub mod node;
pub mod pdf;
pub mod people;
pub mod post;
pub mod postgres;
pub mod program;
pub mod reply;
pub mod rows;
pub mod school;
pub mod server;
pub mod sheets;
pub mod stand;
pub mod till;

pub use app::{App, Backing, KEY, METRICS_TOKEN};
pub use reply::Reply;
