#![doc = include_str!("../README.md")]

pub mod adoption;

mod instant;
mod rows;
mod statements;

pub mod files;
pub mod sqlite;

#[cfg(feature = "conformance")]
pub mod conformance;
