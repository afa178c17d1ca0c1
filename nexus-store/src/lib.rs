#![doc = include_str!("../README.md")]

mod instant;
mod rows;
mod scope;
mod statements;

pub mod files;
pub mod sqlite;

#[cfg(feature = "conformance")]
pub mod conformance;
