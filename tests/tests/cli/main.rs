//! The `nexus` program as a person meets it: exit codes, French sentences, documents.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod banks;
mod config;
mod data_folder;
mod demo;
mod demo_serve;
mod deploy;
mod help;
mod machine;
mod postgres;
mod rights;
mod seed;
mod serve;
mod sheets;
mod till;
mod user;
