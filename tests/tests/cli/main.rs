//! The `nexus` program as a person meets it: exit codes, French sentences, documents.
#![allow(missing_docs)]

mod banks;
mod data_folder;
mod demo;
mod help;
mod machine;
mod serve;
mod sheets;
